# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import hashlib
import json
import re
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._html_data import page_data
from ansible_collections.hyperv.integration.plugins.plugin_utils._html_page import script_json
from ansible_collections.hyperv.integration.plugins.plugin_utils._render_html import render_html
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_query import select_rows
from ansible_collections.hyperv.integration.tests.unit.html_page import Page
from ansible_collections.hyperv.integration.tests.unit.report_samples import (
    HOSTILE,
    hostile_report,
    mixed_report,
    report_of,
)
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import make_fleet, make_host


@pytest.fixture(scope="module")
def hostile() -> Page:
    return Page(render_html(hostile_report()))


def test_the_page_is_one_well_formed_file() -> None:
    for report in (mixed_report(), report_of([]), report_of([make_host()])):
        assert Page(render_html(report)).open == []


def test_the_page_asks_the_network_for_nothing(hostile: Page) -> None:
    for _name, attributes in hostile.elements:
        assert not {"src", "href", "action", "srcset", "style", "data"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
    assert not {"link", "img", "iframe", "object", "base", "form"} & hostile.names()


def test_hostile_texts_are_texts(hostile: Page) -> None:
    assert hostile.open == []
    assert "img" not in hostile.names()
    assert [name for name, _attributes in hostile.elements].count("script") == 2
    shown = "".join(hostile.texts)
    assert HOSTILE[0] in shown
    assert HOSTILE[2] in shown


def test_the_policy_names_the_sums_of_its_own_style_and_script(hostile: Page) -> None:
    policy = next(
        attributes["content"] or ""
        for name, attributes in hostile.elements
        if name == "meta" and "http-equiv" in attributes
    )
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    style, _data, script = hostile.scripts
    for content in (style, script):
        assert base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() in policy


def test_the_data_in_the_page_is_that_of_the_rows(hostile: Page) -> None:
    data = json.loads(hostile.scripts[1])
    names = [row[data["columns"].index("name")] for row in data["rows"]]
    assert set(HOSTILE) <= set(names)


def test_nothing_in_the_data_can_end_its_element() -> None:
    text = script_json({"a": "</script><!--<script>&\u2028\u2029"})
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == {"a": "</script><!--<script>&\u2028\u2029"}


def test_packed_rows_unpack_to_what_the_report_says() -> None:
    report = mixed_report()
    data: dict[str, t.Any] = json.loads(script_json(page_data(report)))
    assert len(data["rows"]) == len(report["rows"])
    for packed, row in zip(data["rows"], report["rows"], strict=True):
        values = dict(zip(data["columns"], packed, strict=True))
        for name in data["shared"]:
            values[name] = None if values[name] is None else data["words"][values[name]]
        assert (values["name"], values["host"], values["severity"]) == (row["name"], row["host"], row["severity"])
        assert values["version"] == row["version"]["evidence"]["value"]
        assert [key for key, _cause, _status in values["services"]] == [one["key"] for one in row["services"]]
        grades = [data["causes"][cause]["grade"] for _key, cause, _status in values["services"]]
        for grade, service in zip(grades, row["services"], strict=True):
            assert grade == (service["severity"] if service["severity"] != "ok" else grade)
            assert (grade in ("ok", "off")) is (service["severity"] == "ok")


def test_every_thing_to_do_and_every_host_is_in_the_page_without_its_script() -> None:
    report = mixed_report()
    shown = "".join(Page(render_html(report)).texts)
    for action in report["actions"]:
        assert action["title"] in shown
    for host in report["hosts"]:
        assert host["name"] in shown
    assert "1 change since the report of 2026-04-27 12:00:00 UTC" in shown


def test_a_fleet_in_order_says_so() -> None:
    shown = "".join(Page(render_html(report_of([make_host()]))).texts)
    assert "All 1 VM on 1 host are in order." in shown
    assert "Nothing. No problem was found." in shown
    assert "100%" in shown


def test_a_query_is_shown_with_its_count() -> None:
    report, _answer = select_rows(report_of([make_host(), make_host("HV02", vms=[])]), "[?name=='web01']")
    shown = "".join(Page(render_html(report)).texts)
    assert "chosen by the query [?name=='web01']: 1 of 2" in shown


def test_the_page_of_five_thousand_vms_stays_small() -> None:
    assert len(render_html(report_of(make_fleet(50, 100))).encode()) < 3_000_000


def test_the_same_report_gives_the_same_page() -> None:
    assert render_html(mixed_report()) == render_html(mixed_report())
