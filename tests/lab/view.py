# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the processes of a simulated Windows see of the mounts of this machine: as little as there can be.

PowerShell asks for each mount what kind of drive it is, in each runspace, and .NET reads the whole table of mounts to
answer: with the square of their number. Each Linux guest has three, so a few of them make a command a third dearer.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable
from os import environ
from pathlib import Path

from .linux import mounts, syscalls
from .pwsh import cache_folder

CLONE_NEWNS = 0x00020000
KERNEL = Path("/sys")


def narrow(used: Iterable[Path]) -> None:
    """Take mounts that hold none of the *used* paths away from this thread, and from what it starts from now on.

    Others keep them. It needs root; where that is not given, all stays as it is and only costs more.
    """
    kept = [path.resolve() for path in used]
    with contextlib.suppress(OSError):
        syscalls.unshare(CLONE_NEWNS)
        # Nothing that is taken away here may go elsewhere too.
        syscalls.mount("", "/", flags=syscalls.MS_REC | syscalls.MS_PRIVATE)
        _leave(kept)


def _leave(kept: list[Path]) -> None:
    """A mount that stayed would live on after its owner has removed it, so those of guests have to go in any case."""
    for folder in (KERNEL, cache_folder(environ), Path(tempfile.gettempdir())):
        for point in mounts.mounted_below(folder):
            if point != str(folder.resolve()) and not any(path.is_relative_to(point) for path in kept):
                # What is mounted on another mount goes with it.
                with contextlib.suppress(OSError):
                    syscalls.detach(point)
