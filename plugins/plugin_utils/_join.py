# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Guests and the VMs that they are: joined by VM id, and a guest fills in what its host does not know."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._versions import is_reported


def _ids_by_name(hosts: t.Iterable[Data]) -> dict[str, str]:
    """The ids of VMs by the names that lead to one VM only."""
    found: dict[str, set[str]] = {}
    for host in hosts:
        for vm in host["vms"]:
            for name in {vm["name"], vm["guest"]["fqdn"]} - {None, ""}:
                found.setdefault(name.casefold(), set()).add(vm["id"])
    return {name: ids.pop() for name, ids in found.items() if len(ids) == 1 and None not in ids}


def find_ids(guests: t.Iterable[Data], hosts: t.Iterable[Data]) -> list[Data]:
    """Give guests that do not know their VM id the one of the VM of their name, if there is only one.

    A guest that could not be reached cannot tell its id, and one without Data Exchange was never told it.
    """
    by_name = _ids_by_name(hosts)
    found = []
    for guest in guests:
        names = (guest["target"], guest["guest"]["vm_name"], guest["guest"]["name"])
        identity = guest["guest"]["vm_id"]
        if not identity:
            ids = {by_name[name.casefold()] for name in names if name and name.casefold() in by_name}
            identity = ids.pop() if len(ids) == 1 else None
        found.append({**guest, "guest": {**guest["guest"], "vm_id": identity}})
    return found


def _complete(vm: Data, guest: Data) -> Data:
    """A VM of which the guest tells what the host could not. What the host knows stays."""
    system = {**vm["guest"], "family": guest["guest"]["family"] or vm["guest"]["family"]}
    if not system["os_name"]:
        system.update(os_name=guest["guest"]["os_name"], os_version=guest["guest"]["os_version"])
    version = vm["version"]
    # A version with a reason, such as stale, is one that the guest itself does not trust.
    if not is_reported(version["value"]) and guest["version"]["value"] and not guest["version"]["reason"]:
        version = {**version, "value": guest["version"]["value"], "source": guest["version"]["source"]}
    return {**vm, "guest": system, "version": version}


def complete_hosts(hosts: list[Data], guests: dict[str, Data]) -> list[Data]:
    """The hosts with their VMs completed by the guests that could be read."""
    readable = {identity: guest for identity, guest in guests.items() if not guest["error"]}
    if not readable:
        return hosts
    return [
        {**host, "vms": [_complete(vm, readable[vm["id"]]) if vm["id"] in readable else vm for vm in host["vms"]]}
        for host in hosts
    ]
