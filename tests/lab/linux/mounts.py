# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is mounted on this machine, as the kernel tells it, and how a lab's own mounts go."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from . import syscalls


def _unescape(text: str) -> str:
    # mountinfo writes space, tab, newline and backslash as octal.
    for code, plain in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, plain)
    return text


def _lines() -> list[tuple[str, str, str]]:
    found = []
    # A thread may have a view of its own.
    for line in Path("/proc/thread-self/mountinfo").read_text().splitlines():
        left, _dash, right = line.partition(" - ")
        kind, _source, options = right.split(" ", 2)
        found.append((_unescape(left.split()[4]), kind, _unescape(options)))
    return found


def mounted_below(folder: Path) -> list[str]:
    """All mount points at or below a folder, innermost first."""
    base = str(folder.resolve())
    points = [point for point, _kind, _options in _lines() if point == base or point.startswith(base + "/")]
    return list(reversed(points))


def unmount_below(folder: Path) -> None:
    """Take away all mounts at or below a folder."""
    for point in mounted_below(folder):
        # A mount may be gone with the one that was removed before it, or with the server behind it.
        with contextlib.suppress(OSError):
            syscalls.detach(point)


def overlay_lower_directories() -> set[str]:
    """The folders that overlays stand on; they must not change."""
    lower: set[str] = set()
    for _point, kind, options in _lines():
        if kind == "overlay":
            for option in options.split(","):
                if option.startswith("lowerdir="):
                    lower.update(os.path.realpath(path) for path in option.removeprefix("lowerdir=").split(":"))
    return lower
