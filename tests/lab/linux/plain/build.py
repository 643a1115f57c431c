# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compiles the stand-in for the daemons, once for each version of its source."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import threading
from pathlib import Path

from .. import paths
from ..errors import LabError

_one_at_a_time = threading.Lock()
SOURCE = Path(__file__).with_name("standin.c")


def compiler() -> str | None:
    """The machine's C compiler."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def ensure_standin() -> Path:
    """Return the program, compiled if it is not there yet."""
    stamp = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    target = paths.cache_dir() / "linux" / f"standin-{stamp}"
    with _one_at_a_time:
        if not target.exists():
            _compile(target)
    return target


def _compile(target: Path) -> None:
    found = compiler()
    if found is None:
        raise LabError("Failed to compile the stand-in daemon: no C compiler was found (package gcc)")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    command = [found, "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(partial), str(SOURCE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        raise LabError(f"Failed to compile the stand-in daemon: {done.stderr.strip()}")
    partial.rename(target)
