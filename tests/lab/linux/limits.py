# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one limit of the machine that guests run into: how many inotify instances all processes of root may have."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

_LIMIT = Path("/proc/sys/fs/inotify/max_user_instances")
# systemd has 5, udevd 2, dbus 1. Without one PID 1 ends, which looks like a guest that vanishes.
PER_GUEST = 10
_SPARE = 24


def instances_in_use(proc: Path = Path("/proc")) -> int:
    """Count the inotify instances of all processes."""
    count = 0
    for process in proc.iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                for descriptor in os.scandir(process / "fd"):
                    with contextlib.suppress(OSError):
                        count += os.readlink(descriptor.path) == "anon_inode:inotify"
    return count


def make_room(guests: int, progress: Callable[[str], None]) -> None:
    """Raise the limit when it does not leave room for this many guests; it is never lowered again."""
    limit = int(_LIMIT.read_text())
    needed = instances_in_use() + guests * PER_GUEST + _SPARE
    if needed > limit:
        _LIMIT.write_text(f"{max(1024, 2 * needed)}\n")
        progress(f"raised fs.inotify.max_user_instances from {limit}: {needed} are needed with {guests} more guests")
