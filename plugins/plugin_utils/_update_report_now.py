# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What snapshots that were read after an update say of its virtual machines: version, services, a pending restart."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._causes import SERVICE_CAUSES
from ansible_collections.hyperv.integration.plugins.plugin_utils._journal import CHANGING, LEAVING
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import Fleet, merge_snapshots, read_time
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._verdict import judge_services, judge_version

NOTHING: Data = {"version": None, "verdict": None, "restart_pending": None, "services": None}
# A service that only works with limits did so before.
_TROUBLE = ("critical", "warning")


class Now:
    """A merged fleet by virtual machine. Guests join their virtual machines as they do in the audit and in the plan."""

    def __init__(self, snapshots: t.Iterable[Data], minimum: str | None) -> None:
        fleet: Fleet = merge_snapshots(snapshots)
        self.guests = {identity: guest for identity, guest in fleet.guests.items() if not guest["error"]}
        self.vms = {vm["id"]: (vm, host) for host in fleet.hosts for vm in host["vms"] if vm["id"]}
        self.minimum = minimum

    def of(self, plan: Data, entry: Data | None) -> Data:
        """What is known of a virtual machine now; a snapshot from before the last change of its update is not now."""
        identity, since = key_of(plan), last_change(entry)
        guest = self.guests.get(identity)
        if guest is not None and read_time(guest["collected_at"]) < since:
            guest = None
        vm, host = self.vms.get(identity, (None, None))
        if host is None or vm is None or vm["error"] or read_time(host["collected_at"]) < since:
            return {**NOTHING, **_from_guest(guest)} if guest else NOTHING
        # What-if counts here too, as it did for the plan.
        judged = judge_version(vm, {**host["host"], "generation": plan["host_generation"]}, self.minimum)
        return {
            "version": vm["version"]["value"],
            "verdict": judged["verdict"],
            "restart_pending": None,
            "services": [_service(one) for one in judge_services(vm, guest) if one["severity"] in _TROUBLE],
            **(_from_guest(guest) if guest else {}),
        }


def key_of(vm: t.Mapping[str, t.Any]) -> str:
    """By what a virtual machine is found in journal, failures and snapshots: its id, else its name on its host."""
    identity = vm.get("id")
    if isinstance(identity, str) and identity:
        return same_id(identity)
    return f"{vm.get('host') or ''}/{vm.get('name') or ''}"


def same_id(identity: str) -> str:
    """An id may be written with braces and in capitals."""
    return identity.strip("{}").lower()


def last_change(entry: Data | None) -> datetime.datetime:
    """When the update last changed something, as far as the journal tells."""
    changing = {*CHANGING, *LEAVING}
    moments = [entry.get("started_at")] if entry else []
    for step in entry["steps"] if entry else ():
        if step["id"] in changing and not step.get("earlier"):
            moments.append(step.get("ended_at") or step.get("started_at"))
    return max((read_time(moment) for moment in moments), default=read_time(None))


def _from_guest(guest: Data) -> Data:
    """The guest's own word counts for more than what its host heard of it."""
    found: Data = {"restart_pending": guest["guest"]["restart_pending"]}
    if guest["version"]["value"] and not guest["version"]["reason"]:
        found["version"] = guest["version"]["value"]
    return found


def _service(judged: Data) -> Data:
    known = SERVICE_CAUSES[judged["cause"]]
    return {"key": judged["key"], "verdict": judged["verdict"], "title": known.title, "next_step": known.next_step}
