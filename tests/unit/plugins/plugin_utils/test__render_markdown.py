# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._render_markdown import code, escape, render_markdown
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_query import select_rows
from ansible_collections.hyperv.integration.tests.unit.report_samples import (
    HOSTILE,
    hostile_report,
    mixed_report,
    report_of,
)
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import make_failed_host, make_fleet, make_host


def test_all_sections_are_there() -> None:
    text = render_markdown(mixed_report())
    titles = [line for line in text.splitlines() if line.startswith("## ")]
    assert titles == [
        "## Summary",
        "## What to do next",
        "## Hosts",
        "## VMs with problems",
        "## Changes since 2026-04-27T12:00:00Z",
    ]


def test_a_fleet_in_order_says_so() -> None:
    text = render_markdown(report_of([make_host()]))
    assert "**All 1 VM on 1 host are in order.**" in text
    assert "Nothing: no problem was found." in text


def test_a_host_that_failed_shows_its_reason() -> None:
    text = render_markdown(report_of([make_host(), make_failed_host("hv09", "access_denied", "rejected")]))
    assert "1 of 2 hosts could not be read" in text
    assert "- `hv09`: rejected" in text
    assert "| `hv09` | \U0001f534 access\\_denied | rejected | 0 | 0 | 0 | 0 |" in text


def test_long_lists_end_with_what_is_left_out() -> None:
    text = render_markdown(report_of(make_fleet(30, 40, defects=0.2)))
    assert " more." in text
    assert len(text) < 100_000


def test_a_query_shows_its_rows_whether_they_have_problems_or_not() -> None:
    report, _answer = select_rows(report_of([make_host()]), "[?name=='web01']")
    text = render_markdown(report)
    assert "## VMs that the query chose" in text
    assert "Query: `[?name=='web01']`" in text
    assert "`web01`" in text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("web01", "`web01`"),
        ("", ""),
        (None, ""),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("a```", "```` a``` ````"),
        ("a|b", "`a\\|b`"),
        ("a\r\nb", "`a b`"),
        ("<b>@all", "`<b>@all`"),
    ],
)
def test_a_name_is_a_code_span(name: str | None, shown: str) -> None:
    assert code(name) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<img>", "&lt;img&gt;"),
        ("a|b", "a\\|b"),
        ("[x](y)", "\\[x\\](y)"),
        ("@all", "&\\#64;all"),
        ("http://x", "http&\\#58;//x"),
        ("# one\n- two", "\\# one - two"),
        ("- one", "\\- one"),
        ("1 & 2", "1 &amp; 2"),
        (None, ""),
    ],
)
def test_a_text_means_nothing(text: str | None, shown: str) -> None:
    # The two entities are put in last, so their own signs are not escaped.
    assert escape(text) == shown.replace("&\\#", "&#")


def test_every_line_of_a_table_has_the_columns_of_its_head() -> None:
    columns = 0
    for line in render_markdown(hostile_report()).splitlines():
        if line.startswith("| "):
            bars = line.replace("\\|", "").count("|")
            columns = columns or bars
            assert bars == columns, line
        elif not line.startswith("|"):
            columns = 0


def test_no_hostile_text_is_outside_a_code_span_or_an_escape() -> None:
    text = render_markdown(hostile_report())
    for line in text.splitlines():
        outside = "".join(part for number, part in enumerate(line.split("`")) if number % 2 == 0)
        assert "<img" not in outside or "``" in line
        assert "**bold**" not in outside or "``" in line
    assert HOSTILE[0] not in text.splitlines()[0]
