# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The guest's part of a snapshot: a Windows guest tells of services, a Linux guest of daemons and a driver.

In the normal form both are rows with the keys of the host's services, so that one verdict fits both.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot_fields import (
    Data,
    SnapshotError,
    guid,
    lower,
    take_fields,
    take_list,
    take_mapping,
    take_texts,
    wrong,
)

_GUEST: dict[str, type] = {
    "name": str,
    "vm_id": str,
    "vm_name": str,
    "host_name": str,
    "machine_id": str,
    "family": str,
    "os_name": str,
    "os_version": str,
    "restart_pending": bool,
}
_SERVICE: dict[str, type] = {
    "key": str,
    "name": str,
    "state": str,
    "start_mode": str,
    "available": bool,
    "running": bool,
    "healthy": bool,
    "reason": str,
    "hint": str,
}
_DAEMON: dict[str, type] = {
    "service": str,
    "unit": str,
    "available": bool,
    "running": bool,
    "healthy": bool,
    "masked": bool,
    "reason": str,
    "hint": str,
}
_VERSION: dict[str, type] = {"value": str, "source": str, "reason": str}
# What the driver hv_utils does itself on Linux; the other three need a daemon.
_IN_DRIVER = ("heartbeat", "shutdown", "time_synchronization")


def _service(value: t.Any, where: str) -> Data:
    service = take_fields(value, _SERVICE, where)
    if not service["key"]:
        raise SnapshotError(f"{where}.key is missing")
    for name in ("key", "state", "start_mode", "reason"):
        service[name] = lower(service[name])
    return service


def _daemon(value: t.Any, where: str) -> Data:
    """A daemon as the service that it belongs to."""
    daemon = take_fields(value, _DAEMON, where)
    if not daemon["service"]:
        raise SnapshotError(f"{where}.service is missing")
    problems = take_texts(value.get("problems"), f"{where}.problems")
    return {
        "key": daemon["service"].lower(),
        "name": daemon["unit"],
        "state": "running" if daemon["running"] else "stopped",
        # A unit that is masked is what a service with the start type Disabled is on Windows.
        "start_mode": "disabled" if daemon["masked"] else None,
        "available": daemon["available"],
        "running": daemon["running"],
        "healthy": daemon["healthy"],
        "reason": lower(daemon["reason"]) or (problems[0] if problems else None),
        "hint": daemon["hint"],
    }


def _missing(key: str, reason: str, name: str | None = None) -> Data:
    nothing = dict.fromkeys(_SERVICE)
    return {**nothing, "key": key, "name": name, "available": False, "running": False, "reason": reason}


def _driver(value: t.Any) -> list[Data]:
    """The services that a Linux driver does itself; of a system that tells nothing of the driver, none."""
    if value is None:
        return []
    if not isinstance(value, str):
        raise wrong("hv_utils", str, value)
    if value.lower() not in ("loaded", "builtin"):
        return [_missing(key, "driver_absent", "hv_utils") for key in _IN_DRIVER]
    there = {"name": "hv_utils", "state": "running", "available": True, "running": True, "healthy": True}
    return [{**dict.fromkeys(_SERVICE), **there, "key": key} for key in _IN_DRIVER]


def _channels(value: t.Any, where: str) -> dict[str, bool] | None:
    if value is None:
        return None
    channels = take_mapping(value, where)
    for key, offered in channels.items():
        if not isinstance(offered, bool):
            raise wrong(f"{where}.{key}", bool, offered)
    return channels


def guest_part(data: Data) -> Data:
    """The parts of a snapshot that only a guest has."""
    guest = take_fields(data.get("guest") or {}, _GUEST, "guest")
    guest["vm_id"] = guid(guest["vm_id"])
    guest["family"] = lower(guest["family"])
    services = [
        _service(service, f"services[{number}]")
        for number, service in enumerate(take_list(data.get("services"), "services"))
    ]
    services += [
        _daemon(daemon, f"daemons[{number}]") for number, daemon in enumerate(take_list(data.get("daemons"), "daemons"))
    ]
    services += _driver(data.get("hv_utils"))
    older = take_texts(data.get("not_in_this_windows"), "not_in_this_windows")
    services += [_missing(key, "not_in_this_windows") for key in older]
    return {
        "guest": guest,
        "version": take_fields(data.get("version") or {}, _VERSION, "version"),
        "services": services,
        "channels": _channels(data.get("channels"), "channels"),
    }
