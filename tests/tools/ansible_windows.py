# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection ansible.windows, which playbooks use where it is there: setup.sh brings it for the tests.

A run puts it beside its copy of the checkout. HYPERV_ANSIBLE_WINDOWS=none runs what does not need it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from . import places, tree

NAME = "ansible.windows"
INSIDE = Path("ansible_collections/ansible/windows")
STAND_IN = Path("tests/lab/update_agent/win_updates.ps1")
SETTING = "HYPERV_ANSIBLE_WINDOWS"


def source() -> Path:
    return places.cache() / "collections" / INSIDE


def missing() -> str:
    """Why there is no ansible.windows; empty if there is."""
    if os.environ.get(SETTING) == "none":
        return f"there is no {NAME}: {SETTING} is none"
    if not (source() / "MANIFEST.json").exists():
        return f"there is no {NAME}: setup.sh could not fetch it from the package index"
    return ""


def place(collections: Path) -> None:
    """Put the collection beside a copy of the checkout; where there is none, leave none there."""
    target = collections / INSIDE
    if missing():
        shutil.rmtree(target, ignore_errors=True)
        return
    tree.synchronize(source(), tree.files_below(source()), target)
    # The lab has no Windows Update; the action plugin stays the real one.
    modules = target / "plugins/modules"
    modules.mkdir(parents=True, exist_ok=True)
    shutil.copy2(places.CHECKOUT / STAND_IN, modules / STAND_IN.name)


def used_in(copy: Path) -> bool:
    """Whether roles or playbooks, also those of the tests, name a module of the collection."""
    files = (path for name in ("roles", "playbooks", "tests/integration") for path in (copy / name).rglob("*.yml"))
    return any(f"{NAME}." in path.read_text(encoding="utf-8") for path in files)
