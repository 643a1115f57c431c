# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The report of an update: one versioned structure, from which every format is rendered.

The same plan, journal, failures and snapshots always give the same report; the only thing that moves is the time in it.
"""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._causes import SEVERITIES
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import read_time
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_fleet import GROUPS
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_fate import OUTCOMES, Course, plain
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_now import Now, key_of, same_id
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_rows import (
    NEEDS,
    Sources,
    index_rules,
    make_row,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._verdict import DEFAULT_MINIMUM

SCHEMA = "hyperv.integration/update_report/1"
TITLE = "Hyper-V integration services update"


@dataclasses.dataclass(frozen=True)
class Material:
    """What a report is made of.

    Attributes:
        plan: The saved plan of the run.
        entries: The journal's entries of its virtual machines.
        failures: What went wrong outside of the journal, by the id of a virtual machine: msg, error_class and hint.
        stopped: Why the run stopped before its last wave.
        snapshots: Normalised snapshots that were read after the update.
        check_mode: Whether the run only shows what it would do.
        outside: What failed on virtual machines that are not in the plan, with what is left on them.
    """

    plan: Data
    entries: t.Sequence[Data] = ()
    failures: t.Mapping[str, Data] = dataclasses.field(default_factory=dict)
    stopped: str | None = None
    snapshots: t.Sequence[Data] = ()
    check_mode: bool = False
    outside: t.Sequence[Data] = ()


def build_update_report(material: Material, generated_at: str, title: str = TITLE) -> Data:
    """Put together what each virtual machine was, what it is, and what became of it."""
    plan = material.plan
    not_assigned, waves = index_rules(plan)
    entries = {key_of(entry["vm"]): entry for entry in material.entries if entry["owner"].get("run") == plan.get("run")}
    # Check mode keeps no journal; whoever makes the report of a real run in check mode still has that run's.
    begun = bool(entries) or (not material.check_mode and bool(material.failures or material.stopped))
    sources = Sources(
        entries=entries,
        failures={same_id(identity): failure for identity, failure in material.failures.items()},
        not_assigned=not_assigned,
        waves=waves,
        course=Course(begun, material.stopped),
        now=Now(material.snapshots, plan.get("minimum_version", DEFAULT_MINIMUM)),
    )
    rows = [make_row(one, sources) for one in plan["vms"]]
    not_read = [{"name": host["name"], **host["error"]} for host in plan["hosts"] if host["error"]]
    return {
        "schema": SCHEMA,
        "title": title,
        "run": _run(material, rows, generated_at, begun),
        "summary": _summary(rows, len(plan["hosts"]), len(not_read)),
        "waves": _waves(plan, rows),
        "actions": _actions(rows, not_read, material.outside),
        "hosts_not_read": not_read,
        "outside": list(material.outside),
        "rows": rows,
    }


def _run(material: Material, rows: list[Data], generated_at: str, begun: bool) -> Data:
    plan = material.plan
    return {
        "id": plan.get("run"),
        "generated_at": generated_at,
        "planned_at": plan.get("planned_at"),
        **_span(rows),
        "plan_hash": plan["hash"],
        "what_if": bool(plan.get("what_if")),
        "begun": begun,
        "check_mode": material.check_mode,
        "stopped": material.stopped,
    }


def _span(rows: t.Iterable[Data]) -> Data:
    """From the first beginning to the last end. What a resumed update did in an earlier run counts as well."""
    chosen = list(rows)
    begins = [row["started_at"] for row in chosen if row["started_at"]]
    ends = [row["ended_at"] for row in chosen if row["ended_at"]]
    first, last = min(begins, key=read_time, default=None), max(ends, key=read_time, default=None)
    seconds = round((read_time(last) - read_time(first)).total_seconds()) if first and last else None
    return {"started_at": first, "ended_at": last, "seconds": seconds}


def count_outcomes(rows: t.Iterable[Data]) -> dict[str, int]:
    """How many rows there are of each outcome."""
    found = collections.Counter(row["outcome"] for row in rows)
    return {outcome: found[outcome] for outcome in OUTCOMES}


def _grouped(rows: t.Iterable[Data], name: str) -> dict[t.Any, list[Data]]:
    groups: dict[t.Any, list[Data]] = {}
    for row in rows:
        groups.setdefault(row[name], []).append(row)
    return groups


def _summary(rows: list[Data], hosts: int, not_read: int) -> Data:
    grades = collections.Counter(row["severity"] for row in rows)
    by_mechanism = _grouped(rows, "mechanism")
    return {
        "hosts": {"total": hosts, "not_read": not_read},
        "vms": len(rows),
        "to_update": sum(1 for row in rows if row["plan_status"] == "ready"),
        "by_outcome": count_outcomes(rows),
        "by_severity": {severity: grades[severity] for severity in SEVERITIES},
        "by_mechanism": {name: count_outcomes(by_mechanism[name]) for name in sorted(by_mechanism, key=_place)},
        "versions": _version_pairs(rows),
        "restart_pending": sum(1 for row in rows if "restart_pending" in row["needs"]),
        "leftovers": sum(1 for row in rows if row["leftovers"]),
    }


def _place(mechanism: str) -> tuple[int, str]:
    """Mechanisms in the order of the plan's own summary."""
    return (GROUPS.index(mechanism) if mechanism in GROUPS else len(GROUPS), mechanism)


def _version_pairs(rows: list[Data]) -> list[Data]:
    """Which versions became which, the most frequent first. What is read now counts for more than what was then."""
    pairs = collections.Counter(
        (row["version_before"], row["version_now"] or row["version_after"])
        for row in rows
        if row["outcome"] == "updated"
    )
    ordered = sorted(pairs.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [{"before": before, "after": after, "vms": count} for (before, after), count in ordered]


def _waves(plan: Data, rows: list[Data]) -> list[Data]:
    by_wave = _grouped(rows, "wave")
    return [
        {
            **{name: wave.get(name) for name in ("number", "kind", "soak", "max_failures")},
            "vms": len(wave["vms"]),
            "by_outcome": count_outcomes(by_wave.get(wave["number"], [])),
            **_span(by_wave.get(wave["number"], [])),
        }
        for wave in plan.get("waves") or []
    ]


def unfinished(report: Data) -> list[Data]:
    """The rows that nobody may leave as they are: what failed, was cut off, or left something behind."""
    return [row for row in report["rows"] if row["outcome"] in ("failed", "cut_off") or row["leftovers"]]


def _actions(rows: list[Data], not_read: list[Data], outside: t.Iterable[Data]) -> list[Data]:
    """What a person has to do, in the form that the audit's actions have."""
    groups: dict[str, list[Data]] = {need: [] for need in NEEDS}
    for row in rows:
        for need in row["needs"]:
            groups[need].append(_target(row, need))
    groups["host_not_read"] = [_host_target(host) for host in not_read]
    groups["outside"] = [_outside_target(one) for one in outside]
    return [_action(need, targets) for need, targets in groups.items() if targets]


def _target(row: Data, need: str) -> Data:
    target = {"host": row["host"], "vm": row["name"], "vm_id": row["id"], "services": []}
    if need == "leftovers":
        return {**target, "reason": " ".join(one["text"] for one in row["leftovers"]), "next_step": None}
    if need == "services":
        steps = dict.fromkeys(one["next_step"] for one in row["services"] if one["next_step"])
        titles = dict.fromkeys(one["title"] for one in row["services"])
        keys = [one["key"] for one in row["services"]]
        return {**target, "services": keys, "reason": "; ".join(titles), "next_step": "; ".join(steps) or None}
    if need == "restart_pending":
        return {**target, "reason": None, "next_step": None}
    if need == "still_outdated":
        version = row["version_now"] or "no version"
        return {**target, "reason": f"It has {version} now, and had {row['version_before'] or 'none'} before"} | {
            "next_step": None
        }
    return {**target, "reason": row["reason"], "next_step": row["hint"]}


def _host_target(host: Data) -> Data:
    return {"host": host["name"], "vm": None, "vm_id": None, "services": []} | {
        "reason": host.get("msg"),
        "next_step": host.get("hint"),
    }


def _outside_target(failure: Data) -> Data:
    told = " ".join([f"{failure['msg']}.", *(one["text"] for one in failure["leftovers"])])
    return {"host": failure["host"], "vm": failure["name"] or failure["id"], "vm_id": failure["id"], "services": []} | {
        "reason": plain(told),
        "next_step": plain(failure["hint"]),
    }


def _action(need: str, targets: list[Data]) -> Data:
    known = NEEDS[need]
    steps = {target["next_step"] for target in targets}
    step = steps.pop() if len(steps) == 1 else None
    return {
        "cause": need,
        "subject": "host" if need == "host_not_read" else "vm",
        "severity": known.severity,
        "title": known.title,
        "next_step": step or known.next_step,
        "problems": len(targets),
        "services": dict(collections.Counter(key for target in targets for key in target["services"])),
        "targets": targets,
    }
