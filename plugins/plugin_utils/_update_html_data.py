# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The data that the script of an update's page works on, packed so that thousands of VMs stay a small file."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._html_page import Words
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import mechanism_name, service_name
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_rows import NEEDS
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_words import (
    OUTCOME_NAMES,
    duration,
)

_LONGEST = 300
GRADES = {
    "updated": "ok",
    "unchanged": "ok",
    "planned": "notice",
    "failed": "critical",
    "cut_off": "critical",
    "not_run": "warning",
    "blocked": "warning",
    "refused": "notice",
    "unsupported": "notice",
    "unknown": "notice",
    "nothing_to_do": "off",
}


def _note(row: Data) -> str | None:
    """The one thing to say of a row beside its outcome: what a person has to do, else the reason."""
    titles = [NEEDS[need].title for need in row["needs"] if need != row["outcome"]]
    return row["reason"] if row["reason"] and row["outcome"] != "nothing_to_do" else "; ".join(titles) or None


# The columns of a row, and where each comes from. Those in _SHARED hold the same few texts over and over again.
_COLUMNS: dict[str, t.Callable[[Data], t.Any]] = {
    "severity": lambda row: row["severity"],
    "outcome": lambda row: row["outcome"],
    "name": lambda row: row["name"] or row["id"] or "",
    "host": lambda row: row["host"] or "",
    "wave": lambda row: row["wave"],
    "mechanism": lambda row: row["mechanism"],
    "os": lambda row: row["guest_os"],
    "before": lambda row: row["version_before"],
    "after": lambda row: row["version_after"],
    "now": lambda row: row["version_now"],
    "note": _note,
    "reason": lambda row: row["reason"],
    "hint": lambda row: row["hint"],
    "restart": lambda row: {True: "pending", False: "none pending"}.get(row["restart_pending"]),
    "id": lambda row: row["id"],
    "status": lambda row: row["plan_status"],
    "started": lambda row: row["started_at"],
    "ended": lambda row: row["ended_at"],
    "took": lambda row: duration(row["seconds"]) or None,
    "resumed": lambda row: row["resumed"] or None,
    "left": lambda row: " ".join(one["text"] for one in row["leftovers"]) or None,
    "trouble": lambda row: _trouble(row["services"] or ()),
}
_SHARED = (
    "severity",
    "outcome",
    "host",
    "mechanism",
    "os",
    "before",
    "after",
    "now",
    "note",
    "reason",
    "hint",
    "restart",
    "status",
    "left",
    "trouble",
)
_SEARCHED = ("name", "id", "host", "os", "before", "after", "now", "reason")


def _trouble(services: t.Iterable[Data]) -> str | None:
    return "; ".join(f"{service_name(one['key'])}: {one['title']}" for one in services) or None


def _detail(detail: t.Any) -> str | None:
    """What a step left behind about its end, in one line."""
    if not detail:
        return None
    told = ", ".join(f"{key}: {value}" for key, value in detail.items()) if isinstance(detail, dict) else str(detail)
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]} ..."


def _row(row: Data, words: Words) -> list[t.Any]:
    packed: list[t.Any] = []
    for name, read in _COLUMNS.items():
        value = read(row)
        packed.append(words.number(value) if name in _SHARED and value is not None else value)
    steps = [[words.number(one["id"]), words.number(one["state"]), _detail(one["detail"])] for one in row["steps"]]
    return [*packed, steps, row["needs"]]


def page_data(report: Data) -> Data:
    """Everything that the script needs, and nothing that the page shows without it."""
    words = Words()
    rows = [_row(row, words) for row in report["rows"]]
    return {
        "columns": [*_COLUMNS, "steps", "causes"],
        "shared": list(_SHARED),
        "searched": list(_SEARCHED),
        "words": words.texts,
        "rows": rows,
        "outcomes": OUTCOME_NAMES,
        "grades": GRADES,
        "mechanisms": {row["mechanism"]: mechanism_name(row["mechanism"]) for row in report["rows"]},
        "titles": {name: need.title for name, need in NEEDS.items()},
    }
