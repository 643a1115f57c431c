# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import csv
import io
import json
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils import _audit as audit
from ansible_collections.hyperv.integration.plugins.plugin_utils._drift import make_baseline
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_input import plan_snapshots
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_update import STEPS, WANTING
from ansible_collections.hyperv.integration.tests.unit.html_page import Page
from ansible_collections.hyperv.integration.tests.unit.report_samples import mixed_report, report_of
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    make_fleet,
    make_guest,
    make_host,
    make_service,
    make_services,
    make_vm,
)

Data = dict[str, t.Any]

SYSTEM: Data = {"os_name": "Windows Server 2012 Standard", "os_version": "6.2.9200"}
KVP_OFF = make_services(key_value_pair_exchange=make_service("key_value_pair_exchange", False, "ok"))
NEW, DISK = "win10_ws2016_ws2019", "win81_ws2012r2"


def old(name: str = "old", **changes: t.Any) -> Data:
    return make_vm(name, "6.2.9200.16384", **{**SYSTEM, **changes})


def row_of(vm: Data, generation: str = NEW, guest: Data | None = None) -> Data:
    host = make_host(generation=generation, vms=[vm])
    return t.cast(Data, report_of([host, guest] if guest else [host])["rows"][0])


@pytest.mark.parametrize(
    ("generation", "mechanism", "told"),
    [(NEW, "windows_update", "Windows Update"), (DISK, "integration_services_disk", "Setup disk")],
)
def test_an_outdated_machine_tells_how_it_can_be_updated(generation: str, mechanism: str, told: str) -> None:
    row = row_of(old(), generation)
    assert row["update"] == {"mechanism": mechanism, "status": "ready", "text": told}
    assert row["version"]["next_step"] == STEPS[mechanism]


def test_what_blocks_the_update_is_told() -> None:
    row = row_of(old(services=KVP_OFF))
    assert (row["update"]["mechanism"], row["update"]["status"]) == ("windows_update", "blocked")
    unmet = "The host has not enabled Data Exchange; Windows Update offers this guest nothing without it"
    assert row["update"]["text"] == f"Windows Update, blocked: {unmet}"
    assert row["version"]["next_step"] == f"{STEPS['windows_update']}, after this is settled: {unmet}"


def test_a_machine_that_no_plan_fits_keeps_the_advice_of_its_verdict() -> None:
    silent = make_vm("silent", None, os_name=None, os_version=None)
    row = row_of(silent)
    assert (row["version"]["verdict"], row["update"]["status"]) == ("not_reported", "unknown")
    assert row["update"]["text"] == "The guest reports no system"
    assert row["version"]["next_step"] == "Restart the Data Exchange service in the guest and read again"


@pytest.mark.parametrize("vm", [make_vm("new"), make_vm("off", None, state="off")])
def test_a_machine_that_wants_nothing_has_no_plan(vm: Data) -> None:
    assert row_of(vm)["update"] is None


def test_rows_of_hosts_have_the_key_too() -> None:
    report = report_of([make_host(vms=[])])
    assert [row["update"] for row in report["rows"]] == [None]


def test_what_the_guest_says_itself_counts() -> None:
    guest = make_guest(old(), error={"error_class": "guest_unreachable", "msg": "no route", "hint": None})
    row = row_of(old(), guest=guest)
    assert row["update"]["status"] == "blocked"
    assert row["update"]["text"] == "Windows Update, blocked: The controller could not read the guest"


def test_the_audit_and_the_plan_agree() -> None:
    fleet = make_fleet(12, 20, defects=0.1)
    plans = {one["id"]: one for one in plan_snapshots(fleet)["vms"]}
    rows = [row for row in report_of(fleet)["rows"] if row["kind"] == "vm"]
    assert {row["update"] is not None for row in rows} == {True, False}
    for row in rows:
        plan = plans[row["id"]]
        assert (row["update"] is not None) is (row["version"]["verdict"] in WANTING)
        if row["update"]:
            assert (row["update"]["mechanism"], row["update"]["status"]) == (plan["mechanism"], plan["status"])


def test_machines_with_one_verdict_may_need_two_mechanisms() -> None:
    vms = [old("a"), old("b", services=KVP_OFF)]
    action = report_of([make_host(vms=vms)])["actions"][0]
    assert action["cause"] == "below_minimum"
    assert action["next_step"].startswith(
        "Let Windows Update install the integration services in the guest, which needs"
    )
    assert [target["update"][:23] for target in action["targets"]] == ["Windows Update", "Windows Update, blocked"]
    same = report_of([make_host(vms=[old("a"), old("b")])])["actions"][0]
    assert same["next_step"] == STEPS["windows_update"]


def test_the_summary_counts_mechanisms_and_statuses() -> None:
    hosts = [make_host(vms=[old("a"), old("b", services=KVP_OFF)]), make_host("HV12", DISK, [old("c")])]
    report = report_of(hosts)
    assert report["summary"]["updates"] == {
        "windows_update": {"blocked": 1, "ready": 1},
        "integration_services_disk": {"ready": 1},
    }
    lines = audit.summary_lines(report)
    assert "Update: Windows Update      1 blocked, 1 ready" in lines
    assert "Update: Setup disk          1 ready" in lines


def test_every_format_tells_it() -> None:
    texts = audit.render(report_of([make_host("HV12", DISK, [old("a")])]), audit.FORMATS)
    line = next(csv.DictReader(io.StringIO(texts["report.csv"])))
    told = (line["update_mechanism"], line["update_status"], line["update"])
    assert told == ("integration_services_disk", "ready", "Setup disk")
    assert "| outdated | Setup disk |" in texts["report.md"]
    assert "- `a` on `HV12` (Setup disk)" in texts["report.md"]
    assert STEPS["integration_services_disk"] in texts["junit.xml"]
    page = Page(texts["report.html"])
    assert "a on HV12 \u2013 Setup disk" in "".join(page.texts)
    data = json.loads(page.scripts[1])
    packed = dict(zip(data["columns"], data["rows"][0], strict=True))
    assert data["words"][packed["way"]] == data["words"][packed["how"]] == "Setup disk"
    assert json.loads(texts["report.json"])["rows"][0]["update"]["status"] == "ready"


def test_how_to_update_is_no_part_of_what_the_next_report_compares() -> None:
    assert "update" not in json.dumps(make_baseline(mixed_report()))
