# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Which system this is: its name, its machine id, whether it waits for a restart."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_distribution import os_release
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System


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
