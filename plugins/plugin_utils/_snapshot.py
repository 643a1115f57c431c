# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The snapshot of one host or one guest: its schema, and the check that brings one into its normal form.

In the normal form every key is present, null means unknown, lists are lists, ids are lower case without braces, and
enums are lower case. Keys that this release does not know are dropped, so that a newer collector can add some.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot_fields import (
    Data,
    SnapshotError,
    guid,
    lower,
    show,
    take_fields,
    take_list,
    take_mapping,
    take_texts,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot_guest import guest_part

__all__ = ["ERROR_CLASSES", "SCHEMA", "SERVICE_KEYS", "Data", "SnapshotError", "failed_snapshot", "read_snapshot"]

SCHEMA = "hyperv.integration/snapshot/1"
_FAMILY = "hyperv.integration/snapshot/"

SERVICE_KEYS = (
    "guest_service_interface",
    "heartbeat",
    "key_value_pair_exchange",
    "shutdown",
    "time_synchronization",
    "vss",
)
ERROR_CLASSES = (
    "access_denied",
    "blocked",
    "guest_unreachable",
    "host_off",
    "host_on",
    "host_unreachable",
    "host_unsupported",
    "invalid_argument",
    "no_snapshot",
    "not_a_guest",
    "service_not_offered",
    "timeout",
    "unexpected",
    "vm_ambiguous",
    "vm_busy",
    "vm_not_found",
)

_HOST: dict[str, type] = {
    "name": str,
    "fqdn": str,
    "os_caption": str,
    "os_version": str,
    "os_build": int,
    "generation": str,
    "cluster": str,
    "module_version": str,
    "vmguest_iso": str,
    "reference_version": str,
    "reference_source": str,
    "language": str,
}
_VM: dict[str, type] = {
    "id": str,
    "name": str,
    "state": str,
    "generation": int,
    "configuration_version": str,
    "clustered": bool,
    "checkpoints": int,
    "heartbeat": str,
}
_VM_GUEST: dict[str, type] = {"family": str, "os_name": str, "os_version": str, "fqdn": str}
_VERSION: dict[str, type] = {"value": str, "source": str, "reason": str, "state": str}
_SERVICE: dict[str, type] = {
    "key": str,
    "id": str,
    "display_name": str,
    "enabled": bool,
    "primary_status": str,
    "primary_status_code": int,
    "primary_status_text": str,
    "secondary_status": str,
    "secondary_status_code": int,
    "secondary_status_text": str,
    "protocol_mismatch": bool,
}
_ERROR: dict[str, type] = {"error_class": str, "msg": str, "hint": str}


def _error(value: t.Any, where: str) -> Data | None:
    if value is None:
        return None
    error = take_fields(value, _ERROR, where)
    if error["error_class"] not in ERROR_CLASSES:
        error["error_class"] = "unexpected"
    error["msg"] = error["msg"] or "No message was given"
    return error


def _service(value: t.Any, where: str) -> Data:
    service = take_fields(value, _SERVICE, where)
    if not service["key"]:
        raise SnapshotError(f"{where}.key is missing")
    service["id"] = guid(service["id"])
    for name in ("key", "primary_status", "secondary_status"):
        service[name] = lower(service[name])
    service["protocol_mismatch"] = bool(service["protocol_mismatch"])
    return service


def _kvp(value: t.Any, where: str) -> dict[str, str]:
    items = take_mapping(value or {}, where)
    return {str(name): str(text) for name, text in items.items() if text is not None}


def _vm(value: t.Any, where: str) -> Data:
    vm = take_fields(value, _VM, where)
    if not vm["id"] and not vm["name"]:
        raise SnapshotError(f"{where} has neither id nor name")
    data = take_mapping(value, where)
    vm["id"] = guid(vm["id"])
    for name in ("state", "heartbeat"):
        vm[name] = lower(vm[name])
    guest = data.get("guest") or {}
    vm["guest"] = take_fields(guest, _VM_GUEST, f"{where}.guest")
    for name in ("ipv4", "ipv6"):
        vm["guest"][name] = take_texts(guest.get(name), f"{where}.guest.{name}")
    vm["kvp"] = _kvp(data.get("kvp"), f"{where}.kvp")
    vm["version"] = take_fields(data.get("version") or {}, _VERSION, f"{where}.version")
    services = take_list(data.get("services"), f"{where}.services")
    vm["services"] = [_service(service, f"{where}.services[{number}]") for number, service in enumerate(services)]
    vm["error"] = _error(data.get("error"), f"{where}.error")
    return vm


def _host_part(data: Data) -> Data:
    host = data.get("host") or {}
    # Whether the disk is there is told as its path by some collectors, and as yes or no by others.
    disk = host.get("vmguest_iso") if isinstance(host, dict) else None
    if isinstance(disk, bool):
        host = {**host, "vmguest_iso": "present" if disk else None}
    vms = [_vm(vm, f"vms[{number}]") for number, vm in enumerate(take_list(data.get("vms"), "vms"))]
    return {"host": take_fields(host, _HOST, "host"), "vms": vms}


def read_snapshot(value: t.Any) -> Data:
    """Check a snapshot and return its normal form.

    Raises:
        SnapshotError: It is not a snapshot, or one of another schema.
    """
    data = take_mapping(value, "The snapshot")
    schema = data.get("schema")
    if schema != SCHEMA:
        advice = "; read it with the release that wrote it" if str(schema).startswith(_FAMILY) else ""
        raise SnapshotError(f"schema must be '{SCHEMA}' but is {show(schema)}{advice}")
    parts = {"host": _host_part, "guest": guest_part}
    kind = data.get("kind")
    if kind not in parts:
        raise SnapshotError(f"kind must be 'host' or 'guest' but is {show(kind)}")
    head = take_fields(data, {"target": str, "collected_at": str}, "The snapshot")
    error = _error(data.get("error"), "error")
    return {"schema": SCHEMA, "kind": kind, **head, **parts[kind](data), "error": error}


def failed_snapshot(target: str, error: Data, collected_at: str | None, kind: str = "host") -> Data:
    """The snapshot of a target that could not be read: it holds the reason, so that the target is not absent."""
    return read_snapshot(
        {"schema": SCHEMA, "kind": kind, "target": target, "collected_at": collected_at, "error": error}
    )
