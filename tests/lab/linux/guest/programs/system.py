# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The system that the programs run in: where its source is, and how files and programs are dealt with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SOURCE = Path("/srv/lab-repository")


def run(command: list[str]) -> None:
    """Run a program; the first that fails ends it all, with what it said."""
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120
    )
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stdout}")


def write(path: Path, data: bytes) -> None:
    """Write a file; what is a program by its first bytes can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o755 if data.startswith((b"\x7fELF", b"#!")) else 0o644)
