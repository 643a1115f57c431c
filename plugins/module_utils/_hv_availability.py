# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Whether a daemon can work here at all, and if not, why and what to do: host, kernel, package."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_discovery import Installation
from ansible_collections.hyperv.integration.plugins.module_utils._hv_distribution import package_advice
from ansible_collections.hyperv.integration.plugins.module_utils._hv_families import SUPPORT_PAGE
from ansible_collections.hyperv.integration.plugins.module_utils._hv_kernel import hv_utils_on_disk
from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import KINDS, fcopy_style
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System
from ansible_collections.hyperv.integration.plugins.module_utils._hv_virtualization import Virtualization

# tools/hv/Makefile builds the uio daemon for x86 alone.
UIO_MACHINES = ("x86_64", "i386", "i486", "i586", "i686")

DISPLAY_NAMES = {
    "kvp": "Key-Value Pair Exchange",
    "vss": "VSS (Backup)",
    "fcopy": "Guest Service Interface",
}


class Place(t.NamedTuple):
    """What is the same for all daemons of a system."""

    virtualization: Virtualization
    offered: dict[str, bool] | None
    hv_utils: str
    fcopy_interface: str


def place_reason(system: System, key: str, place: Place, device: str | None, device_present: bool) -> str | None:
    """What keeps a daemon from working here whatever is installed, from the outside inwards; None if nothing does."""
    if device_present:
        return None
    virtualization = place.virtualization
    if not virtualization.hyperv:
        return "not_a_guest"
    if virtualization.confidential is not None:
        return "confidential_vm"
    if place.offered is not None and not place.offered.get(KINDS[key].service, False):
        return "off_on_host"
    # sysfs is the VM's in a container too, the devices are there only if somebody gave them.
    if virtualization.container is not None and device is not None and not system.is_folder("/dev/vmbus"):
        return "container"
    return _kernel_reason(system, key, place, device)


def _kernel_reason(system: System, key: str, place: Place, device: str | None) -> str | None:
    if key == "fcopy" and place.fcopy_interface == "uio":
        if system.freebsd or system.machine not in UIO_MACHINES:
            return "unsupported"
        return "device_missing" if device is not None else "uio_not_bound"
    if system.freebsd and device is None:
        return "unsupported"
    if place.hv_utils == "absent":
        return "driver_absent"
    # A kernel that speaks netlink has no device that could be missing.
    return "device_missing" if device is not None else None


def package_reason(system: System, found: Installation, place: Place) -> str | None:
    """What is wrong with what is installed; None if nothing is."""
    if found.binary is None:
        if found.wrapper is not None:
            return "not_for_this_kernel"
        configured = found.configured is not None and not system.exists(found.configured)
        return "binary_missing" if configured else "not_installed"
    style = fcopy_style(found.binary)
    if found.key == "fcopy" and style is not None and style != place.fcopy_interface:
        return "wrong_interface"
    return None


def hint(system: System, found: Installation, reason: str | None) -> str | None:
    """What to do about a reason, in one sentence."""
    kind = KINDS[found.key]
    texts: dict[str, t.Callable[[], str]] = {
        "not_a_guest": lambda: "This system is no Hyper-V guest; the daemon has nothing to do here",
        "confidential_vm": lambda: "The kernel of a confidential VM refuses this service; nothing is to be repaired",
        "container": lambda: f"Manage the daemon on the VM itself, or give {kind.device} to the container",
        "off_on_host": lambda: f"Turn on {DISPLAY_NAMES[found.key]} for this VM on its host",
        "unsupported": lambda: f"This system has no such daemon; see {SUPPORT_PAGE}",
        "driver_absent": lambda: _driver_hint(system),
        "device_missing": lambda: "The host offers the service but the device is not there yet; wait, or see dmesg",
        "uio_not_bound": lambda: (
            f"Load uio_hv_generic and write {kind.class_id} to /sys/bus/vmbus/drivers/uio_hv_generic/new_id"
        ),
        "not_installed": lambda: package_advice(system),
        "binary_missing": lambda: f"The unit starts {found.configured}, which is not there; {package_advice(system)}",
        "not_for_this_kernel": lambda: (
            f"{found.wrapper} finds no program for kernel {system.kernel}; {package_advice(system)}"
        ),
        "wrong_interface": lambda: (
            "Kernels from 6.10 on need hv_fcopy_uio_daemon, older ones hv_fcopy_daemon; install the other one"
        ),
    }
    return texts[reason]() if reason is not None else None


def _driver_hint(system: System) -> str:
    if hv_utils_on_disk(system):
        return "Load the driver hv_utils, for example with community.general.modprobe"
    return f"This kernel has no hv_utils; see {SUPPORT_PAGE}"
