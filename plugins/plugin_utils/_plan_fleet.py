# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The update plan of a fleet: one plan for each virtual machine, grouped and with a hash. For internal use only."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_facts import mapping
from ansible_collections.hyperv.integration.plugins.plugin_utils._host_generation import resolve_host
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan import SCHEMA, STATUSES, Data, Planner, digest
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import MECHANISMS, Policy, read_policy

GROUPS = (*MECHANISMS, "refused", "unsupported", "unknown", "none")


def plan_fleet(
    hosts: t.Iterable[t.Any],
    policy: t.Any = None,
    *,
    guests: t.Mapping[str, t.Any] | None = None,
    judge: t.Callable[[t.Any, t.Any], t.Any] | None = None,
) -> Data:
    """Plan every virtual machine of merged host snapshots.

    Args:
        hosts: Host snapshots, each host and each virtual machine once. A host that could not be read is one too.
        policy: What the user allows.
        guests: The snapshots of guests by the id of their virtual machine.
        judge: Gives the verdict on the version of a virtual machine of a host.

    Raises:
        PolicyError: The policy is not valid.
    """
    checked = read_policy(policy)
    planner = Planner(checked)
    plans: list[Data] = []
    rows: list[Data] = []
    for snapshot in hosts:
        data = mapping(snapshot)
        host = _named(data)
        vms = data.get("vms")
        vms = vms if isinstance(vms, (list, tuple)) else ()
        rows.append(_host_row(host, data, len(vms), checked))
        for vm in vms:
            identity = mapping(vm).get("id")
            identity = identity if isinstance(identity, str) else ""
            verdict = judge(vm, host) if judge else None
            plans.append(planner.plan(host, vm, (guests or {}).get(identity), verdict))
    plans.sort(key=_order)
    rows.sort(key=lambda row: str(row["name"]))
    return {
        "schema": SCHEMA,
        "hash": fleet_hash(checked, plans, rows),
        "policy": checked.as_dict(),
        "what_if": checked.host_generation is not None,
        "summary": _summary(plans, rows),
        "groups": _groups(plans),
        "hosts": rows,
        "vms": plans,
    }


def fleet_hash(policy: Policy, plans: t.Iterable[Data], hosts: t.Iterable[Data]) -> str:
    """What is applied must be what was shown: any change of policy, facts or steps changes this hash."""
    return digest([SCHEMA, policy.as_dict(), [one["hash"] for one in plans], list(hosts)])


def _named(snapshot: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
    """The host part; one that could not be read has only the name that the inventory gives it."""
    host = mapping(snapshot.get("host"))
    return host if host.get("name") else {**host, "name": snapshot.get("target")}


def _host_row(host: t.Mapping[str, t.Any], snapshot: t.Mapping[str, t.Any], vms: int, policy: Policy) -> Data:
    generation = resolve_host(host, policy.host_generation)
    error = snapshot.get("error")
    return {
        "name": host.get("name") if isinstance(host.get("name"), str) else None,
        "generation": generation.key,
        "generation_source": generation.source,
        "vms": vms,
        "error": dict(error) if isinstance(error, t.Mapping) else None,
    }


def _order(one: Data) -> tuple[str, str, str]:
    return (one["host"] or "", one["name"] or "", one["id"] or "")


def _summary(plans: list[Data], hosts: list[Data]) -> Data:
    statuses = collections.Counter(one["status"] for one in plans)
    mechanisms = collections.Counter(one["mechanism"] for one in plans)
    return {
        "hosts": len(hosts),
        "hosts_not_read": sum(1 for host in hosts if host["error"] is not None),
        "vms": len(plans),
        "by_status": {status: statuses[status] for status in STATUSES},
        "by_mechanism": {mechanism: mechanisms[mechanism] for mechanism in GROUPS},
    }


def _groups(plans: list[Data]) -> list[Data]:
    """The virtual machines of each mechanism, in the order of the plan; those that are ready come in their own list."""
    groups: dict[str, Data] = {}
    for one in plans:
        group = groups.setdefault(one["mechanism"], {"mechanism": one["mechanism"], "ready": [], "not_ready": []})
        who = {"host": one["host"], "id": one["id"], "name": one["name"]}
        group["ready" if one["status"] == "ready" else "not_ready"].append(who)
    return [groups[mechanism] for mechanism in GROUPS if mechanism in groups]
