# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._versions import (
    Version,
    VersionError,
    compare_versions,
    is_reported,
    parse_version,
)

# Oldest first. Sorted as texts, "10.0..." would come first and "6.3.9600.9" last.
IN_ORDER = [
    "6.1.7000.0",
    "6.1.7601.17514",
    "6.2.9200.16384",
    "6.2.9200.16433",
    "6.3.9600.9",
    "6.3.9600.16384",
    "6.3.9600.18907",
    "6.3.9600.19456",
    "10.0.9",
    "10.0.14393",
    "10.0.17763.1",
    "10.0.26100",
]


@pytest.mark.parametrize(("older", "newer"), list(itertools.combinations(IN_ORDER, 2)))
def test_versions_compare_as_numbers(older: str, newer: str) -> None:
    assert compare_versions(older, newer) == -1
    assert compare_versions(newer, older) == 1


@pytest.mark.parametrize("version", IN_ORDER)
def test_a_version_equals_itself(version: str) -> None:
    assert compare_versions(version, version) == 0


@pytest.mark.parametrize(
    ("left", "right"), [("10.0", "10.0.0.0"), ("10.0.17763", "10.0.17763.0"), (" 6.03.9600.0 ", "6.3.9600")]
)
def test_a_part_that_is_not_given_counts_as_zero(left: str, right: str) -> None:
    assert compare_versions(left, right) == 0


def test_a_version_knows_its_parts_and_its_text() -> None:
    version = parse_version("6.3.9600.18907")
    assert version == Version(6, 3, 9600, 18907)
    assert str(version) == "6.3.9600.18907"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10",
        "1.2.3.4.5",
        "6.3.x",
        "6..3",
        ".6.3",
        "6.3.",
        "-6.3",
        "+6.3",
        "6,3",
        "6.3.9600.16384 (rtm)",
        "\uff16.\uff13",
        "1.2147483648",
        "1." + "9" * 5000,
    ],
)
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(VersionError, match="Expected a version"):
        parse_version(text)


def test_the_largest_part_is_that_of_an_int32() -> None:
    assert parse_version("2147483647.0").major == 2147483647


def test_comparing_with_what_is_no_version_names_it() -> None:
    with pytest.raises(VersionError, match="found 'latest'"):
        compare_versions("6.3", "latest")


@pytest.mark.parametrize("text", [None, "", "  ", "0.0", "0.0.0.0", "0.0.0"])
def test_null_empty_and_zero_are_not_reported(text: str | None) -> None:
    assert not is_reported(text)


@pytest.mark.parametrize("text", ["0.1", "10.0", "6.3.9600.18907", "3.1", "rubbish"])
def test_anything_else_is_reported(text: str) -> None:
    assert is_reported(text)
