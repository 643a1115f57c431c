# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of sysfs that shows what the host offers: /sys/bus/vmbus, and hv_utils in /sys/module and /proc/modules.

It is a folder outside that is bound into the guest, so the host can change it at any time without touching the guest.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ..services import Service

# These need no daemon, and are there on every Hyper-V guest.
_DRIVERS = ("hv_utils", "hv_storvsc", "hv_netvsc", "hv_balloon")
_RING_BYTES = 32768
# Sizes as some kernel had them; nobody may depend on them.
_MODULES = (("hv_utils", 57344, ""), ("hv_vmbus", 167936, "hv_utils,"))


def make_bus(bus: Path, hv_utils: str) -> None:
    """Make an empty vmbus with its drivers."""
    (bus / "vmbus/devices").mkdir(parents=True)
    for name in _DRIVERS:
        if name != "hv_utils" or hv_utils != "absent":
            (bus / "vmbus/drivers" / name).mkdir(parents=True)


def offer(bus: Path, service: Service, uio: bool) -> bool:
    """Make the channel of a service appear."""
    folder = bus / "vmbus/devices" / service.instance_id
    if folder.exists():
        return False
    # Built beside and moved, so that no reader sees a channel without its ids.
    partial = bus / "vmbus" / f".{service.instance_id}"
    partial.mkdir()
    (partial / "class_id").write_text(f"{{{service.class_id}}}\n")
    (partial / "device_id").write_text(f"{{{service.instance_id}}}\n")
    (partial / "id").write_text(f"{service.channel}\n")
    if uio:
        (partial / "uio/uio0").mkdir(parents=True)
        ring = partial / "channels" / str(service.channel) / "ring"
        ring.parent.mkdir(parents=True)
        ring.write_bytes(bytes(_RING_BYTES))
    partial.rename(folder)
    return True


def rescind(bus: Path, service: Service) -> bool:
    """Make the channel of a service disappear."""
    folder = bus / "vmbus/devices" / service.instance_id
    if not folder.exists():
        return False
    gone = bus / "vmbus" / f".gone-{service.instance_id}"
    folder.rename(gone)
    shutil.rmtree(gone)
    return True


def make_modules(folder: Path, listing: Path, hv_utils: str) -> None:
    """Make /sys/module and /proc/modules tell how the guest's kernel has hv_utils."""
    folder.mkdir()
    lines = []
    if hv_utils != "absent":
        # timesync_implicit is a parameter, which is why a built-in hv_utils has a folder too.
        for name, size, users in _MODULES:
            (folder / name / "parameters").mkdir(parents=True)
            if hv_utils == "module":
                (folder / name / "initstate").write_text("live\n")
                (folder / name / "refcnt").write_text(f"{users.count(',')}\n")
                (folder / name / "coresize").write_text(f"{size}\n")
                (folder / name / "holders").mkdir()
                for user in filter(None, users.split(",")):
                    (folder / name / "holders" / user).mkdir()
                lines.append(f"{name} {size} {users.count(',')} {users or '-'} Live 0x0000000000000000\n")
        (folder / "hv_utils/parameters/timesync_implicit").write_text("N\n")
    listing.write_text("".join(lines))
