# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report of the audit as a table for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

COLUMNS = ("host", "system", "status", "VMs", "running", "outdated", "critical", "warning", "info")


def lines(report: dict[str, Any]) -> list[str]:
    """Return the summary of a report, a row for each host and one for all."""
    rows = [_row(host) for host in report["hosts"]]
    totals = [sum(row[at] for row in rows) for at in range(3, len(COLUMNS))]
    table = [COLUMNS, *rows, ("all", "", f"{_read(report)} read", *totals)]
    cells = [[str(cell) for cell in row] for row in table]
    widths = [max(_width(row[at]) for row in cells) for at in range(len(COLUMNS))]
    shown = [_line(row, widths) for row in cells]
    rule = "-" * max(_width(line) for line in shown)
    return [shown[0], rule, *shown[1:-1], rule, shown[-1]]


def _row(host: dict[str, Any]) -> tuple[Any, ...]:
    system = (host["os_caption"] or "").removeprefix("Microsoft ").removesuffix(" Datacenter")
    severities = [host["severities"].get(name, 0) for name in ("critical", "warning", "info")]
    versions = host["versions"].get("outdated", 0)
    return (host["name"], system, host["status"], host["vms"], host["running"], versions, *severities)


def _read(report: dict[str, Any]) -> str:
    hosts = report["summary"]["hosts"]
    return f"{hosts['read']} of {hosts['total']}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = []
    for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
        gap = " " * (width - _width(cell))
        cells.append(f"{cell}{gap}" if at < 3 else f"{gap}{cell}")
    return "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Return how many columns a terminal needs for a text."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
