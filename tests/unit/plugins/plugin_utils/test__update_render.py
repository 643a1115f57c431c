# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import typing as t
from xml.etree import ElementTree

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._html_page import script_json
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_formats import (
    DEFAULT_FORMATS,
    FILES,
    render_update,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_html_data import page_data
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report import Material, build_update_report
from ansible_collections.hyperv.integration.tests.unit.html_page import Page
from ansible_collections.hyperv.integration.tests.unit.report_samples import HOSTILE
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import make_failed_host, make_host
from ansible_collections.hyperv.integration.tests.unit.update_report_samples import (
    AT,
    entry_of,
    night,
    old_fleet,
    old_vm,
    report_of,
    saved_plan,
)

Data = dict[str, t.Any]


def hostile_report() -> Data:
    """Every text that a host, a guest, a module or a journal can write means something to one of the formats."""
    vms = [old_vm(name, os_name=name) for name in HOSTILE]
    vms += [old_vm(f"plain {name}") for name in HOSTILE]
    hosts = [make_host(HOSTILE[0], vms=vms), *(make_failed_host(name, msg=name) for name in HOSTILE)]
    plan = saved_plan(hosts)
    ready = [one for one in plan["vms"] if one["status"] == "ready"]
    entries = []
    for one, name in zip(ready, HOSTILE, strict=False):
        entry = entry_of(one, [("insert_disk", "done")], "failed", reason=name, version_after=name)
        entry["steps"][0]["detail"] = {name: name}
        entries.append(entry)
    failures = {one["id"]: {"msg": HOSTILE[0], "error_class": HOSTILE[1], "hint": HOSTILE[2]} for one in ready[-3:]}
    material = Material(plan, entries, failures, stopped=HOSTILE[0])
    return build_update_report(material, AT, HOSTILE[0])


HOSTILE_TEXTS = render_update(hostile_report(), FILES)
NIGHT = build_update_report(night(), AT)
TEXTS = render_update(NIGHT, FILES)


def test_only_the_chosen_formats_are_made() -> None:
    assert list(render_update(NIGHT, ["csv", "csv"])) == ["report.csv"]
    assert set(DEFAULT_FORMATS) < set(FILES)


def test_the_page_is_one_well_formed_file_that_asks_the_network_for_nothing() -> None:
    page = Page(HOSTILE_TEXTS["report.html"])
    assert page.open == []
    for _name, attributes in page.elements:
        assert not {"src", "href", "action", "srcset", "style", "data"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
    assert not {"link", "img", "iframe", "object", "base", "form"} & page.names()
    assert [name for name, _attributes in page.elements].count("script") == 2
    assert HOSTILE[0] in "".join(page.texts)


def test_the_policy_of_the_page_names_the_sums_of_its_style_and_script() -> None:
    page = Page(TEXTS["report.html"])
    policy = next(attributes["content"] or "" for _name, attributes in page.elements if "http-equiv" in attributes)
    style, _data, script = page.scripts
    for content in (style, script):
        assert base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() in policy


def test_the_page_tells_without_its_script_what_needs_a_person() -> None:
    shown = "".join(Page(TEXTS["report.html"]).texts)
    for action in NIGHT["actions"]:
        assert action["title"] in shown
        assert action["targets"][0]["vm"] or action["targets"][0]["host"] in shown
    assert "102 of 113 VMs are done" in shown
    assert "6.2.9200.16384→ 6.3.9600.18907" in shown
    assert "90%" in shown


def test_packed_rows_unpack_to_what_the_report_says() -> None:
    data = json.loads(script_json(page_data(NIGHT)))
    assert len(data["rows"]) == len(NIGHT["rows"])
    for packed, row in zip(data["rows"], NIGHT["rows"], strict=True):
        values = dict(zip(data["columns"], packed, strict=True))
        for name in data["shared"]:
            values[name] = None if values[name] is None else data["words"][values[name]]
        told = [values[name] for name in ("name", "host", "outcome", "severity", "before", "after", "now", "wave")]
        names = ("name", "host", "outcome", "severity", "version_before", "version_after", "version_now", "wave")
        assert told == [row[name] for name in names]
        assert values["causes"] == row["needs"]
        steps = [(data["words"][step], data["words"][state]) for step, state, _detail in values["steps"]]
        assert steps == [(one["id"], one["state"]) for one in row["steps"]]


def test_a_run_that_began_with_nothing_and_an_empty_plan_have_pages() -> None:
    plan = saved_plan(old_fleet("a"))
    shown = "".join(Page(render_update(report_of(plan), ["html"])["report.html"]).texts)
    assert "1 VM would be updated." in shown
    assert "Nothing was begun: this is what the update would do." in shown
    empty = report_of({**plan, "vms": [], "waves": [], "what_if": True})
    for text in render_update(empty, FILES).values():
        assert text
    assert "A what-if" in "".join(Page(render_update(empty, ["html"])["report.html"]).texts)


def test_a_stopped_run_says_why_in_every_format_for_people() -> None:
    texts = render_update(build_update_report(night(stopped="Wave 4 had too many failures"), AT), FILES)
    for name in ("report.html", "report.md", "report.csv", "report.json", "junit.xml"):
        assert "Wave 4 had too many failures" in texts[name]


def test_the_table_for_spreadsheets_has_a_line_for_each_machine() -> None:
    lines = list(csv.DictReader(io.StringIO(TEXTS["report.csv"])))
    assert [line["vm"] for line in lines] == [row["name"] for row in NIGHT["rows"]]
    failed = next(line for line in lines if line["needs"] == "leftovers failed")
    assert failed["steps"].startswith("insert_disk: done; run_setup: failed; ")
    assert failed["leftovers"].startswith("The integration services setup disk may be in the drive")
    assert {line["restart_pending"] for line in lines} == {"yes", "no", ""}
    marked = render_update(NIGHT, ["csv"], ";", csv_mark=True)["report.csv"]
    assert marked.startswith('\ufeff"outcome";"severity";"host"')


def test_no_field_is_a_formula() -> None:
    for line in csv.reader(io.StringIO(HOSTILE_TEXTS["report.csv"], newline="")):
        for field in line:
            assert not field.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_json_is_the_whole_report() -> None:
    assert json.loads(TEXTS["report.json"]) == NIGHT


def test_markdown_is_short_and_holds_no_markup_of_strangers() -> None:
    text = TEXTS["report.md"]
    assert text.startswith("# Hyper-V integration services update\n\n**102 of 113 VMs are done; ")
    assert "| `6.2.9200.16384` | `6.3.9600.18907` | 48 |" in text
    assert "### \U0001f534 Something was left behind (4)" in text
    prose = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", HOSTILE_TEXTS["report.md"])
    assert not re.search(r"<(?:img|script)|(?<!\\)\*\*bold|@everyone|(?<!\\)\]\(java", prose)


def test_junit_counts_what_failed_and_what_was_skipped() -> None:
    root = ElementTree.fromstring(TEXTS["junit.xml"])
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == ("155", "9", "1", "13")
    suites = {suite.get("name"): suite for suite in root}
    assert len(suites) == 12
    error = suites["hv05"].find("testcase/error")
    assert error is not None
    assert error.get("type") == "access_denied"
    failure = next(iter(root.iter("failure")))
    assert "Next: " in str(failure.text)
    assert all(
        case.get("time") is not None for suite in root for case in suite if case.get("name") != "host can be read"
    )


def test_junit_stays_well_formed_whatever_strangers_write() -> None:
    root = ElementTree.fromstring(HOSTILE_TEXTS["junit.xml"])
    assert root.get("name") == HOSTILE[0]


@pytest.mark.parametrize("name", ["report.html", "report.md", "report.csv", "junit.xml"])
def test_a_text_of_strangers_reaches_every_format(name: str) -> None:
    assert "日本語 ñ ü" in HOSTILE_TEXTS[name]


def test_the_page_of_five_thousand_vms_stays_small() -> None:
    report = build_update_report(night(50, 100), AT)
    assert len(render_update(report, ["html"])["report.html"].encode()) < 2_500_000
