# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Many snapshots become one fleet: every host once, every virtual machine once, and guests joined by VM id."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._join import complete_hosts, find_ids
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

# A controller that cannot reach a host says nothing against what another one read there at about the same time.
# After a day, what was read is history and the failure is the news.
_FAILURE_WINS_AFTER = datetime.timedelta(hours=24)
_LONG_AGO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclasses.dataclass
class Fleet:
    """Normalised snapshots without duplicates, in a stable order."""

    hosts: list[Data]
    guests: dict[str, Data]
    conflicts: list[Data]
    unjoined_guests: list[Data]


def host_label(snapshot: Data) -> str:
    """The name under which a report shows a host: its own one, else the one in the inventory."""
    return str(snapshot["host"]["name"] or snapshot["target"] or snapshot["host"]["fqdn"] or "unnamed host")


def read_time(text: str | None) -> datetime.datetime:
    """The time of a snapshot; one that tells none, or no time at all, is the oldest."""
    try:
        moment = datetime.datetime.fromisoformat((text or "").replace("Z", "+00:00"))
    except ValueError:
        return _LONG_AGO
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _order(snapshot: Data) -> tuple[str, str, str]:
    return (host_label(snapshot).casefold(), snapshot["host"]["fqdn"] or "", snapshot["target"] or "")


def _key(snapshot: Data) -> str:
    # Without a full name the target's one has to do: two hosts in two domains may share a short name.
    return str(snapshot["host"]["fqdn"] or snapshot["target"] or snapshot["host"]["name"] or "").casefold()


def _keys_of_failures(read: t.Iterable[Data]) -> dict[str, str]:
    """Under which key a host that failed is found: only its name in the inventory is known."""
    found: dict[str, set[str]] = {}
    for snapshot in read:
        names = (snapshot["target"], snapshot["host"]["fqdn"], snapshot["host"]["name"])
        for name in {name.casefold() for name in names if name}:
            found.setdefault(name, set()).add(_key(snapshot))
    return {name: keys.pop() for name, keys in found.items() if len(keys) == 1}


def _conflict(kind: str, identity: str | None, name: str | None, kept: str, dropped: str, msg: str) -> Data:
    return {"kind": kind, "id": identity, "name": name, "kept": kept, "dropped": dropped, "msg": msg}


def _newest_first(snapshot: Data) -> tuple[float, str]:
    return (-read_time(snapshot["collected_at"]).timestamp(), repr(_order(snapshot)))


def _one_host(same: list[Data], conflicts: list[Data]) -> Data:
    """Choose among snapshots of one host: the newest, and what was read rather than a failure of the same day."""
    same = sorted(same, key=_newest_first)
    chosen = same[0]
    if chosen["error"]:
        limit = read_time(chosen["collected_at"]) - _FAILURE_WINS_AFTER
        readable = (other for other in same if not other["error"] and read_time(other["collected_at"]) >= limit)
        chosen = next(readable, chosen)
    label = host_label(chosen)
    for other in same:
        if other is chosen:
            continue
        what = f"could not be read ({other['error']['msg']})" if other["error"] else "was read too"
        msg = f"Host '{label}' {what} at {other['collected_at']}; the report shows {chosen['collected_at']}"
        conflicts.append(
            _conflict("host", chosen["host"]["fqdn"], label, str(chosen["target"]), str(other["target"]), msg)
        )
    return chosen


def _merge_hosts(snapshots: list[Data], conflicts: list[Data]) -> list[Data]:
    by_target = _keys_of_failures(snapshot for snapshot in snapshots if not snapshot["error"])
    groups: dict[str, list[Data]] = {}
    for snapshot in snapshots:
        key = _key(snapshot)
        if snapshot["error"]:
            key = by_target.get((snapshot["target"] or "").casefold(), key)
        groups.setdefault(key, []).append(snapshot)
    hosts = [same[0] if len(same) == 1 else _one_host(same, conflicts) for same in groups.values()]
    return sorted(hosts, key=_order)


def _merge_vms(hosts: list[Data], conflicts: list[Data]) -> list[Data]:
    """Leave each VM at one host: where it runs, else where it was seen last.

    A VM shows up twice when it moved during the audit, and when a copy of it waits on another host.
    """
    seats: dict[str, list[tuple[Data, Data]]] = {}
    for host in hosts:
        for vm in host["vms"]:
            if vm["id"]:
                seats.setdefault(vm["id"], []).append((host, vm))
    dropped: set[int] = set()
    for identity, found in seats.items():
        if len(found) == 1:
            continue
        found.sort(key=lambda seat: (seat[1]["state"] != "running", _newest_first(seat[0])))
        kept = host_label(found[0][0])
        for host, vm in found[1:]:
            dropped.add(id(vm))
            msg = f"Virtual machine '{vm['name']}' is on '{host_label(host)}' too; the report shows the one on '{kept}'"
            conflicts.append(_conflict("vm", identity, vm["name"], kept, host_label(host), msg))
    if not dropped:
        return hosts
    return [{**host, "vms": [vm for vm in host["vms"] if id(vm) not in dropped]} for host in hosts]


def _merge_guests(snapshots: list[Data], conflicts: list[Data]) -> tuple[dict[str, Data], list[Data]]:
    joined: dict[str, Data] = {}
    unjoined: list[Data] = []
    # What was read comes before a failure: a guest that one way leads to is not unreachable.
    ordered = sorted(
        snapshots,
        key=lambda one: (bool(one["error"]), -read_time(one["collected_at"]).timestamp(), str(one["target"])),
    )
    for snapshot in ordered:
        identity = snapshot["guest"]["vm_id"]
        if not identity:
            unjoined.append(snapshot)
        elif identity in joined:
            kept, other = str(joined[identity]["target"]), str(snapshot["target"])
            msg = f"Guests '{kept}' and '{other}' name the same virtual machine; the report shows the newer, '{kept}'"
            conflicts.append(_conflict("guest", identity, snapshot["guest"]["name"], kept, other, msg))
        else:
            joined[identity] = snapshot
    return joined, sorted(unjoined, key=lambda guest: str(guest["target"]).casefold())


def merge_snapshots(snapshots: t.Iterable[Data]) -> Fleet:
    """Merge normalised snapshots from any number of controllers and runs.

    Of the same thing the newest wins; each choice is a conflict that the report shows.
    """
    every = list(snapshots)
    conflicts: list[Data] = []
    hosts = _merge_hosts([one for one in every if one["kind"] == "host"], conflicts)
    hosts = _merge_vms(hosts, conflicts)
    named = find_ids((one for one in every if one["kind"] == "guest"), hosts)
    guests, unjoined = _merge_guests(named, conflicts)
    hosts = complete_hosts(hosts, guests)
    conflicts.sort(key=lambda one: (one["kind"], str(one["name"]).casefold(), str(one["id"]), one["dropped"]))
    return Fleet(hosts=hosts, guests=guests, conflicts=conflicts, unjoined_guests=unjoined)
