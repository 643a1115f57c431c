# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cgroup of its own for each guest and each server: what keeps guests apart and lets all of one be ended at once."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from .errors import LabError

_PARENT = "hyperv-lab"


def cgroup2_mount() -> Path | None:
    """Where the machine has cgroup2 mounted, which need not be the only hierarchy."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _dash, right = line.partition(" - ")
        if right.split()[0] == "cgroup2":
            return Path(left.split()[4])
    return None


def lab_cgroup(lab: str) -> Path | None:
    """The cgroup of a lab, on a machine that has cgroup2."""
    mount = cgroup2_mount()
    return mount / _PARENT / lab if mount else None


def processes(cgroup: Path) -> set[int]:
    """All pids in a cgroup and those below it."""
    pids: set[int] = set()
    for folder, _folders, _files in os.walk(cgroup):
        with contextlib.suppress(OSError):
            pids.update(int(pid) for pid in Path(folder, "cgroup.procs").read_text().split())
    return pids


def _kill(cgroup: Path) -> None:
    for folder, _folders, files in os.walk(cgroup):
        with contextlib.suppress(OSError):
            if "cgroup.kill" in files:
                Path(folder, "cgroup.kill").write_text("1")
                continue
            # Before Linux 5.14. A pid of this very list cannot be a stranger's: the list is the cgroup's own.
            for pid in Path(folder, "cgroup.procs").read_text().split():
                os.kill(int(pid), signal.SIGKILL)


def destroy(cgroup: Path, seconds: float = 10.0) -> None:
    """End every process in a cgroup and remove it with all below."""
    deadline = time.monotonic() + seconds
    while cgroup.exists():
        if processes(cgroup):
            _kill(cgroup)
        for folder, _folders, _files in os.walk(cgroup, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
        if not cgroup.exists():
            break
        if time.monotonic() > deadline:
            raise LabError(f"Failed to remove cgroup '{cgroup}': processes {sorted(processes(cgroup))} are left")
        time.sleep(0.01)
    # The common parent goes with the last lab; while others are there the kernel refuses.
    for parent in (cgroup.parent, cgroup.parent.parent):
        if _PARENT in (parent.name, parent.parent.name):
            with contextlib.suppress(OSError):
                parent.rmdir()


def run_in(cgroup: Path, command: list[str]) -> list[str]:
    """A command that puts itself into a cgroup before it becomes `command`."""
    return ["/bin/sh", "-c", 'echo $$ > "$1/cgroup.procs" && shift && exec "$@"', "sh", str(cgroup), *command]
