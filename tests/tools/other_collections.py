# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collections that playbooks use where they are there: setup.sh brings them for the tests.

A run puts them beside its copy of the checkout. HYPERV_OTHER_COLLECTIONS=none runs what does not need them.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from . import places, tree

WINDOWS, GENERAL = "ansible.windows", "community.general"
NAMES = (WINDOWS, GENERAL)
STAND_IN = Path("tests/lab/update_agent/win_updates.ps1")
SETTING = "HYPERV_OTHER_COLLECTIONS"


def inside(name: str) -> Path:
    """Where a collection is below a folder of collections."""
    return Path("ansible_collections", *name.split("."))


def source(name: str) -> Path:
    return places.cache() / "collections" / inside(name)


def missing(name: str) -> str:
    """Why a collection is not there; empty if it is."""
    if os.environ.get(SETTING) == "none":
        return f"there is no {name}: {SETTING} is none"
    if not (source(name) / "MANIFEST.json").exists():
        return f"there is no {name}: setup.sh could not fetch it from the package index"
    return ""


def place(collections: Path) -> None:
    """Put the collections beside a copy of the checkout; of those that are not there, leave none."""
    for name in NAMES:
        target = collections / inside(name)
        if missing(name):
            shutil.rmtree(target, ignore_errors=True)
        else:
            tree.synchronize(source(name), tree.files_below(source(name)), target)
    if not missing(WINDOWS):
        # The lab has no Windows Update; the action plugin stays the real one.
        modules = collections / inside(WINDOWS) / "plugins/modules"
        modules.mkdir(parents=True, exist_ok=True)
        shutil.copy2(places.CHECKOUT / STAND_IN, modules / STAND_IN.name)


def used_in(copy: Path, name: str) -> bool:
    """Whether roles or playbooks, also those of the tests, name a module of a collection."""
    files = (path for folder in ("roles", "playbooks", "tests/integration") for path in (copy / folder).rglob("*.yml"))
    return any(f"{name}." in path.read_text(encoding="utf-8") for path in files)
