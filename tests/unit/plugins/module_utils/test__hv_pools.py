# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_pools import (
    KEY_SIZE,
    RECORD_SIZE,
    VALUE_SIZE,
    host_told,
    parse_pool,
    read_pools,
)
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)


def record(key: str, value: str) -> bytes:
    return key.encode().ljust(KEY_SIZE, b"\0") + value.encode().ljust(VALUE_SIZE, b"\0")


def test_a_pool_of_150_items_is_read_whole() -> None:
    pairs = {f"key{number}": f"value {number}" for number in range(150)}
    data = b"".join(record(key, value) for key, value in pairs.items())
    assert (len(data), parse_pool(data)) == (150 * RECORD_SIZE, pairs)


@pytest.mark.parametrize(
    ("key", "value"),
    [("k" * 511, "v" * 2047), ("ключ", "значение"), ("$(id)", "'; rm -rf /"), ("a", ""), ("[red]<b>", "\x1b[31m\n")],
)
def test_what_the_host_wrote_is_read_to_the_letter(key: str, value: str) -> None:
    assert parse_pool(record(key, value)) == {key: value}


def test_bytes_that_are_no_text_are_read_all_the_same() -> None:
    data = b"\xff\xfe".ljust(KEY_SIZE, b"\0") + b"\x80".ljust(VALUE_SIZE, b"\0")
    assert parse_pool(data) == {"\ufffd\ufffd": "\ufffd"}


def test_what_stands_behind_the_end_of_a_text_is_no_part_of_it() -> None:
    data = b"key\0secret".ljust(KEY_SIZE, b"\0") + b"value\0old value".ljust(VALUE_SIZE, b"\0")
    assert parse_pool(data) == {"key": "value"}


@pytest.mark.parametrize("size", [1, RECORD_SIZE - 1, RECORD_SIZE + 1])
def test_a_torn_pool_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"The size, {size} bytes, is no multiple of 2560"):
        parse_pool(b"\0" * size)


def test_the_pools_are_told_with_their_names(guest: Guest) -> None:
    guest.write("/var/lib/hyperv/.kvp_pool_0", record("a", "1") + record("b", "2"))
    guest.write("/var/lib/hyperv/.kvp_pool_1", b"torn")
    guest.write("/var/lib/hyperv/.kvp_pool_2")
    rows = [pool.row(with_pairs=True) for pool in read_pools(guest.system)]
    assert [(row["name"], row["present"], row["records"], row["problem"], row["pairs"]) for row in rows] == [
        ("external", True, 2, None, {"a": "1", "b": "2"}),
        ("guest", True, None, "torn", {}),
        ("auto", True, 0, None, {}),
        ("auto_external", False, None, None, {}),
        ("auto_internal", False, None, None, {}),
    ]
    assert "pairs" not in read_pools(guest.system)[0].row(with_pairs=False)


def test_a_pool_that_may_not_be_read_is_told(guest: Guest) -> None:
    guest.folder("/var/lib/hyperv/.kvp_pool_0")
    assert read_pools(guest.system)[0].problem == "unreadable"


def test_freebsd_keeps_its_pools_elsewhere(guest: Guest) -> None:
    guest.sysname = "FreeBSD"
    guest.write("/var/db/hyperv/pool/.kvp_pool_0", record("a", "1"))
    assert read_pools(guest.system)[0].items == {"a": "1"}


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        (
            {
                "VirtualMachineId": "7CCA3E1A-0F5C-4C9F-9D0C-0A1B2C3D4E5F",
                "VirtualMachineName": "db 03",
                "HostName": "HV01",
                "PhysicalHostNameFullyQualified": "hv01.example.org",
            },
            ("7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f", "db 03", "hv01.example.org"),
        ),
        (
            {"VirtualMachineId": "{7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f}"},
            ("7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f", None, None),
        ),
        ({"VirtualMachineId": "../../etc/passwd", "HostName": "HV01"}, (None, None, "HV01")),
        ({}, (None, None, None)),
    ],
)
def test_the_host_tells_who_it_and_the_vm_are(
    guest: Guest, pairs: dict[str, str], told: tuple[str | None, str | None, str | None]
) -> None:
    guest.write("/var/lib/hyperv/.kvp_pool_3", b"".join(record(key, value) for key, value in pairs.items()))
    found = host_told(read_pools(guest.system))
    assert (found["vm_id"], found["vm_name"], found["host_name"]) == told
