# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of the code against the same tables written down apart from it (R60-R66)."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import (
    GENERATIONS,
    MECHANISMS,
    ROWS,
    TABLES,
    find_row,
    generations_with,
    nearest_row,
)

WRITTEN: dict[str, t.Any] = yaml.safe_load((Path(__file__).parent / "data" / "update_tables.yml").read_text())[
    "update_mechanisms"
]
REQUIREMENTS = {"win10_ws2016_ws2019": "R60", "win81_ws2012r2": "R61", "win8_ws2012": "R62"}
WRITTEN_ROWS = [
    pytest.param(generation, row, id=f"{REQUIREMENTS[generation]}-{generation}-{row['os']}")
    for generation, table in WRITTEN.items()
    for row in table["guests"]
]
EXTENSION_BUILT_IN = [
    *(f"Windows Server {year}" for year in ("2025", "2022", "2019", "2016", "2012 R2", "2012")),
    *("Windows 11", "Windows 10", "Windows 8.1"),
]
EXTENSION_AFTER_SETUP = {"Windows Server 2008 R2": (1,), "Windows Server 2008": (2,), "Windows 7": (1,)}


@pytest.mark.parametrize(("generation", "written"), WRITTEN_ROWS)
def test_a_row_is_as_printed(generation: str, written: dict[str, t.Any]) -> None:
    """R60-R65: mechanism, service packs, notes and the mark of Data Exchange of each row."""
    row = find_row(generation, written["os"])
    assert row is not None
    assert {
        "os": row.os,
        "mechanism": row.mechanism,
        "sp": [f"SP{pack}" for pack in row.service_packs],
        "requires_kvp_exchange": row.requires_kvp,
        "inferred_kvp": row.inferred_kvp,
        "note": row.note,
    } == {"sp": [], "inferred_kvp": False, **written}


@pytest.mark.parametrize("generation", REQUIREMENTS)
def test_a_table_has_the_printed_rows_in_the_printed_order_and_no_other(generation: str) -> None:
    assert [row.os for row in TABLES[generation].rows] == [row["os"] for row in WRITTEN[generation]["guests"]]


@pytest.mark.parametrize("generation", REQUIREMENTS)
def test_the_head_of_a_table_is_as_printed(generation: str) -> None:
    table, written = TABLES[generation], WRITTEN[generation]
    assert table.vmguest_iso is written["vmguest_iso_present"]
    assert table.fallback_kb == written.get("fallback_when_kvp_cannot_be_enabled", {}).get("kb")
    assert (table.source, table.requirement) == ("document", REQUIREMENTS[generation])


def test_the_document_has_45_rows() -> None:
    """R66: each of them is a test above."""
    assert [len(TABLES[generation].rows) for generation in REQUIREMENTS] == [14, 17, 14]
    assert len(WRITTEN_ROWS) == 45


def test_the_table_of_2012_has_no_newer_guests() -> None:
    """R62."""
    for os in ("Windows 10", "Windows Server 2016", "Windows Server, Semi-Annual Channel"):
        assert find_row("win8_ws2012", os) is None


def test_every_row_has_a_mechanism() -> None:
    """R63."""
    assert {row.mechanism for row in ROWS.values()} == set(MECHANISMS)


def test_the_lifecycle_notes_keep_their_links() -> None:
    """R64."""
    links = {row.os: row.link for row in TABLES["win10_ws2016_ws2019"].rows if row.link}
    assert links == {
        "Windows Server 2008": "https://support.microsoft.com/lifecycle?p1=12925",
        "Windows Home Server 2011": "https://support.microsoft.com/lifecycle?p1=15820",
        "Windows Small Business Server 2011": "https://support.microsoft.com/lifecycle?p1=15817",
    }


def test_service_packs_are_kept_as_printed() -> None:
    """R65: Windows Server 2008 R2 carries SP1 in table 1 only, Windows 7 none in any."""
    packs = {generation: ROWS[generation, "Windows Server 2008 R2"].service_packs for generation in REQUIREMENTS}
    assert packs == {"win10_ws2016_ws2019": (1,), "win81_ws2012r2": (), "win8_ws2012": ()}
    assert all(ROWS[generation, "Windows 7"].service_packs == () for generation in REQUIREMENTS)
    assert ROWS["win81_ws2012r2", "Windows XP"].label == "Windows XP (SP2, SP3)"


def test_the_extension_is_marked_and_complete() -> None:
    table = TABLES["ws2022_plus"]
    assert table.source == "extension"
    assert table.hosts == ("Windows Server 2022", "Windows Server 2025")
    assert [row.os for row in table.rows if row.note == "built in"] == EXTENSION_BUILT_IN
    later = {
        row.os: row.service_packs for row in table.rows if row.note and row.note.startswith("install all critical")
    }
    assert later == EXTENSION_AFTER_SETUP
    assert {row.os for row in table.rows} == {*EXTENSION_BUILT_IN, *EXTENSION_AFTER_SETUP, "Linux"}


def test_only_the_extension_is_an_extension() -> None:
    assert [generation for generation in GENERATIONS if TABLES[generation].source != "document"] == ["ws2022_plus"]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_no_guest_is_named_twice_in_a_table(generation: str) -> None:
    names = [row.os for row in TABLES[generation].rows]
    assert len(names) == len(set(names))


def test_the_nearest_row_is_looked_for_in_the_same_table_only() -> None:
    near = nearest_row("win10_ws2016_ws2019", "Windows Server 2025")
    assert near is not None
    assert near.os == "Windows Server 2016"
    assert nearest_row("win8_ws2012", "Windows Server 2025") is None


def test_a_guest_that_no_table_names_is_named_nowhere() -> None:
    assert generations_with("Windows 2000") == []
    assert [table.generation for table in generations_with("Windows XP")] == ["win81_ws2012r2", "win8_ws2012"]
