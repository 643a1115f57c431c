# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Which distribution a guest has, what manages its packages, and which kernels are installed."""

from __future__ import annotations

import shlex
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_families import (
    NIXOS,
    SUPPORT_PAGE,
    UBUNTU,
    find_family,
)
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

# By Ansible's name, in the order in which ansible-core prefers those that may be there together
# (module_utils/facts/system/pkg_mgr.py). tdnf and yum have no module that runs on Python 3.
_MANAGERS = (
    ("dnf5", ("dnf5",)),
    ("dnf", ("dnf", "dnf-3")),
    ("tdnf", ("tdnf",)),
    ("yum", ("yum",)),
    ("zypper", ("zypper",)),
    ("apt", ("apt-get",)),
    ("pacman", ("pacman",)),
    ("apk", ("apk",)),
    ("portage", ("emerge",)),
    ("pkgng", ("pkg",)),
)
_MODULE_FOLDERS = ("/usr/lib/modules", "/lib/modules")


def os_release(system: System) -> dict[str, str]:
    """The fields of os-release; shell quoting, but no shell (os-release(5))."""
    text = system.read("/etc/os-release") or system.read("/usr/lib/os-release") or ""
    fields = {}
    for line in text.splitlines():
        name, found, value = line.strip().partition("=")
        if not found or name.startswith("#"):
            continue
        try:
            words = shlex.split(value)
        except ValueError:
            words = [value]
        fields[name] = words[0] if words else ""
    return fields


def distribution(system: System) -> dict[str, t.Any]:
    """The part of a snapshot that says what an update has to deal with."""
    fields = os_release(system)
    return {
        "id": fields.get("ID") or ("freebsd" if system.freebsd else None),
        "like": fields.get("ID_LIKE", "").split(),
        "package_manager": _manager(system),
        # libostree(7): the root is an image then, and packages come with the next image.
        "image": system.exists("/run/ostree-booted"),
    }


def _manager(system: System) -> str | None:
    return next((name for name, programs in _MANAGERS if any(map(system.command, programs))), None)


def installed_kernels(system: System) -> list[str]:
    """The releases of the kernels that are installed.

    modules.builtin is a file of the package. What else is in the folder may be of depmod or DKMS, and outlive it.
    """
    found = {
        release
        for folder in _MODULE_FOLDERS
        for release in system.names(folder)
        if system.exists(f"{folder}/{release}/modules.builtin")
    }
    return sorted(found)


def package_advice(system: System) -> str:
    """One sentence: what to install so that the daemons are there."""
    fields = os_release(system)
    family = find_family(fields.get("ID"), fields.get("ID_LIKE", "").split())
    if family is NIXOS:
        return "Set virtualisation.hypervGuest.enable in the configuration of NixOS"
    if family is UBUNTU:
        metas = "the meta package linux-cloud-tools-virtual, -generic or -azure"
        return f"Install the package linux-cloud-tools-{system.kernel} (or {metas})"
    if family is not None and family.install:
        return f"Install the package {' '.join(family.install)}"
    return f"See {SUPPORT_PAGE} for what this distribution supports"
