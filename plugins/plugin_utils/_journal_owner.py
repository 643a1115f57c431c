# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which process a run of an update is, and whether it still lives. For internal use of the collection only."""

from __future__ import annotations

import datetime
import os
import socket
import typing as t
from pathlib import Path

PROC = Path("/proc")
# The fields of /proc/PID/stat after the name, which ends with the last bracket: the state is the first, and the time
# of the start, in ticks since boot, the twentieth (proc(5), fields 3 and 22).
STATE, STARTED = 0, 19
DEAD = ("Z", "X")


def this_owner(run: str, pid: int, proc: Path = PROC) -> dict[str, t.Any]:
    """Describe a run by its process. A process id alone is used again sooner or later."""
    return {
        "run": run,
        "controller": socket.gethostname(),
        "pid": pid,
        "pid_started": started(pid, proc),
        "boot_id": boot_id(proc),
    }


def is_alive(owner: t.Mapping[str, t.Any], proc: Path = PROC) -> bool | None:
    """Whether the process of a run lives, or None if that cannot be told, as for a run on another controller."""
    if owner.get("controller") != socket.gethostname():
        return None
    boot = boot_id(proc)
    if boot is None or owner.get("boot_id") is None:
        return None
    if owner["boot_id"] != boot:
        return False
    pid = owner.get("pid")
    if not isinstance(pid, int) or owner.get("pid_started") is None:
        return None
    try:
        since = started(pid, proc)
    except OSError:
        return None
    if since is None and _is_hidden(pid):
        return None
    return bool(since == owner["pid_started"])


def watch(now: str, stale_after: float, proc: Path = PROC) -> t.Callable[[t.Mapping[str, t.Any]], bool | None]:
    """Make the check of entries of the journal.

    A run on another controller, or in a container that is gone, cannot be asked. It counts as dead once it has written
    nothing for so many seconds.
    """

    def check(entry: t.Mapping[str, t.Any]) -> bool | None:
        answer = is_alive(entry["owner"], proc)
        if answer is None and _seconds_between(entry.get("updated_at"), now) > stale_after:
            return False
        return answer

    return check


def _seconds_between(earlier: t.Any, later: str) -> float:
    try:
        return (_moment(later) - _moment(str(earlier))).total_seconds()
    except ValueError:
        return 0.0


def _moment(text: str) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def boot_id(proc: Path = PROC) -> str | None:
    """The id of this boot, or None where it cannot be read, which makes every answer "cannot be told"."""
    try:
        return (proc / "sys/kernel/random/boot_id").read_text().strip() or None
    except OSError:
        return None


def started(pid: int, proc: Path = PROC) -> int | None:
    """When a process began, or None if there is none; a process that has ended and waits to be collected is none.

    Raises:
        OSError: It cannot be looked at, as where proc(5) is mounted with hidepid and the process is another user's.
    """
    try:
        fields = (proc / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
        return None if fields[STATE] in DEAD else int(fields[STARTED])
    except (FileNotFoundError, ProcessLookupError, IndexError, ValueError):
        return None


def _is_hidden(pid: int) -> bool:
    """Whether there is a process that /proc does not show, as with hidepid=2: then only a signal tells."""
    try:
        os.kill(max(pid, 1), 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def current_run_pid() -> int:
    """The process that lives as long as the run: a plugin works in a child of it."""
    return os.getppid()
