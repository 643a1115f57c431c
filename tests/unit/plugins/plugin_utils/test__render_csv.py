# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import csv
import io
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._render_csv import render_csv
from ansible_collections.hyperv.integration.tests.unit.report_samples import hostile_report, mixed_report, report_of
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import make_failed_host, make_host, make_vm


def read(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_a_line_tells_vm_version_and_services() -> None:
    row = read(render_csv(report_of([make_host()])))[0]
    assert (row["host"], row["vm"], row["version"], row["version_verdict"]) == (
        "HV01",
        "web01",
        "10.0.17763",
        "not_applicable",
    )
    assert (row["heartbeat_verdict"], row["guest_service_interface_verdict"]) == ("ok", "host_off")
    assert row["heartbeat_cause"] == "working"


def test_a_host_that_failed_has_a_line_with_its_reason() -> None:
    row = read(render_csv(report_of([make_failed_host("hv09", "access_denied", "rejected")])))[0]
    assert (row["host"], row["vm"], row["error_class"], row["error"]) == ("hv09", "", "access_denied", "rejected")
    assert row["vss_verdict"] == ""


def test_every_row_is_a_line_and_every_field_is_quoted() -> None:
    report = mixed_report()
    text = render_csv(report)
    assert len(read(text)) == len(report["rows"])
    for line in text.split("\r\n")[:-1]:
        assert line.startswith('"')
        assert line.endswith('"')
        assert line.count('","') == len(line.split('","')) - 1


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", "\n=1"])
def test_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(name: str) -> None:
    assert read(render_csv(report_of([make_host(vms=[make_vm(name)])])))[0]["vm"] == f"'{name}"


@pytest.mark.parametrize("name", ["web-01", "a=b", 'quote"d', "a,b;c", "日本語"])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert read(render_csv(report_of([make_host(vms=[make_vm(name)])])))[0]["vm"] == name


def test_no_field_of_a_hostile_fleet_begins_a_formula() -> None:
    for row in read(render_csv(hostile_report())):
        fields: t.Iterable[str] = row.values()
        assert not any(field.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for field in fields)
        assert not any("\0" in field for field in fields)


def test_delimiter_and_byte_order_mark_are_chosen() -> None:
    text = render_csv(report_of([make_host()]), delimiter=";", byte_order_mark=True)
    assert text.startswith('\ufeff"severity";"host"')
    assert not render_csv(report_of([make_host()])).startswith("\ufeff")
