# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The report as Markdown: short, for a ticket or a pull request.

Names go into code spans, where nothing in them has a meaning; other texts are escaped.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import (
    change_text,
    headline,
    service_name,
    title_case,
    version_groups,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

# A ticket is read by people; whoever wants all rows opens another format.
_TARGETS = 10
_ROWS = 100
_CHANGES = 50

_SPECIAL = re.compile(r"([\\`*_\[\]#|~$]|^[-+])")
MARKS = {"critical": "\U0001f534", "warning": "\U0001f7e0", "notice": "\U0001f535", "ok": "\U0001f7e2"}


def escape(value: t.Any) -> str:
    """A text without any meaning to Markdown or HTML, on one line."""
    text = " ".join(str("" if value is None else value).split())
    text = _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    # Else a mention would call somebody, and an address would become a link.
    return text.replace("@", "&#64;").replace("://", "&#58;//")


def code(value: t.Any) -> str:
    """A name in a code span whose fence is longer than any in the name."""
    text = " ".join(str("" if value is None else value).split())
    if not text:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if "`" in (text[0], text[-1]) else ""
    # In a table even a code span ends at a bare pipe.
    text = text.replace("|", "\\|")
    return f"{fence}{pad}{text}{pad}{fence}"


def table(head: t.Sequence[str], rows: t.Iterable[t.Sequence[t.Any]]) -> list[str]:
    """The lines of a table whose cells are Markdown already."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return [*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows), ""]


def more(total: int, shown: int) -> list[str]:
    """How many were left out, if any were."""
    return [f"... and {total - shown:,} more.", ""] if total > shown else []


def _summary(report: Data) -> list[str]:
    summary = report["summary"]
    hosts, vms, problems = summary["hosts"], summary["vms"], summary["problems"]
    yield_rows = [
        ("Hosts read", f"{hosts['read']:,} of {hosts['total']:,}"),
        ("VMs", f"{vms['total']:,}, {vms['running']:,} running"),
        *((f"{MARKS[severity]} {title_case(severity)} problems", f"{count:,}") for severity, count in problems.items()),
    ]
    groups = ((escape(group["label"]), f"{group['count']:,}") for group in version_groups(report) if group["count"])
    return ["## Summary", "", *table(("What", "Count"), yield_rows), *table(("Version", "VMs"), groups)]


def _target(target: Data, own_reason: bool, own_step: bool) -> str:
    name = code(target["vm"]) if target["vm"] else ""
    where = code(target["host"]) if target["host"] else ""
    text = f"{name} on {where}" if name and where else name or where
    services = ", ".join(service_name(key) for key in target["services"])
    text += f" ({escape(services)})" if services else ""
    if target.get("update"):
        text += f" ({escape(target['update'])})"
    if own_reason and target["reason"]:
        text += f": {escape(target['reason'])}"
    return text + (f" → {escape(target['next_step'])}" if own_step and target["next_step"] else "")


def action_lines(actions: t.Iterable[Data], empty: str) -> list[str]:
    """What to do next, each with the first of the VMs or hosts to do it to."""
    lines = []
    for action in actions:
        count = len(action["targets"])
        lines += [f"### {MARKS[action['severity']]} {escape(action['title'])} ({count:,})", ""]
        if action["next_step"]:
            lines += [f"{escape(action['next_step'])}.", ""]
        own = action["subject"] in ("host", "vm", "conflict", "guest")
        own_step = own and not action["next_step"]
        lines += [f"- {_target(target, own, own_step)}" for target in action["targets"][:_TARGETS]]
        lines += ["", *more(count, _TARGETS)]
    return lines or [empty, ""]


def _hosts(report: Data) -> list[str]:
    rows = []
    for host in report["hosts"]:
        mark = MARKS["critical" if host["error"] else "ok"]
        status = f"{mark} {escape(host['status'])}"
        said = escape(host["error"]["msg"]) if host["error"] else escape(host["os_caption"])
        grades = host["severities"]
        rows.append(
            (code(host["name"]), status, said, host["vms"], host["running"], grades["critical"], grades["warning"])
        )
    return [
        "## Hosts",
        "",
        *table(("Host", "Status", "System or reason", "VMs", "Running", "Critical", "Warning"), rows),
    ]


def _vms(report: Data) -> list[str]:
    """The VMs that a query chose, else those with problems."""
    query = report["selection"]["query"]
    chosen = [row for row in report["rows"] if row["kind"] == "vm" and (query or row["severity"] != "ok")]
    rows = []
    for row in chosen[:_ROWS]:
        bad = ", ".join(service_name(one["key"]) for one in row["services"] if one["severity"] != "ok")
        rows.append(
            (
                f"{MARKS[row['severity']]} {code(row['name'])}",
                code(row["host"]),
                escape(row["guest_os"]),
                code(row["version"]["evidence"]["value"]),
                escape(row["version"]["verdict"].replace("_", " ")),
                escape(row["update"] and row["update"]["text"]),
                escape(bad),
            )
        )
    title = "## VMs that the query chose" if query else "## VMs with problems"
    lines = [title, "", *([f"Query: {code(query)}", ""] if query else [])]
    if not rows:
        return [*lines, "None.", ""]
    head = ("VM", "Host", "Guest", "Version", "Verdict", "Update by", "Services with problems")
    return [*lines, *table(head, rows), *more(len(chosen), _ROWS)]


def _drift(report: Data) -> list[str]:
    drift = report["drift"]
    if not drift:
        return []
    lines = [f"## Changes since {escape(drift['since'])}", ""]
    if not drift["changes"]:
        return [*lines, "None.", ""]
    for change in drift["changes"][:_CHANGES]:
        name = code(change["vm"] or change["host"])
        lines.append(f"- {name}: {escape(change_text(change))}")
    return [*lines, "", *more(len(drift["changes"]), _CHANGES)]


def render_markdown(report: Data) -> str:
    """The counts, what to do next, the hosts, the VMs that matter, and what changed."""
    run = report["run"]
    head = [f"# {escape(report['title'])}", "", f"**{escape(headline(report))}**", ""]
    head += [f"Made at {escape(run['generated_at'])} from data of {escape(run['collected_from'])} to "]
    head[-1] += f"{escape(run['collected_to'])}."
    parts = [
        *_summary(report),
        "## What to do next",
        "",
        *action_lines(report["actions"], "Nothing: no problem was found."),
        *_hosts(report),
        *_vms(report),
        *_drift(report),
    ]
    return "\n".join([*head, "", *parts])
