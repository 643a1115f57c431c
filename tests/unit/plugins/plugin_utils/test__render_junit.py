# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from xml.etree import ElementTree

from ansible_collections.hyperv.integration.plugins.plugin_utils._render_junit import render_junit
from ansible_collections.hyperv.integration.tests.unit.report_samples import hostile_report, mixed_report, report_of
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    make_failed_host,
    make_host,
    make_service,
    make_services,
    make_vm,
)


def test_a_host_is_a_suite_and_a_vm_is_a_test() -> None:
    silent = make_vm("b", services=make_services(vss=make_service("vss", True, "no_contact")))
    root = ElementTree.fromstring(render_junit(report_of([make_host(vms=[make_vm("a"), silent])])))
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    suite = root[0]
    assert (suite.get("name"), suite.get("timestamp")) == ("HV01", "2026-05-04T12:00:00")
    assert [case.find("failure") is None for case in suite] == [True, True, False]
    failure = suite[2][0]
    assert failure.get("type") == "guest_service_silent"
    assert (failure.text or "").startswith("vss: Guest service not running or not installed. ")
    assert "Next: In the guest, start" in (failure.text or "")


def test_a_host_that_failed_is_a_failed_test() -> None:
    root = ElementTree.fromstring(render_junit(report_of([make_failed_host("hv09", msg="no route")])))
    assert (root.get("tests"), root.get("failures")) == ("1", "1")
    assert root[0][0].get("name") == "host can be read"


def test_a_notice_fails_nothing() -> None:
    services = make_services(key_value_pair_exchange=make_service("key_value_pair_exchange", False))
    report = report_of([make_host(vms=[make_vm("a", None, services=services)])])
    assert report["problems"][0]["severity"] == "notice"
    assert ElementTree.fromstring(render_junit(report)).get("failures") == "0"


def test_the_sums_are_those_of_the_suites() -> None:
    root = ElementTree.fromstring(render_junit(mixed_report()))
    for name in ("tests", "failures"):
        assert int(root.get(name) or 0) == sum(int(suite.get(name) or 0) for suite in root) > 0
    assert len(root.findall(".//failure")) == int(root.get("failures") or 0)


def test_hostile_names_stay_inside_their_attributes() -> None:
    report = hostile_report()
    root = ElementTree.fromstring(render_junit(report))
    names = {case.get("name") for case in root.findall(".//testcase")}
    assert any((name or "").startswith("</script><img src=x onerror=alert(1)> (") for name in names)
    assert len(root) == len(report["hosts"])
