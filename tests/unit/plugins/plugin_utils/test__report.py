# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import time
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._drift import make_baseline
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import merge_snapshots
from ansible_collections.hyperv.integration.plugins.plugin_utils._report import (
    Options,
    build_report,
    fail_on_choices,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import read_snapshot
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    NOON,
    make_failed_host,
    make_fleet,
    make_guest,
    make_guest_service,
    make_host,
    make_off_vm,
    make_service,
    make_services,
    make_vm,
)

Data = dict[str, t.Any]

OLD_VM = make_vm("old", "6.1.7601.17514", os_name="Windows Server 2008 R2", os_version="6.1.7601")


def report_of(*snapshots: Data, at: str = NOON, previous: Data | None = None, **options: t.Any) -> Data:
    fleet = merge_snapshots(read_snapshot(snapshot) for snapshot in snapshots)
    return build_report(fleet, Options(**options), at, previous)


def with_service(name: str, key: str, *status: t.Any) -> Data:
    return make_vm(name, services=make_services(**{key: make_service(key, *status)}))


def test_a_host_that_is_dead_one_that_denies_and_one_that_is_empty_are_all_there() -> None:
    report = report_of(
        make_host("HV01"),
        make_failed_host("hv02", "host_unreachable", "no route to host"),
        make_failed_host("hv03", "access_denied", "credentials were rejected"),
        make_host("HV04", vms=[]),
    )
    assert [(host["name"], host["status"], host["vms"]) for host in report["hosts"]] == [
        ("HV01", "ok", 1),
        ("hv02", "host_unreachable", 0),
        ("hv03", "access_denied", 0),
        ("HV04", "ok", 0),
    ]
    assert [(row["kind"], row["host"], row["name"], row["version"]["cause"]) for row in report["rows"]] == [
        ("vm", "HV01", "web01", "windows_update"),
        ("host", "hv02", None, "host_unreadable"),
        ("host", "hv03", None, "host_unreadable"),
        ("host", "HV04", None, "no_vms"),
    ]
    assert [(one["host"], one["cause"], one["reason"]) for one in report["problems"]] == [
        ("hv02", "host_unreachable", "no route to host"),
        ("hv03", "access_denied", "credentials were rejected"),
    ]
    assert report["summary"]["hosts"] == {
        "total": 4,
        "read": 2,
        "by_status": {"ok": 2, "access_denied": 1, "host_unreachable": 1},
    }


def test_all_rows_have_the_same_keys() -> None:
    report = report_of(*make_fleet(6, 5))
    assert len({tuple(row) for row in report["rows"]}) == 1
    assert len({tuple(row["version"]) for row in report["rows"]}) == 1


def test_one_failing_service_is_exactly_one_problem() -> None:
    report = report_of(make_host(vms=[with_service("a", "heartbeat", True, "error", "ok")]))
    assert [(one["severity"], one["service"], one["verdict"]) for one in report["problems"]] == [
        ("critical", "heartbeat", "error")
    ]
    assert report["rows"][0]["severity"] == "critical"


@pytest.mark.parametrize(
    "vm",
    [
        make_vm(),
        make_off_vm(),
        with_service("a", "time_synchronization", False, "ok"),
        with_service("a", "shutdown", True, "ok", "protocol_mismatch"),
        with_service("a", "guest_service_interface", True, "ok"),
    ],
)
def test_what_is_as_it_should_be_is_no_problem(vm: Data) -> None:
    assert report_of(make_host(vms=[vm]))["problems"] == []


def test_a_vm_that_throws_leaves_the_others_whole() -> None:
    error = {"error_class": "unexpected", "msg": "it is being deleted", "hint": "wait"}
    report = report_of(make_host(vms=[make_vm("a"), make_vm("b", None, services=[], error=error), make_vm("c")]))
    assert [row["severity"] for row in report["rows"]] == ["ok", "warning", "ok"]
    problem = report["problems"][0]
    assert (problem["cause"], problem["vm"], problem["reason"], problem["next_step"]) == (
        "vm_error",
        "b",
        "it is being deleted",
        "wait",
    )


def test_a_vm_in_a_critical_state_is_critical() -> None:
    report = report_of(make_host(vms=[make_vm("a", state="running_critical")]))
    assert [one["cause"] for one in report["problems"]] == ["vm_critical"]


def test_problems_of_one_cause_are_one_thing_to_do() -> None:
    vms = [
        with_service("a", "vss", True, "no_contact"),
        make_vm(
            "b",
            services=make_services(
                vss=make_service("vss", True, "no_contact"), shutdown=make_service("shutdown", True, "no_contact")
            ),
        ),
        OLD_VM,
    ]
    report = report_of(make_host(vms=vms))
    actions = {action["cause"]: action for action in report["actions"]}
    assert set(actions) == {"guest_service_silent", "below_minimum"}
    silent = actions["guest_service_silent"]
    assert (silent["problems"], silent["services"]) == (3, {"shutdown": 1, "vss": 2})
    assert [(one["vm"], one["services"]) for one in silent["targets"]] == [("a", ["vss"]), ("b", ["shutdown", "vss"])]
    assert "Windows Update" in actions["below_minimum"]["next_step"]


def test_what_is_gravest_comes_first() -> None:
    report = report_of(*make_fleet(8, 20))
    order = ["critical", "warning", "notice"]
    for part in ("actions", "problems"):
        ranks = [order.index(one["severity"]) for one in report[part]]
        assert ranks == sorted(ranks)
        assert len(set(ranks)) > 1


def test_the_summary_counts_every_vm_and_every_verdict() -> None:
    report = report_of(make_host(vms=[make_vm("a"), OLD_VM, make_off_vm("c")]), make_host("HV02", vms=[]))
    summary = report["summary"]
    assert summary["vms"] == {
        "total": 3,
        "running": 2,
        "by_state": {"off": 1, "running": 2},
        "by_severity": {"critical": 0, "warning": 1, "notice": 0, "ok": 2},
    }
    assert summary["versions"] == {
        "current": 0,
        "outdated": 1,
        "newer": 0,
        "not_reported": 0,
        "not_applicable": 1,
        "unknown": 1,
    }
    assert summary["services"]["heartbeat"]["ok"] == 2
    assert summary["services"]["heartbeat"]["vm_off"] == 1
    assert summary["services"]["guest_service_interface"]["host_off"] == 3
    assert all(sum(verdicts.values()) == 3 for verdicts in summary["services"].values())
    assert summary["problems"] == {"critical": 0, "warning": 1, "notice": 0}


def test_the_same_data_gives_the_same_report_apart_from_the_time() -> None:
    first = report_of(*make_fleet(8, 10))
    second = report_of(*reversed(make_fleet(8, 10)), at="2026-05-05T12:00:00Z")
    assert second["run"].pop("generated_at") != first["run"].pop("generated_at")
    assert first == second


def test_the_second_report_of_the_same_data_shows_no_drift() -> None:
    first = report_of(*make_fleet(8, 10))
    assert first["drift"] is None
    second = report_of(*make_fleet(8, 10), previous=make_baseline(first))
    assert second["drift"] == {"since": NOON, "changes": []}


@pytest.mark.parametrize(
    ("fail_on", "failed"),
    [
        ([], []),
        (["outdated"], [("outdated", 1)]),
        (["no_contact", "outdated", "outdated"], [("no_contact", 2), ("outdated", 1)]),
        (["below_minimum"], [("below_minimum", 1)]),
        (["guest_service_silent"], [("guest_service_silent", 2)]),
        (["host_unreachable"], [("host_unreachable", 1)]),
        (["access_denied"], []),
        (["critical"], [("critical", 1)]),
        (["warning"], [("warning", 3)]),
        (["host_off"], [("host_off", 3)]),
    ],
)
def test_a_run_fails_on_what_was_chosen(fail_on: list[str], failed: list[tuple[str, int]]) -> None:
    vms = [with_service("a", "vss", True, "no_contact"), with_service("b", "vss", True, "no_contact"), OLD_VM]
    report = report_of(make_host(vms=vms), make_failed_host("hv09"), fail_on=tuple(fail_on))
    assert [(one["name"], one["count"]) for one in report["failed_on"]] == failed
    assert set(fail_on) <= set(fail_on_choices())


def test_it_makes_no_sense_to_fail_on_ok() -> None:
    assert "ok" not in fail_on_choices()


def test_a_guest_snapshot_makes_the_verdict_of_its_vm() -> None:
    vm = with_service("a", "vss", True, "no_contact")
    guest = make_guest(vm, [make_guest_service("vss", False, start_mode="disabled")])
    report = report_of(make_host(vms=[vm]), guest)
    assert [one["cause"] for one in report["problems"]] == ["guest_service_disabled"]
    assert report["run"]["guest_snapshots"] == 1


def test_a_guest_without_a_vm_in_the_report_is_told() -> None:
    unknown = make_guest(make_vm("elsewhere"))
    dead = make_guest({**make_vm("dead"), "id": ""}, error={"error_class": "guest_unreachable", "msg": "no answer"})
    report = report_of(make_host(), unknown, dead)
    assert [(one["cause"], one["vm"]) for one in report["problems"]] == [
        ("guest_unreachable", "dead"),
        ("guest_without_vm", "elsewhere"),
    ]


def test_conflicts_are_told() -> None:
    report = report_of(make_host("HV01"), make_host("HV02"))
    assert [(one["cause"], one["vm"]) for one in report["problems"]] == [("conflict", "web01")]
    assert len(report["conflicts"]) == 1


def test_the_run_tells_when_its_data_was_collected() -> None:
    late = make_host("HV02", vms=[], collected_at="2026-05-04T13:00:00Z")
    assert report_of(make_host(), late)["run"]["collected_from"] == NOON
    assert report_of(make_host(), late)["run"]["collected_to"] == "2026-05-04T13:00:00Z"
    assert report_of()["run"]["collected_to"] is None


def test_an_empty_fleet_is_an_empty_report() -> None:
    report = report_of()
    assert (report["rows"], report["problems"], report["summary"]["vms"]["total"]) == ([], [], 0)


def test_the_time_grows_no_faster_than_the_fleet() -> None:
    def seconds(hosts: int) -> float:
        snapshots = [read_snapshot(snapshot) for snapshot in make_fleet(hosts, 40)]
        best = 1e9
        for _attempt in range(3):
            fresh = copy.copy(snapshots)
            start = time.process_time()
            build_report(merge_snapshots(fresh), Options(), NOON)
            best = min(best, time.process_time() - start)
        return best

    # Eight times the VMs; the square of it would be 64.
    assert seconds(80) < 24 * seconds(10)
