# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where things lie: the checkout, the cache, the environments that setup.sh made, the Pythons of this machine."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
CORES = ("2.19", "2.20", "2.21")  # every supported ansible-core


def cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("HYPERV_CACHE") or Path(base, "hyperv.integration")).absolute()


def venv(core: str) -> Path:
    return cache() / f"venv-{core}"


def main_venv() -> Path:
    """The environment with the tools of the checks."""
    return (cache() / "venv").resolve()


def main_core() -> str:
    return main_venv().name.removeprefix("venv-")


def available_cores() -> list[str]:
    """The supported ansible-cores that have an environment here, oldest first."""
    return [core for core in CORES if (venv(core) / "bin/ansible-playbook").exists()]


def python_of(folder: Path) -> str:
    """The version of Python that an environment was made with, as 3.13."""
    text = (folder / "pyvenv.cfg").read_text()
    found = re.search(r"^version\s*=\s*(\d+\.\d+)", text, re.MULTILINE)
    if not found:
        raise ValueError(f"{folder}/pyvenv.cfg names no version")
    return found.group(1)


def pythons() -> dict[str, Path]:
    """Each Python 3 of this machine by version; the shims of pyenv answer for one version only."""
    found = {}
    for minor in range(8, 20):
        name = f"python3.{minor}"
        root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
        own = sorted(root.glob(f"versions/3.{minor}.*/bin/{name}"))
        path = own[-1] if own else shutil.which(name)
        if path and "/shims/" not in str(path):
            found[f"3.{minor}"] = Path(path)
    return found
