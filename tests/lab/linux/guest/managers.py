# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Leaves a guest that plays another family that family's package manager alone, and nothing that Debian's knows."""

from __future__ import annotations

import os
from pathlib import Path

from ..roots.recipes import Recipe
from .files import GuestFiles
from .programs import contents

# What a root may bring, by the package manager that it belongs to.
_PROGRAMS = {
    "apt": ("/usr/bin/apt", "/usr/bin/apt-get", "/usr/bin/apt-cache", "/usr/bin/dpkg", "/usr/bin/dpkg-query"),
    "dnf": ("/usr/bin/dnf", "/usr/bin/dnf-3"),
    "dnf5": ("/usr/bin/dnf5",),
    "zypper": ("/usr/bin/zypper", "/usr/bin/needs-restarting"),
}
_OF_FAMILY = {
    "redhat": ("dnf",),
    "fedora": ("dnf5", "dnf"),
    "azurelinux": ("dnf",),
    "suse": ("zypper",),
    "alpine": ("apk",),
}
_DPKG = "/var/lib/dpkg"
_PROGRAMS_HERE = Path(__file__).with_name("programs")
_PROGRAMS_THERE = "/usr/lib/hyperv-lab"
_OFFER = f'#!/bin/sh\ncd {_PROGRAMS_THERE} && exec python3 -m programs.offer "$@"\n'


def bring_programs(files: GuestFiles) -> None:
    """Put into the guest what offers packages in it."""
    for path in sorted(_PROGRAMS_HERE.glob("*.py")):
        files.write(f"{_PROGRAMS_THERE}/programs/{path.name}", path.read_text())
    files.write("/usr/local/sbin/lab-offer", _OFFER, 0o755)


def keep_aside(files: GuestFiles, family: str) -> None:
    """Put the daemons of a family where nothing finds them but what makes packages of them."""
    for pattern in contents.DAEMONS.get(family, ()):
        for path in sorted(files.root.glob(pattern.replace("RELEASE", "*").lstrip("/"))):
            name = f"/{path.relative_to(files.root)}"
            files.write_bytes(f"{contents.KEPT}{name}", path.read_bytes(), 0o755 if os.access(path, os.X_OK) else 0o644)
    for pattern in (*contents.DAEMONS.get(family, ()), *contents.ENABLED):
        for path in sorted(files.root.glob(pattern.replace("RELEASE", "*").lstrip("/"))):
            files.remove(f"/{path.relative_to(files.root)}")


def leave_own(files: GuestFiles, family: str, recipe: Recipe) -> None:
    """Take the others away. A root that has none for the family stays Debian's, with names of the family."""
    own = _OF_FAMILY.get(family, ())
    if "apk" in own:
        files.write("/sbin/apk", "#!/usr/bin/env python3\n" + (_PROGRAMS_HERE / "apk.py").read_text(), 0o755)
        files.write("/etc/apk/world", "")
        files.write("/lib/apk/db/installed", "")
    elif not set(own) & set(recipe.packages):
        return
    for manager, programs in _PROGRAMS.items():
        if manager not in own:
            files.remove(*programs)
    files.remove_folder(_DPKG)
