# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the integration services of a guest are updated: the tables, as data. For internal use of the collection only.

Three tables are those of Microsoft's article "Manage Hyper-V Integration Services" (the document, R60-R66), row by row,
with service packs and notes as printed there. The fourth is an extension: hosts that the document does not know, after
Microsoft's list of supported guest operating systems of 2025-04-23.
"""

from __future__ import annotations

import typing as t

WINDOWS_UPDATE = "windows_update"
SETUP_DISK = "integration_services_disk"
PACKAGE_MANAGER = "package_manager"

DOCUMENT = "document"
EXTENSION = "extension"

LIFECYCLE = "https://support.microsoft.com/lifecycle?p1="
LINUX_NOTE = "built into the distro; optional updates may exist"
UPDATES_AFTER_SETUP = "install all critical Windows updates after you set up the guest operating system"
BUILT_IN = "built in"


class Row(t.NamedTuple):
    """One line of a table.

    C(requires_kvp) is set only where the document prints the note. C(inferred_kvp) marks rows where Microsoft's
    reference of the integration services ("Windows 8 / Server 2012 or earlier") implies it.
    """

    os: str
    mechanism: str
    service_packs: tuple[int, ...] = ()
    requires_kvp: bool = False
    inferred_kvp: bool = False
    note: str | None = None
    link: str | None = None

    @property
    def needs_kvp(self) -> bool:
        return self.requires_kvp or self.inferred_kvp

    @property
    def label(self) -> str:
        packs = ", ".join(f"SP{pack}" for pack in self.service_packs)
        return f"{self.os} ({packs})" if packs else self.os


class Table(t.NamedTuple):
    """The rows for one generation of hosts."""

    generation: str
    hosts: tuple[str, ...]
    nt_version: tuple[int, int]
    vmguest_iso: bool
    source: str
    requirement: str
    rows: tuple[Row, ...]
    fallback_kb: str | None = None

    @property
    def title(self) -> str:
        return " / ".join(self.hosts)


def _by_update(os: str, **columns: t.Any) -> Row:
    return Row(os, WINDOWS_UPDATE, **columns)


def _by_disk(os: str, *service_packs: int) -> Row:
    return Row(os, SETUP_DISK, service_packs)


LINUX = Row("Linux", PACKAGE_MANAGER, note=LINUX_NOTE)

WIN10_WS2016_WS2019 = Table(
    generation="win10_ws2016_ws2019",
    hosts=("Windows 10", "Windows Server 2016", "Windows Server 2019"),
    nt_version=(10, 0),
    vmguest_iso=False,
    source=DOCUMENT,
    requirement="R60",
    fallback_kb="KB3071740",
    rows=(
        _by_update("Windows 10"),
        _by_update("Windows 8.1"),
        _by_update("Windows 8", requires_kvp=True),
        _by_update("Windows 7", requires_kvp=True),
        _by_update("Windows Vista", service_packs=(2,), requires_kvp=True),
        _by_update("Windows Server 2016"),
        _by_update("Windows Server, Semi-Annual Channel"),
        _by_update("Windows Server 2012 R2"),
        _by_update("Windows Server 2012", requires_kvp=True),
        _by_update("Windows Server 2008 R2", service_packs=(1,), requires_kvp=True),
        _by_update(
            "Windows Server 2008",
            service_packs=(2,),
            inferred_kvp=True,
            note="extended support only in Windows Server 2016",
            link=LIFECYCLE + "12925",
        ),
        _by_update(
            "Windows Home Server 2011",
            inferred_kvp=True,
            note="will not be supported in Windows Server 2016",
            link=LIFECYCLE + "15820",
        ),
        _by_update(
            "Windows Small Business Server 2011",
            inferred_kvp=True,
            note="not under mainstream support",
            link=LIFECYCLE + "15817",
        ),
        LINUX,
    ),
)

WIN81_WS2012R2 = Table(
    generation="win81_ws2012r2",
    hosts=("Windows 8.1", "Windows Server 2012 R2"),
    nt_version=(6, 3),
    vmguest_iso=True,
    source=DOCUMENT,
    requirement="R61",
    rows=(
        _by_update("Windows 10"),
        _by_disk("Windows 8.1"),
        _by_disk("Windows 8"),
        _by_disk("Windows 7"),
        _by_disk("Windows Vista", 2),
        _by_disk("Windows XP", 2, 3),
        _by_update("Windows Server 2016"),
        _by_update("Windows Server, Semi-Annual Channel"),
        _by_disk("Windows Server 2012 R2"),
        _by_disk("Windows Server 2012"),
        _by_disk("Windows Server 2008 R2"),
        _by_disk("Windows Server 2008", 2),
        _by_disk("Windows Home Server 2011"),
        _by_disk("Windows Small Business Server 2011"),
        _by_disk("Windows Server 2003 R2", 2),
        _by_disk("Windows Server 2003", 2),
        LINUX,
    ),
)

WIN8_WS2012 = Table(
    generation="win8_ws2012",
    hosts=("Windows 8", "Windows Server 2012"),
    nt_version=(6, 2),
    vmguest_iso=True,
    source=DOCUMENT,
    requirement="R62",
    rows=(
        _by_disk("Windows 8.1"),
        _by_disk("Windows 8"),
        _by_disk("Windows 7"),
        _by_disk("Windows Vista", 2),
        _by_disk("Windows XP", 2, 3),
        _by_disk("Windows Server 2012 R2"),
        _by_disk("Windows Server 2012"),
        _by_disk("Windows Server 2008 R2"),
        _by_disk("Windows Server 2008", 2),
        _by_disk("Windows Home Server 2011"),
        _by_disk("Windows Small Business Server 2011"),
        _by_disk("Windows Server 2003 R2", 2),
        _by_disk("Windows Server 2003", 2),
        LINUX,
    ),
)

WS2022_PLUS = Table(
    generation="ws2022_plus",
    hosts=("Windows Server 2022", "Windows Server 2025"),
    nt_version=(10, 0),
    vmguest_iso=False,
    source=EXTENSION,
    requirement="windows.md 6.0",
    rows=(
        _by_update("Windows Server 2025", note=BUILT_IN),
        _by_update("Windows Server 2022", note=BUILT_IN),
        _by_update("Windows Server 2019", note=BUILT_IN),
        _by_update("Windows Server 2016", note=BUILT_IN),
        _by_update("Windows Server 2012 R2", note=BUILT_IN),
        _by_update("Windows Server 2012", note=BUILT_IN, inferred_kvp=True),
        _by_update("Windows 11", note=BUILT_IN),
        _by_update("Windows 10", note=BUILT_IN),
        _by_update("Windows 8.1", note=BUILT_IN),
        _by_update("Windows Server 2008 R2", service_packs=(1,), inferred_kvp=True, note=UPDATES_AFTER_SETUP),
        _by_update("Windows Server 2008", service_packs=(2,), inferred_kvp=True, note=UPDATES_AFTER_SETUP),
        _by_update("Windows 7", service_packs=(1,), inferred_kvp=True, note=UPDATES_AFTER_SETUP),
        LINUX,
    ),
)

TABLES: dict[str, Table] = {
    table.generation: table for table in (WIN10_WS2016_WS2019, WIN81_WS2012R2, WIN8_WS2012, WS2022_PLUS)
}
GENERATIONS = tuple(TABLES)
MECHANISMS = (WINDOWS_UPDATE, SETUP_DISK, PACKAGE_MANAGER)
ROWS: dict[tuple[str, str], Row] = {(table.generation, row.os): row for table in TABLES.values() for row in table.rows}

# Guests that no table of the document names, and the rows that come nearest to them.
NEAREST: dict[str, tuple[str, ...]] = {
    "Windows Server 2019": ("Windows Server 2016",),
    "Windows Server 2022": ("Windows Server 2019", "Windows Server 2016"),
    "Windows Server 2025": ("Windows Server 2022", "Windows Server 2016"),
    "Windows Server, version 23H2": ("Windows Server 2022", "Windows Server, Semi-Annual Channel"),
    "Windows 11": ("Windows 10",),
    "Windows Server, Semi-Annual Channel": ("Windows Server 2019", "Windows Server 2016"),
    "Windows Small Business Server 2008": ("Windows Server 2008",),
}


def find_row(generation: str, os: str) -> Row | None:
    """The row of a pair of host generation and guest, or None where the tables say nothing (R59)."""
    return ROWS.get((generation, os))


def nearest_row(generation: str, os: str) -> Row | None:
    """The row that comes nearest to a guest that the generation's table does not name: advice, never an answer."""
    return next((ROWS[generation, near] for near in NEAREST.get(os, ()) if (generation, near) in ROWS), None)


def generations_with(os: str) -> list[Table]:
    """The tables that name a guest."""
    return [table for table in TABLES.values() if (table.generation, os) in ROWS]
