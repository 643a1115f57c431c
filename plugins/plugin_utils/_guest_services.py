# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What to do about the services inside one guest, so that they follow the switches of its host.

The rule behind it: services are controlled from the host. The guest's side is repaired where it keeps the host from
starting a service, and stopped only where somebody asked for exactly that.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import (
    SCHEMA,
    SERVICE_KEYS,
    SnapshotError,
    read_snapshot,
)

Data = dict[str, t.Any]

# What a Linux daemon is called by linux_hv_daemon; the other services are part of the kernel.
DAEMONS = {"guest_service_interface": "fcopy", "key_value_pair_exchange": "kvp", "vss": "vss"}
KERNEL_READY = ("loaded", "builtin")
# Reasons of a daemon that installing a package takes away.
INSTALLABLE = ("not_installed", "binary_missing", "not_for_this_kernel")
NOT_IN_THE_WAY = (None, "not_installed", "binary_missing", "not_for_this_kernel", "device_missing", "uio_not_bound")


class GuestServicesError(ValueError):
    """The input is none; the message says why."""


def host_switches(snapshots: t.Any) -> dict[str, dict[str, bool]]:
    """The switches of every virtual machine in host snapshots, by its id; of two snapshots with one id the newer wins.

    Raises:
        GuestServicesError: They are no snapshots.
    """
    if not isinstance(snapshots, (list, tuple)):
        raise GuestServicesError("the snapshots must be a list")
    read = []
    for snapshot in snapshots:
        # Reports may lie in the same folder.
        if isinstance(snapshot, dict) and snapshot.get("schema") == SCHEMA:
            try:
                read.append(read_snapshot(snapshot))
            except SnapshotError as error:
                raise GuestServicesError(str(error)) from error
    found: dict[str, dict[str, bool]] = {}
    for snapshot in sorted(read, key=lambda one: one["collected_at"] or ""):
        if snapshot["kind"] != "host" or snapshot["error"]:
            continue
        for vm in snapshot["vms"]:
            if vm["id"] and not vm["error"]:
                enabled = {service["key"]: bool(service["enabled"]) for service in vm["services"]}
                # What the host does not list it does not offer.
                found[vm["id"]] = {key: enabled.get(key, False) for key in SERVICE_KEYS}
    return found


def plan_guest(
    guest: t.Any, switches: t.Any = None, services: t.Sequence[str] = SERVICE_KEYS, stop: t.Sequence[str] = ()
) -> Data:
    """One row a service, with its verdict and what is to be done, and the same sorted by what modules take.

    Raises:
        GuestServicesError: The snapshot is none of a guest, or a service is unknown.
    """
    if not isinstance(guest, dict) or guest.get("kind") != "guest":
        raise GuestServicesError("the guest must be a result of windows_vmic_service_info or linux_hv_daemon_info")
    for key in (*services, *stop):
        if key not in SERVICE_KEYS:
            raise GuestServicesError(f"there is no service '{key}'; choose from {', '.join(SERVICE_KEYS)}")
    identity = guest.get("guest") or {}
    own = (switches or {}).get(str(identity.get("vm_id") or "").lower())
    windows = identity.get("family") == "windows"
    rows = []
    for key in SERVICE_KEYS:
        if key in services or key in stop:
            host = own.get(key) if own is not None else (guest.get("channels") or {}).get(key)
            row = _windows(guest, key, host) if windows else _linux(guest, key, host)
            rows.append(_stopped(row) if key in stop else row)
    return {
        "rows": rows,
        "install": any(row["action"] == "install" for row in rows),
        "start": [row["name"] for row in rows if row["action"] in ("start", "install")],
        "repair": [row["name"] for row in rows if row["action"] == "repair"],
        "stop": [row["name"] for row in rows if row["action"] == "stop"],
        "open": [row["key"] for row in rows if row["action"]],
    }


def _row(key: str, name: str | None, host: bool | None, running: bool, reason: str | None, held: bool = True) -> Data:
    """C(held) is whether nothing starts the service by itself."""
    return {
        "key": key,
        "name": name,
        "host": host,
        "running": running,
        "held": held,
        "reason": reason,
        "verdict": "ok",
        "action": None,
    }


def _windows(guest: Data, key: str, host: bool | None) -> Data:
    service: Data = next((one for one in guest.get("services") or [] if one["key"] == key), {})
    running = bool(service.get("running"))
    there = bool(service.get("available"))
    disabled = service.get("start_mode") == "disabled"
    row = _row(key, service.get("name"), host, running, service.get("reason"), held=disabled or not there)
    if not there:
        return {**row, "verdict": "host_off" if host is False else "guest_missing"}
    if host is False:
        # It stops by itself; stopping it here would only be a second place of control.
        return {**row, "verdict": "drift" if running else "host_off"}
    if disabled:
        # Whether the host has it on is not known everywhere; Hyper-V starts what is on by itself, once it can.
        return {**row, "verdict": "guest_off", "action": "start" if host or running else "repair"}
    if not running:
        return {**row, "verdict": "guest_off", "action": "start"} if host else {**row, "verdict": "unknown"}
    return row


def _linux(guest: Data, key: str, host: bool | None) -> Data:
    if key not in DAEMONS:
        ready = guest.get("hv_utils") in KERNEL_READY
        row = _row(key, None, host, ready, None if ready else "driver_absent")
        if host is False:
            return {**row, "verdict": "host_off"}
        return row if ready else {**row, "verdict": "guest_missing"}
    daemon: Data = next((one for one in guest.get("daemons") or [] if one["key"] == DAEMONS[key]), {})
    running, reason = bool(daemon.get("running")), daemon.get("reason")
    # Only systemd masks; elsewhere a daemon that is stopped stays so.
    row = _row(key, DAEMONS[key], host, running, reason, held=daemon.get("masked") is not False)
    if not daemon:
        return {**row, "verdict": "unknown"}
    if host is False or reason == "off_on_host":
        return {**row, "verdict": "drift" if running else "host_off"}
    if reason not in NOT_IN_THE_WAY:
        return {**row, "verdict": "guest_missing"}
    if reason in INSTALLABLE:
        return {**row, "verdict": "guest_missing", "action": "install"}
    if not running or daemon.get("healthy") is False or daemon.get("masked"):
        return {**row, "verdict": "guest_off", "action": "start" if host or daemon.get("available") else None}
    return row


def _stopped(row: Data) -> Data:
    """The row of a service that somebody wants to be off in the guest, whatever the host says."""
    wanted = {**row, "verdict": "ok", "action": None}
    if row["running"] and row["name"] is None:
        return {**wanted, "verdict": "not_stoppable", "reason": "part_of_kernel"}
    if row["running"] or not row["held"]:
        return {**wanted, "verdict": "guest_on", "action": "stop"}
    return wanted
