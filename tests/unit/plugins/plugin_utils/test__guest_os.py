# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools
import json
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_os import (
    NT_VERSIONS,
    SEMI_ANNUAL,
    resolve_guest_os,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import TABLES
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.update_samples import GUESTS, windows


def resolve(kvp: t.Any, **more: t.Any) -> t.Any:
    return resolve_guest_os({"kvp": kvp, "guest": more})


@pytest.mark.parametrize("os", sorted(GUESTS))
def test_numbers_alone_give_the_name_that_the_tables_print(os: str) -> None:
    assert resolve(GUESTS[os]).key == os


@pytest.mark.parametrize("os", sorted({row.os for table in TABLES.values() for row in table.rows}))
def test_every_guest_of_the_tables_can_be_resolved(os: str) -> None:
    assert os in GUESTS


@pytest.mark.parametrize(
    "name",
    [
        "Windows 7 Профессиональная",
        "Windows 7 专业版",
        "Microsoft Windows 7 Édition Familiale Premium",
        "",
        "Windows Server 2022 Datacenter",
        "\u202e7 swodniW",
    ],
)
def test_a_translated_or_wrong_name_does_not_matter_where_numbers_decide(name: str) -> None:
    assert resolve(windows("6.1.7601", 1, name, pack=1)).key == "Windows 7"
    assert resolve(windows("6.1.7601", 3, name, pack=1)).key == "Windows Server 2008 R2"


def test_a_name_that_contradicts_the_numbers_is_told() -> None:
    found = resolve(windows("6.3.9600", 3, "Windows Server 2008 R2 Standard"))
    assert found.key == "Windows Server 2012 R2"
    assert found.reasons == (
        "The name says Windows Server 2008 R2, the version numbers say Windows Server 2012 R2; the numbers count.",
    )


@pytest.mark.parametrize(
    ("build", "release"),
    [(16299, "1709"), (17134, "1803"), (18362, "1903"), (18363, "1909"), (19041, "2004"), (19042, "20H2")],
)
def test_a_release_of_the_semi_annual_channel_is_told_by_its_build(build: int, release: str) -> None:
    found = resolve(windows(f"10.0.{build}", 3, "Windows Server Standard"))
    assert (found.key, found.release) == (SEMI_ANNUAL, release)
    assert found.label == f"Windows Server, version {release} (Semi-Annual Channel)"


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"OSEditionId": "145"}, SEMI_ANNUAL),
        ({"OSEditionId": "146"}, SEMI_ANNUAL),
        ({"OSEditionId": "7"}, "Windows Server 2019"),
        ({"OSEditionId": "7", "OSName": "Windows Server Standard"}, "Windows Server 2019"),
        ({"OSName": "Windows Server Standard"}, SEMI_ANNUAL),
        ({"OSName": "Windows Server Datacenter"}, SEMI_ANNUAL),
        ({"OSName": "Windows Server, version 1809"}, SEMI_ANNUAL),
        ({"OSName": "Windows Server 2019 Standard"}, "Windows Server 2019"),
        ({}, "Windows Server 2019"),
    ],
)
def test_build_17763_is_version_1809_only_if_edition_or_name_say_so(more: dict[str, str], key: str) -> None:
    assert resolve({**windows("10.0.17763", 3), **more}).key == key


@pytest.mark.parametrize(
    ("version", "product", "more", "key"),
    [
        ("6.1.7601", 3, {"OSEditionId": "34"}, "Windows Home Server 2011"),
        ("6.1.7601", 3, {"SuiteMask": str(0x8000 | 0x10)}, "Windows Home Server 2011"),
        ("6.1.7601", 3, {"OSName": "Windows Home Server 2011"}, "Windows Home Server 2011"),
        ("6.1.7601", 2, {"OSEditionId": "9"}, "Windows Small Business Server 2011"),
        ("6.1.7601", 2, {"OSEditionId": "63"}, "Windows Small Business Server 2011"),
        ("6.1.7601", 2, {"SuiteMask": "33"}, "Windows Small Business Server 2011"),
        (
            "6.1.7601",
            2,
            {"OSName": "Windows Small Business Server 2011 Standard"},
            "Windows Small Business Server 2011",
        ),
        ("6.0.6002", 2, {"OSEditionId": "9"}, "Windows Small Business Server 2008"),
        ("6.1.7601", 3, {"OSEditionId": "7", "SuiteMask": "33"}, "Windows Server 2008 R2"),
        ("6.1.7601", 3, {"OSName": "Windows Server 2008 R2 Standard", "SuiteMask": "33"}, "Windows Server 2008 R2"),
        ("6.2.9200", 2, {"OSEditionId": "50"}, "Windows Server 2012"),
    ],
)
def test_home_and_small_business_server_share_the_numbers_of_a_plain_server(
    version: str, product: int, more: dict[str, str], key: str
) -> None:
    assert resolve({**windows(version, product), **more}).key == key


def test_windows_xp_x64_has_the_version_of_windows_server_2003() -> None:
    assert resolve(windows("5.2.3790", 1, pack=2)).key == "Windows XP"


@pytest.mark.parametrize("version", ["5.2.3790", "6.0.6002", "6.1.7601", "6.2.9200", "6.3.9600", "10.0.19045"])
def test_a_guest_that_may_be_client_or_server_is_unknown(version: str) -> None:
    found = resolve({"OSVersion": version, "OSPlatformId": "2"})
    assert found.key == "unknown"
    assert found.reasons == (
        "The guest does not tell whether it is a client or a server, and its version number fits both.",
    )


@pytest.mark.parametrize("version", ["4.0.1381", "5.0.2195", "6.4.9841", "7.0.1", "10.0.9999", "99.99.99"])
def test_a_version_that_nobody_knows_is_unknown(version: str) -> None:
    found = resolve(windows(version, 1))
    assert found.key == "unknown"
    assert found.family == "windows"
    assert found.label.startswith("Windows ")


def test_a_server_build_between_the_releases_is_unknown() -> None:
    assert resolve(windows("10.0.15063", 3)).key == "unknown"


def test_the_annual_channel_is_not_the_semi_annual_one() -> None:
    assert resolve(windows("10.0.25398", 3)).key == "Windows Server, version 23H2"


@pytest.mark.parametrize(("build", "key"), [(10240, "Windows 10"), (21999, "Windows 10"), (22000, "Windows 11")])
def test_windows_11_begins_with_build_22000(build: int, key: str) -> None:
    assert resolve(windows(f"10.0.{build}", 1)).key == key


@pytest.mark.parametrize(
    ("facts", "pack"),
    [
        ({"ServicePackMajor": "2", "CSDVersion": "Service Pack 1"}, 2),
        ({"ServicePackMajor": "", "CSDVersion": "Service Pack 2"}, 2),
        ({"ServicePackMajor": "", "CSDVersion": "サービス パック 2"}, 2),
        ({"ServicePackMajor": "", "CSDVersion": ""}, None),
        ({"ServicePackMajor": "-1", "CSDVersion": "none"}, None),
    ],
)
def test_the_service_pack_comes_from_the_number_first(facts: dict[str, str], pack: int | None) -> None:
    assert resolve({**windows("6.0.6000", 1), **facts}).service_pack == pack


@pytest.mark.parametrize(
    ("version", "reported", "pack"),
    [
        ("6.0.6000", "0", 0),
        ("6.0.6001", "0", 1),
        ("6.0.6002", "", 2),
        ("6.0.6003", "0", 2),
        ("6.1.7600", "0", 0),
        ("6.1.7601", "0", 1),
        ("6.1.7601", "", 1),
        ("6.3.9600", "", 0),
        ("5.1.2600", "", None),
        ("5.1.2600", "3", 3),
    ],
)
def test_the_build_tells_the_service_pack_where_the_guest_does_not(
    version: str, reported: str, pack: int | None
) -> None:
    assert resolve({**windows(version, 1), "ServicePackMajor": reported, "CSDVersion": ""}).service_pack == pack


def test_the_label_names_the_service_pack() -> None:
    assert resolve(windows("6.0.6002", 1, pack=2)).label == "Windows Vista SP2"


@pytest.mark.parametrize(
    ("reported", "architecture"),
    [
        ("0", "x86"),
        ("9", "x64"),
        ("12", "arm64"),
        ("6", "ia64"),
        ("AMD64", "x64"),
        ("x86_64", "x64"),
        ("i686", "x86"),
        ("64-Bit", "x64"),
        ("64 bits", "x64"),
        ("64 ビット", "x64"),
        ("32-bit", "x86"),
        ("ARM 64-bit", "arm64"),
        ("640", None),
        ("77", None),
        ("", None),
    ],
)
def test_the_architecture_is_read_from_numbers_and_words(reported: str, architecture: str | None) -> None:
    assert resolve({**GUESTS["Windows 8"], "ProcessorArchitecture": reported}).architecture == architecture


def test_a_linux_kernel_6_1_is_not_windows_7() -> None:
    for facts in (
        GUESTS["Linux"],
        {"OSVersion": "6.1.0", "ProcessorArchitecture": "x86_64"},
        {"OSName": "Linux", "OSVersion": "6.1.7601"},
        {"OSDistributionName": "Oracle Linux Server", "OSVersion": "6.1.7601", "OSPlatformId": "2"},
    ):
        found = resolve(facts)
        assert (found.key, found.family, found.nt_version) == ("Linux", "linux", None)


@pytest.mark.parametrize("name", ["OpenBSD", "NetBSD 10", "SunOS/illumos", "Haiku", "MS-DOS"])
def test_another_system_is_unknown(name: str) -> None:
    found = resolve({"OSName": name, "ProcessorArchitecture": "amd64"})
    assert (found.key, found.family) == ("unknown", "unknown")
    assert found.reasons == (f"The operating system '{name}' is not known.",)


def test_a_guest_that_reports_nothing_is_unknown_and_says_so() -> None:
    assert resolve({}).reasons == ("The guest reports no system.",)


def test_the_name_counts_where_there_are_no_numbers() -> None:
    assert resolve({}, os_name="Windows Server 2012 R2 Standard").key == "Windows Server 2012 R2"
    assert resolve({}, os_name="Windows Server 2012 R2 Standard").nt_version == (6, 3)
    assert resolve({}, os_name="Microsoft® Windows Server® 2008 Standard").key == "Windows Server 2008"
    assert resolve({}, os_name="Windows Server, version 20H2").release == "20H2"


@pytest.mark.parametrize("key", sorted(NT_VERSIONS))
def test_every_name_that_a_user_may_state_is_understood(key: str) -> None:
    found = resolve_guest_os({"kvp": GUESTS["Linux"]}, None, key)
    assert (found.key, found.nt_version, found.source) == (key, NT_VERSIONS[key], "stated")


def test_what_the_user_states_replaces_what_the_guest_says() -> None:
    found = resolve_guest_os({"kvp": GUESTS["Windows 10"]}, None, "Windows Server 2008 R2 SP1")
    assert (found.key, found.service_pack, found.nt_version, found.build) == ("Windows Server 2008 R2", 1, (6, 1), None)


def test_the_guests_own_snapshot_comes_before_what_the_host_received() -> None:
    snapshot = {"guest": {"name": "Windows XP", "family": "windows", "os_version": "6.3.9600", "product_type": 3}}
    found = resolve_guest_os({"kvp": GUESTS["Linux"]}, snapshot)
    assert (found.key, found.source) == ("Windows Server 2012 R2", "guest")


HOSTILE: list[t.Any] = [
    None,
    True,
    -1,
    10**5000,
    1.5,
    float("nan"),
    "",
    " ",
    "\x00\x1b[31m",
    "\ud800",
    "9" * 5000,
    "\u0663.\u0661.\u0664",
    "6.1.99999999999999999999",
    "6..1",
    "Windows " * 5000,
    b"Windows 7",
    [],
    ["Windows 7"],
    {},
    {"a": {"b": "c"}},
    object(),
    "{{ 7 * 7 }}",
    "'; rm -rf / #",
]
KEYS = (
    "OSName",
    "OSVersion",
    "OSMajorVersion",
    "OSBuildNumber",
    "CSDVersion",
    "ProductType",
    "SuiteMask",
    "OSEditionId",
)


def test_no_value_of_any_type_raises() -> None:
    for value in HOSTILE:
        for whole in (value, {"kvp": value}, {"guest": value}, {"kvp": dict.fromkeys(KEYS, value)}):
            for found in (resolve_guest_os(whole), resolve_guest_os({}, whole), resolve_guest_os({}, {}, value)):
                json.dumps(found.as_dict())
                assert found.label.isprintable()


def test_no_pair_of_hostile_values_raises() -> None:
    base = GUESTS["Windows Server 2008 R2"]
    for first, second in itertools.combinations((*KEYS, "ServicePackMajor", "ProcessorArchitecture"), 2):
        for value in HOSTILE:
            found = resolve({**base, first: value, second: value})
            assert found.family in ("windows", "linux", "freebsd", "unknown")
            assert len(found.label) < 400
