# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._drift import (
    compare_baselines,
    is_baseline,
    make_baseline,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import merge_snapshots
from ansible_collections.hyperv.integration.plugins.plugin_utils._report import Options, build_report
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import read_snapshot
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    NOON,
    make_failed_host,
    make_fleet,
    make_host,
    make_off_vm,
    make_service,
    make_services,
    make_vm,
)

Data = dict[str, t.Any]


def baseline(*snapshots: Data) -> Data:
    report = build_report(merge_snapshots(read_snapshot(one) for one in snapshots), Options(), NOON)
    # What is compared was read from a file.
    return t.cast(Data, json.loads(json.dumps(make_baseline(report))))


def changes(before: list[Data], after: list[Data]) -> list[tuple[t.Any, ...]]:
    drift = compare_baselines(baseline(*before), baseline(*after))
    assert drift["since"] == NOON
    return [
        (one["what"], one["vm"] or one["host"], one["service"], one["before"], one["after"]) for one in drift["changes"]
    ]


def one(vm: Data) -> list[Data]:
    return [make_host(vms=[vm])]


def test_the_same_fleet_has_not_changed() -> None:
    assert changes(make_fleet(8, 10), make_fleet(8, 10)) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (make_vm("a", "10.0.14393"), make_vm("a", "10.0.17763"), [("version", "a", None, "10.0.14393", "10.0.17763")]),
        (make_vm("a"), make_vm("a", state="paused"), [("vm_state", "a", None, "running", "paused")]),
        (make_vm("a"), make_off_vm("a"), [("vm_state", "a", None, "running", "off")]),
        (make_vm("a"), make_vm("b", id=make_vm("a")["id"]), [("vm_name", "b", None, "a", "b")]),
        (
            make_vm("a"),
            make_vm("a", services=make_services(vss=make_service("vss", False))),
            [("service_enabled", "a", "vss", True, False)],
        ),
        (
            make_vm("a"),
            make_vm("a", services=make_services(vss=make_service("vss", True, "no_contact"))),
            [("service_verdict", "a", "vss", "ok", "no_contact")],
        ),
        (
            make_off_vm("a"),
            make_off_vm("a", services=make_services(vss=make_service("vss", False, None))),
            [("service_enabled", "a", "vss", True, False)],
        ),
        (make_vm("a"), make_vm("a", None, services=[], error={"error_class": "unexpected"}), []),
    ],
)
def test_what_changed_with_a_vm_is_told_once(before: Data, after: Data, expected: list[t.Any]) -> None:
    assert changes(one(before), one(after)) == expected


def test_a_changed_verdict_is_told_beside_the_version() -> None:
    def host(value: str) -> list[Data]:
        return [make_host(generation="win81_ws2012r2", vms=[make_vm("a", value)])]

    assert changes(host("6.3.9600.16384"), host("6.3.9600.18907")) == [
        ("version", "a", None, "6.3.9600.16384", "6.3.9600.18907"),
        ("version_verdict", "a", None, "outdated", "current"),
    ]


def test_vms_come_and_go() -> None:
    assert changes([make_host(vms=[])], [make_host()]) == [("vm_appeared", "web01", None, None, "HV01")]
    assert changes([make_host()], [make_host(vms=[])]) == [("vm_gone", "web01", None, "HV01", None)]


def test_a_vm_that_moved_is_neither_gone_nor_new() -> None:
    before = [make_host("HV01"), make_host("HV02", vms=[])]
    after = [make_host("HV01", vms=[]), make_host("HV02")]
    assert changes(before, after) == [("vm_host", "web01", None, "HV01", "HV02")]


def test_a_host_that_cannot_be_read_says_nothing_about_its_vms() -> None:
    # A host that is down cannot tell its own name; the inventory writes it in its own way.
    dead = make_failed_host("hv01")
    assert changes([make_host()], [dead]) == [("host_status", "hv01", None, "ok", "host_unreachable")]
    assert changes([dead], [make_host()]) == [("host_status", "HV01", None, "host_unreachable", "ok")]


def test_hosts_come_and_go() -> None:
    assert changes([], [make_host(vms=[])]) == [("host_status", "HV01", None, None, "ok")]
    assert ("host_status", "HV01", None, "ok", None) in changes([make_host()], [])


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "hyperv.integration/baseline/2"},
        {"generated_at": None},
        {"hosts": []},
        {"hosts": {"hv01": "ok"}},
        {"vms": {"x": {"name": "x"}}},
        {"vms": {"x": None}},
    ],
)
def test_what_is_no_baseline_of_this_release_is_not_compared(change: Data) -> None:
    good = baseline(make_host())
    assert is_baseline(good)
    assert not is_baseline({**good, **change})


@pytest.mark.parametrize("data", [None, [], {}, "text"])
def test_what_is_no_mapping_is_no_baseline(data: t.Any) -> None:
    assert not is_baseline(data)
