# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which mechanism a plan uses, and why it uses none of the others. For internal use of the collection only."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import (
    PACKAGE_MANAGER,
    SETUP_DISK,
    WIN8_WS2012,
    WIN10_WS2016_WS2019,
    WIN81_WS2012R2,
    WINDOWS_UPDATE,
    Row,
    Table,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_case import Case
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import CAB, MECHANISMS, OFFLINE, Policy

# Windows6.x-HyperVIntegrationServices-*.cab and Windows6.2-HyperVIntegrationServices-*.cab: there is none for others.
CAB_VERSIONS = {(6, 0): "Windows6.x", (6, 1): "Windows6.x", (6, 2): "Windows6.2"}
CAB_ARCHITECTURES = ("x64", "x86")
OFFLINE_SINCE = (6, 1)

IMPOSSIBLE = "impossible"
AGAINST_TABLE = "against_table"
NOT_STATED = "not_stated"

NAMES = {
    WINDOWS_UPDATE: "Windows Update",
    SETUP_DISK: "the integration services setup disk",
    PACKAGE_MANAGER: "the package manager of the distribution",
    CAB: "the cabinet file, applied in the running guest",
    OFFLINE: "the cabinet file, applied to the disk of the virtual machine that is off",
}


class Objection(t.NamedTuple):
    """What speaks against a mechanism: it cannot work, the table says otherwise, or no source states it."""

    kind: str
    text: str


class Choice(t.NamedTuple):
    """The mechanism, or None and the objection to the one that the user demands."""

    mechanism: str | None
    refused: Objection | None = None
    label: Objection | None = None
    because: str | None = None


def choose(case: Case, policy: Policy, table: Table, row: Row) -> Choice:
    """The mechanism that the user demands if it is possible, else the table's, else its documented fallback."""
    if policy.mechanism is not None and policy.mechanism != row.mechanism:
        return _demanded(case, policy, table, row)
    if policy.mechanism is None and row.mechanism in (WINDOWS_UPDATE, SETUP_DISK):
        if case.off and policy.allow_offline and objection(OFFLINE, case, table, row) is None:
            return Choice(OFFLINE, because="The virtual machine is off, and the policy allows to service its disk.")
        if use_cab(case, policy, table, row):
            return Choice(CAB, because="Data Exchange cannot be enabled, so the document's footnote applies.")
    return Choice(row.mechanism)


def _demanded(case: Case, policy: Policy, table: Table, row: Row) -> Choice:
    demanded = str(policy.mechanism)
    found = objection(demanded, case, table, row)
    if found is None:
        return Choice(demanded, because="The policy demands this mechanism.")
    if found.kind == IMPOSSIBLE or (found.kind == AGAINST_TABLE and not policy.force):
        return Choice(None, refused=found)
    return Choice(demanded, label=found, because="The policy demands this mechanism.")


def kvp_is_impossible(case: Case, policy: Policy) -> bool:
    """Whether Data Exchange is off and may not, or cannot, be turned on."""
    off = case.kvp_switch is False or case.guest_kvp == "disabled"
    return case.kvp_offered is False or (off and not policy.allow_enable_kvp)


def use_cab(case: Case, policy: Policy, table: Table, row: Row) -> bool:
    wanted = policy.allow_cab and row.requires_kvp and kvp_is_impossible(case, policy)
    return wanted and objection(CAB, case, table, row) is None


def objection(mechanism: str, case: Case, table: Table, row: Row) -> Objection | None:
    """The strongest objection to a mechanism for this pair, or None."""
    windows = case.os.family == "windows"
    if mechanism == PACKAGE_MANAGER and windows:
        return Objection(IMPOSSIBLE, "The guest runs Windows; its integration services come in no package manager.")
    if mechanism != PACKAGE_MANAGER and not windows:
        return Objection(IMPOSSIBLE, f"The guest runs {case.os.key}; this mechanism is for Windows guests only.")
    if mechanism == SETUP_DISK and not table.vmguest_iso:
        return Objection(IMPOSSIBLE, f"A host with {table.title} has no vmguest.iso, since it is no longer needed.")
    if mechanism == CAB:
        return _objection_to_cab(case, table, row)
    if mechanism == OFFLINE:
        return _objection_to_offline(case, table)
    if mechanism != row.mechanism:
        return Objection(AGAINST_TABLE, f"For this pair the table names {NAMES[row.mechanism]}.")
    return None


def _no_cab(case: Case) -> Objection | None:
    if case.os.nt_version not in CAB_VERSIONS:
        return Objection(IMPOSSIBLE, f"There is no cabinet file of the integration services for {case.os.key}.")
    if case.os.architecture is not None and case.os.architecture not in CAB_ARCHITECTURES:
        return Objection(IMPOSSIBLE, f"There is no cabinet file for the architecture {case.os.architecture}.")
    return None


def _objection_to_cab(case: Case, table: Table, row: Row) -> Objection | None:
    missing = _no_cab(case)
    if missing:
        return missing
    if table is WIN10_WS2016_WS2019:
        text = "The document offers the cabinet file only for the guests of this table that need Data Exchange."
        return None if row.requires_kvp else Objection(NOT_STATED, text)
    if table is WIN81_WS2012R2:
        text = "On this host the cabinet file should work, but Microsoft has neither tested nor supports that."
        return Objection(NOT_STATED, text)
    return Objection(NOT_STATED, f"No source states that the cabinet file fits guests of a host with {table.title}.")


def _objection_to_offline(case: Case, table: Table) -> Objection | None:
    missing = _no_cab(case)
    if missing:
        return missing
    version = case.os.nt_version or (0, 0)
    if version < OFFLINE_SINCE:
        return Objection(IMPOSSIBLE, "Only the disk of Windows 7, Windows Server 2008 R2 or later can be serviced.")
    if version >= table.nt_version:
        text = f"A host with {table.title} can only service disks with an older Windows than its own."
        return Objection(IMPOSSIBLE, text)
    if table not in (WIN10_WS2016_WS2019, WIN81_WS2012R2, WIN8_WS2012):
        return Objection(NOT_STATED, f"The document does not speak of hosts with {table.title}.")
    return None


def rejected(chosen: str | None, case: Case, policy: Policy, table: Table, row: Row) -> list[dict[str, t.Any]]:
    """Every other mechanism with the reason against it."""
    return [
        {"mechanism": mechanism, "reason": _why_not(mechanism, chosen, case, policy, table, row)}
        for mechanism in MECHANISMS
        if mechanism != chosen
    ]


def _why_not(mechanism: str, chosen: str | None, case: Case, policy: Policy, table: Table, row: Row) -> str:
    found = objection(mechanism, case, table, row)
    if found is not None:
        return found.text
    if mechanism == OFFLINE:
        if not case.off:
            return "The disk of a virtual machine can only be serviced while the virtual machine is off."
        return "The policy does not allow to service the disk (allow_offline)."
    if mechanism == CAB:
        if kvp_is_impossible(case, policy):
            return "The policy does not allow the cabinet file (allow_cab)."
        return "The document offers the cabinet file only if Data Exchange cannot be enabled."
    if chosen == OFFLINE:
        return "The virtual machine is off."
    if chosen == CAB:
        return "It needs Data Exchange." if row.needs_kvp else "The policy demands another mechanism."
    return "The table names this mechanism, but the policy demands another."
