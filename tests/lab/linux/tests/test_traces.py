# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing is left of a lab: after `down`, after a run that was killed, after a build that was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux import cgroups, mounts, paths
from ansible_collections.hyperv.integration.tests.lab.linux.lab import LinuxLab
from ansible_collections.hyperv.integration.tests.lab.linux.state import identities

from .conftest import four


def assert_no_trace(lab: LinuxLab, directory: Path) -> None:
    assert mounts.mounted_below(directory) == []
    cgroup = cgroups.lab_cgroup(lab.identifier)
    assert cgroup is not None
    assert not cgroup.exists()
    assert sorted(path.name for path in directory.iterdir()) == ["lock"]


@pytest.mark.parametrize("round_", range(3))
def test_four_guests_come_and_go(machine: None, tmp_path: Path, round_: int) -> None:
    lab = LinuxLab(tmp_path)
    started = time.monotonic()
    lab.up(four())
    took = time.monotonic() - started
    entries = lab.state.read()
    processes = [process for entry in entries.values() for process in identities(entry)]
    assert len(processes) == 4 * 3
    assert all(process.alive() for process in processes)
    assert {entry["manager_state"] for entry in entries.values()} == {"running"}
    lab.down()
    assert [process for process in processes if process.alive()] == []
    assert_no_trace(lab, tmp_path)
    # Measured alone: 2 seconds. The limit is for a machine that does other things too.
    assert took < 30
    lab.down()


def command(directory: Path, verb: str, *arguments: str) -> list[str]:
    return paths.module_command("cli", verb, "--directory", str(directory), *arguments)


@pytest.mark.parametrize("seconds", [0.3, 0.8, 1.6])
def test_what_a_killed_run_left_is_taken_down(machine: None, tmp_path: Path, seconds: float) -> None:
    lab = LinuxLab(tmp_path)
    (tmp_path / "spec").write_text(json.dumps({spec.name: spec.to_json() for spec in four()}))
    with subprocess.Popen(
        command(tmp_path, "up", str(tmp_path / "spec")),
        cwd=paths.IMPORT_ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    (tmp_path / "spec").unlink()
    subprocess.run(command(tmp_path, "down"), cwd=paths.IMPORT_ROOT, check=True, timeout=60)
    assert_no_trace(lab, tmp_path)


def test_a_guest_that_cannot_start_takes_the_others_with_it(machine: None, tmp_path: Path) -> None:
    spec = {"good": {}, "bad": {"masked": ["kvp"], "root": "debian-12-openrc"}}
    (tmp_path / "spec").write_text(json.dumps(spec))
    done = subprocess.run(
        command(tmp_path, "up", str(tmp_path / "spec")),
        cwd=paths.IMPORT_ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    (tmp_path / "spec").unlink()
    assert done.returncode == 1
    assert "Expected systemd in guest 'bad' to mask a unit but found 'openrc'" in done.stderr
    assert_no_trace(LinuxLab(tmp_path), tmp_path)


def running_in(folder: Path) -> list[str]:
    """Command lines that name a folder; only looked at."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(folder) in line:
                found.append(line)
    return found


def test_a_killed_build_leaves_no_mount_and_no_process(machine: None, tmp_path: Path) -> None:
    environment = {**os.environ, "HYPERV_CACHE": str(tmp_path)}
    with subprocess.Popen(
        paths.module_command("cli", "build", "debian-13"),
        cwd=paths.IMPORT_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("linux/roots/*.partial/usr")):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while running_in(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert running_in(tmp_path) == []
    assert mounts.mounted_below(tmp_path) == []
    assert not [path for path in tmp_path.glob("linux/roots/*") if path.suffix not in (".partial", ".lock")]
