# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes packages for the stand-in of apk, and its source."""

from __future__ import annotations

from pathlib import Path

from . import apk
from .contents import Package
from .system import SOURCE, write


def offer(installed: list[Package], offered: list[Package]) -> None:
    """Make the database know the ones, whose files are there, and make the source offer the others."""
    database = apk.Installed()
    for package in installed:
        for path, data in package.files.items():
            if not Path(path).exists():
                write(Path(path), data)
        files = [path.lstrip("/") for path in package.files]
        database.packages[package.name] = {"P": [package.name], "V": [package.version], "R": files}
    database.write()
    apk.WORLD.write_text("".join(f"{name}\n" for name in sorted(database.packages)))
    for package in offered:
        folder = SOURCE / f"{package.name}={package.version}"
        for path, data in package.files.items():
            write(folder / path.lstrip("/"), data)
        if package.after:
            write(folder / apk.SCRIPT, f"#!/bin/sh\n{package.after}\n".encode())
    apk.update()
