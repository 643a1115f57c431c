# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What the running kernel brings: the driver hv_utils, and the interface for the file copy daemon."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_channels import VMBUS, Channel
from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import KINDS
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

# Kernel 4.2 gave the daemons character devices; before it they spoke netlink.
FIRST_WITH_DEVICES = (4, 2)
# Kernel 6.10 removed fcopy from hv_utils; the daemon maps the ring of the channel through uio_hv_generic since.
FIRST_WITH_UIO = (6, 10)
# modules.alias has the class id as it lies in memory, the first three parts little-endian.
FCOPY_ALIAS = "vmbus:e34bd134e4dec8419ae76b174977c192"


def release_numbers(release: str) -> tuple[int, int]:
    """Version and patch level of a kernel release."""
    match = re.match(r"(\d+)\.(\d+)", release)
    return (int(match.group(1)), int(match.group(2))) if match else (0, 0)


def has_devices(system: System) -> bool:
    """Whether the daemons of this kernel use devices; one that a distribution brought back to an old kernel counts."""
    return release_numbers(system.kernel) >= FIRST_WITH_DEVICES or system.is_folder("/dev/vmbus")


def hv_utils(system: System) -> str:
    """Whether the driver is C(loaded), C(builtin) or C(absent).

    The list of modules alone does not tell: a driver that is built in is not in it.
    """
    if system.freebsd:
        return "builtin" if any(_freebsd_devices(system)) else "absent"
    folder = "/sys/module/hv_utils"
    # Only a module that was loaded has a state; of a built-in one sysfs shows no more than the parameters.
    if system.exists(f"{folder}/initstate") or system.exists(f"{folder}/coresize"):
        return "loaded"
    if system.is_folder(folder) or system.exists(f"{VMBUS}/drivers/hv_utils"):
        return "builtin"
    return "builtin" if _module_list_has(system, "modules.builtin", "hv_utils") else "absent"


def hv_utils_on_disk(system: System) -> bool:
    """Whether the driver could be loaded."""
    return _module_list_has(system, "modules.dep", "hv_utils")


def fcopy_interface(system: System, channels: t.Sequence[Channel] | None) -> str:
    """How the kernel gives file copy to its daemon: C(chardev) or C(uio)."""
    if system.exists(KINDS["fcopy"].device):
        return "chardev"
    if any(channel.uio for channel in fcopy_channels(channels)):
        return "uio"
    aliases = _module_file(system, "modules.alias")
    if aliases is not None and "hv_utils" in aliases:
        return "chardev" if f"{FCOPY_ALIAS} hv_utils" in aliases else "uio"
    return "uio" if release_numbers(system.kernel) >= FIRST_WITH_UIO else "chardev"


def fcopy_channels(channels: t.Sequence[Channel] | None) -> list[Channel]:
    return [channel for channel in channels or () if channel.class_id == KINDS["fcopy"].class_id]


def device_of(system: System, key: str, channels: t.Sequence[Channel] | None) -> str | None:
    """The device that the daemon has to open, there or not; None if none can be named on this kernel."""
    kind = KINDS[key]
    if system.freebsd:
        return kind.freebsd_device
    if not has_devices(system):
        return None
    if key != "fcopy" or fcopy_interface(system, channels) == "chardev":
        return kind.device
    nodes = [f"/dev/{name}" for channel in fcopy_channels(channels) for name in channel.uio]
    return nodes[0] if nodes else None


def _freebsd_devices(system: System) -> t.Iterator[bool]:
    return (system.exists(kind.freebsd_device) for kind in KINDS.values() if kind.freebsd_device)


def _module_file(system: System, name: str) -> str | None:
    # A merged /usr has both names, an unmerged one only the first.
    for folder in ("/lib/modules", "/usr/lib/modules"):
        text = system.read(f"{folder}/{system.kernel}/{name}")
        if text is not None:
            return text
    return None


def _module_list_has(system: System, name: str, module: str) -> bool:
    return re.search(rf"(?m)(?:^|/){module}\.ko", _module_file(system, name) or "") is not None
