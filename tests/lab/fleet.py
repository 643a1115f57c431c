# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Made-up fleets: any number of hosts and VMs with a realistic mix, the same for the same seed."""

from __future__ import annotations

import random
from typing import Any

from .defects import Defects
from .scenario import Scenario, parse

# What runs on a host of a generation, with weights: no host runs a Windows that is newer than what it supports.
_OLD = {
    "windows_server_2003": 1,
    "windows_server_2008": 1,
    "windows_server_2008_r2": 5,
    "windows_server_2012": 4,
    "windows_7": 2,
}
_MIDDLE = {"windows_server_2012_r2": 8, "windows_8_1": 1, "debian_11": 1, "ubuntu_22_04": 1, "rhel_8": 2, "sles_15": 1}
_NEW = {
    "windows_server_2016": 8,
    "windows_server_2019": 10,
    "windows_10": 3,
    "debian_12": 3,
    "ubuntu_24_04": 2,
    "rhel_9": 2,
}
_NEWEST = {"windows_server_2022": 10, "windows_11": 2, "debian_13": 1}
GUESTS: dict[str, dict[str, int]] = {
    "2012": _OLD,
    "2012r2": {**_OLD, **_MIDDLE, "windows_server_2016": 1},
    "2016": {"windows_server_2008_r2": 2, "windows_server_2012": 1, **_MIDDLE, **_NEW},
    "2019": {"windows_server_2008_r2": 1, **_MIDDLE, **_NEW},
    "2022": {**_MIDDLE, **_NEW, **_NEWEST},
    "2025": {"windows_server_2012_r2": 1, **_NEW, **_NEWEST, "windows_server_2025": 6},
}
# Versions before the current one, by the first part of what the guest came with.
OUTDATED = ("6.1.7601.17514", "6.2.9200.16384", "6.3.9600.16384", "6.3.9600.18080")
ROLES = ("web", "sql", "app", "file", "dc", "build", "print", "mail", "proxy", "test")
HOSTILE = (
    "a[b]*?",
    "it's $(calc) `n",
    "Büro Zürich",
    "データベース 01",
    "semi;colon & pipe|",
    '<script>alert("x")</script>',
    "=cmd|' /C calc'!A0",
    "..\\..\\up",
    "trailing space ",
    "$env:PATH",
    "{{ 7 * 7 }}",
    "%PATH%",
    "мир-01",
)


class _Dice:
    """Chances and choices that depend on the seed alone."""

    def __init__(self, *seed: object) -> None:
        # A text seeds the same sequence in every release of Python.
        self._random = random.Random(":".join(map(str, seed)))

    def chance(self, rate: float) -> bool:
        return self._random.random() < rate

    def weighted(self, weights: dict[str, int]) -> str:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def shuffled(self, cards: list[str]) -> list[str]:
        return [drawn[1] for drawn in sorted((self._random.random(), card) for card in cards)]

    def one(self, choices: tuple[str, ...]) -> str:
        return choices[int(self._random.random() * len(choices))]


def _dealt(seed: int, what: str, weights: dict[str, int], number: int) -> str:
    """Return the card of host *number*: every card once first, so that a small fleet has all, then by weight."""
    start, block, cards = 1, 0, list(weights)
    while number >= start + len(cards):
        start += len(cards)
        block += 1
        cards = [card for card, weight in weights.items() for _unused in range(weight)]
    return _Dice(seed, what, block).shuffled(cards)[number - start]


def fleet(hosts: int, vms: int, seed: int = 1, defects: Defects | None = None) -> Scenario:
    """Return a fleet of *hosts* with *vms* virtual machines each."""
    return parse(document(hosts, vms, seed, defects or Defects()), f"fleet of seed {seed}")


def document(hosts: int, vms: int, seed: int, defects: Defects) -> dict[str, Any]:
    """Return the fleet as a scenario."""
    width = max(2, len(str(hosts)))
    rows = []
    for number in range(1, hosts + 1):
        dice = _Dice(seed, number)
        # The nodes of a cluster are of one generation and language.
        like = number - 1 if number % 2 == 0 and number <= defects.clusters * 2 else number
        generation = _dealt(seed, "generation", defects.generations, like)
        row: dict[str, Any] = {
            "name": f"hv{number:0{width}d}",
            "generation": generation,
            "language": _dealt(seed, "language", defects.languages, like),
            "vms": _machines(vms, generation, dice, defects),
        }
        rows.append(row)
    _spoil(rows, defects)
    return {"hosts": rows}


def _spoil(rows: list[dict[str, Any]], defects: Defects) -> None:
    """Make the last hosts unreachable or denied, the first ones clusters of two."""
    for row in rows[len(rows) - min(defects.unreachable_hosts, len(rows)) :]:
        row["endpoint"] = "dead"
    alive = [row for row in rows if "endpoint" not in row]
    for row in alive[len(alive) - min(defects.denied_hosts, len(alive)) :]:
        row["deny"] = "read"
    for index, row in enumerate(rows[: defects.clusters * 2]):
        row["cluster"] = f"CL{index // 2 + 1}"


def _machines(count: int, generation: str, dice: _Dice, defects: Defects) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        name = f"{dice.one(ROLES)}{number:03d}"
        if dice.chance(defects.hostile_name):
            name = f"{dice.one(HOSTILE)}"
        elif rows and dice.chance(defects.duplicate_name):
            name = rows[-1]["name"]
        rows.append(_machine(name, generation, dice, defects))
    return rows


def _machine(name: str, generation: str, dice: _Dice, defects: Defects) -> dict[str, Any]:
    guest = dice.weighted(GUESTS[generation])
    is_old = guest in _OLD or guest.startswith(("windows_server_2012", "windows_8"))
    row: dict[str, Any] = {"name": name, "guest": guest, "state": _state(dice, defects)}
    # Generation 2 needs a 2012 R2 host and a guest from Windows 8 on.
    row["generation"] = 1 if generation == "2012" or (guest in _OLD and guest != "windows_server_2012") else 2
    if guest.startswith("windows") and is_old:
        row["version"] = dice.one(OUTDATED) if dice.chance(defects.outdated) else "current"
    services = _services(generation, dice, defects)
    if services:
        row["services"] = services
    if dice.chance(defects.no_contact / 2):
        row["no_daemons"] = True
    if dice.chance(defects.read_error):
        row["read_error"] = "The operation failed: 0x80070005"
    return row


def _services(generation: str, dice: _Dice, defects: Defects) -> dict[str, Any]:
    services: dict[str, Any] = {}
    if generation != "2012" and dice.chance(defects.file_copy_on):
        services["guest_service_interface"] = True
    for service in ("heartbeat", "shutdown", "time_synchronization", "vss"):
        if dice.chance(defects.service_off / 2):
            services[service] = False
        elif dice.chance(defects.no_contact / 4):
            services[service] = {"enabled": True, "primary": "NoContact"}
    if dice.chance(defects.kvp_off):
        services["key_value_pair_exchange"] = False
    if dice.chance(defects.lost_contact):
        services["heartbeat"] = {"enabled": True, "primary": "LostCommunication"}
    return services


def _state(dice: _Dice, defects: Defects) -> str:
    for state in ("off", "saved", "paused"):
        if dice.chance(getattr(defects, state)):
            return state
    return "running"
