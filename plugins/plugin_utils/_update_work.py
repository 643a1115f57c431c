# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who carries out the plans of a fleet, and in which wave. For internal use of the collection only.

A plan is about a virtual machine; what is done is done by hosts and guests of an inventory. A guest works on its own
virtual machine, and a Hyper-V host on those that are off, so that a wave runs on all of them at the same time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_facts import mapping
from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import PACKAGE_MANAGER, SETUP_DISK
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import Fleet
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import OFFLINE
from ansible_collections.hyperv.integration.plugins.plugin_utils._waves import WaveRules, make_waves

Data = dict[str, t.Any]
READY = "ready"


class SelectionError(ValueError):
    """No virtual machine is what the user named; the message names it."""


class Seat(t.NamedTuple):
    """Where a virtual machine is: its host's row, its own row there, and the names in the inventory."""

    host: Data
    vm: Data
    host_target: str | None
    guest_target: str | None


class Work(t.NamedTuple):
    """The waves with the work of each target, and the plans that nobody can carry out."""

    waves: list[Data]
    not_assigned: list[Data]


def choose_vms(fleet: Fleet, wanted: t.Sequence[str]) -> Fleet:
    """The fleet with those virtual machines only that are named, by name or id; all of them if none is.

    Raises:
        SelectionError: One of the names is that of no virtual machine.
    """
    if not wanted:
        return fleet
    names = {name.casefold(): name for name in wanted}
    ids = {name.strip("{}").lower(): name for name in wanted}
    found: set[str] = set()
    hosts = []
    for host in fleet.hosts:
        kept = []
        for vm in host["vms"]:
            hit = {ids.get(str(vm["id"])), names.get(str(vm["name"]).casefold())} - {None}
            if hit:
                found |= {str(name) for name in hit}
                kept.append(vm)
        hosts.append({**host, "vms": kept})
    missing = [name for name in wanted if name not in found]
    if missing:
        raise SelectionError(f"No virtual machine of these hosts has the name or id '{missing[0]}'")
    return Fleet(hosts, fleet.guests, fleet.conflicts, fleet.unjoined_guests)


def ready_ids(plan: Data) -> set[str]:
    """The virtual machines whose plans are ready."""
    return {str(vm["id"]) for vm in plan["vms"] if vm["status"] == READY}


def make_work(plan: Data, fleet: Fleet, targets: t.Iterable[str], rules: WaveRules, minimum: str | None) -> Work:
    """Give each plan that is ready to the target that carries it out.

    Args:
        plan: The plan of the fleet.
        fleet: What it was made of.
        targets: The names of the inventory that take part.
        rules: How the waves are cut.
        minimum: The version that a guest should have where its host does not tell one.
    """
    present = frozenset(targets)
    seats = _seats(fleet)
    rows: list[Data] = []
    left: list[Data] = []
    for one in plan["vms"]:
        if one["status"] != READY:
            continue
        seat = seats.get(one["id"] or "")
        objection = _objection(one, seat, present)
        if objection or seat is None:
            reason, hint = objection or NO_ID
            left.append({"id": one["id"], "name": one["name"], "host": one["host"], "reason": reason, "hint": hint})
        else:
            rows.append(_row(one, seat, minimum))
    return Work([_with_targets(wave) for wave in make_waves(rows, rules)], left)


def _seats(fleet: Fleet) -> dict[str, Seat]:
    found = {}
    for host in fleet.hosts:
        for vm in host["vms"]:
            if vm["id"]:
                guest = mapping(fleet.guests.get(vm["id"]))
                found[vm["id"]] = Seat(host["host"], vm, host["target"], guest.get("target"))
    return found


NO_ID = (
    "The host tells no id of the virtual machine.",
    "Look at the error of the virtual machine in the audit",
)


def _objection(plan: Data, seat: Seat | None, present: frozenset[str]) -> tuple[str, str] | None:
    """Why nobody can carry out a plan, and what to do about it."""
    if seat is None:
        return NO_ID
    if any(step["module"] is None and step["phase"] == "apply" for step in plan["steps"]):
        return (
            "A step of the plan is done by hand: " + next(s["text"] for s in plan["steps"] if s["module"] is None),
            "Do it, or let the plan do it (allow_online_setup)",
        )
    if plan["mechanism"] != PACKAGE_MANAGER and seat.host_target not in present:
        return "Its host is not among the hosts of the play.", "Add the host to the play"
    if plan["mechanism"] == OFFLINE:
        return None
    if seat.guest_target is None:
        return (
            "No guest of the play is this virtual machine, so nobody can work inside it.",
            "Add the guest to windows_guests or linux_guests; one that does not know which virtual machine it is must "
            "have its name in the inventory",
        )
    if seat.guest_target not in present:
        return "Its guest is not among the hosts of the play.", f"Add '{seat.guest_target}' to the play"
    return None


def _row(plan: Data, seat: Seat, minimum: str | None) -> Data:
    """What the tasks need to know of a plan, and nothing else: a fleet's plans are large."""
    offline = plan["mechanism"] == OFFLINE
    reference = seat.host.get("reference_version")
    return {
        **{name: plan[name] for name in ("id", "name", "host", "version", "mechanism", "hash")},
        "steps": [{"id": step["id"]} for step in plan["steps"]],
        "target": seat.host_target if offline else seat.guest_target,
        "host_target": seat.host_target,
        "windows": plan["mechanism"] != PACKAGE_MANAGER,
        "expected_version": _expected(plan, reference, minimum),
        "in_contact": [
            service["key"]
            for service in seat.vm["services"]
            if service["enabled"] and service["primary_status"] == "ok"
        ],
    }


def _expected(plan: Data, reference: str | None, minimum: str | None) -> str | None:
    """The version from which on the guest is up to date, where one is known."""
    if plan["mechanism"] == PACKAGE_MANAGER:
        return None
    if plan["mechanism"] == SETUP_DISK:
        return reference
    return reference or minimum


def _with_targets(wave: Data) -> Data:
    targets: dict[str, list[Data]] = {}
    for row in wave["vms"]:
        targets.setdefault(str(row["target"]), []).append(row)
    return {
        **{name: wave[name] for name in ("number", "kind", "soak", "max_failures")},
        "size": len(wave["vms"]),
        "mechanisms": sorted({row["mechanism"] for row in wave["vms"]}),
        "depth": max(len(rows) for rows in targets.values()),
        "vms": [{name: row[name] for name in ("id", "name", "host")} for row in wave["vms"]],
        "targets": targets,
    }
