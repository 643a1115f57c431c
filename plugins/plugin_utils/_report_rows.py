# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The rows of a report and the problems in them.

There is one row for each VM, and one for each host that has none to show: because it could not be read, or is empty.
All rows have the same keys, so that one query fits all.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._causes import (
    OTHER_CAUSES,
    SERVICE_CAUSES,
    VERSION_CAUSES,
    fill,
    worst,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import host_label
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_update import Advisor
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._verdict import (
    guest_family,
    judge_services,
    judge_version,
)

_NO_EVIDENCE: Data = {"value": None, "source": None, "reference": None, "reference_source": None}


def _problem(subject: str, cause: str, row: Data, evidence: Data, **more: t.Any) -> Data:
    catalogue = {"version": VERSION_CAUSES, "service": SERVICE_CAUSES}.get(subject, OTHER_CAUSES)
    known = catalogue[cause]
    problem = {
        "severity": known.severity,
        "subject": subject,
        "verdict": cause,
        "cause": cause,
        "host": row["host"],
        "vm": row["name"],
        "vm_id": row["id"],
        "service": None,
        "title": known.title,
        "reason": fill(known, evidence),
        "next_step": known.next_step,
        "update": None,
    }
    return {**problem, **more}


def _vm_problems(vm: Data, row: Data) -> list[Data]:
    found = []
    if vm["error"]:
        hint = vm["error"]["hint"] or OTHER_CAUSES["vm_error"].next_step
        found.append(_problem("vm", "vm_error", row, vm["error"], next_step=hint))
    if str(vm["state"]).endswith("_critical"):
        found.append(_problem("vm", "vm_critical", row, {"state": vm["state"]}))
    version = row["version"]
    if version["severity"] != "ok":
        how = {"next_step": version["next_step"], "update": row["update"] and row["update"]["text"]}
        found.append(_problem("version", version["cause"], row, version["evidence"], verdict=version["verdict"], **how))
    for service in row["services"]:
        if service["severity"] != "ok":
            status = service["evidence"]
            guest = status["guest"] or {}
            evidence = {"primary": status["primary_status"], "secondary": status["secondary_status"]}
            evidence["guest_reason"] = str(guest.get("reason") or "no reason").replace("_", " ")
            more = {"verdict": service["verdict"], "service": service["key"]}
            if guest.get("hint") and service["cause"].startswith("guest_"):
                more["next_step"] = guest["hint"]
            found.append(_problem("service", service["cause"], row, evidence, **more))
    return found


def _host_columns(snapshot: Data) -> Data:
    host = snapshot["host"]
    return {
        "host": host_label(snapshot),
        "host_target": snapshot["target"],
        "host_fqdn": host["fqdn"],
        "host_generation": host["generation"],
        "cluster": host["cluster"],
    }


def _guest_columns(guest: Data | None) -> Data:
    """Whether the guest was asked itself, and what came of it. Without that, the host's word alone counts."""
    if guest is None:
        return {"basis": "host", "guest_target": None, "guest_error": None}
    basis = "host" if guest["error"] else "host_and_guest"
    return {"basis": basis, "guest_target": guest["target"], "guest_error": guest["error"]}


def _version_columns(vm: Data, snapshot: Data, minimum: str | None, guest: Data | None, advisor: Advisor) -> Data:
    """The verdict on the version, and how the VM can be updated if it wants that."""
    version = judge_version(vm, snapshot["host"], minimum)
    host = {**snapshot["host"], "name": host_label(snapshot)}
    update = advisor.advise(vm, host, guest, version)
    if update is None:
        return {"version": version, "update": None}
    if update["next_step"]:
        version = {**version, "next_step": update["next_step"]}
    return {"version": version, "update": {name: update[name] for name in ("mechanism", "status", "text")}}


def vm_row(
    vm: Data, snapshot: Data, minimum: str | None, guest: Data | None, advisor: Advisor
) -> tuple[Data, list[Data]]:
    """The row of a VM and its problems, the gravest of which is the severity of the row."""
    row: Data = {
        "kind": "vm",
        **_host_columns(snapshot),
        "name": vm["name"],
        "id": vm["id"],
        "state": vm["state"],
        "generation": vm["generation"],
        "configuration_version": vm["configuration_version"],
        "clustered": vm["clustered"],
        "checkpoints": vm["checkpoints"],
        "heartbeat": vm["heartbeat"],
        "guest_os": vm["guest"]["os_name"],
        "guest_os_version": vm["guest"]["os_version"],
        "guest_family": guest_family(vm),
        "guest_fqdn": vm["guest"]["fqdn"],
        "ipv4": vm["guest"]["ipv4"],
        "ipv6": vm["guest"]["ipv6"],
        **_guest_columns(guest),
        "severity": "ok",
        **_version_columns(vm, snapshot, minimum, guest, advisor),
        "services": judge_services(vm, guest),
        "error": vm["error"],
    }
    problems = _vm_problems(vm, row)
    if guest and guest["error"]:
        problems.append(_guest_problem(guest, row))
    row["severity"] = worst(problem["severity"] for problem in problems)
    return row, problems


def host_row(snapshot: Data) -> tuple[Data, list[Data]]:
    """The row of a host that has no VM to show, and the problem if it could not be read."""
    cause = VERSION_CAUSES["host_unreadable"]
    error = snapshot["error"]
    version = {
        "verdict": "unknown",
        "cause": "host_unreadable",
        "severity": "ok",
        "reason": cause.reason,
        "next_step": None,
        "evidence": _NO_EVIDENCE,
    }
    if not error:
        version = {**version, "verdict": "not_applicable", "cause": "no_vms", "reason": "The host has no VMs"}
    nothing = ("name", "id", "state", "generation", "configuration_version", "clustered", "checkpoints", "heartbeat")
    guest = ("guest_os", "guest_os_version", "guest_family", "guest_fqdn")
    row: Data = {
        "kind": "host",
        **_host_columns(snapshot),
        **dict.fromkeys(nothing),
        **dict.fromkeys(guest),
        "ipv4": [],
        "ipv6": [],
        **_guest_columns(None),
        "severity": "ok",
        "version": version,
        "update": None,
        "services": [],
        "error": error,
    }
    if not error:
        return row, []
    known = error["error_class"] if error["error_class"] in OTHER_CAUSES else "unexpected"
    problem = _problem("host", known, row, error)
    problem["next_step"] = error["hint"] or problem["next_step"]
    row["severity"] = problem["severity"]
    return row, [problem]


def conflict_problem(conflict: Data) -> Data:
    """The problem that something was seen twice; the report shows only one of the two."""
    vm = conflict["kind"] == "vm"
    where = {
        "host": conflict["kept"] if vm else conflict["name"],
        "name": conflict["name"] if vm else None,
        "id": conflict["id"] if vm else None,
    }
    return _problem("conflict", "conflict", where, conflict)


def _guest_problem(guest: Data, row: Data) -> Data:
    """The problem of a guest that could not be read. Its VM is judged all the same."""
    error = guest["error"]
    cause = error["error_class"] if error["error_class"] in ("guest_unreachable", "not_a_guest") else "guest_unreadable"
    problem = _problem("guest", cause, row, error, verdict=error["error_class"])
    return {**problem, "next_step": error["hint"] or problem["next_step"]}


def guest_problem(guest: Data) -> Data:
    """The problem of a guest snapshot that says nothing about any VM of the report."""
    name = guest["guest"]["name"] or guest["target"]
    where = {"host": None, "name": name, "id": guest["guest"]["vm_id"]}
    return (
        _guest_problem(guest, where) if guest["error"] else _problem("guest", "guest_without_vm", where, {"name": name})
    )


def row_order(row: Data) -> tuple[str, str, str]:
    """By host, then by name as a reader looks for it, then by id for VMs of the same name."""
    return (row["host"].casefold(), (row["name"] or "").casefold(), row["id"] or "")
