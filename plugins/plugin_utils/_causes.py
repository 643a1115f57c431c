# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Every cause that a verdict can name: how grave it is, what it means, and what to do next."""

from __future__ import annotations

import typing as t

# Gravest first.
SEVERITIES = ("critical", "warning", "notice", "ok")


class Cause(t.NamedTuple):
    """Why a verdict is what it is. The text of `reason` is filled with the evidence of the verdict."""

    severity: str
    title: str
    reason: str
    next_step: str | None = None


_SETUP_DISK = (
    "Insert the integration services setup disk of the host and run its setup in the guest, or apply its CAB while "
    "the VM is off; restart the guest afterwards"
)
_GUEST_WINDOWS = "In the guest, start the service and set its start type back to Manual if it is Disabled"

VERSION_CAUSES = {
    "at_reference": Cause("ok", "Version of the host", "The guest has {value}, which the host brings as well"),
    "below_reference": Cause(
        "warning",
        "Outdated: older than the version of their host",
        "The guest has {value}; the host brings {reference}",
        _SETUP_DISK,
    ),
    "above_reference": Cause("ok", "Newer than the host", "The guest has {value}; the host brings only {reference}"),
    "at_minimum": Cause("ok", "Version is recent enough", "The guest has {value}; the minimum is {reference}"),
    "below_minimum": Cause(
        "warning",
        "Outdated: older than the minimum version",
        "The guest has {value}; the minimum is {reference}",
        "Let Windows Update install the integration services in the guest, which needs Data Exchange to be on; "
        "where it cannot be on, apply the CAB of KB3071740",
    ),
    "host_says_current": Cause("ok", "Up to date, says the host", "The host compares {value} itself and is content"),
    "host_says_outdated": Cause(
        "warning", "Outdated, says the host", "The host says that {value} needs an update", _SETUP_DISK
    ),
    "windows_update": Cause(
        "ok", "Kept current by Windows Update", "{value} comes with the guest's Windows, so there is nothing to compare"
    ),
    "guest_kernel": Cause(
        "ok", "Part of the guest's kernel", "A Linux or BSD kernel brings its own; the number it reports has no meaning"
    ),
    "vm_not_running": Cause("ok", "VM does not run", "The VM is not running, so its guest reports nothing"),
    "kvp_off": Cause(
        "notice",
        "Version unknown: Data Exchange is off",
        "The host has Key-Value Pair Exchange off, so the guest cannot report a version",
        "Enable Key-Value Pair Exchange on the host, unless a policy wants it off",
    ),
    "kvp_not_offered": Cause(
        "notice",
        "Version unknown: Data Exchange is not offered",
        "The host does not offer Key-Value Pair Exchange to the VM, so the guest cannot report a version",
        "Look at the VM on its host",
    ),
    "kvp_silent": Cause(
        "ok", "Version unknown: Data Exchange is silent", "Key-Value Pair Exchange of the guest has no contact"
    ),
    "guest_silent": Cause(
        "notice",
        "Version unknown: guest reports none",
        "Key-Value Pair Exchange is on, but the guest reports no version",
        "Restart the Data Exchange service in the guest and read again",
    ),
    "unreadable_version": Cause(
        "notice", "Version is no version", "The guest reports '{value}'", "Look at the guest: its data may be damaged"
    ),
    "no_reference": Cause(
        "notice",
        "Version has nothing to compare with",
        "The guest has {value}; the host tells no reference version",
        "Read the host with rights on its registry, or look whether its integration services disk is installed",
    ),
    "no_minimum": Cause("ok", "No minimum is set", "The guest has {value}; no minimum version is set"),
    "guest_os_unknown": Cause(
        "notice",
        "Version unclear: guest system unknown",
        "The guest has {value}, but does not tell which Windows it is",
        "Look at the guest's Data Exchange service",
    ),
    "not_in_matrix": Cause(
        "notice",
        "Guest system is not supported on this host",
        "Microsoft's tables have no row for this guest on this host; it reports {value}",
        "Plan an upgrade of the guest's system",
    ),
    "host_generation_unknown": Cause(
        "notice",
        "Version unclear: host system unknown",
        "The guest has {value}; the generation of the host is unknown",
        "Look whether there is a newer release of this collection that knows the host's Windows",
    ),
    "vm_unreadable": Cause("ok", "VM could not be read", "Reading this VM failed"),
    "host_unreadable": Cause("ok", "Host could not be read", "Reading the host failed"),
}

SERVICE_CAUSES = {
    "working": Cause("ok", "Works", "The service is on and the guest answers"),
    "protocol_mismatch": Cause(
        "ok",
        "Works with another protocol version",
        "Guest and host speak different protocol versions; Microsoft says to ignore that (KB4014894)",
    ),
    "host_switch_off": Cause("ok", "Off on the host", "The host has the service off for this VM"),
    "vm_not_running": Cause("ok", "VM does not run", "The VM is not running, so the service cannot be judged"),
    "host_does_not_offer": Cause("ok", "Not offered by the host", "The host does not offer this service to this VM"),
    "guest_too_old": Cause(
        "ok", "Not available in this guest", "The guest's Windows is older than this service, so it cannot answer"
    ),
    "guest_service_silent": Cause(
        "warning",
        "Guest service not running or not installed",
        "The service is on on the host, but the guest has never answered",
        _GUEST_WINDOWS + "; if it is not there, install the integration services",
    ),
    "guest_daemon_silent": Cause(
        "warning",
        "Linux daemon not running or not installed",
        "The service is on on the host, but its daemon in the guest has never answered",
        "Install the Hyper-V daemons of the distribution in the guest and start the one of this service",
    ),
    "guest_module_silent": Cause(
        "warning",
        "Linux guest does not answer",
        "The service is on on the host, but the guest's kernel has never answered",
        "Load the kernel module hv_utils in the guest",
    ),
    "lost_heartbeat": Cause(
        "critical",
        "Guest stopped answering",
        "The heartbeat was there and is gone: the guest may hang",
        "Look at the console of the VM",
    ),
    "lost_contact": Cause(
        "warning",
        "Service stopped answering",
        "The guest answered once and does not any more",
        "Restart the service in the guest",
    ),
    "older_protocol": Cause(
        "notice",
        "Works with an older protocol",
        "The service works, but an older protocol was agreed on",
        "Update the integration services of the guest at the next chance",
    ),
    "service_error": Cause(
        "critical", "Service reports an error", "The service reports '{primary}'", "Restart the service in the guest"
    ),
    "no_compatible_protocol": Cause(
        "critical",
        "No compatible protocol",
        "The guest has no protocol that the host speaks",
        "Update the integration services of the guest",
    ),
    "application_critical": Cause(
        "warning",
        "Applications in the guest are critical",
        "The heartbeat works, but says that applications in the guest are in a critical state",
        "Look at the applications in the guest",
    ),
    "communication_failed": Cause(
        "critical",
        "Communication with the guest fails",
        "The service reports '{secondary}'",
        "Restart the service in the guest",
    ),
    "status_unknown": Cause(
        "notice",
        "Status could not be read",
        "The VM runs and the service is on, but the host tells no status",
        "Run the audit again; if it stays so, look at the VM on its host",
    ),
    "vm_unreadable": Cause("ok", "VM could not be read", "Reading this VM failed"),
    "guest_still_on": Cause(
        "notice",
        "Off on the host, still on in the guest",
        "The host has the service off for this VM, but the guest still has it",
        "Run the audit again, since a guest follows its host a moment later; if it stays so, restart the guest",
    ),
    "guest_channel_missing": Cause(
        "warning",
        "Channel not offered to the guest",
        "The service is on on the host, but the guest does not see its channel",
        "Restart the guest",
    ),
    "guest_service_missing": Cause(
        "warning",
        "Guest side not installed",
        "The service is on on the host, but not installed in the guest",
        "Install the integration services, or the Hyper-V daemons of the distribution, in the guest",
    ),
    "guest_service_disabled": Cause(
        "warning",
        "Guest service is disabled",
        "The service is on on the host, but its start type in the guest is Disabled, so the host cannot start it",
        "Set its start type in the guest back to Manual and start it",
    ),
    "guest_service_stopped": Cause(
        "warning",
        "Guest service is stopped",
        "The service is on on the host, but stopped in the guest",
        "Start it in the guest",
    ),
    "guest_service_unhealthy": Cause(
        "warning",
        "Guest service runs but does not work",
        "The service runs in the guest without being connected",
        "Restart it in the guest",
    ),
    "guest_service_unusable": Cause(
        "warning",
        "Guest side cannot work",
        "The service is on on the host, but cannot work in the guest ({guest_reason})",
        "Look at the guest's kernel and at the packages of its distribution",
    ),
    "guest_driver_absent": Cause(
        "warning",
        "Driver hv_utils is not loaded in the guest",
        "The service is on on the host, but the guest has not loaded the driver hv_utils",
        "Load the kernel module hv_utils in the guest",
    ),
    "guest_cannot_have_it": Cause(
        "ok", "Not available in this guest", "This kind of guest cannot have the service ({guest_reason})"
    ),
    "guest_runs_unheard": Cause(
        "warning",
        "Guest service runs but the host has no contact",
        "Both sides are on, yet the host has no contact",
        "Restart the service in the guest",
    ),
}

# What goes wrong with a whole host, a whole VM or a whole file. The classes of errors are causes of their own.
_RIGHTS = "Use an account of the host's Administrators or Hyper-V Administrators, and check its password"
OTHER_CAUSES = {
    "access_denied": Cause("critical", "Access denied", "{msg}", _RIGHTS),
    "host_unreachable": Cause(
        "critical", "Host unreachable", "{msg}", "Check that the host runs and that WinRM answers from this controller"
    ),
    "guest_unreachable": Cause(
        "warning",
        "Guest unreachable, judged from the host side",
        "{msg}",
        "Check that the guest runs and can be reached from this controller",
    ),
    "guest_unreadable": Cause(
        "warning",
        "Guest could not be read, judged from the host side",
        "{msg}",
        "Look at the message, and at the rights of the account in the guest",
    ),
    "not_a_guest": Cause("notice", "Not a guest of Hyper-V", "{msg}", "Take the machine out of the group of guests"),
    "host_unsupported": Cause(
        "critical", "No Hyper-V on the host", "{msg}", "Install the Hyper-V role with its PowerShell module"
    ),
    "timeout": Cause(
        "critical", "Reading took too long", "{msg}", "Look at the load of the host; raise the time limit"
    ),
    "unexpected": Cause("critical", "Reading failed", "{msg}", "Look at the message"),
    "vm_error": Cause("warning", "VM could not be read", "{msg}", "Look at the VM on its host"),
    "vm_critical": Cause(
        "critical", "VM is in a critical state", "The host reports the state '{state}'", "Look at the VM's storage"
    ),
    "no_snapshot": Cause(
        "critical",
        "Host was not read",
        "The host left the play before it was read",
        "Look at the output of the play; run the audit again",
    ),
    "conflict": Cause(
        "notice",
        "Seen twice",
        "{msg}",
        "Nothing, if it moved or was read twice on purpose; else find out which one is in use and remove the other",
    ),
    "guest_without_vm": Cause(
        "notice", "Guest without a VM", "No host of the report has the VM of guest '{name}'", "Audit its host too"
    ),
}


def fill(cause: Cause, evidence: t.Mapping[str, t.Any]) -> str:
    """The reason with the evidence in it. Evidence is never a template, whatever a guest wrote into it."""
    return cause.reason.format_map({name: "nothing" if item is None else item for name, item in evidence.items()})


def worst(severities: t.Iterable[str]) -> str:
    """The gravest of several severities; of none, ok."""
    return min(severities, key=SEVERITIES.index, default="ok")
