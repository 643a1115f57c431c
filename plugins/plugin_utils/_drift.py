# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What changed since the last report.

A report leaves a baseline behind: the few facts of each host and VM that the next one compares. It is small, and
holds all VMs even where a query chose some of them for the report.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

SCHEMA = "hyperv.integration/baseline/1"


def _identity(row: Data) -> str:
    return str(row["id"] or f"{row['host']}/{row['name']}")


def _host_key(name: str, target: str | None) -> str:
    """What stays the same when a host can no longer tell its own name: the one in the inventory."""
    return (target or name).casefold()


def make_baseline(report: Data) -> Data:
    """The facts of a whole report, before any query, that the next one compares."""
    return {
        "schema": SCHEMA,
        "generated_at": report["run"]["generated_at"],
        "hosts": {
            _host_key(host["name"], host["target"]): {"name": host["name"], "status": host["status"]}
            for host in report["hosts"]
        },
        "vms": {
            _identity(row): {
                "name": row["name"],
                "host": row["host"],
                "host_key": _host_key(row["host"], row["host_target"]),
                "state": row["state"],
                "readable": row["error"] is None,
                "version": row["version"]["evidence"]["value"],
                "version_verdict": row["version"]["verdict"],
                "services": {
                    service["key"]: [service["evidence"]["enabled"], service["verdict"]] for service in row["services"]
                },
            }
            for row in report["rows"]
            if row["kind"] == "vm"
        },
    }


_VM_FACTS = {"name", "host", "host_key", "state", "readable", "version", "version_verdict", "services"}


def _all_have(values: t.Any, keys: set[str]) -> bool:
    return isinstance(values, dict) and all(isinstance(one, dict) and keys <= set(one) for one in values.values())


def is_baseline(data: t.Any) -> bool:
    """Whether this release can compare with it. An older or damaged one means no comparison, not a failure."""
    return (
        isinstance(data, dict)
        and data.get("schema") == SCHEMA
        and isinstance(data.get("generated_at"), str)
        and _all_have(data.get("hosts"), {"name", "status"})
        and _all_have(data.get("vms"), _VM_FACTS)
    )


def _change(what: str, host: str, before: t.Any, after: t.Any, **more: t.Any) -> Data:
    change = {"what": what, "host": host, "vm": None, "vm_id": None, "service": None, "before": before, "after": after}
    return {**change, **more}


def _runs(vm: Data) -> bool:
    return str(vm["state"]).startswith("running")


def _vm_changes(identity: str, old: Data, new: Data) -> t.Iterator[Data]:
    who = {"vm": new["name"], "vm_id": identity}
    for what in ("name", "host", "state"):
        if old[what] != new[what]:
            yield _change(f"vm_{what}", new["host"], old[what], new[what], **who)
    if not (old["readable"] and new["readable"]):
        return
    # What a guest reports comes and goes with its VM; that change is the one of the state.
    both_run = _runs(old) and _runs(new)
    for what in ("version", "version_verdict") if both_run else ():
        if old[what] != new[what]:
            yield _change(what, new["host"], old[what], new[what], **who)
    for key in sorted({*old["services"], *new["services"]}):
        was, is_now = old["services"].get(key, [None, None]), new["services"].get(key, [None, None])
        if was[0] != is_now[0]:
            yield _change("service_enabled", new["host"], was[0], is_now[0], service=key, **who)
        elif both_run and was[1] != is_now[1]:
            yield _change("service_verdict", new["host"], was[1], is_now[1], service=key, **who)


def _host_changes(before: Data, after: Data) -> t.Iterator[Data]:
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        was, is_now = old and old["status"], new and new["status"]
        if was != is_now:
            yield _change("host_status", (new or old or {})["name"], was, is_now)


def _is_readable(hosts: Data, key: str) -> bool:
    """Whether a host tells of its VMs; one that is not there at all has none."""
    return key not in hosts or hosts[key]["status"] == "ok"


def compare_baselines(before: Data, after: Data) -> Data:
    """Every change between two baselines. A host that one of them could not read says nothing about its VMs."""
    changes = list(_host_changes(before["hosts"], after["hosts"]))
    for identity in sorted({*before["vms"], *after["vms"]}):
        old, new = before["vms"].get(identity), after["vms"].get(identity)
        if old and new:
            changes += _vm_changes(identity, old, new)
        elif new and _is_readable(before["hosts"], new["host_key"]):
            changes.append(_change("vm_appeared", new["host"], None, new["host"], vm=new["name"], vm_id=identity))
        elif old and _is_readable(after["hosts"], old["host_key"]):
            changes.append(_change("vm_gone", old["host"], old["host"], None, vm=old["name"], vm_id=identity))
    changes.sort(key=lambda one: (one["host"].casefold(), (one["vm"] or "").casefold(), one["what"]))
    return {"since": before["generated_at"], "changes": changes}
