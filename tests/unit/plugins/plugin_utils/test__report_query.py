# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import merge_snapshots
from ansible_collections.hyperv.integration.plugins.plugin_utils._report import Options, build_report
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_query import QueryError, select_rows
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import read_snapshot
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    NOON,
    make_failed_host,
    make_host,
    make_off_vm,
    make_service,
    make_services,
    make_vm,
)

Data = dict[str, t.Any]

pytest.importorskip("jmespath")

SILENT = make_vm("c", services=make_services(vss=make_service("vss", True, "no_contact")))
VMS = [make_vm("a"), make_off_vm("b"), SILENT]


@pytest.fixture
def report() -> Data:
    snapshots = [make_host(vms=VMS), make_failed_host("hv09")]
    return build_report(merge_snapshots(read_snapshot(one) for one in snapshots), Options(), NOON)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("[]", ["a", "b", "c", None]),
        ("[?state=='running']", ["a", "c"]),
        ("[?severity!='ok']", ["c", None]),
        ("[?services[?key=='vss' && verdict=='no_contact']]", ["c"]),
        ("[?kind=='host']", [None]),
        ("[?error.error_class=='host_unreachable']", [None]),
        ("sort_by([?kind=='vm'], &name) | reverse(@)", ["c", "b", "a"]),
        ("[0]", ["a"]),
        ("[?name=='nobody']", []),
    ],
)
def test_a_query_chooses_the_rows_of_the_report(report: Data, query: str, names: list[str | None]) -> None:
    selected, answer = select_rows(report, query)
    assert [row["name"] for row in selected["rows"]] == names
    assert answer == selected["rows"]
    assert selected["selection"] == {"query": query, "total": 4, "matched": len(names)}
    assert selected["summary"] == report["summary"]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("[].name", ["a", "b", "c"]),
        ("length(@)", [4]),
        ("[?state=='off'].{vm: name, host: host}", [{"vm": "b", "host": "HV01"}]),
    ],
)
def test_a_query_may_make_something_new_and_leaves_the_report_whole(
    report: Data, query: str, answer: list[t.Any]
) -> None:
    selected, found = select_rows(report, query)
    assert found == answer
    assert selected["rows"] == report["rows"]


@pytest.mark.parametrize("query", ["[?state==", "", "nosuch(@)", "length()", "[?name=='a' ||]", "sort_by(@, &ipv4)"])
def test_a_wrong_query_is_named(report: Data, query: str) -> None:
    with pytest.raises(QueryError) as caught:
        select_rows(report, query)
    assert str(caught.value).startswith(f"Failed to run the query '{query}': ")
    assert "\n" not in str(caught.value)
