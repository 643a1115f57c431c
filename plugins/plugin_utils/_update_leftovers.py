# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which host takes away what earlier updates left behind. For internal use of the collection only."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import Fleet

Data = dict[str, t.Any]
CUT_OFF = "cut_off"
CLEANUP = "cleanup"


def assign_leftovers(
    unfinished: t.Iterable[Data], fleet: Fleet, targets: t.Iterable[str], ready: t.Collection[str]
) -> Data:
    """Give what is left on each virtual machine to its host.

    An update that was cut off and left nothing is resumed by the next one. Where there is none, since the virtual
    machine needs nothing any more, its entry is closed here.

    Args:
        unfinished: What the journal says that nobody does any more.
        fleet: Where the virtual machines are now.
        targets: The names of the inventory that take part.
        ready: The ids of the virtual machines that are going to be updated.
    """
    present = frozenset(targets)
    seats = {vm["id"]: snapshot for snapshot in fleet.hosts for vm in snapshot["vms"] if vm["id"]}
    found: dict[str, list[Data]] = {}
    lost: list[Data] = []
    for entry in unfinished:
        if not entry["leftovers"] and (entry["state"] != CUT_OFF or entry["id"] in ready):
            continue
        snapshot = seats.get(entry["id"])
        target = snapshot["target"] if snapshot else None
        if snapshot is None or target not in present:
            lost.append({name: entry[name] for name in ("id", "name", "host", "text")})
            continue
        moved = snapshot["host"]["name"] != entry["host"]
        found.setdefault(target, []).append(_row(entry, target, moved))
    return {"targets": found, "depth": max((len(rows) for rows in found.values()), default=0), "lost": lost}


def _row(entry: Data, target: str, moved: bool) -> Data:
    row = {
        "id": entry["id"],
        "name": entry["name"],
        "host": entry["host"],
        # Not the one of the update: its steps are not gone on with here.
        "mechanism": CLEANUP,
        "steps": [],
        "host_target": target,
        "text": entry["text"],
        "undone_by": [left["undone_by"] for left in entry["leftovers"]],
    }
    # Each host remembers itself what it took out of a drive; another one has to be told.
    details = [left["detail"] for left in entry["leftovers"] if isinstance(left.get("detail"), dict)]
    if moved and details and "restore_path" in details[0]:
        row["restore_path"] = details[0]["restore_path"]
    return row
