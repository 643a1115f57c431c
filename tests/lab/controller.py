# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Ansible side of a lab: this checkout as a collection, and the environment to run playbooks in."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from .errors import LabError
from .pwsh import cache_folder

CHECKOUT = Path(__file__).absolute().parents[2]
CONFIGURATION = Path(__file__).absolute().parent / "ansible.cfg"
CALLBACKS = Path(__file__).absolute().parent / "callback"


def collections() -> Path:
    """Return a collections path whose hyperv.integration is this checkout."""
    for parent in CHECKOUT.parents:
        if CHECKOUT.relative_to(parent).parts == ("ansible_collections", "hyperv", "integration"):
            return parent
    root = cache_folder(os.environ) / "collections"
    link = root / "ansible_collections" / "hyperv" / "integration"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.readlink() != CHECKOUT:
        # Made aside and moved, so that a playbook which starts at this moment finds the old link or the new one.
        fresh = link.with_name(f"integration.{os.getpid()}")
        fresh.symlink_to(CHECKOUT)
        fresh.replace(link)
    return root


def program(name: str) -> str:
    """Return a program of the ansible-core that belongs to this Python, else the one on PATH."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise LabError(f"There is no {name}, neither beside {sys.executable} nor on PATH")
    return found


def environment() -> dict[str, str]:
    """Return the environment of a playbook that runs against a lab."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    loopback = ",".join(filter(None, (mine.get("no_proxy"), mine.get("NO_PROXY"), "127.0.0.1")))
    return {
        **mine,
        "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        "ANSIBLE_COLLECTIONS_PATH": str(collections()),
        "ANSIBLE_CONFIG": str(CONFIGURATION),
        "ANSIBLE_HOME": str(cache_folder(os.environ) / "ansible"),
        "NO_PROXY": loopback,
        "no_proxy": loopback,
    }
