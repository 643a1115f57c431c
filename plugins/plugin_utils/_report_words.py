# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The words in which every format for people tells a report: headline, groups of versions, names, changes."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

SERVICE_NAMES = {
    "guest_service_interface": "Guest Service Interface",
    "heartbeat": "Heartbeat",
    "key_value_pair_exchange": "Key-Value Pair Exchange",
    "shutdown": "Shutdown",
    "time_synchronization": "Time Synchronization",
    "vss": "VSS",
}
GENERATION_NAMES = {
    "win8_ws2012": "2012",
    "win81_ws2012r2": "2012 R2",
    "win10_ws2016_ws2019": "2016 / 2019",
    "ws2022_plus": "2022 or later",
}
MECHANISM_NAMES = {
    "windows_update": "Windows Update",
    "integration_services_disk": "Setup disk",
    "package_manager": "Package manager",
    "cab": "CAB, guest running",
    "offline": "CAB, VM off",
    "none": "None needed",
    "refused": "None allowed",
    "unsupported": "None known",
    "unknown": "Not known",
}
# Key, words. Verdicts that mean different things to a reader are told apart by their cause.
VERSION_GROUPS = {
    "outdated": "Outdated",
    "not_reported": "Not reported",
    "unknown": "Unknown",
    "current": "Current",
    "newer": "Newer than its host",
    "windows_update": "Kept by Windows Update",
    "guest_kernel": "Part of the guest's kernel",
    "vm_not_running": "VM does not run",
}
_CAUSE_GROUPS = ("windows_update", "guest_kernel", "vm_not_running")
_CHANGE_TEXTS = {
    "host_status": "host was {before}, is {after}",
    "vm_appeared": "new on {host}",
    "vm_gone": "gone from {host}",
    "vm_host": "moved from {before} to {after}",
    "vm_name": "renamed from {before}",
    "vm_state": "was {before}, is {after}",
    "version": "version was {before}, is {after}",
    "version_verdict": "version was {before}, is {after}",
    "service_enabled": "{service} was {before}, is {after}",
    "service_verdict": "{service} was {before}, is {after}",
}


def title_case(word: str) -> str:
    """An enum as a reader likes it at the beginning of a line."""
    text = word.replace("_", " ")
    return text[:1].upper() + text[1:]


def service_name(key: str) -> str:
    """The English name of a service; one that only its host knows keeps its id."""
    return SERVICE_NAMES.get(key, key)


def mechanism_name(key: str | None) -> str:
    """The name of a mechanism as a reader knows it."""
    return MECHANISM_NAMES.get(key or "none", str(key))


def version_group(version: Data) -> str:
    """In which group a verdict on a version is shown."""
    return str(version["cause"] if version["cause"] in _CAUSE_GROUPS else version["verdict"])


def version_groups(report: Data) -> list[Data]:
    """How many VMs of the fleet are in each group."""
    summary = report["summary"]
    counts = {**summary["versions"], **{cause: summary["version_causes"].get(cause, 0) for cause in _CAUSE_GROUPS}}
    counts["unknown"] -= counts["vm_not_running"]
    return [{"key": key, "label": label, "count": counts[key]} for key, label in VERSION_GROUPS.items()]


def plural(count: int, thing: str) -> str:
    """A number with its thing."""
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def headline(report: Data) -> str:
    """The whole report in one sentence."""
    summary = report["summary"]
    hosts, vms = summary["hosts"], summary["vms"]
    if not hosts["total"]:
        return "No host was read."
    parts = []
    failed = hosts["total"] - hosts["read"]
    if failed:
        parts.append(f"{failed:,} of {plural(hosts['total'], 'host')} could not be read")
    if vms["by_severity"]["critical"]:
        parts.append(f"{plural(vms['by_severity']['critical'], 'VM')} critical")
    outdated = summary["versions"]["outdated"]
    if outdated:
        parts.append(f"{plural(outdated, 'VM')} outdated")
    attention = vms["by_severity"]["warning"] + vms["by_severity"]["critical"]
    if parts or attention:
        if attention:
            parts.append(f"{attention:,} of {plural(vms['total'], 'VM')} need attention")
        return "; ".join(parts) + "."
    return f"All {plural(vms['total'], 'VM')} on {plural(hosts['total'], 'host')} are in order."


def _word(value: t.Any) -> str:
    words = {None: "not there", True: "on", False: "off"}
    return words[value] if value is None or isinstance(value, bool) else str(value).replace("_", " ")


def change_text(change: Data) -> str:
    """What changed, without the name of the VM or host that it happened to."""
    before, after = change["before"], change["after"]
    if change["what"] in ("vm_name", "vm_host", "version"):
        # Names and versions stay as they are.
        shown = {"before": before or "none", "after": after or "none"}
    else:
        shown = {"before": _word(before), "after": _word(after)}
    service = service_name(change["service"]) if change["service"] else ""
    return _CHANGE_TEXTS[change["what"]].format(host=change["host"], service=service, **shown)
