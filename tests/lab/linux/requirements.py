# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the machine must have for guests, told one by one; and the Debian packages that bring what is missing."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

from . import cgroups
from .errors import LabError
from .services import SERVICES

# Program -> Debian package.
PROGRAMS: Mapping[str, str] = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "mmdebstrap": "mmdebstrap",
    "dpkg-deb": "dpkg",
    "apt-get": "apt",
    "chroot": "coreutils",
}
# Says what to run instead of what could be: "process" for guests without root and FUSE, "none" for no guests at all.
CHOICE = "HYPERV_LINUX"
_KEYRINGS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def missing() -> list[str]:
    """Every reason why guests cannot run here; empty when they can."""
    chosen = os.environ.get(CHOICE, "")
    if chosen:
        return [f"{CHOICE}={chosen} forbids it"]
    reasons = []
    if os.geteuid() != 0:
        reasons.append(
            "root is needed for namespaces, mounts and device nodes, but this is user id " + str(os.geteuid())
        )
    fuse = Path("/dev/fuse")
    if not fuse.exists() or not stat.S_ISCHR(fuse.stat().st_mode):
        reasons.append("/dev/fuse is missing: the kernel has no FUSE or the container does not pass it on")
    if "overlay" not in Path("/proc/filesystems").read_text().split():
        reasons.append("the kernel does not know overlay file systems (/proc/filesystems)")
    if cgroups.cgroup2_mount() is None:
        reasons.append("no cgroup2 is mounted")
    absent = [s.stand_in for s in SERVICES if s.stand_in and not Path(f"/sys/class/tty/{s.stand_in}").exists()]
    if absent:
        reasons.append(f"the kernel has no {', '.join(absent)} to stand in for Hyper-V's devices")
    reasons.extend(f"program {name} is missing (package {PROGRAMS[name]})" for name in missing_programs())
    if not _KEYRINGS.exists():
        reasons.append("Debian's archive keys are missing (package debian-archive-keyring)")
    if not reasons:
        reasons.extend(_try_namespaces())
    return reasons


def missing_programs() -> list[str]:
    """The programs that are not here."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def missing_packages() -> list[str]:
    """The Debian packages that would bring what is missing."""
    packages = {PROGRAMS[name] for name in missing_programs()}
    if not _KEYRINGS.exists():
        packages.add("debian-archive-keyring")
    return sorted(packages)


def _try_namespaces() -> list[str]:
    """Root in a container may still be refused, which only trying can tell."""
    command = ["unshare", "--pid", "--mount", "--net", "--uts", "--ipc", "--cgroup", "--fork", "--kill-child", "true"]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired) as exc:
        return [f"namespaces cannot be made: {exc}"]
    return [] if done.returncode == 0 else [f"namespaces cannot be made: {done.stderr.strip()}"]


def check() -> None:
    """Refuse to go on where guests cannot run."""
    reasons = missing()
    if reasons:
        raise LabError("Linux guests cannot run on this machine:\n" + "\n".join(f"- {reason}" for reason in reasons))


def install_packages() -> list[str]:
    """Install the missing packages by apt and return their names."""
    packages = missing_packages()
    if packages:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
            try:
                subprocess.run(["apt-get", "-qq", *command], check=True, env=environment, timeout=300)
            except (OSError, subprocess.SubprocessError) as exc:
                raise LabError(f"Failed to install {', '.join(packages)}: {exc}") from exc
    return packages
