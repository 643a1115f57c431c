# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The verdict on the version of a VM and on each of its services.

Services are judged from the host side, and from the guest side as well where a guest snapshot tells it.
"""

from __future__ import annotations

import contextlib

from ansible_collections.hyperv.integration.plugins.plugin_utils._causes import SERVICE_CAUSES, VERSION_CAUSES, fill
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SERVICE_KEYS, Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._versions import (
    Version,
    VersionError,
    compare_versions,
    is_reported,
    parse_version,
)

VERSION_VERDICTS = ("current", "outdated", "newer", "not_reported", "not_applicable", "unknown")
SERVICE_VERDICTS = (
    "ok",
    "host_off",
    "vm_off",
    "not_offered",
    "not_available",
    "degraded",
    "no_contact",
    "lost_contact",
    "error",
    "guest_off",
    "guest_missing",
    "unknown",
)

# The level of KB4072650, the last one of the kits for Windows 7 to Server 2012.
DEFAULT_MINIMUM = "6.3.9600.18907"
# Hosts that bring an integration services disk, and so a version to compare with.
_DISK_GENERATIONS = ("win8_ws2012", "win81_ws2012r2")
_UPDATE_GENERATIONS = ("win10_ws2016_ws2019", "ws2022_plus")
# HV_DRV_VERSION of the Linux kernel, whatever the kernel: its comment says that the number has no meaning.
_LINUX_CONSTANT = "3.1"
# Windows 8.1 and Server 2012 R2: the first whose components Windows Update serves as part of Windows.
_FIRST_SERVED = (6, 3)
# Windows Vista and Server 2008, the oldest guests in the table for hosts from 2016 on.
_FIRST_IN_MATRIX = (6, 0)
_GUEST_EVIDENCE = ("state", "start_mode", "available", "running", "healthy", "reason", "hint")
# Services that have a daemon of their own on Linux; the others live in the module hv_utils.
_LINUX_DAEMONS = ("guest_service_interface", "key_value_pair_exchange", "vss")

# What a guest says of a service that is not available in it. Any other reason means that it cannot work as it is.
_BY_REASON = {
    "not_installed": ("guest_missing", "guest_service_missing"),
    "binary_missing": ("guest_missing", "guest_service_missing"),
    "off_on_host": ("no_contact", "guest_channel_missing"),
    "driver_absent": ("guest_missing", "guest_driver_absent"),
    "not_in_this_windows": ("not_available", "guest_too_old"),
    "confidential_vm": ("not_available", "guest_cannot_have_it"),
    "container": ("not_available", "guest_cannot_have_it"),
    "unsupported": ("not_available", "guest_cannot_have_it"),
}
_BY_PRIMARY = {
    "ok": ("ok", "working"),
    "protocol_mismatch": ("ok", "protocol_mismatch"),
    "degraded": ("degraded", "older_protocol"),
    "error": ("error", "service_error"),
    "non_recoverable_error": ("error", "no_compatible_protocol"),
    "lost_communication": ("lost_contact", "lost_contact"),
    "application_critical": ("error", "application_critical"),
    "communication_timed_out": ("error", "communication_failed"),
    "communication_failed": ("error", "communication_failed"),
}
_BY_SECONDARY = {
    "protocol_mismatch": ("ok", "protocol_mismatch"),
    "application_critical": ("error", "application_critical"),
    "communication_timed_out": ("error", "communication_failed"),
    "communication_failed": ("error", "communication_failed"),
}


def guest_family(vm: Data) -> str | None:
    """The family of the guest's system as far as it tells: windows, linux, other or null."""
    if vm["guest"]["family"]:
        return "other" if vm["guest"]["family"] not in ("windows", "linux") else str(vm["guest"]["family"])
    name = (vm["guest"]["os_name"] or vm["kvp"].get("OSName") or "").casefold()
    if "windows" in name:
        return "windows"
    if "OSDistributionName" in vm["kvp"] or vm["version"]["value"] == _LINUX_CONSTANT:
        return "linux"
    if not name:
        return None
    return "other" if "bsd" in name else "linux"


def is_running(vm: Data) -> bool:
    """Whether the guest can answer. A state that nobody knows is no reason to hide what the services say."""
    return vm["state"] is None or str(vm["state"]).startswith("running")


def _guest_version(vm: Data) -> Version | None:
    try:
        return parse_version(vm["guest"]["os_version"] or vm["kvp"].get("OSVersion") or "")
    except VersionError:
        return None


def _version(verdict: str, cause: str, vm: Data, reference: str | None = None, source: str | None = None) -> Data:
    known = VERSION_CAUSES[cause]
    evidence = {
        "value": vm["version"]["value"],
        "source": vm["version"]["source"],
        "reference": reference,
        "reference_source": source,
    }
    return {
        "verdict": verdict,
        "cause": cause,
        "severity": known.severity,
        "reason": fill(known, evidence),
        "next_step": known.next_step,
        "evidence": evidence,
    }


def _compared(vm: Data, reference: str, source: str | None, what: str) -> Data:
    order = compare_versions(vm["version"]["value"], reference)
    if order < 0:
        return _version("outdated", f"below_{what}", vm, reference, source)
    if order > 0 and what == "reference":
        return _version("newer", "above_reference", vm, reference, source)
    return _version("current", f"at_{what}", vm, reference, source)


def _at_least(installed: Version, minimum: str | None) -> bool:
    return minimum is not None and installed >= parse_version(minimum)


def _not_reported(vm: Data) -> Data:
    kvp = next((service for service in vm["services"] if service["key"] == "key_value_pair_exchange"), None)
    if kvp is None:
        return _version("not_reported", "kvp_not_offered", vm)
    if kvp["enabled"] is False:
        return _version("not_reported", "kvp_off", vm)
    if kvp["primary_status"] in ("no_contact", "lost_communication"):
        return _version("not_reported", "kvp_silent", vm)
    return _version("not_reported", "guest_silent", vm)


def _on_disk_host(vm: Data, host: Data) -> Data:
    """On hosts with an integration services disk: their version, and what they say themselves."""
    reference, source = host["reference_version"], host["reference_source"]
    judged = _version("unknown", "no_reference", vm, reference, source)
    if is_reported(reference):
        with contextlib.suppress(VersionError):
            judged = _compared(vm, reference, source, "reference")
    # A host that says "mismatch" may know more than its version tells, but a newer guest is a mismatch too.
    if vm["version"]["state"] in ("mismatch", "update_required") and judged["verdict"] in ("current", "unknown"):
        return _version("outdated", "host_says_outdated", vm, reference, source)
    if vm["version"]["state"] == "up_to_date" and judged["verdict"] == "unknown":
        return _version("current", "host_says_current", vm, reference, source)
    return judged


def _on_update_host(vm: Data, minimum: str | None) -> Data:
    """On hosts from 2016 on nothing is compared by the host. Which guests need a look depends on their Windows.

    The integration services of a guest carry the version of the kit, so a Server 2008 R2 with the newest kit says 6.3.
    Only the version of its Windows tells that it needs one.
    """
    installed = parse_version(vm["version"]["value"])
    system = _guest_version(vm)
    if system is None and installed[:2] == _FIRST_SERVED and not _at_least(installed, minimum):
        return _version("unknown", "guest_os_unknown", vm, minimum, "option" if minimum else None)
    system = system or installed
    if system[:2] >= _FIRST_SERVED:
        return _version("not_applicable", "windows_update", vm)
    if system[:2] < _FIRST_IN_MATRIX:
        return _version("unknown", "not_in_matrix", vm)
    if not minimum:
        return _version("unknown", "no_minimum", vm)
    return _compared(vm, minimum, "option", "minimum")


def judge_version(vm: Data, host: Data, minimum: str | None = DEFAULT_MINIMUM) -> Data:
    """Judge the version of the integration services that the guest of a VM has.

    Args:
        vm: A VM of a host snapshot in normal form.
        host: The host of that snapshot.
        minimum: For guests older than Windows 8.1 on hosts from 2016 on, or null.
    """
    value = vm["version"]["value"]
    if vm["error"] and not is_reported(value):
        return _version("unknown", "vm_unreadable", vm)
    if guest_family(vm) in ("linux", "other"):
        return _version("not_applicable", "guest_kernel", vm)
    if not is_reported(value):
        return _not_reported(vm) if is_running(vm) else _version("unknown", "vm_not_running", vm)
    try:
        parse_version(value)
    except VersionError:
        return _version("unknown", "unreadable_version", vm)
    if host["generation"] in _DISK_GENERATIONS:
        return _on_disk_host(vm, host)
    if host["generation"] in _UPDATE_GENERATIONS:
        return _on_update_host(vm, minimum)
    return _version("unknown", "host_generation_unknown", vm)


def _no_contact(key: str, vm: Data) -> tuple[str, str]:
    family = guest_family(vm)
    system = _guest_version(vm) if family == "windows" else None
    if key == "guest_service_interface" and system and system[:2] < _FIRST_SERVED:
        return "not_available", "guest_too_old"
    if family == "linux":
        return "no_contact", "guest_daemon_silent" if key in _LINUX_DAEMONS else "guest_module_silent"
    return "no_contact", "guest_service_silent"


def _from_host(service: Data, vm: Data) -> tuple[str, str]:
    if service["enabled"] is False:
        return "host_off", "host_switch_off"
    if not is_running(vm):
        return "vm_off", "vm_not_running"
    primary = service["primary_status"]
    if primary == "no_contact":
        return _no_contact(service["key"], vm)
    if primary == "lost_communication" and service["key"] == "heartbeat":
        return "lost_contact", "lost_heartbeat"
    verdict = _BY_PRIMARY.get(primary or "", ("unknown", "status_unknown"))
    if verdict == ("ok", "working"):
        return _BY_SECONDARY.get(service["secondary_status"] or "", verdict)
    return verdict


def _from_both(verdict: tuple[str, str], guest: Data | None, offered: bool | None) -> tuple[str, str]:
    """What the guest side adds to a service that is on, on a VM that runs."""
    if guest is None:
        return ("no_contact", "guest_channel_missing") if offered is False else verdict
    known = _BY_REASON.get(guest["reason"] or "")
    if known and known[0] == "not_available":
        return known
    if offered is False:
        return "no_contact", "guest_channel_missing"
    if guest["available"] is False:
        if guest["reason"]:
            return known or ("no_contact", "guest_service_unusable")
        return "guest_missing", "guest_service_missing"
    if guest["running"] is False:
        off = "guest_service_disabled" if guest["start_mode"] == "disabled" else "guest_service_stopped"
        return "guest_off", off
    if guest["running"] and guest["healthy"] is False:
        return "no_contact", "guest_service_unhealthy"
    if guest["running"] and verdict[0] == "no_contact":
        return "no_contact", "guest_runs_unheard"
    return verdict


def _still_on(guest: Data | None, offered: bool | None) -> bool:
    """Whether a guest has a service that its host says is off. The channel tells it best: a driver is there without."""
    return offered if offered is not None else bool(guest and guest["running"])


def judge_service(service: Data, vm: Data, guest_snapshot: Data | None = None) -> Data:
    """Judge one service of a VM: the host's switch, the channel and the guest side in one verdict.

    Without a guest snapshot, or with one that failed, the host side alone decides, and `basis` says so.
    """
    verdict = _from_host(service, vm)
    guest, offered = None, None
    readable = guest_snapshot is not None and not guest_snapshot["error"]
    if guest_snapshot is not None and readable:
        guest = next((one for one in guest_snapshot["services"] if one["key"] == service["key"]), None)
        offered = (guest_snapshot["channels"] or {}).get(service["key"])
        if verdict[0] == "host_off" and is_running(vm) and _still_on(guest, offered):
            verdict = "host_off", "guest_still_on"
        elif verdict[0] not in ("host_off", "vm_off", "not_available"):
            verdict = _from_both(verdict, guest, offered)
    return {
        "key": service["key"],
        "id": service["id"],
        "display_name": service["display_name"],
        "verdict": verdict[0],
        "cause": verdict[1],
        "severity": SERVICE_CAUSES[verdict[1]].severity,
        "basis": "host_and_guest" if readable else "host",
        "evidence": {
            "enabled": service["enabled"],
            "primary_status": service["primary_status"],
            "secondary_status": service["secondary_status"],
            "protocol_mismatch": service["protocol_mismatch"],
            "channel_offered": offered,
            "guest": guest and {name: guest[name] for name in _GUEST_EVIDENCE},
        },
    }


def _absent(key: str, verdict: str, cause: str) -> Data:
    """A service that the host does not list is in the report too, so that every VM has the same six."""
    nothing = ("enabled", "primary_status", "secondary_status", "protocol_mismatch", "channel_offered", "guest")
    return {
        "key": key,
        "id": None,
        "display_name": None,
        "verdict": verdict,
        "cause": cause,
        "severity": "ok",
        "basis": "host",
        "evidence": dict.fromkeys(nothing),
    }


def judge_services(vm: Data, guest_snapshot: Data | None = None) -> list[Data]:
    """The verdicts on the six services in their fixed order, then on those that only this host knows."""
    listed = {service["key"]: service for service in vm["services"]}
    if vm["error"] and not listed:
        return [_absent(key, "unknown", "vm_unreadable") for key in SERVICE_KEYS]
    keys = [*SERVICE_KEYS, *sorted(key for key in listed if key not in SERVICE_KEYS)]
    return [
        judge_service(listed[key], vm, guest_snapshot)
        if key in listed
        else _absent(key, "not_offered", "host_does_not_offer")
        for key in keys
    ]
