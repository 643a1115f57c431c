# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be true before an update plan can be carried out. For internal use of the collection only.

A precondition is met, unmet or unknown. An unmet one blocks the plan unless a step of the plan itself resolves it;
an unknown one is found out by the preflight of the mechanism.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import (
    SETUP_DISK,
    WINDOWS_UPDATE,
    Row,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_case import Case
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import CAB, OFFLINE, Policy

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"
STATES = {True: MET, False: UNMET, None: UNKNOWN}

# For each precondition: the requirement, and what is said when it is met, unmet and unknown.
TEXTS: dict[str, tuple[str, str, str, str]] = {
    "service_pack": (
        "R65",
        "The guest has a service pack that the table names.",
        "The guest lacks the service pack that the table names.",
        "The table names a service pack; which one the guest has is not known.",
    ),
    "vm_running": (
        "R67",
        "The virtual machine runs.",
        "The virtual machine does not run, and this mechanism works inside the running guest.",
        "Whether the virtual machine runs is not known.",
    ),
    "vm_off": (
        "R72",
        "The virtual machine is off.",
        "The virtual machine is not off; its disk can only be serviced while it is.",
        "Whether the virtual machine is off is not known.",
    ),
    "guest_reachable": (
        "R82",
        "The controller reads the guest.",
        "The controller could not read the guest.",
        "Whether the controller reaches the guest is not known; there is no snapshot of it.",
    ),
    "no_restart_pending": (
        "R77",
        "No restart is pending in the guest.",
        "A restart is pending in the guest from before; restart it first, let the plan do so (restart), or allow it "
        "(allow_pending_restart).",
        "Whether a restart is pending in the guest is not known.",
    ),
    "install_allowed": (
        "R79",
        "The policy allows a first installation.",
        "The guest has no integration services; a first installation must be allowed (allow_install).",
        "The guest reports no version. If it has no integration services, a first installation must be allowed "
        "(allow_install).",
    ),
    "kvp_enabled_on_host": (
        "R57",
        "The host has enabled Data Exchange for the virtual machine.",
        "The host has not enabled Data Exchange; Windows Update offers this guest nothing without it.",
        "Whether the host has enabled Data Exchange is not known.",
    ),
    "kvp_running_in_guest": (
        "R5",
        "Data Exchange runs in the guest.",
        "Data Exchange does not run in the guest.",
        "Whether Data Exchange runs in the guest is not known.",
    ),
    "host_version_in_guest": (
        "AC-MX-04",
        "The guest knows the version of its host, which Windows Update reads.",
        "The guest does not know the version of its host (HostingSystemOsMajor), so Windows Update offers nothing.",
        "Whether the guest knows the version of its host (HostingSystemOsMajor) is not known.",
    ),
    "vmguest_iso_present": (
        "R56",
        "The host has vmguest.iso.",
        "The host has no vmguest.iso, though its generation should.",
        "Whether vmguest.iso is where the host's generation has it is not known.",
    ),
    "dvd_drive": (
        "R68",
        "The virtual machine can be given a DVD drive while it runs.",
        "The virtual machine has no DVD drive.",
        "A running virtual machine of generation 1 needs a DVD drive that it already has; whether it has one is not "
        "known.",
    ),
    "architecture_known": (
        "R75",
        "The guest's architecture, which chooses the cabinet file, is known.",
        "There is no cabinet file for the guest's architecture.",
        "The guest's architecture, which chooses the cabinet file, is not known.",
    ),
    "no_checkpoints": (
        "R72",
        "The virtual machine has no checkpoints.",
        "The virtual machine has checkpoints; writing to the disk below them would make them worthless.",
        "Whether the virtual machine has checkpoints is not known.",
    ),
    "disk_serviceable": (
        "R72",
        "The disk can be mounted and written.",
        "The disk cannot be mounted and written.",
        "Whether the disk is in use, differencing, shared, replicated or encrypted is found out before mounting it.",
    ),
}


class Preconditions:
    """Collects the preconditions of one plan."""

    def __init__(self) -> None:
        self.rows: list[dict[str, t.Any]] = []

    def add(self, name: str, value: bool | None, resolved_by: str | None = None) -> None:
        requirement, met, unmet, unknown = TEXTS[name]
        text = {True: met, False: unmet, None: unknown}[value]
        self.rows.append(
            {
                "id": name,
                "state": STATES[value],
                "text": text,
                "resolved_by": resolved_by if value is False else None,
                "requirement": requirement,
            }
        )

    @property
    def blocking(self) -> list[str]:
        return [row["text"] for row in self.rows if row["state"] == UNMET and row["resolved_by"] is None]

    @property
    def resolving(self) -> list[str]:
        return [row["resolved_by"] for row in self.rows if row["resolved_by"] is not None]


def preconditions(mechanism: str, case: Case, policy: Policy, row: Row) -> Preconditions:
    """The preconditions of a mechanism, in the order in which they are worth looking at."""
    found = Preconditions()
    if row.service_packs:
        found.add("service_pack", None if case.os.service_pack is None else case.os.service_pack in row.service_packs)
    _installation(found, case, policy)
    if mechanism == OFFLINE:
        _offline(found, case)
        return found
    _online(found, case, policy)
    if mechanism == WINDOWS_UPDATE and row.needs_kvp:
        _data_exchange(found, case, policy)
    elif mechanism == SETUP_DISK:
        found.add("vmguest_iso_present", case.vmguest_iso)
        found.add("dvd_drive", True if case.vm_generation == 2 else None)
    elif mechanism == CAB:
        found.add("architecture_known", True if case.os.architecture else None)
    return found


def _installation(found: Preconditions, case: Case, policy: Policy) -> None:
    if case.installed is False:
        found.add("install_allowed", policy.allow_install)
    elif case.verdict == "not_reported" and case.installed is None and case.running and case.kvp_switch:
        found.add("install_allowed", True if policy.allow_install else None)


def _online(found: Preconditions, case: Case, policy: Policy) -> None:
    found.add("vm_running", case.running)
    found.add("guest_reachable", case.guest_read)
    if not (case.restart_pending and policy.allow_pending_restart):
        settled = None if case.restart_pending is None else not case.restart_pending
        found.add("no_restart_pending", settled, None if policy.restart == "never" else "restart_first")


def _data_exchange(found: Preconditions, case: Case, policy: Policy) -> None:
    repair = policy.allow_enable_kvp
    enabled = False if case.kvp_offered is False else case.kvp_switch
    found.add("kvp_enabled_on_host", enabled, "enable_kvp" if repair and case.kvp_offered is not False else None)
    # Pairs that arrived at the host prove that the guest's side runs, unless the guest itself says otherwise.
    runs = case.guest_kvp == "running" if case.guest_kvp else (True if case.kvp_flows else None)
    found.add("kvp_running_in_guest", runs, "start_guest_kvp" if repair else None)
    # The host tells its version as soon as Data Exchange works on both sides.
    mended = "enable_kvp" if enabled is False else "start_guest_kvp" if runs is False else None
    found.add("host_version_in_guest", case.host_version_seen, mended if repair else None)


def _offline(found: Preconditions, case: Case) -> None:
    found.add("vm_off", case.off)
    found.add("no_checkpoints", None if case.checkpoints is None else case.checkpoints == 0)
    found.add("architecture_known", True if case.os.architecture else None)
    found.add("disk_serviceable", None)
