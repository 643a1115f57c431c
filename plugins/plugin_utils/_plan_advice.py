# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an update plan advises, notes and labels. For internal use of the collection only.

Advice for a pair that the tables do not name is marked as such; it never becomes a mechanism (R59).
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_os import FREEBSD, UNKNOWN, GuestOs
from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import (
    EXTENSION,
    PACKAGE_MANAGER,
    SETUP_DISK,
    WINDOWS_UPDATE,
    Row,
    Table,
    generations_with,
    nearest_row,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_case import Case
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_choice import NAMES, Choice
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import CAB, OFFLINE, Policy

LINUX_PAGE = (
    "https://learn.microsoft.com/windows-server/virtualization/hyper-v/"
    "supported-linux-and-freebsd-virtual-machines-for-hyper-v-on-windows"
)
ONLINE_SETUP_LABEL = {
    "id": "online_setup_automated",
    "text": "unsupported by the document, documented elsewhere",
    "requirement": "R71",
}


def why_not_in_the_matrix(os: GuestOs, table: Table, row: Row | None) -> str | None:
    """Why the tables make no statement about a pair (R59), or None if the row fits the guest.

    A service pack that is not known does not speak against a row; it stays a precondition.
    """
    if row is None:
        return f"Not in the matrix: No row of the table for {table.title} names {os.key}."
    if not row.service_packs or os.service_pack is None or os.service_pack in row.service_packs:
        return None
    has = f"has SP{os.service_pack}" if os.service_pack else "has no service pack"
    return f"Not in the matrix: The table names {row.label}; the guest {has}."


def advice_for_unsupported(os: GuestOs, table: Table, row: Row | None) -> list[str]:
    """The nearest that the tables have to say about a pair that they do not name."""
    if row is not None:
        return [f"Install Service Pack {row.service_packs[-1]} in the guest, then plan again."]
    if os.key == FREEBSD:
        return [
            "The integration services are part of FreeBSD since release 10; update FreeBSD itself.",
            f"Microsoft tells what a release supports: {LINUX_PAGE}",
        ]
    lines = []
    others = [other for other in generations_with(os.key) if other is not table]
    if others:
        named = "; ".join(_named(other, os.key) for other in others)
        lines.append(f"{os.key} is named for other hosts: {named}. Moving the virtual machine there is the way.")
    near = nearest_row(table.generation, os.key)
    if near is not None:
        lines.append(
            f"The nearest row of this host's table is {near.label}: {NAMES[near.mechanism]}. It makes no statement "
            f"about {os.key}."
        )
    if os.nt_version is not None and os.nt_version >= (10, 0):
        lines.append(
            "Windows 10, Windows Server 2016 and later carry their integration services; these come with the updates "
            "of Windows itself."
        )
    return lines or ["Compare with Microsoft's list of supported guest operating systems before doing anything."]


def _named(table: Table, os: str) -> str:
    row = next(row for row in table.rows if row.os == os)
    mark = " (extension)" if table.source == EXTENSION else ""
    return f"{table.title}{mark} by {NAMES[row.mechanism]}"


def advice_for_unknown(case: Case) -> list[str]:
    """How to make a guest known."""
    if case.os.key != UNKNOWN:
        return ["State the generation of the host (host_generation)."]
    lines = []
    if case.kvp_switch is False:
        lines.append("Enable Data Exchange, so that the guest can report its operating system.")
    if case.running is False:
        lines.append("Start the virtual machine; only a running guest reports its operating system.")
    lines.append("Or read the guest itself, or state its operating system in the policy (guest_os).")
    return lines


def labels(choice: Choice, policy: Policy, table: Table) -> list[dict[str, t.Any]]:
    """What must be said with a plan that goes beyond the document."""
    found: list[dict[str, t.Any]] = []
    if choice.mechanism == SETUP_DISK and policy.allow_online_setup:
        found.append(dict(ONLINE_SETUP_LABEL))
    if table.source == EXTENSION:
        text = "not in the document; after Microsoft's list of supported guest operating systems of 2025-04-23"
        found.append({"id": "extension", "text": text, "requirement": table.requirement})
    if choice.label is not None:
        found.append({"id": choice.label.kind, "text": choice.label.text, "requirement": "R59"})
    if policy.host_generation is not None:
        found.append({"id": "what_if", "text": f"as if the host were {table.title}", "requirement": "R54"})
    return found


def notes(row: Row) -> list[dict[str, t.Any]]:
    """The notes of the row, with the page that the document links them to (R64)."""
    if row.note is None:
        return []
    return [{"text": row.note, "link": row.link or (LINUX_PAGE if row.mechanism == PACKAGE_MANAGER else None)}]


def footnotes(row: Row, table: Table) -> list[dict[str, t.Any]]:
    """The footnote of the first table, for the rows that carry its mark (R57)."""
    if not row.requires_kvp or table.fallback_kb is None:
        return []
    text = (
        "This guest needs the Data Exchange integration service. If Data Exchange cannot be enabled, its integration "
        f"services are available from the Download Center as a cabinet (CAB) file, {table.fallback_kb}."
    )
    return [{"kind": "cab", "kb": table.fallback_kb, "text": text, "requirement": "R57"}]


def advice(choice: Choice, case: Case, policy: Policy, row: Row, table: Table) -> list[str]:
    """What a person should know who carries the plan out."""
    lines = []
    mechanism = choice.mechanism
    if mechanism == SETUP_DISK:
        lines.append(
            "The document's own way to automate this for running virtual machines is Configuration Manager with DISM, "
            "with a restart at the end (R73, R74)."
        )
    if mechanism == WINDOWS_UPDATE and row.needs_kvp and policy.allow_enable_kvp and case.kvp_switch is False:
        lines.append("Data Exchange stays enabled afterwards; Windows Update needs it for later updates too.")
    if mechanism == WINDOWS_UPDATE and row.inferred_kvp:
        lines.append(
            "That this guest needs Data Exchange is not printed in the table; it follows from Microsoft's reference of "
            "the integration services."
        )
    if mechanism in (CAB, OFFLINE):
        lines.append("Have a backup or a checkpoint of the guest, and never force a package that does not apply.")
    if case.restart_pending and policy.allow_pending_restart:
        lines.append("A restart is pending from before; the policy goes on all the same.")
    return lines


def advice_when_blocked(case: Case, policy: Policy, row: Row, table: Table) -> list[str]:
    """Which switches of the policy would open the way."""
    lines = []
    if row.needs_kvp and row.mechanism == WINDOWS_UPDATE and case.kvp_switch is False and not policy.allow_enable_kvp:
        way = "Allow the plan to enable Data Exchange (allow_enable_kvp)"
        lines.append(way + (f", or to use the cabinet file {table.fallback_kb}." if row.requires_kvp else "."))
    if row.mechanism == SETUP_DISK and case.vmguest_iso is False:
        lines.append(
            "Copy vmguest.iso from another host of this generation to C:\\Windows\\System32 of this one, or use the "
            "cabinet file instead (mechanism cab, or offline for a virtual machine that is off)."
        )
    if case.off and not policy.allow_offline and row.mechanism != PACKAGE_MANAGER:
        lines.append("Start the virtual machine, or allow to service its disk while it is off (allow_offline).")
    elif case.running is False:
        lines.append("Start the virtual machine.")
    return lines
