# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._host_generation import from_build, resolve_host


@pytest.mark.parametrize(
    ("build", "generation"),
    [
        (7601, None),
        (9199, None),
        (9200, "win8_ws2012"),
        (9201, None),
        (9600, "win81_ws2012r2"),
        (10239, None),
        (10240, "win10_ws2016_ws2019"),
        (14393, "win10_ws2016_ws2019"),
        (17763, "win10_ws2016_ws2019"),
        (19045, "win10_ws2016_ws2019"),
        (20347, "win10_ws2016_ws2019"),
        (20348, "ws2022_plus"),
        (22000, None),
        (22631, None),
        (25398, "ws2022_plus"),
        (26100, "ws2022_plus"),
        (29999, "ws2022_plus"),
    ],
)
def test_the_build_number_chooses_the_table(build: int, generation: str | None) -> None:
    assert from_build(build).key == generation


def test_a_build_that_no_source_names_is_said_to_be_one() -> None:
    assert from_build(26100).reason is None
    assert from_build(29999).reason == (
        "The extension names no host with build 29999; the rows of Windows Server 2022 and 2025 are used."
    )
    assert from_build(7601).reason == "The update tables name no host with build 7601."


def test_windows_11_shares_a_build_with_windows_server_2025_but_is_no_host_of_the_tables() -> None:
    found = resolve_host({"os_build": 26100, "os_caption": "Microsoft Windows 11 Pro", "generation": "ws2022_plus"})
    assert (found.key, found.source) == (None, "caption")


def test_the_version_helps_where_the_build_is_missing() -> None:
    assert resolve_host({"os_build": None, "os_version": "6.3.9600"}).key == "win81_ws2012r2"
    assert resolve_host({"os_version": "10.0.14393.5989"}).key == "win10_ws2016_ws2019"


def test_the_build_is_believed_before_the_name_of_the_generation() -> None:
    assert resolve_host({"os_build": 9600, "generation": "ws2022_plus"}).key == "win81_ws2012r2"


def test_the_generation_counts_where_there_is_no_number() -> None:
    found = resolve_host({"generation": "win8_ws2012"})
    assert (found.key, found.source) == ("win8_ws2012", "snapshot")


def test_what_if_replaces_every_fact() -> None:
    found = resolve_host({"os_build": 9200}, "win10_ws2016_ws2019")
    assert (found.key, found.source) == ("win10_ws2016_ws2019", "override")


@pytest.mark.parametrize(
    "host",
    [None, 5, "HV01", [], {}, {"os_build": "x", "os_version": None}, {"os_build": [], "generation": {"a": 1}}],
)
def test_a_host_that_tells_nothing_stays_unknown(host: t.Any) -> None:
    found = resolve_host(host)
    assert (found.key, found.source) == (None, "none")
    assert found.reason == "The host reports neither its build number nor its generation."
