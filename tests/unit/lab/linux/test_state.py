# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state file of a lab: nothing that was started may be lost, whoever writes at the same time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux.identity import Identity
from ansible_collections.hyperv.integration.tests.lab.linux.state import LabState, identities

ROOT = Path(__file__).parents[7]
WRITER = """
import pathlib, sys
from ansible_collections.hyperv.integration.tests.lab.linux.state import LabState
state = LabState(pathlib.Path(sys.argv[1]))
for number in range(40):
    state.update(f"{sys.argv[2]}-{number}", {"spec": {}})
"""


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


def test_processes_that_write_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(name)], env={"PYTHONPATH": str(ROOT)})
        for name in range(4)
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 4
    assert len(LabState(tmp_path).read()) == 160


def test_who_starts_a_lab_can_write_while_it_keeps_others_out(tmp_path: Path) -> None:
    state = LabState(tmp_path)
    with state.locked():
        state.update("deb", {"spec": {}})
    assert state.read() == {"deb": {"spec": {}}}


def test_switches_that_wait_are_all_kept_until_they_are_thrown(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    state = LabState(tmp_path)
    waits = Identity.of(sleeper.pid)
    over = Identity(waits.pid, waits.start - 1, waits.boot)
    state.update("deb", {"init": waits.to_json()})
    for process in (over, waits, waits):
        state.update("deb", {"delayed": process.to_json()})
    assert identities(state.read()["deb"]) == [waits, waits, waits]


def test_a_torn_file_is_none(tmp_path: Path) -> None:
    state = LabState(tmp_path)
    state.path.write_text('{"guests": {"deb"')
    assert state.read() == {}
    state.update("deb", {"spec": {}})
    assert state.read() == {"deb": {"spec": {}}}
    state.forget("deb")
    assert state.read() == {}
