# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The report of an update as Markdown: short, for a ticket or a change record."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._render_markdown import (
    MARKS,
    action_lines,
    code,
    escape,
    more,
    table,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import mechanism_name
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_words import (
    OUTCOME_NAMES,
    duration,
    headline,
    outcome_groups,
    version_text,
)

# A ticket is read by people; whoever wants all rows opens another format.
_ROWS = 200
_PAIRS = 30


def _counts(counts: t.Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {OUTCOME_NAMES[name].lower()}" for name, count in counts.items() if count)


def _head(report: Data) -> list[str]:
    run = report["run"]
    lines = [f"# {escape(report['title'])}", "", f"**{escape(headline(report))}**", ""]
    if run["stopped"]:
        lines += [f"The run stopped before its last wave: {escape(run['stopped'])}", ""]
    if run["what_if"]:
        lines += ["The plan is a what-if: the generations of the hosts in it are not their real ones.", ""]
    facts = [("Report", run["generated_at"]), ("Plan", run["plan_hash"][:12]), ("Run", run["id"])]
    facts += [("Begun", run["started_at"]), ("Ended", run["ended_at"]), ("Took", duration(run["seconds"]))]
    return [*lines, *(f"- {name}: {code(value)}" for name, value in facts if value), ""]


def _summary(report: Data) -> list[str]:
    summary = report["summary"]
    groups = [
        (escape(group["label"]), f"{group['count']:,}")
        for group in outcome_groups(summary["by_outcome"])
        if group["count"]
    ]
    mechanisms = [
        (escape(mechanism_name(name)), escape(_counts(counts))) for name, counts in summary["by_mechanism"].items()
    ]
    lines = ["## Summary", "", *table(("Outcome", "VMs"), groups), *table(("Mechanism", "VMs"), mechanisms)]
    pairs = [
        (code(version_text(pair["before"])), code(version_text(pair["after"])), f"{pair['vms']:,}")
        for pair in summary["versions"][:_PAIRS]
    ]
    if pairs:
        lines += ["## Versions", "", *table(("Before", "After", "VMs"), pairs)]
        lines += more(len(summary["versions"]), _PAIRS)
    return lines


def _waves(report: Data) -> list[str]:
    if not report["waves"]:
        return []
    rows = [
        (
            wave["number"],
            escape(wave["kind"]),
            f"{wave['vms']:,}",
            escape(_counts(wave["by_outcome"])),
            escape(duration(wave["seconds"])),
        )
        for wave in report["waves"]
    ]
    return ["## Waves", "", *table(("Wave", "Kind", "VMs", "Outcomes", "Took"), rows)]


def _row(row: Data) -> tuple[str, ...]:
    after = row["version_now"] or row["version_after"]
    wave = "" if row["wave"] is None else str(row["wave"])
    name, host = code(row["name"]), code(row["host"])
    how = (escape(mechanism_name(row["mechanism"])), wave, code(row["version_before"]), code(after))
    return (
        f"{MARKS[row['severity']]} {name}",
        host,
        escape(OUTCOME_NAMES[row["outcome"]]),
        *how,
        escape(row["reason"]),
    )


def _vms(report: Data) -> list[str]:
    """Every VM but those that needed nothing, the gravest first."""
    grades = list(MARKS)
    chosen = [row for row in report["rows"] if row["outcome"] != "nothing_to_do"]
    chosen.sort(key=lambda row: grades.index(row["severity"]))
    head = ("VM", "Host", "Outcome", "Mechanism", "Wave", "Before", "After", "Reason")
    if not chosen:
        return ["## VMs", "", "None.", ""]
    return ["## VMs", "", *table(head, (_row(row) for row in chosen[:_ROWS])), *more(len(chosen), _ROWS)]


def render_update_markdown(report: Data) -> str:
    """The counts, what needs a person, the waves, and the VMs."""
    needs = action_lines(report["actions"], "Nothing.")
    parts = [*_head(report), "## What needs a person first", "", *needs, *_summary(report), *_waves(report)]
    return "\n".join([*parts, *_vms(report)])
