# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What the host offers to this guest: the devices on the VMBus, read from sysfs.

A service that the host has switched off has no device here (Documentation/ABI/stable/sysfs-bus-vmbus).
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import KINDS
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

VMBUS = "/sys/bus/vmbus"

SERVICES: dict[str, str] = {
    **{kind.class_id: kind.service for kind in KINDS.values()},
    "0e0b6031-5213-4934-818b-38d90ced39db": "shutdown",
    "9527e630-d0ae-497b-adce-e80ab0175caf": "time_synchronization",
    "57164f39-9115-4e78-ab55-382f3bd5422d": "heartbeat",
}
DEVICES: dict[str, str] = {
    "525074dc-8985-46e2-8057-a307dc18a502": "dynamic_memory",
    "f912ad6d-2b17-48ea-bd65-f927a61c7684": "keyboard",
    "cfa8b69e-5b4a-4cc0-b98b-8ba1a1f3f95a": "mouse",
    "da0a7802-e377-4aac-8e77-0558eb1073f8": "video",
    "f8615163-df3e-46c5-913f-f2d2f965ed0e": "network",
    "32412632-86cb-44a2-9b5c-50d1417354f5": "ide",
    "ba6163d9-04a1-4d29-b605-72e2ffb1dc7f": "scsi",
    "44c4f61d-4444-4400-9d52-802e27ede19f": "pci_pass_through",
}


class Channel(t.NamedTuple):
    """One device that the host offers."""

    key: str
    class_id: str
    instance_id: str
    driver: str | None
    uio: tuple[str, ...]


def read_channels(system: System) -> list[Channel] | None:
    """The offered devices; None if this kernel has no VMBus."""
    if not system.is_folder(f"{VMBUS}/devices"):
        return None
    return [_read_channel(system, name) for name in system.names(f"{VMBUS}/devices")]


def _read_channel(system: System, name: str) -> Channel:
    folder = f"{VMBUS}/devices/{name}"
    class_id = (system.line(f"{folder}/class_id") or "").strip("{}").lower()
    key = SERVICES.get(class_id) or DEVICES.get(class_id) or class_id or name
    driver = system.link(f"{folder}/driver")
    return Channel(
        key=key,
        class_id=class_id,
        instance_id=(system.line(f"{folder}/device_id") or name).strip("{}").lower(),
        driver=driver.rsplit("/", 1)[-1] if driver else None,
        uio=tuple(system.names(f"{folder}/uio")),
    )


def offered(channels: t.Sequence[Channel] | None) -> dict[str, bool] | None:
    """Each known service with whether it is offered, and what else the host offers, by key."""
    if channels is None:
        return None
    known = dict.fromkeys((*sorted(SERVICES.values()), "dynamic_memory"), False)
    return {**known, **{channel.key: True for channel in channels}}
