# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The data that the script of the audit's page works on, packed so that thousands of VMs stay a small file."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._causes import (
    OTHER_CAUSES,
    SERVICE_CAUSES,
    VERSION_CAUSES,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._html_page import Words
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import (
    SERVICE_NAMES,
    VERSION_GROUPS,
    mechanism_name,
    title_case,
    version_group,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SERVICE_KEYS, Data

_LOOKS = {
    "ok": "ok",
    "host_off": "off",
    "vm_off": "vm_off",
    "not_offered": "absent",
    "not_available": "absent",
    "degraded": "degraded",
    "unknown": "unknown",
}
_HOST_GROUPS = {"host_unreadable": "Host could not be read", "no_vms": "Host without VMs"}


def _basis(row: Data) -> str | None:
    """Whose word the verdicts rest on."""
    if row["kind"] == "host":
        return None
    if row["guest_error"]:
        return f"the host alone, since the guest could not be read: {row['guest_error']['msg']}"
    return "host and guest" if row["basis"] == "host_and_guest" else "the host"


def _way(row: Data) -> str | None:
    """The mechanism of the plan, and how it stands where it is not ready."""
    plan = row["update"]
    if plan is None:
        return None
    if plan["status"] not in ("ready", "blocked"):
        return title_case(plan["status"])
    return mechanism_name(plan["mechanism"]) + (", blocked" if plan["status"] == "blocked" else "")


# The columns of a row, and where each comes from. Those in _SHARED hold the same few texts over and over again.
_COLUMNS: dict[str, t.Callable[[Data], t.Any]] = {
    "severity": lambda row: row["severity"],
    "name": lambda row: row["name"],
    "host": lambda row: row["host"],
    "state": lambda row: row["state"],
    "os": lambda row: row["guest_os"],
    "version": lambda row: row["version"]["evidence"]["value"],
    "group": lambda row: version_group(row["version"]),
    "reason": lambda row: row["version"]["reason"],
    "next": lambda row: row["version"]["next_step"] or (row["error"] and row["error"]["hint"]),
    "way": _way,
    "how": lambda row: row["update"] and row["update"]["text"],
    "reference": lambda row: row["version"]["evidence"]["reference"],
    "id": lambda row: row["id"],
    "cluster": lambda row: row["cluster"],
    "fqdn": lambda row: row["guest_fqdn"],
    "ip": lambda row: " ".join([*row["ipv4"], *row["ipv6"]]) or None,
    "heartbeat": lambda row: row["heartbeat"] and row["heartbeat"].replace("_", " "),
    "generation": lambda row: row["generation"],
    "configuration": lambda row: row["configuration_version"],
    "checkpoints": lambda row: row["checkpoints"],
    "error": lambda row: row["error"] and row["error"]["msg"],
    "basis": _basis,
}
_SHARED = (
    "severity",
    "host",
    "state",
    "os",
    "version",
    "group",
    "reason",
    "next",
    "way",
    "how",
    "reference",
    "cluster",
    "heartbeat",
    "configuration",
    "basis",
)
_SEARCHED = ("name", "id", "host", "os", "version", "fqdn", "ip", "cluster", "error")


class _Causes:
    """What the script shows of a service, by number: nearly all services share a few of these."""

    def __init__(self) -> None:
        self.entries: list[Data] = []
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, service: Data) -> int:
        key = (service["verdict"], service["cause"])
        if key not in self._numbers:
            known = SERVICE_CAUSES[service["cause"]]
            look = _LOOKS.get(service["verdict"], "trouble")
            grade = known.severity if known.severity != "ok" else "ok" if look == "ok" else "off"
            self._numbers[key] = len(self.entries)
            self.entries.append({"title": known.title, "next": known.next_step, "grade": grade, "look": look})
        return self._numbers[key]


def _status(service: Data) -> str:
    evidence = service["evidence"]
    parts = [evidence["primary_status"], evidence["secondary_status"]]
    guest = evidence["guest"]
    if guest:
        state = "not available" if guest["available"] is False else guest["state"] or "unknown"
        parts.append(f"in the guest {state}")
    return ", ".join(part.replace("_", " ") for part in parts if part)


def _row(row: Data, words: Words, causes: _Causes, problems: dict[str | None, list[str]]) -> list[t.Any]:
    packed: list[t.Any] = []
    for name, read in _COLUMNS.items():
        value = read(row)
        packed.append(words.number(value) if name in _SHARED and value is not None else value)
    services = [[one["key"], causes.number(one), words.number(_status(one))] for one in row["services"]]
    key = row["id"] or row["name"] or row["host"]
    return [*packed, services, problems.get(key, [])]


def page_data(report: Data) -> Data:
    """Everything that the script needs, and nothing that the page shows without it."""
    words, causes = Words(), _Causes()
    problems: dict[str | None, list[str]] = {}
    for problem in report["problems"]:
        problems.setdefault(problem["vm_id"] or problem["vm"] or problem["host"], []).append(problem["cause"])
    rows = [_row(row, words, causes, problems) for row in report["rows"]]
    titles = {
        name: cause.title for part in (VERSION_CAUSES, SERVICE_CAUSES, OTHER_CAUSES) for name, cause in part.items()
    }
    extra = sorted({one["key"] for row in report["rows"] for one in row["services"]} - set(SERVICE_KEYS))
    return {
        "columns": [*_COLUMNS, "services", "causes"],
        "shared": list(_SHARED),
        "searched": list(_SEARCHED),
        "words": words.texts,
        "causes": causes.entries,
        "rows": rows,
        "services": list(SERVICE_KEYS),
        "names": {**SERVICE_NAMES, **{key: key for key in extra}},
        "groups": {**VERSION_GROUPS, **_HOST_GROUPS},
        "severities": {severity: title_case(severity) for severity in ("critical", "warning", "notice", "ok")}
        | {"ok": "OK"},
        "titles": titles,
    }
