# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots as collectors return them: one of a kind for a table of cases, or a whole fleet that a seed decides."""

from __future__ import annotations

import random
import typing as t
import uuid

Data = dict[str, t.Any]

SCHEMA = "hyperv.integration/snapshot/1"
NOON = "2026-05-04T12:00:00Z"

COMPONENTS = {
    "guest_service_interface": ("6c09bb55-d683-4da0-8931-c9bf705f6480", "Guest Service Interface"),
    "heartbeat": ("84eaae65-2f2e-45f5-9bb5-0e857dc8eb47", "Heartbeat"),
    "key_value_pair_exchange": ("2a34b1c2-fd73-4043-8a5b-dd2159bc743f", "Key-Value Pair Exchange"),
    "shutdown": ("9f8233ac-be49-4c79-8ee3-e7e1985b2077", "Shutdown"),
    "time_synchronization": ("2497f4de-e9fa-4204-80e4-4b75c46419c0", "Time Synchronization"),
    "vss": ("5ced1297-4598-4915-a5fc-ad21bb4d02a4", "VSS"),
}
CODES = {
    "ok": 2,
    "degraded": 3,
    "error": 6,
    "non_recoverable_error": 7,
    "no_contact": 12,
    "lost_communication": 13,
    "protocol_mismatch": 32775,
    "application_critical": 32782,
    "communication_timed_out": 32783,
    "communication_failed": 32784,
    "disabled": 32896,
}
# Generation key: caption, version, build, reference version.
HOSTS = {
    "win8_ws2012": ("Microsoft Windows Server 2012 Datacenter", "6.2.9200", 9200, "6.2.9200.16433"),
    "win81_ws2012r2": ("Microsoft Windows Server 2012 R2 Standard", "6.3.9600", 9600, "6.3.9600.18907"),
    "win10_ws2016_ws2019": ("Microsoft Windows Server 2019 Datacenter", "10.0.17763", 17763, None),
    "ws2022_plus": ("Microsoft Windows Server 2022 Datacenter", "10.0.20348", 20348, None),
}
# Name of the guest's system, its version, the versions of integration services it may have.
GUESTS = [
    ("Windows Server 2022 Datacenter", "10.0.20348", ["10.0.20348"]),
    ("Windows Server 2019 Standard", "10.0.17763", ["10.0.17763"]),
    ("Windows Server 2016 Standard", "10.0.14393", ["10.0.14393"]),
    ("Windows Server 2012 R2 Standard", "6.3.9600", ["6.3.9600.16384", "6.3.9600.18907"]),
    ("Windows Server 2012 Standard", "6.2.9200", ["6.2.9200.16384", "6.3.9600.18907"]),
    ("Windows Server 2008 R2 Enterprise", "6.1.7601", ["6.1.7601.17514", "6.3.9600.18692", "6.3.9600.18907"]),
    ("Debian GNU/Linux", "6.1.0-28-amd64", ["3.1"]),
    ("Ubuntu", "5.15.0-126-generic", ["3.1"]),
]
ROLES = ("app", "backup", "db", "dc", "file", "mail", "mon", "print", "proxy", "sql", "vpn", "web")


def make_service(key: str, enabled: bool = True, primary: str | None = "ok", secondary: str | None = None) -> Data:
    identity, name = COMPONENTS.get(key, (key, key))
    return {
        "key": key,
        "id": identity,
        "display_name": name,
        "enabled": enabled,
        "primary_status": primary,
        "primary_status_code": CODES.get(primary or ""),
        "primary_status_text": primary and primary.replace("_", " ").title(),
        "secondary_status": secondary,
        "secondary_status_code": CODES.get(secondary or ""),
        "secondary_status_text": secondary and secondary.replace("_", " ").title(),
        "protocol_mismatch": "protocol_mismatch" in (primary, secondary),
    }


def make_services(**changes: Data) -> list[Data]:
    """The six services as a healthy VM has them, but for the changes."""
    return [
        changes.get(key)
        or make_service(key, key != "guest_service_interface", "ok", "ok" if key == "heartbeat" else None)
        for key in COMPONENTS
    ]


def make_vm(name: str = "web01", value: str | None = "10.0.17763", /, **changes: t.Any) -> Data:
    """A healthy, running VM with Windows Server 2019, but for the changes."""
    identity = str(uuid.uuid5(uuid.NAMESPACE_DNS, ascii(name)))
    os_name = changes.pop("os_name", "Windows Server 2019 Standard")
    os_version = changes.pop("os_version", "10.0.17763")
    vm = {
        "id": identity,
        "name": name,
        "state": "running",
        "generation": 2,
        "configuration_version": "9.0",
        "clustered": False,
        "checkpoints": 0,
        "heartbeat": "ok_applications_healthy",
        "guest": {"os_name": os_name, "os_version": os_version, "fqdn": None, "ipv4": ["10.0.0.5"], "ipv6": []},
        "kvp": {"IntegrationServicesVersion": value} if value else {},
        "version": {"value": value, "source": value and "kvp", "reason": None, "state": None},
        "services": make_services(),
        "error": None,
    }
    return {**vm, **changes}


def make_off_vm(name: str = "off01", **changes: t.Any) -> Data:
    """A VM that is off: nothing is reported, every status is null."""
    services = [make_service(key, key != "guest_service_interface", None) for key in COMPONENTS]
    off = {"state": "off", "heartbeat": None, "services": services}
    return make_vm(name, None, os_name=None, os_version=None, **{**off, **changes})


def make_host(
    name: str = "HV01", generation: str = "win10_ws2016_ws2019", vms: list[Data] | None = None, **changes: t.Any
) -> Data:
    """The snapshot of a host that was read."""
    caption, version, build, reference = HOSTS[generation]
    facts = {
        "name": name,
        "fqdn": f"{name.lower()}.example.org",
        "os_caption": caption,
        "os_version": version,
        "os_build": build,
        "generation": generation,
        "cluster": None,
        "module_version": "1.1" if reference else "2.0.0.0",
        "vmguest_iso": "C:\\Windows\\system32\\vmguest.iso" if reference else None,
        "reference_version": reference,
        "reference_source": reference and "registry",
        "language": "en-US",
    }
    snapshot = {
        "schema": SCHEMA,
        "kind": "host",
        "target": name.lower(),
        "collected_at": changes.pop("collected_at", NOON),
        "host": {**facts, **changes.pop("host", {})},
        "vms": [make_vm()] if vms is None else vms,
        "error": None,
    }
    return {**snapshot, **changes}


def make_failed_host(
    target: str = "hv09", error_class: str = "host_unreachable", msg: str = "connect timeout", at: str = NOON
) -> Data:
    return {
        "schema": SCHEMA,
        "kind": "host",
        "target": target,
        "collected_at": at,
        "host": None,
        "vms": [],
        "error": {"error_class": error_class, "msg": msg, "hint": None},
    }


def make_guest(vm: Data, services: list[Data] | None = None, **changes: t.Any) -> Data:
    """The snapshot of the guest of a VM."""
    snapshot = {
        "schema": SCHEMA,
        "kind": "guest",
        "target": vm["name"],
        "collected_at": NOON,
        "guest": {"name": vm["name"], "vm_id": vm["id"].upper(), "machine_id": None, "family": "windows"},
        "version": vm["version"],
        "services": services or [],
        "channels": None,
        "error": None,
    }
    return {**snapshot, **changes}


def make_guest_service(key: str, running: bool = True, **changes: t.Any) -> Data:
    service = {
        "key": key,
        "name": f"vmic{key}",
        "state": "running" if running else "stopped",
        "start_mode": "manual",
        "available": True,
        "running": running,
        "healthy": running,
        "reason": None,
    }
    return {**service, **changes}


def _random_services(rng: random.Random, linux: bool, defects: float) -> list[Data]:
    changes = {}
    for key in COMPONENTS:
        if key == "guest_service_interface":
            changes[key] = make_service(key, rng.random() < 0.2)
        elif rng.random() < defects:
            status = rng.choice(["no_contact", "no_contact", "no_contact", "lost_communication", "error", "degraded"])
            changes[key] = make_service(key, True, status)
        elif rng.random() < {"time_synchronization": 0.15, "key_value_pair_exchange": defects / 2}.get(key, 0):
            changes[key] = make_service(key, False, "ok")
    if linux and rng.random() < 0.3:
        changes["vss"] = make_service("vss", True, "no_contact")
    return make_services(**changes)


def _random_vm(rng: random.Random, name: str, defects: float) -> Data:
    identity = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    if rng.random() < 0.08:
        return make_off_vm(name, id=identity, state=rng.choice(["off", "off", "off", "saved"]))
    os_name, os_version, versions = rng.choice(GUESTS)
    services = _random_services(rng, versions == ["3.1"], defects)
    kvp = next(service for service in services if service["key"] == "key_value_pair_exchange")
    silent = not kvp["enabled"] or kvp["primary_status"] != "ok"
    version = None if silent else rng.choice(versions)
    vm = make_vm(
        name,
        version,
        id=identity,
        os_name=None if silent else os_name,
        os_version=None if silent else os_version,
        services=services,
        checkpoints=rng.choice([0, 0, 0, 1, 2]),
        generation=1 if os_version.startswith("6.1") else 2,
    )
    if rng.random() < defects / 10:
        vm["error"] = {"error_class": "unexpected", "msg": "The virtual machine is being deleted", "hint": None}
        vm["services"] = []
    return vm


def make_fleet(hosts: int = 20, vms: int = 25, seed: int = 1, defects: float = 0.03) -> list[Data]:
    """Snapshots of a fleet with defects at a given rate; a few hosts cannot be read, and one has no VMs."""
    rng = random.Random(seed)
    fleet = []
    for number in range(1, hosts + 1):
        name = f"HV{number:02d}"
        generation = list(HOSTS)[rng.choices(range(4), (1, 2, 5, 4))[0]]
        names = [f"{rng.choice(ROLES)}{number:02d}{index:03d}" for index in range(vms)]
        machines = [_random_vm(rng, vm_name, defects) for vm_name in names]
        fleet.append(
            make_host(name, generation, machines, host={"cluster": f"CLU{number % 4}" if number % 3 else None})
        )
    if hosts > 4:
        fleet[2] = make_failed_host("hv03", "host_unreachable", "connection to hv03.example.org timed out")
        fleet[4] = make_failed_host("hv05", "access_denied", "the specified credentials were rejected by the server")
        fleet[3]["vms"] = []
    return fleet
