# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process is known by number and start time, and ended only if it is that one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from ansible_collections.hyperv.integration.tests.lab import process
from ansible_collections.hyperv.integration.tests.lab.process import Identity

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
)


def test_a_process_is_alive_until_it_ends() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        identity = Identity.of(child.pid)
        assert identity is not None
        assert identity.is_alive()
        child.kill()
        child.wait()
        assert not identity.is_alive()
        assert Identity.of(child.pid) is None


def test_another_process_under_the_same_number_is_left_alone() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        Identity(child.pid, "1").end()
        assert child.poll() is None
        child.kill()


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen(["true"])
    until = time.monotonic() + 5
    while Identity.of(child.pid) is not None and time.monotonic() < until:
        time.sleep(0.01)
    assert Identity.of(child.pid) is None
    child.wait()


def test_a_process_that_does_not_end_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        identity = Identity.of(child.pid)
        assert identity is not None
        identity.end(0.2)
        assert child.wait(5) == -signal.SIGKILL


def test_processes_are_found_by_a_path_in_their_environment(tmp_path: Path) -> None:
    other = tmp_path.with_name(f"{tmp_path.name}-other")
    environments = [
        {"HV_NODE": str(tmp_path / "hv01")},
        {"HV_NODE": str(other / "hv01")},
        {"OTHER": str(tmp_path / "x")},
    ]
    children = [subprocess.Popen(["sleep", "60"], env={**os.environ, **one}) for one in environments]
    try:
        assert [found.pid for found in process.with_variable("HV_NODE", tmp_path)] == [children[0].pid]
    finally:
        for child in children:
            child.kill()
            child.wait()
