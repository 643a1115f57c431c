# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The words in which every format tells an update: outcomes, mechanisms, headline, and the lines for a terminal."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import mechanism_name, plural
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

OUTCOME_NAMES = {
    "updated": "Updated",
    "unchanged": "Unchanged",
    "planned": "Would be updated",
    "failed": "Failed",
    "cut_off": "Cut off",
    "not_run": "Not begun",
    "blocked": "Blocked",
    "refused": "Refused",
    "unsupported": "Unsupported",
    "unknown": "Not known",
    "nothing_to_do": "Nothing to do",
}
_LISTED = 10


def outcome_groups(counts: t.Mapping[str, int]) -> list[Data]:
    """The outcomes with their names and counts, in their order."""
    return [{"key": key, "label": label, "count": counts[key]} for key, label in OUTCOME_NAMES.items()]


def duration(seconds: int | None) -> str:
    """A span of time as a reader likes it."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def version_text(version: str | None) -> str:
    """A version, or the word for none."""
    return version or "not reported"


def headline(report: Data) -> str:
    """The whole update in one sentence."""
    summary = report["summary"]
    counts, total = summary["by_outcome"], summary["to_update"]
    if not summary["vms"]:
        return "The plan has no virtual machine."
    begun = report["run"]["begun"]
    words = _STUCK if begun else {**_STUCK, "not_run": "that nobody can carry out"}
    stuck = [f"{counts[one]:,} {word}" for one, word in words.items() if counts[one]]
    stuck += [f"{len(report['outside']):,} failed outside of the plan"] if report["outside"] else []
    if not begun:
        planned = [f"{plural(counts['planned'], 'VM')} would be updated"] if counts["planned"] else []
        return "; ".join([*planned, *stuck]) + "." if planned or stuck else "There is nothing to update."
    done = counts["updated"] + counts["unchanged"]
    waiting = summary["restart_pending"]
    told = [f"{waiting:,} {'waits' if waiting == 1 else 'wait'} for a restart"] if waiting else []
    if done == total and not counts["failed"] and not report["outside"]:
        return "; ".join([f"All {plural(done, 'VM')} {_be(done)} done", *told]) + "."
    return "; ".join([f"{done:,} of {plural(total, 'VM')} {_be(done)} done", *stuck, *told]) + "."


# What a reader must hear at once, in this order.
_STUCK = {"failed": "failed", "cut_off": "cut off", "not_run": "not begun", "blocked": "blocked"}


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


def printable(value: t.Any) -> str:
    """What a host or guest wrote, without characters that a terminal obeys."""
    return "".join(char if char.isprintable() else " " for char in str(value))


def _line(name: str, value: str) -> str:
    return f"{name:<27} {value}"


def _counts(counts: t.Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count)


def summary_lines(report: Data) -> list[str]:
    """The update on a terminal: the headline, a small table, and what needs a person."""
    summary, run = report["summary"], report["run"]
    lines = [headline(report)]
    if run["stopped"]:
        lines.append(_line("Stopped", str(run["stopped"])))
    lines += [
        _line(group["label"], f"{group['count']:,}")
        for group in outcome_groups(summary["by_outcome"])
        if group["count"]
    ]
    lines += [_line(mechanism_name(key), _counts(counts)) for key, counts in summary["by_mechanism"].items()]
    for pair in summary["versions"][:_LISTED]:
        versions = f"{version_text(pair['before'])} -> {version_text(pair['after'])}"
        lines.append(_line("Versions", f"{versions} ({pair['vms']:,})"))
    lines += [
        _line(f"Wave {wave['number']}, {wave['kind']}", _counts(wave["by_outcome"]) or "none")
        for wave in report["waves"]
    ]
    for action in report["actions"]:
        lines.append(f"{action['severity']}: {action['title']} ({len(action['targets']):,})")
        lines += [f"  {_told(target)}" for target in action["targets"][:_LISTED]]
        more = len(action["targets"]) - _LISTED
        lines += [f"  ... and {more:,} more"] if more > 0 else []
    return [printable(line) for line in lines]


def _told(target: Data) -> str:
    name = f"{target['vm']} on {target['host']}" if target["vm"] else str(target["host"])
    return f"{name}: {target['reason']}" if target["reason"] else name
