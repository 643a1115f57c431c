# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The report of an update as CSV, for spreadsheets. Fields are made harmless as in the audit's."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._render_csv import csv_text
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

_COLUMNS: dict[str, t.Callable[[Data], t.Any]] = {
    "outcome": lambda row: row["outcome"],
    "severity": lambda row: row["severity"],
    "host": lambda row: row["host"],
    "vm": lambda row: row["name"],
    "vm_id": lambda row: row["id"],
    "guest_os": lambda row: row["guest_os"],
    "mechanism": lambda row: row["mechanism"],
    "plan_status": lambda row: row["plan_status"],
    "wave": lambda row: row["wave"],
    "version_before": lambda row: row["version_before"],
    "version_after": lambda row: row["version_after"],
    "version_now": lambda row: row["version_now"],
    "verdict_now": lambda row: row["verdict_now"],
    "restart_pending": lambda row: {True: "yes", False: "no"}.get(row["restart_pending"]),
    "needs": lambda row: " ".join(row["needs"]),
    "reason": lambda row: row["reason"],
    "hint": lambda row: row["hint"],
    "error_class": lambda row: row["error_class"],
    "started_at": lambda row: row["started_at"],
    "ended_at": lambda row: row["ended_at"],
    "seconds": lambda row: row["seconds"],
    "steps": lambda row: "; ".join(f"{step['id']}: {step['state']}" for step in row["steps"]),
    "leftovers": lambda row: " ".join(one["text"] for one in row["leftovers"]),
    "services": lambda row: "; ".join(f"{one['key']}: {one['verdict']}" for one in row["services"] or ()),
}


def render_update_csv(report: Data, delimiter: str = ",", byte_order_mark: bool = False) -> str:
    """One line for each virtual machine of the plan."""
    rows = ([read(row) for read in _COLUMNS.values()] for row in report["rows"])
    return csv_text(_COLUMNS, rows, delimiter, byte_order_mark)
