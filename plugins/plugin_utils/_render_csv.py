# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The rows of the report as CSV, for spreadsheets.

Every field is quoted. A field that a spreadsheet would take for a formula gets an apostrophe in front: the names of
VMs and whatever a guest reports are written by strangers.
"""

from __future__ import annotations

import csv
import io
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SERVICE_KEYS, Data

BYTE_ORDER_MARK = "\ufeff"
# The usual ones, and their full-width twins, which spreadsheets in East Asian languages read alike.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_COLUMNS: dict[str, t.Callable[[Data], t.Any]] = {
    "severity": lambda row: row["severity"],
    "host": lambda row: row["host"],
    "cluster": lambda row: row["cluster"],
    "host_generation": lambda row: row["host_generation"],
    "vm": lambda row: row["name"],
    "vm_id": lambda row: row["id"],
    "state": lambda row: row["state"],
    "guest_os": lambda row: row["guest_os"],
    "guest_os_version": lambda row: row["guest_os_version"],
    "guest_fqdn": lambda row: row["guest_fqdn"],
    "ip_addresses": lambda row: " ".join([*row["ipv4"], *row["ipv6"]]),
    "version": lambda row: row["version"]["evidence"]["value"],
    "version_source": lambda row: row["version"]["evidence"]["source"],
    "reference_version": lambda row: row["version"]["evidence"]["reference"],
    "reference_source": lambda row: row["version"]["evidence"]["reference_source"],
    "version_verdict": lambda row: row["version"]["verdict"],
    "version_cause": lambda row: row["version"]["cause"],
    "version_reason": lambda row: row["version"]["reason"],
    "next_step": lambda row: row["version"]["next_step"],
    "update_mechanism": lambda row: row["update"] and row["update"]["mechanism"],
    "update_status": lambda row: row["update"] and row["update"]["status"],
    "update": lambda row: row["update"] and row["update"]["text"],
    "vm_generation": lambda row: row["generation"],
    "configuration_version": lambda row: row["configuration_version"],
    "checkpoints": lambda row: row["checkpoints"],
    "heartbeat_state": lambda row: row["heartbeat"],
    "error_class": lambda row: row["error"] and row["error"]["error_class"],
    "error": lambda row: row["error"] and row["error"]["msg"],
    "basis": lambda row: row["basis"],
    "guest_error": lambda row: row["guest_error"] and row["guest_error"]["msg"],
}
_PARTS = ("verdict", "cause")


def _field(value: t.Any) -> str:
    text = "" if value is None else str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_text(head: t.Iterable[str], rows: t.Iterable[t.Iterable[t.Any]], delimiter: str, byte_order_mark: bool) -> str:
    """A table as CSV.

    Args:
        head: The names of the columns.
        rows: The fields of each row.
        delimiter: What stands between fields; European spreadsheets like a semicolon.
        byte_order_mark: Whether to begin with the mark by which Excel knows UTF-8.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_field(field) for field in row])
    return (BYTE_ORDER_MARK if byte_order_mark else "") + out.getvalue()


def _row(row: Data) -> list[t.Any]:
    services = {service["key"]: service for service in row["services"]}
    fields = [read(row) for read in _COLUMNS.values()]
    return fields + [services.get(key, {}).get(part) for key in SERVICE_KEYS for part in _PARTS]


def render_csv(report: Data, delimiter: str = ",", byte_order_mark: bool = False) -> str:
    """One line for each row; the verdict and the cause of each service stand in columns of their own."""
    head = [*_COLUMNS, *(f"{key}_{part}" for key in SERVICE_KEYS for part in _PARTS)]
    return csv_text(head, (_row(row) for row in report["rows"]), delimiter, byte_order_mark)
