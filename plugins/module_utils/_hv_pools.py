# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The pool files of the key-value pair exchange: records of a key and a value, filled up with NUL bytes."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

# HV_KVP_EXCHANGE_MAX_KEY_SIZE and _VALUE_SIZE, include/uapi/linux/hyperv.h.
KEY_SIZE = 512
VALUE_SIZE = 2048
RECORD_SIZE = KEY_SIZE + VALUE_SIZE

LINUX_FOLDER = "/var/lib/hyperv"
FREEBSD_FOLDER = "/var/db/hyperv/pool"
# enum hv_kvp_exchg_pool, include/uapi/linux/hyperv.h.
POOLS = ("external", "guest", "auto", "auto_external", "auto_internal")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Pool(t.NamedTuple):
    """One pool file. C(problem) says why its content cannot be trusted."""

    name: str
    path: str
    present: bool
    items: dict[str, str]
    problem: str | None

    def row(self, with_pairs: bool) -> dict[str, t.Any]:
        row: dict[str, t.Any] = {
            "name": self.name,
            "path": self.path,
            "present": self.present,
            "records": len(self.items) if self.present and self.problem is None else None,
            "problem": self.problem,
        }
        return {**row, "pairs": dict(self.items)} if with_pairs else row


def parse_pool(data: bytes) -> dict[str, str]:
    """Read the records of a pool.

    Raises:
        ValueError: The size is no multiple of the size of a record.
    """
    if len(data) % RECORD_SIZE:
        raise ValueError(f"The size, {len(data)} bytes, is no multiple of {RECORD_SIZE}")
    records = (data[start : start + RECORD_SIZE] for start in range(0, len(data), RECORD_SIZE))
    return {_decode(record[:KEY_SIZE]): _decode(record[KEY_SIZE:]) for record in records}


def _decode(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", errors="replace")


def read_pools(system: System) -> list[Pool]:
    """All pools, in the order of their numbers."""
    folder = FREEBSD_FOLDER if system.freebsd else LINUX_FOLDER
    return [_read_pool(system, name, f"{folder}/.kvp_pool_{number}") for number, name in enumerate(POOLS)]


def _read_pool(system: System, name: str, path: str) -> Pool:
    if not system.exists(path):
        return Pool(name, path, False, {}, None)
    data = system.read_bytes(path)
    if data is None:
        return Pool(name, path, True, {}, "unreadable")
    try:
        return Pool(name, path, True, parse_pool(data), None)
    except ValueError:
        return Pool(name, path, True, {}, "torn")


def host_told(pools: t.Sequence[Pool]) -> dict[str, str | None]:
    """What the host wrote about itself and this VM: the names are hostile input, the id is one or nothing."""
    items = next((pool.items for pool in pools if pool.name == "auto_external"), {})
    vm_id = items.get("VirtualMachineId", "").strip("{}").lower()
    return {
        "vm_id": vm_id if GUID.fullmatch(vm_id) else None,
        "vm_name": items.get("VirtualMachineName") or None,
        "host_name": items.get("PhysicalHostNameFullyQualified") or items.get("HostName") or None,
    }
