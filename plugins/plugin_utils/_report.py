# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The report: one versioned structure, from which every format is rendered.

The same snapshots and options always give the same report; the only thing that moves is the time in it.
"""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._causes import (
    OTHER_CAUSES,
    SERVICE_CAUSES,
    SEVERITIES,
    VERSION_CAUSES,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._drift import compare_baselines, make_baseline
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import Fleet, host_label, read_time
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_fleet import GROUPS
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_rows import (
    conflict_problem,
    guest_problem,
    host_row,
    row_order,
    vm_row,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_update import Advisor
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import ERROR_CLASSES, SERVICE_KEYS, Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._verdict import (
    DEFAULT_MINIMUM,
    SERVICE_VERDICTS,
    VERSION_VERDICTS,
)

SCHEMA = "hyperv.integration/report/1"
TITLE = "Hyper-V integration services audit"


@dataclasses.dataclass(frozen=True)
class Options:
    """What the user chose for a report."""

    title: str = TITLE
    minimum_version: str | None = DEFAULT_MINIMUM
    fail_on: tuple[str, ...] = ()
    query: str | None = None


def fail_on_choices() -> list[str]:
    """Everything that a run can be made to fail on."""
    causes = {**VERSION_CAUSES, **SERVICE_CAUSES, **OTHER_CAUSES}
    return sorted({*VERSION_VERDICTS, *SERVICE_VERDICTS, *ERROR_CLASSES, *SEVERITIES[:-1], *causes} - {"ok"})


def _count(values: t.Iterable[t.Any], always: t.Iterable[str] = ()) -> dict[str, int]:
    """How often each value is there, the expected ones first and even if they are not there at all."""
    found = collections.Counter("unknown" if value is None else str(value) for value in values)
    counts = {value: found.pop(value, 0) for value in always}
    return {**counts, **{value: found[value] for value in sorted(found)}}


def _host(snapshot: Data, rows: list[Data]) -> Data:
    error = snapshot["error"]
    vms = [row for row in rows if row["kind"] == "vm"]
    return {
        "name": host_label(snapshot),
        "target": snapshot["target"],
        **{name: value for name, value in snapshot["host"].items() if name != "name"},
        "collected_at": snapshot["collected_at"],
        "status": error["error_class"] if error else "ok",
        "error": error,
        "vms": len(vms),
        "running": sum(1 for row in vms if str(row["state"]).startswith("running")),
        "severities": _count((row["severity"] for row in vms), SEVERITIES),
        "versions": _count((row["version"]["verdict"] for row in vms), VERSION_VERDICTS),
    }


def _action_target(problem: Data) -> tuple[str, str, str]:
    return (problem["host"] or "", problem["vm"] or "", problem["vm_id"] or "")


def _action(problems: list[Data]) -> Data:
    """What to do about all problems of one cause, with the VMs or hosts to do it to."""
    first = problems[0]
    targets: dict[tuple[str, str, str], Data] = {}
    for problem in problems:
        target = targets.setdefault(
            _action_target(problem),
            {"host": problem["host"], "vm": problem["vm"], "vm_id": problem["vm_id"], "services": []}
            | {name: problem[name] for name in ("reason", "next_step", "update")},
        )
        if problem["service"]:
            target["services"].append(problem["service"])
    services = _count(problem["service"] for problem in problems if problem["service"])
    steps = {problem["next_step"] for problem in problems}
    # VMs with the same verdict may need different mechanisms: then the cause tells of all, and each VM its own.
    general = VERSION_CAUSES[first["cause"]].next_step if first["subject"] == "version" else None
    return {
        "cause": first["cause"],
        "subject": first["subject"],
        "severity": first["severity"],
        "title": first["title"],
        "next_step": steps.pop() if len(steps) == 1 else general,
        "problems": len(problems),
        "services": services,
        "targets": list(targets.values()),
    }


def _action_order(action: Data) -> tuple[int, bool, int, str]:
    # A host that could not be read may hide any number of problems, so it comes before those that are known.
    known = action["subject"] != "host"
    return (SEVERITIES.index(action["severity"]), known, -len(action["targets"]), action["cause"])


def _actions(problems: list[Data]) -> list[Data]:
    groups: dict[str, list[Data]] = {}
    for problem in problems:
        groups.setdefault(problem["cause"], []).append(problem)
    actions = [_action(group) for group in groups.values()]
    return sorted(actions, key=_action_order)


def _summary(hosts: list[Data], rows: list[Data], problems: list[Data]) -> Data:
    vms = [row for row in rows if row["kind"] == "vm"]
    by_key: dict[str, list[str]] = {key: [] for key in SERVICE_KEYS}
    for row in vms:
        for service in row["services"]:
            by_key.setdefault(service["key"], []).append(service["verdict"])
    return {
        "hosts": {
            "total": len(hosts),
            "read": sum(1 for host in hosts if not host["error"]),
            "by_status": _count((host["status"] for host in hosts), ["ok"]),
        },
        "vms": {
            "total": len(vms),
            "running": sum(host["running"] for host in hosts),
            "by_state": _count(row["state"] for row in vms),
            "by_severity": _count((row["severity"] for row in vms), SEVERITIES),
        },
        "versions": _count((row["version"]["verdict"] for row in vms), VERSION_VERDICTS),
        "version_causes": _count(row["version"]["cause"] for row in vms),
        "updates": _updates(vms),
        "services": {key: _count(verdicts, SERVICE_VERDICTS) for key, verdicts in by_key.items()},
        "problems": _count((problem["severity"] for problem in problems), SEVERITIES[:-1]),
    }


def _updates(vms: list[Data]) -> dict[str, dict[str, int]]:
    """How many of the VMs whose version is wanting there are by mechanism and status of their plan."""
    plans = [row["update"] for row in vms if row["update"]]
    chosen = [mechanism for mechanism in GROUPS if any(plan["mechanism"] == mechanism for plan in plans)]
    return {name: _count(plan["status"] for plan in plans if plan["mechanism"] == name) for name in chosen}


def _occurrences(report: Data) -> t.Iterator[str]:
    """Every name that a run can fail on, as often as it is there: verdicts, causes, and severities of problems."""
    for row in report["rows"]:
        if row["kind"] == "vm":
            yield row["version"]["verdict"]
            yield row["version"]["cause"]
        for service in row["services"]:
            yield service["verdict"]
            yield service["cause"]
    for problem in report["problems"]:
        yield problem["severity"]
        # The causes of the others stand in the rows.
        if problem["subject"] not in ("version", "service"):
            yield problem["cause"]


def _failed_on(report: Data, wanted: t.Sequence[str]) -> list[Data]:
    """What of the things to fail on is there, and how often."""
    counts = collections.Counter(_occurrences(report)) if wanted else collections.Counter()
    return [{"name": name, "count": counts[name]} for name in dict.fromkeys(wanted) if counts[name]]


def _run(fleet: Fleet, options: Options, generated_at: str) -> Data:
    moments = [one["collected_at"] for one in (*fleet.hosts, *fleet.guests.values()) if one["collected_at"]]
    moments.sort(key=read_time)
    return {
        "generated_at": generated_at,
        "collected_from": moments[0] if moments else None,
        "collected_to": moments[-1] if moments else None,
        "host_snapshots": len(fleet.hosts),
        "guest_snapshots": len(fleet.guests) + len(fleet.unjoined_guests),
        "minimum_version": options.minimum_version,
        "fail_on": list(options.fail_on),
    }


def _legend() -> Data:
    parts = {"version": VERSION_CAUSES, "service": SERVICE_CAUSES, "other": OTHER_CAUSES}
    return {
        part: {name: {"severity": one.severity, "title": one.title, "next_step": one.next_step} for name, one in causes}
        for part, causes in ((part, sorted(catalogue.items())) for part, catalogue in parts.items())
    }


def _guest_problems(fleet: Fleet, known: set[str]) -> list[Data]:
    lost = [guest for identity, guest in fleet.guests.items() if identity not in known]
    alone = sorted([*fleet.unjoined_guests, *lost], key=lambda guest: str(guest["target"]).casefold())
    return [guest_problem(guest) for guest in alone]


def build_report(fleet: Fleet, options: Options, generated_at: str, previous: Data | None = None) -> Data:
    """Judge a fleet and put everything that any format shows into one structure.

    Args:
        fleet: The merged snapshots.
        options: What the user chose.
        generated_at: The time of this report.
        previous: The baseline of the report before, to tell what changed since.
    """
    hosts, rows, problems = [], [], []
    advisor = Advisor()
    for snapshot in fleet.hosts:
        judged = [
            vm_row(vm, snapshot, options.minimum_version, fleet.guests.get(vm["id"] or ""), advisor)
            for vm in snapshot["vms"]
        ] or [host_row(snapshot)]
        judged.sort(key=lambda pair: row_order(pair[0]))
        rows += [row for row, _problems in judged]
        problems += [problem for _row, found in judged for problem in found]
        hosts.append(_host(snapshot, [row for row, _problems in judged]))
    problems += [conflict_problem(conflict) for conflict in fleet.conflicts]
    problems += _guest_problems(fleet, {row["id"] for row in rows})
    problems.sort(key=lambda one: SEVERITIES.index(one["severity"]))
    report: Data = {
        "schema": SCHEMA,
        "title": options.title,
        "run": _run(fleet, options, generated_at),
        "summary": _summary(hosts, rows, problems),
        "failed_on": [],
        "actions": _actions(problems),
        "problems": problems,
        "hosts": hosts,
        "rows": rows,
        "selection": {"query": None, "total": len(rows), "matched": len(rows)},
        "conflicts": fleet.conflicts,
        "drift": None,
        "legend": _legend(),
    }
    report["failed_on"] = _failed_on(report, options.fail_on)
    if previous:
        report["drift"] = compare_baselines(previous, make_baseline(report))
    return report
