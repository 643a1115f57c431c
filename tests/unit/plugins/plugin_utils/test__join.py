# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import merge_snapshots
from ansible_collections.hyperv.integration.plugins.plugin_utils._report import Options, build_report
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import read_snapshot
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    NOON,
    make_guest,
    make_guest_service,
    make_host,
    make_service,
    make_services,
    make_vm,
)

Data = dict[str, t.Any]

KVP_OFF = make_services(key_value_pair_exchange=make_service("key_value_pair_exchange", False))
SILENT = make_services(vss=make_service("vss", True, "no_contact"))
DEAD = {"error_class": "guest_unreachable", "msg": "no route to host", "hint": None}


def report_of(*snapshots: Data) -> Data:
    return build_report(merge_snapshots(read_snapshot(one) for one in snapshots), Options(), NOON)


def guest_of(vm: Data, services: list[Data] | None = None, **guest: t.Any) -> Data:
    snapshot = make_guest(vm, services)
    return {**snapshot, "guest": {**snapshot["guest"], **guest}}


def test_what_the_host_does_not_know_the_guest_tells() -> None:
    vm = make_vm("a", None, os_name=None, os_version=None, services=KVP_OFF)
    guest = guest_of(vm, family="windows", os_name="Windows Server 2008 R2 Enterprise", os_version="6.1.7601")
    guest["version"] = {"value": "6.1.7601.17514", "source": "registry", "reason": None}
    row = report_of(make_host(vms=[vm]), guest)["rows"][0]
    assert (row["guest_os"], row["guest_family"]) == ("Windows Server 2008 R2 Enterprise", "windows")
    assert (row["version"]["verdict"], row["version"]["cause"]) == ("outdated", "below_minimum")
    assert row["version"]["evidence"]["source"] == "registry"


def test_what_the_host_knows_stays() -> None:
    vm = make_vm("a", "10.0.17763")
    guest = guest_of(vm, os_name="Something else", os_version="1.0")
    guest["version"] = {"value": "6.0.0.0", "source": "registry", "reason": None}
    row = report_of(make_host(vms=[vm]), guest)["rows"][0]
    assert (row["guest_os"], row["version"]["evidence"]["value"]) == ("Windows Server 2019 Standard", "10.0.17763")


def test_a_version_that_the_guest_calls_stale_is_not_taken() -> None:
    vm = make_vm("a", None, os_name=None, os_version=None, services=KVP_OFF)
    guest = guest_of(vm)
    guest["version"] = {"value": "6.1.7601.17514", "source": "registry", "reason": "stale"}
    assert report_of(make_host(vms=[vm]), guest)["rows"][0]["version"]["cause"] == "kvp_off"


def test_a_linux_guest_is_known_by_itself_where_the_host_is_told_nothing() -> None:
    vm = make_vm("a", None, os_name=None, os_version=None, services=KVP_OFF)
    guest = guest_of(vm, family="linux", os_name="Debian GNU/Linux", os_version="12")
    guest["version"] = {"value": "6.1.0-35-amd64", "source": "kernel", "reason": None}
    row = report_of(make_host(vms=[vm]), guest)["rows"][0]
    assert (row["version"]["verdict"], row["version"]["cause"]) == ("not_applicable", "guest_kernel")


@pytest.mark.parametrize("name", ["a", "A", "a.example.org"])
def test_a_guest_that_cannot_tell_its_id_joins_the_only_vm_of_its_name(name: str) -> None:
    vm = make_vm("a", services=SILENT)
    vm["guest"] = {**vm["guest"], "fqdn": "a.example.org"}
    guest = {**make_guest({**vm, "id": "", "name": "unknown"}, error=DEAD), "target": name}
    report = report_of(make_host(vms=[vm]), guest)
    assert [(one["cause"], one["vm"]) for one in report["problems"]] == [
        ("guest_service_silent", "a"),
        ("guest_unreachable", "a"),
    ]
    row = report["rows"][0]
    assert (row["basis"], row["guest_target"], row["guest_error"]["msg"]) == ("host", name, "no route to host")


def test_a_name_that_two_vms_have_joins_neither() -> None:
    twins = [make_vm("a"), make_vm("a", id="11111111-2222-3333-4444-555555555555")]
    guest = make_guest({**twins[0], "id": ""}, error=DEAD)
    report = report_of(make_host(vms=twins), guest)
    assert [(one["cause"], one["host"]) for one in report["problems"]] == [("guest_unreachable", None)]


def test_a_guest_that_two_ways_lead_to_is_the_one_that_could_be_read() -> None:
    vm = make_vm("a")
    late = make_guest(vm, error=DEAD, collected_at="2026-05-05T12:00:00Z", target="other")
    report = report_of(make_host(vms=[vm]), late, make_guest(vm, [make_guest_service("vss")]))
    assert report["rows"][0]["basis"] == "host_and_guest"
    assert [one["cause"] for one in report["problems"]] == ["conflict"]


@pytest.mark.parametrize(
    ("error_class", "cause", "severity"),
    [
        ("guest_unreachable", "guest_unreachable", "warning"),
        ("access_denied", "guest_unreadable", "warning"),
        ("not_a_guest", "not_a_guest", "notice"),
        ("unexpected", "guest_unreadable", "warning"),
    ],
)
def test_why_a_guest_could_not_be_read_is_a_problem_of_its_vm(error_class: str, cause: str, severity: str) -> None:
    vm = make_vm("a")
    guest = make_guest(vm, error={"error_class": error_class, "msg": "x", "hint": "do this"})
    problem = report_of(make_host(vms=[vm]), guest)["problems"][0]
    assert (problem["cause"], problem["severity"], problem["next_step"]) == (cause, severity, "do this")
    assert (problem["verdict"], problem["vm"], problem["host"]) == (error_class, "a", "HV01")


def test_the_hint_of_the_guest_is_the_next_step() -> None:
    vm = make_vm("a", services=SILENT)
    service = make_guest_service("vss", False, available=False, reason="not_installed", hint="Install hyperv-daemons")
    problem = report_of(make_host(vms=[vm]), make_guest(vm, [service]))["problems"][0]
    assert (problem["cause"], problem["next_step"]) == ("guest_service_missing", "Install hyperv-daemons")
