# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_facts import gather_facts, number, text


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        (" a \n b\t", "a b"),
        ("a\x00\x1b[31m", "a[31m"),
        ("a\u202eb", "ab"),
        ("\ud800", ""),
        (7, "7"),
        (True, ""),
        (10**9, ""),
        (None, ""),
        (["a"], ""),
    ],
)
def test_text_is_one_short_printable_line(value: t.Any, clean: str) -> None:
    assert text(value) == clean


def test_text_has_an_end() -> None:
    assert len(text("x" * 100_000)) == 256


@pytest.mark.parametrize(
    ("value", "read"),
    [("14393", 14393), (3, 3), (" 3 ", 3), ("-3", None), ("3.0", None), ("\u0663", None), ("1234567890", None)],
)
def test_a_number_is_ascii_and_small(value: t.Any, read: int | None) -> None:
    assert number(value) == read


def test_the_version_may_come_in_parts_only() -> None:
    facts = gather_facts({"kvp": {"OSMajorVersion": "6", "OSMinorVersion": "3", "OSPlatformId": "2"}}, None, None)
    assert (facts.nt_version, facts.build) == ((6, 3), None)


def test_the_version_of_linux_is_kept_as_text() -> None:
    facts = gather_facts({"kvp": {"OSName": "Debian GNU/Linux", "OSVersion": "6.1.0"}}, None, None)
    assert (facts.version_text, facts.nt_version) == ("6.1.0", None)


def test_the_computers_name_is_not_the_systems() -> None:
    facts = gather_facts({}, {"guest": {"name": "Windows 7", "family": "linux"}}, None)
    assert (facts.name, facts.family) == ("", "linux")


def test_the_family_that_the_guests_own_collector_knows_counts_most() -> None:
    facts = gather_facts({"kvp": {"OSPlatformId": "2"}}, {"guest": {"family": "freebsd"}}, None)
    assert facts.family == "freebsd"
