# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import TABLES
from ansible_collections.hyperv.integration.plugins.plugin_utils._mechanism import QuestionError, look_up, read_host
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.test__guest_os import HOSTILE
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.test__matrix import WRITTEN_ROWS
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.update_samples import (
    GUESTS,
    guest,
    host,
    vm,
)


@pytest.mark.parametrize(("generation", "written"), WRITTEN_ROWS)
def test_a_row_of_the_document_is_found_by_the_names_that_it_prints(generation: str, written: dict[str, t.Any]) -> None:
    """R60-R66."""
    pack = f" {written['sp'][0]}" if written.get("sp") else ""
    for name in TABLES[generation].hosts:
        found = look_up(written["os"] + pack, name)
        assert (found["mechanism"], found["host_generation"]) == (written["mechanism"], generation)
        assert found["requires_kvp_exchange"] is written["requires_kvp_exchange"]
        assert [note["text"] for note in found["notes"]] == ([written["note"]] if written["note"] else [])


@pytest.mark.parametrize(
    "value",
    [
        "win81_ws2012r2",
        "Windows Server 2012 R2",
        "Microsoft Windows Server 2012 R2 Datacenter",
        9600,
        "9600",
        host("win81_ws2012r2"),
    ],
)
def test_a_host_may_be_told_in_many_ways(value: t.Any) -> None:
    assert read_host(value).key == "win81_ws2012r2"


def test_a_whole_host_snapshot_is_a_host_too() -> None:
    assert read_host({"kind": "host", "host": host("win8_ws2012"), "vms": []}).key == "win8_ws2012"


@pytest.mark.parametrize(
    "value", [vm("Windows 8"), GUESTS["Windows 8"], {"kind": "guest", **guest("Windows 8", product_type=1)}]
)
def test_a_guest_may_be_told_in_many_ways(value: t.Any) -> None:
    assert look_up(value, "win8_ws2012")["guest"] == "Windows 8"


@pytest.mark.parametrize(
    ("os", "on", "mechanism"),
    [
        ("Windows Server 2016", "win8_ws2012", "unsupported"),
        ("Windows Vista SP1", "win8_ws2012", "unsupported"),
        ("Windows 10", "Windows 11", "unsupported"),
        ("Windows 10", 7601, "unsupported"),
        ("Windows 10", {"name": "HV01"}, "unknown"),
        ("OS/2", "win8_ws2012", "unknown"),
        ("FreeBSD", "win8_ws2012", "unsupported"),
    ],
)
def test_what_the_tables_do_not_name_gets_no_mechanism(os: str, on: t.Any, mechanism: str) -> None:
    """R59."""
    found = look_up(os, on)
    assert found["mechanism"] == mechanism
    assert found["reasons"]
    assert found["row"] is None


def test_every_answer_has_the_same_keys() -> None:
    pairs: list[tuple[str, int]] = [("Windows 10", 9600), ("OS/2", 9600), ("Windows 10", 7601), ("FreeBSD", 9600)]
    assert len({tuple(sorted(look_up(os, build))) for os, build in pairs}) == 1


def test_hostile_questions_are_answered_or_refused() -> None:
    """Nothing but QuestionError is raised."""
    for value in HOSTILE:
        for os, on in ((value, 9600), ("Windows 10", value)):
            with contextlib.suppress(QuestionError):
                assert look_up(os, on)["mechanism"] in ("windows_update", "unsupported", "unknown", "package_manager")
