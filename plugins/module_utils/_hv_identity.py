# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Which system this is: its distribution, its machine id, whether it waits for a restart, the packages to advise."""

from __future__ import annotations

import shlex
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

# By ID of os-release, then by each word of ID_LIKE.
PACKAGE_OF = {
    "ubuntu": "linux-cloud-tools-{kernel} (or the meta package linux-cloud-tools-virtual, -generic or -azure)",
    "debian": "hyperv-daemons",
    "rhel": "hyperv-daemons",
    "fedora": "hyperv-daemons",
    "centos": "hyperv-daemons",
    "ol": "hyperv-daemons",
    "azurelinux": "hyperv-daemons",
    "mariner": "hyperv-daemons",
    "sles": "hyper-v",
    "suse": "hyper-v",
    "photon": "hyper-v",
    "arch": "hyperv",
    "alpine": "hvtools",
}
NIXOS_ADVICE = "Set virtualisation.hypervGuest.enable in the configuration of NixOS"
SUPPORT_PAGE = "https://learn.microsoft.com/windows-server/virtualization/hyper-v/supported-linux-and-freebsd-virtual-machines-for-hyper-v-on-windows"


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


def package_advice(system: System) -> str:
    """One sentence: what to install so that the daemons are there."""
    fields = os_release(system)
    ids = [fields.get("ID", ""), *fields.get("ID_LIKE", "").split()]
    if "nixos" in ids:
        return NIXOS_ADVICE
    for name in ids:
        # openSUSE's ids are opensuse-leap, opensuse-tumbleweed and so on.
        package = PACKAGE_OF.get("suse" if name.startswith("opensuse") else name)
        if package:
            return f"Install the package {package.format(kernel=system.kernel)}"
    return f"See {SUPPORT_PAGE} for what this distribution supports"


def identity(system: System, host_told: dict[str, str | None]) -> dict[str, t.Any]:
    """The guest part of a snapshot."""
    fields = os_release(system)
    return {
        "name": system.line("/proc/sys/kernel/hostname") or system.line("/etc/hostname") or None,
        "machine_id": system.line("/etc/machine-id") or None,
        "family": "freebsd" if system.freebsd else "linux",
        "os_name": fields.get("NAME") or None,
        "os_version": fields.get("VERSION_ID") or None,
        "kernel": system.kernel,
        "architecture": system.machine,
        "restart_pending": restart_pending(system),
        **host_told,
    }


def restart_pending(system: System) -> bool:
    """Whether the system itself says so, or the modules of the running kernel are gone."""
    if system.exists("/run/reboot-required") or system.exists("/var/run/reboot-required"):
        return True
    installed = system.names("/lib/modules")
    return bool(installed) and system.kernel not in installed
