# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes by pid and start time, so that nothing is done to a stranger who got a pid again."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


def boot_id() -> str:
    """What tells this run of the machine from the last one."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


@dataclass(frozen=True)
class Identity:
    """A process that was started by the lab."""

    pid: int
    start: int
    boot: str

    @classmethod
    def of(cls, pid: int) -> Identity:
        """Take down a running process."""
        return cls(pid, start_time(pid), boot_id())

    def alive(self) -> bool:
        """Whether this very process still runs; a zombie does not."""
        try:
            return self.boot == boot_id() and start_time(self.pid) == self.start and _state(self.pid) not in "ZX"
        except (OSError, ValueError):
            return False

    def signal(self, number: int) -> bool:
        """Send a signal, if the process is still the same. A pidfd closes the gap between the look and the act."""
        try:
            descriptor = os.pidfd_open(self.pid)
        except OSError:
            return False
        try:
            if not self.alive():
                return False
            signal.pidfd_send_signal(descriptor, number)
        except ProcessLookupError:
            return False
        finally:
            os.close(descriptor)
        return True

    def to_json(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self)


def _stat_fields(pid: int) -> list[str]:
    # The name, in brackets, may hold spaces and brackets itself.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def start_time(pid: int) -> int:
    """Start time in clock ticks since the machine's start (field 22 of proc_pid_stat(5))."""
    return int(_stat_fields(pid)[19])


def _state(pid: int) -> str:
    return _stat_fields(pid)[0]


def only_child(pid: int) -> int | None:
    """The child of a process that has one at most."""
    with contextlib.suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if children:
            return int(children[0])
    return None


def wait_gone(identities: Iterable[Identity], seconds: float) -> list[Identity]:
    """Wait until processes have ended; return those that have not."""
    deadline = time.monotonic() + seconds
    left = list(identities)
    while left:
        left = [item for item in left if item.alive()]
        if not left or time.monotonic() > deadline:
            break
        time.sleep(0.01)
    return left
