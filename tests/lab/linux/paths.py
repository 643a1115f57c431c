# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the Linux lab keeps its files, and how it starts its own modules as processes."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

_FILE = Path(__file__).resolve()
# The package is called `tests.lab.linux` or has `ansible_collections...` before it: the folder above it differs.
IMPORT_ROOT = _FILE.parents[len(__package__.split("."))]


def cache_dir() -> Path:
    """The project's cache folder, shared with the other tools."""
    named = os.environ.get("HYPERV_CACHE")
    if named:
        return Path(named).resolve()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache").resolve() / "hyperv.integration"


def roots_dir() -> Path:
    """Where built root file systems are."""
    return cache_dir() / "linux" / "roots"


def lab_dir(name: str) -> Path:
    """The folder of a running lab by its name."""
    return cache_dir() / "labs" / name / "linux"


def lab_id(directory: Path) -> str:
    """A short name for a lab that no other lab on this machine has."""
    return "lab-" + hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:12]


def module_command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of this package; start it in IMPORT_ROOT."""
    return [sys.executable, "-E", "-s", "-m", f"{__package__}.{module}", *arguments]
