# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the machine must have for process guests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import build

# Files of real daemons; a machine that has them is a Hyper-V guest itself, and its own daemons would be taken for ours.
_OF_REAL_ONES = ("/usr/sbin/hv_kvp_daemon", "/usr/sbin/hypervkvpd", "/etc/init.d/hv-kvp-daemon", "/sys/bus/vmbus")
# The mounts that need most; where a container masks parts of /proc, the kernel refuses a new one.
_TRIAL = """
import sys
sys.path.insert(0, sys.argv[1])
from importlib import import_module
inside = import_module(sys.argv[2] + ".inside")
inside.syscalls.mount("", "/", flags=inside.syscalls.MS_REC | inside.syscalls.MS_PRIVATE)
inside.read_only("/", on=True, recursive=True)
inside.syscalls.mount("proc", "/proc", "proc", inside.syscalls.MS_NOSUID)
"""
NAMESPACES = ("--user", "--map-root-user", "--pid", "--mount", "--uts", "--ipc", "--net", "--fork", "--kill-child")


def missing() -> list[str]:
    """Every reason why process guests cannot run here; empty when they can."""
    from .. import paths, requirements

    if os.environ.get(requirements.CHOICE) == "none":
        return [f"{requirements.CHOICE}=none forbids it"]
    reasons = [
        f"program {name} is missing (package util-linux)" for name in ("unshare", "nsenter") if not shutil.which(name)
    ]
    if build.compiler() is None:
        reasons.append("there is no C compiler (package gcc)")
    if not Path("/usr/local/sbin").is_dir():
        reasons.append("there is no folder /usr/local/sbin")
    reasons += [f"{name} exists, so this is a Hyper-V guest itself" for name in _OF_REAL_ONES if Path(name).exists()]
    if not reasons:
        trial = [sys.executable, "-c", _TRIAL, str(paths.IMPORT_ROOT), __package__]
        try:
            done = subprocess.run(
                ["unshare", *NAMESPACES, *trial], capture_output=True, text=True, timeout=30, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as exc:
            return [f"a user namespace cannot be made: {exc}"]
        if done.returncode != 0:
            reasons.append(
                f"a user namespace cannot be made: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}"
            )
    return reasons
