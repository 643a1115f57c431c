# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import (
    Fleet,
    host_label,
    merge_snapshots,
    read_time,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import read_snapshot
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    make_failed_host,
    make_fleet,
    make_guest,
    make_host,
    make_off_vm,
    make_vm,
)

Data = dict[str, t.Any]
EARLIER, LATER, NEXT_WEEK = "2026-05-04T12:00:00Z", "2026-05-04T13:00:00Z", "2026-05-11T12:00:00Z"


def merge(*snapshots: Data) -> Fleet:
    """The merged fleet, after a look that the order of the snapshots does not matter."""
    read = [read_snapshot(snapshot) for snapshot in snapshots]
    fleets = [merge_snapshots(order) for order in itertools.islice(itertools.permutations(read), 6)]
    assert all(fleet == fleets[0] for fleet in fleets)
    return fleets[0]


def test_different_hosts_are_all_kept_in_the_order_of_their_names() -> None:
    fleet = merge(make_host("HV10"), make_host("hv02", vms=[]), make_failed_host("hv01"))
    assert [host_label(host) for host in fleet.hosts] == ["hv01", "hv02", "HV10"]
    assert fleet.conflicts == []


def test_of_one_host_read_twice_the_newest_is_kept_and_the_conflict_noted() -> None:
    old = make_host(vms=[make_vm("old")], collected_at=EARLIER, target="hv01")
    new = make_host(vms=[make_vm("new")], collected_at=LATER, target="hv01.example.org")
    fleet = merge(old, new)
    assert [vm["name"] for host in fleet.hosts for vm in host["vms"]] == ["new"]
    assert [(one["kind"], one["kept"], one["dropped"]) for one in fleet.conflicts] == [
        ("host", "hv01.example.org", "hv01")
    ]
    assert "'HV01' was read too at 2026-05-04T12:00:00Z" in fleet.conflicts[0]["msg"]


def test_a_controller_that_cannot_reach_a_host_does_not_hide_what_another_one_read() -> None:
    fleet = merge(make_host(collected_at=EARLIER), make_failed_host("hv01", at=LATER))
    assert [host["error"] for host in fleet.hosts] == [None]
    assert "could not be read (connect timeout)" in fleet.conflicts[0]["msg"]


def test_a_host_that_fails_now_is_not_shown_as_it_was_last_week() -> None:
    fleet = merge(make_host(collected_at=EARLIER), make_failed_host("hv01", at=NEXT_WEEK))
    assert fleet.hosts[0]["error"]["error_class"] == "host_unreachable"
    assert fleet.hosts[0]["vms"] == []


def test_a_failed_host_is_found_by_its_full_name_too() -> None:
    fleet = merge(make_host(target="node-a"), make_failed_host("hv01.example.org"))
    assert len(fleet.hosts) == 1


def test_a_failed_host_whose_name_fits_two_hosts_stays_a_row_of_its_own() -> None:
    first = make_host("HV01", target="a", host={"fqdn": "hv01.one.org"})
    second = make_host("HV01", target="b", host={"fqdn": "hv01.two.org"})
    assert len(merge(first, second, make_failed_host("hv01")).hosts) == 3


def test_hosts_without_a_full_name_are_told_apart_by_their_targets() -> None:
    one = make_host(target="a", host={"fqdn": None})
    two = make_host(target="b", host={"fqdn": None}, vms=[make_vm("other")])
    assert len(merge(one, two).hosts) == 2


def test_a_vm_that_moved_during_the_audit_is_shown_once_where_it_was_seen_last() -> None:
    fleet = merge(make_host("HV01", collected_at=EARLIER), make_host("HV02", collected_at=LATER))
    assert [len(host["vms"]) for host in fleet.hosts] == [0, 1]
    conflict = fleet.conflicts[0]
    assert (conflict["kind"], conflict["name"], conflict["kept"], conflict["dropped"]) == (
        "vm",
        "web01",
        "HV02",
        "HV01",
    )


def test_a_vm_that_runs_is_shown_rather_than_a_newer_copy_that_is_off() -> None:
    copy = make_off_vm("web01", id=make_vm("web01")["id"])
    fleet = merge(make_host("HV01", collected_at=EARLIER), make_host("HV02", vms=[copy], collected_at=LATER))
    assert [len(host["vms"]) for host in fleet.hosts] == [1, 0]


def test_two_vms_of_one_name_are_two_vms() -> None:
    vms = [make_vm("web01"), make_vm("web01", id="11111111-2222-3333-4444-555555555555")]
    assert len(merge(make_host(vms=vms)).hosts[0]["vms"]) == 2


def test_a_vm_that_one_host_lists_twice_is_shown_once() -> None:
    fleet = merge(make_host(vms=[make_vm("web01"), make_off_vm("web01", id=make_vm("web01")["id"])]))
    assert [vm["state"] for vm in fleet.hosts[0]["vms"]] == ["running"]


def test_vms_without_an_id_are_never_taken_for_one_another() -> None:
    fleet = merge(make_host("HV01", vms=[make_vm("a", id=None)]), make_host("HV02", vms=[make_vm("a", id=None)]))
    assert [len(host["vms"]) for host in fleet.hosts] == [1, 1]


def test_guests_join_by_vm_id_and_the_newest_wins() -> None:
    vm = make_vm()
    old = make_guest(vm, collected_at=EARLIER, target="old")
    new = make_guest(vm, collected_at=LATER, target="new")
    nobody = make_guest({**vm, "id": "", "name": "nobody"})
    fleet = merge(make_host(), old, new, nobody)
    assert fleet.guests[vm["id"]]["target"] == "new"
    assert [guest["target"] for guest in fleet.unjoined_guests] == ["nobody"]
    assert [one["kind"] for one in fleet.conflicts] == ["guest"]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (None, EARLIER),
        ("yesterday", EARLIER),
        (EARLIER, LATER),
        ("2026-05-04T12:00:00", "2026-05-04T12:00:01Z"),
        ("2026-05-04T14:00:00+02:00", "2026-05-04T12:00:01Z"),
    ],
)
def test_times_are_compared_as_times(older: str | None, newer: str) -> None:
    assert read_time(older) < read_time(newer)


def test_the_fleet_is_left_as_it_was_read() -> None:
    read = [read_snapshot(snapshot) for snapshot in make_fleet(5, 3)]
    again = [read_snapshot(snapshot) for snapshot in read]
    merge_snapshots([*read, *read])
    assert read == again
