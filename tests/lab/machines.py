# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual machines of a scenario: from the short form to the rows of state.json."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from . import guests
from .generations import GUESTS, LINUX, WINDOWS, Generation, Windows
from .vocabulary import KVP, MACHINE, MACHINE_PASSED, SERVICE, SERVICES, STATES, STATUSES, in_state, spellings
from .words import Place, camel, snake

SPACE = uuid.UUID("5f3d1c1e-0f7a-5d0b-9a43-6d1f3f1f2c55")


def machines(rows: Any, host: str, generation: Generation, place: Place) -> list[dict[str, Any]]:
    """Return the VMs of a host."""
    seen: dict[str, int] = {}
    result = []
    for index, row in enumerate(place.rows(rows)):
        for short, at in _repeated(row, place.at(index)):
            name = at.at("name").text(short.get("name"))
            # A name may be there twice, its VMs are told apart by their ids; these must be the same in each run.
            seen[name] = seen.get(name, -1) + 1
            vm_id = str(uuid.uuid5(SPACE, f"{host}\0{name}\0{seen[name]}" if seen[name] else f"{host}\0{name}"))
            result.append(_machine(short, vm_id, generation, at))
    return result


def _repeated(row: Any, place: Place) -> Iterator[tuple[dict[str, Any], Place]]:
    short = place.mapping(row, MACHINE | spellings(MACHINE_PASSED))
    count = short.pop("count", None)
    if count is None:
        yield short, place
        return
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise place.at("count").error(f"Expected a number but found {count!r}")
    for number in range(1, count + 1):
        yield {**short, "name": f"{short.get('name')}{number:04d}"}, place


def _machine(short: dict[str, Any], vm_id: str, generation: Generation, place: Place) -> dict[str, Any]:
    vm: dict[str, Any] = {"id": str(short.get("id", vm_id)).lower(), "name": str(short["name"])}
    vm["state"] = _state(short.get("state", "running"), place.at("state"))
    vm["generation"] = int(place.at("generation").choice(short.get("generation", 2), ("1", "2")))
    vm["version"] = str(short.get("configuration_version", generation.configuration_version))
    vm["services"] = _services(short.get("services"), generation, place.at("services"))
    if "clustered" in short:
        vm["clustered"] = place.at("clustered").flag(short["clustered"])
    _drives(vm, short)
    _system(vm, short, generation, place)
    for key, value in short.items():
        if name := in_state(key, MACHINE_PASSED):
            vm[name] = value
    vm.update(place.at("raw").mapping(short.get("raw")))
    return vm


def _state(value: Any, place: Place) -> str:
    # YAML 1.1 reads a bare `off` as false.
    word = "off" if value is False else snake(str(value))
    return STATES[place.choice(word, STATES)]


def _services(value: Any, generation: Generation, place: Place) -> dict[str, dict[str, Any]]:
    """Return the switches; null is a service that the host does not offer, what is left out has its default."""
    given = place.mapping(value, SERVICES)
    result: dict[str, dict[str, Any]] = {}
    for short, key in SERVICES.items():
        file_copy = short == "guest_service_interface"
        if short in given and given[short] is None:
            continue
        if short not in given and file_copy and generation.key == "2012":
            continue
        entry: dict[str, Any] = {"enabled": not file_copy}
        wanted = given.get(short, entry)
        if isinstance(wanted, bool):
            wanted = {"enabled": wanted}
        at = place.at(short)
        for name, item in at.mapping(wanted, SERVICE).items():
            if name in ("primary", "secondary") and item is not None:
                item = at.at(name).choice(item, STATUSES)
            entry[camel(name)] = at.at(name).flag(item) if name == "enabled" else item
        result[key] = entry
    return result


def _drives(vm: dict[str, Any], short: dict[str, Any]) -> None:
    first = vm["generation"] == 1
    disk = {"path": f"C:\\VMs\\{vm['id']}.vhdx", "controllerType": "IDE" if first else "SCSI"}
    drive = {"controllerType": "IDE", "controllerNumber": 1, "controllerLocation": 0, "path": None}
    vm["disks"] = short.get("disks", [{**disk, "controllerNumber": 0, "controllerLocation": 0}])
    vm["dvd"] = short.get("dvd", [drive] if first else [])
    vm["snapshots"] = [
        {"name": "checkpoint", **row, "id": row.get("id", str(uuid.uuid5(SPACE, f"{vm['id']}\0{number}")))}
        for number, row in enumerate(short.get("snapshots") or [])
    ]


def _system(vm: dict[str, Any], short: dict[str, Any], generation: Generation, place: Place) -> None:
    """Add what the guest system makes the host report."""
    preset = place.at("guest").choice(short.get("guest", "none"), GUESTS)
    system = guests.system_of(preset)
    if system is not None:
        level = guests.level_of(system, generation, str(short["version"]) if "version" in short else None)
        number = uuid.UUID(vm["id"]).int
        ipv4 = short.get("ipv4", [f"10.{number >> 16 & 255}.{number >> 8 & 255}.{(number & 255) % 254 + 1}"])
        ipv6 = short.get("ipv6", [f"fe80::{number & 65535:x}"])
        fqdn = str(short.get("fqdn", _host_name(vm, preset)))
        vm["kvp"] = {"intrinsic": guests.intrinsic(system, fqdn, (ipv4, ipv6), level)}
        vm["adapters"] = [{"name": "Network Adapter", "ips": [*ipv4, *ipv6]}]
        vm["icVersion"] = level
        if preset in LINUX:
            vm["linux"] = True
        elif generation.has_setup_disk:
            vm["outdated"] = level != guests.level_of(system, generation, "current")
    windows = WINDOWS.get(preset)
    mismatch = short.get("protocol_mismatch", _mismatches(windows, generation))
    if place.at("protocol_mismatch").flag(mismatch):
        vm["protocolMismatch"] = True
    _items(vm, short.get("kvp", {}), place.at("kvp"))


def _mismatches(system: Windows | None, generation: Generation) -> bool:
    # KB4014894: by design with guests before Windows 10 on hosts from 2016 on.
    return system is not None and system.is_down_level and not generation.has_setup_disk


def _host_name(vm: dict[str, Any], preset: str) -> str:
    plain = "".join(char for char in vm["name"].lower() if char.isascii() and (char.isalnum() or char == "-")).strip(
        "-"
    )
    name = (plain or "vm")[:15] + "" if plain == vm["name"].lower() else f"vm-{vm['id'][:8]}"
    return f"{name}.lab.example" if preset in WINDOWS else name


def _items(vm: dict[str, Any], value: Any, place: Place) -> None:
    """Add key-value pairs; false empties them, a null takes one of the guest's away."""
    if value is False:
        vm["kvp"] = {"intrinsic": {}}
        return
    given = place.mapping(value)
    if not set(given) <= set(KVP):
        given = {"intrinsic": given}
    items = vm.setdefault("kvp", {"intrinsic": {}})
    for key, pairs in given.items():
        merged = {**items.get(camel(key), {}), **place.at(key).mapping(pairs)}
        items[camel(key)] = {name: str(text) for name, text in merged.items() if text is not None}
