# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import (
    change_text,
    headline,
    service_name,
    version_groups,
)
from ansible_collections.hyperv.integration.tests.unit.report_samples import mixed_report, report_of
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    make_failed_host,
    make_host,
    make_off_vm,
    make_service,
    make_services,
    make_vm,
)

SILENT = make_vm("b", services=make_services(vss=make_service("vss", True, "no_contact")))


@pytest.mark.parametrize(
    ("snapshots", "words"),
    [
        ([], "No host was read."),
        ([make_host()], "All 1 VM on 1 host are in order."),
        ([make_host(vms=[make_vm("a"), make_off_vm("c")])], "All 2 VMs on 1 host are in order."),
        ([make_host(vms=[make_vm("a"), SILENT])], "1 of 2 VMs need attention."),
        ([make_host(), make_failed_host("hv09")], "1 of 2 hosts could not be read."),
    ],
)
def test_the_headline_is_the_report_in_one_sentence(snapshots: list[dict[str, t.Any]], words: str) -> None:
    assert headline(report_of(snapshots)) == words


def test_every_vm_is_in_one_group_of_versions() -> None:
    report = mixed_report()
    assert sum(group["count"] for group in version_groups(report)) == report["summary"]["vms"]["total"]
    assert all(group["count"] >= 0 for group in version_groups(report))


@pytest.mark.parametrize(
    ("what", "before", "after", "words"),
    [
        ("host_status", "ok", "host_unreachable", "host was ok, is host unreachable"),
        ("vm_appeared", None, "HV01", "new on HV01"),
        ("vm_gone", "HV01", None, "gone from HV01"),
        ("vm_name", "old_name", "new", "renamed from old_name"),
        ("version", None, "10.0.1", "version was none, is 10.0.1"),
        ("service_enabled", True, False, "VSS was on, is off"),
        ("service_enabled", None, True, "VSS was not there, is on"),
        ("service_verdict", "ok", "no_contact", "VSS was ok, is no contact"),
    ],
)
def test_a_change_is_told_in_words(what: str, before: t.Any, after: t.Any, words: str) -> None:
    change = {"what": what, "host": "HV01", "vm": "a", "service": "vss", "before": before, "after": after}
    assert change_text(change) == words


def test_a_service_that_only_its_host_knows_keeps_its_id() -> None:
    assert service_name("vss") == "VSS"
    assert service_name("0c09bb55") == "0c09bb55"
