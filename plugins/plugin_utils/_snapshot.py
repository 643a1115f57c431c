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

Data = dict[str, t.Any]

_WORDS = {bool: "true or false", dict: "a mapping", int: "a whole number", list: "a list", str: "a text"}
_SHOWN = 60

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
_VM_GUEST: dict[str, type] = {"os_name": str, "os_version": str, "fqdn": str}
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
_GUEST: dict[str, type] = {
    "name": str,
    "vm_id": str,
    "machine_id": str,
    "family": str,
    "os_name": str,
    "os_version": str,
    "restart_pending": bool,
}
_GUEST_SERVICE: dict[str, type] = {
    "key": str,
    "name": str,
    "state": str,
    "start_mode": str,
    "available": bool,
    "running": bool,
    "healthy": bool,
    "reason": str,
}
_ERROR: dict[str, type] = {"error_class": str, "msg": str, "hint": str}


class SnapshotError(ValueError):
    """The data is no snapshot that this release can read; the message says where and why."""


def _show(value: t.Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _wrong(where: str, kind: type, value: t.Any) -> SnapshotError:
    return SnapshotError(f"{where} must be {_WORDS[kind]} but is {_show(value)}")


def _mapping(value: t.Any, where: str) -> Data:
    if not isinstance(value, dict):
        raise _wrong(where, dict, value)
    return value


def _list(value: t.Any, where: str) -> list[t.Any]:
    """A list; null counts as an empty one, since PowerShell turns an empty list into null on the way."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong(where, list, value)
    return value


def _fields(value: t.Any, fields: dict[str, type], where: str) -> Data:
    data = _mapping(value, where)
    taken = {}
    for name, kind in fields.items():
        item = data.get(name)
        # True is an int to Python, but not a whole number to anybody else.
        if item is not None and (not isinstance(item, kind) or (kind is int and isinstance(item, bool))):
            raise _wrong(f"{where}.{name}", kind, item)
        taken[name] = item
    return taken


def _texts(value: t.Any, where: str) -> list[str]:
    texts = _list(value, where)
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise _wrong(f"{where}[{number}]", str, text)
    return texts


def _guid(text: str | None) -> str | None:
    return text.strip("{}").lower() if text else None


def _lower(text: str | None) -> str | None:
    return text.lower() if text else None


def _error(value: t.Any, where: str) -> Data | None:
    if value is None:
        return None
    error = _fields(value, _ERROR, where)
    if error["error_class"] not in ERROR_CLASSES:
        error["error_class"] = "unexpected"
    error["msg"] = error["msg"] or "No message was given"
    return error


def _service(value: t.Any, where: str) -> Data:
    service = _fields(value, _SERVICE, where)
    if not service["key"]:
        raise SnapshotError(f"{where}.key is missing")
    service["id"] = _guid(service["id"])
    for name in ("key", "primary_status", "secondary_status"):
        service[name] = _lower(service[name])
    service["protocol_mismatch"] = bool(service["protocol_mismatch"])
    return service


def _kvp(value: t.Any, where: str) -> dict[str, str]:
    items = _mapping(value or {}, where)
    return {str(name): str(text) for name, text in items.items() if text is not None}


def _vm(value: t.Any, where: str) -> Data:
    vm = _fields(value, _VM, where)
    if not vm["id"] and not vm["name"]:
        raise SnapshotError(f"{where} has neither id nor name")
    data = _mapping(value, where)
    vm["id"] = _guid(vm["id"])
    for name in ("state", "heartbeat"):
        vm[name] = _lower(vm[name])
    guest = data.get("guest") or {}
    vm["guest"] = _fields(guest, _VM_GUEST, f"{where}.guest")
    for name in ("ipv4", "ipv6"):
        vm["guest"][name] = _texts(guest.get(name), f"{where}.guest.{name}")
    vm["kvp"] = _kvp(data.get("kvp"), f"{where}.kvp")
    vm["version"] = _fields(data.get("version") or {}, _VERSION, f"{where}.version")
    services = _list(data.get("services"), f"{where}.services")
    vm["services"] = [_service(service, f"{where}.services[{number}]") for number, service in enumerate(services)]
    vm["error"] = _error(data.get("error"), f"{where}.error")
    return vm


def _guest_service(value: t.Any, where: str) -> Data:
    service = _fields(value, _GUEST_SERVICE, where)
    if not service["key"]:
        raise SnapshotError(f"{where}.key is missing")
    for name in ("key", "state", "start_mode"):
        service[name] = _lower(service[name])
    return service


def _channels(value: t.Any, where: str) -> dict[str, bool] | None:
    if value is None:
        return None
    channels = _mapping(value, where)
    for key, offered in channels.items():
        if not isinstance(offered, bool):
            raise _wrong(f"{where}.{key}", bool, offered)
    return channels


def _host_part(data: Data) -> Data:
    host = data.get("host") or {}
    # Whether the disk is there is told as its path by some collectors, and as yes or no by others.
    disk = host.get("vmguest_iso") if isinstance(host, dict) else None
    if isinstance(disk, bool):
        host = {**host, "vmguest_iso": "present" if disk else None}
    vms = [_vm(vm, f"vms[{number}]") for number, vm in enumerate(_list(data.get("vms"), "vms"))]
    return {"host": _fields(host, _HOST, "host"), "vms": vms}


def _guest_part(data: Data) -> Data:
    guest = _fields(data.get("guest") or {}, _GUEST, "guest")
    guest["vm_id"] = _guid(guest["vm_id"])
    services = _list(data.get("services"), "services")
    return {
        "guest": guest,
        "version": _fields(data.get("version") or {}, _VERSION, "version"),
        "services": [_guest_service(service, f"services[{number}]") for number, service in enumerate(services)],
        "channels": _channels(data.get("channels"), "channels"),
    }


def read_snapshot(value: t.Any) -> Data:
    """Check a snapshot and return its normal form.

    Raises:
        SnapshotError: It is not a snapshot, or one of another schema.
    """
    data = _mapping(value, "The snapshot")
    schema = data.get("schema")
    if schema != SCHEMA:
        advice = "; read it with the release that wrote it" if str(schema).startswith(_FAMILY) else ""
        raise SnapshotError(f"schema must be '{SCHEMA}' but is {_show(schema)}{advice}")
    parts = {"host": _host_part, "guest": _guest_part}
    kind = data.get("kind")
    if kind not in parts:
        raise SnapshotError(f"kind must be 'host' or 'guest' but is {_show(kind)}")
    head = _fields(data, {"target": str, "collected_at": str}, "The snapshot")
    error = _error(data.get("error"), "error")
    return {"schema": SCHEMA, "kind": kind, **head, **parts[kind](data), "error": error}


def failed_snapshot(target: str, error: Data, collected_at: str | None, kind: str = "host") -> Data:
    """The snapshot of a target that could not be read: it holds the reason, so that the target is not absent."""
    return read_snapshot(
        {"schema": SCHEMA, "kind": kind, "target": target, "collected_at": collected_at, "error": error}
    )
