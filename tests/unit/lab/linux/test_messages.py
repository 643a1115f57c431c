# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The messages of KVP, VSS and fcopy, byte by byte as include/uapi/linux/hyperv.h lays them out."""

from __future__ import annotations

import struct

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux.vmbus import messages


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (bytes([100]).ljust(7432, b"\0"), True),
        (bytes([3]).ljust(7432, b"\0"), False),
        (bytes([100]).ljust(7431, b"\0"), False),
        (b"", False),
    ],
)
def test_a_kvp_registration_is_told_from_the_rest(data: bytes, is_one: bool) -> None:
    assert messages.is_kvp_registration(data) is is_one


def test_the_kernel_answers_a_kvp_registration_with_its_constant_version() -> None:
    answer = messages.kvp_registered()
    assert len(answer) == 7432
    assert answer[:8] == b"\x64\0\0\x003.1\0"


def test_enumerate_names_index_and_pool() -> None:
    message = messages.kvp_enumerate(4, 2)
    assert len(message) == 7432
    assert message[:8] == b"\x03\x02\0\0\x04\0\0\0"


def test_set_has_sizes_with_their_end_marks() -> None:
    message = messages.kvp_set(3, "HostName", "größe")
    assert message[:4] == b"\x01\x03\0\0"
    assert struct.unpack_from("<III", message, 4) == (1, 9, 8)
    assert message[16:25] == b"HostName\0"
    assert message[528:536] == "größe\0".encode()
    assert len(message) == 7432


def test_delete_has_no_value_type() -> None:
    message = messages.kvp_delete(0, "k")
    assert message[:10] == b"\x02\0\0\0\x02\0\0\0k\0"


@pytest.mark.parametrize(("key", "value"), [("k" * 512, "v"), ("k", "v" * 2048), ("a\0b", "v")])
def test_what_does_not_fit_a_record_is_refused(key: str, value: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        messages.kvp_set(0, key, value)


def test_an_answer_is_read_up_to_its_end_marks() -> None:
    data = struct.pack("<I16x", 0) + b"OSName\0rest".ljust(512, b"\0") + b"Debian\0".ljust(2048, b"x")
    assert messages.parse_kvp_answer(data.ljust(7432, b"\0")) == (0, "OSName", "Debian")


def test_an_answer_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="7432 bytes but got 12"):
        messages.parse_kvp_answer(bytes(12))


def test_vss_registers_with_either_version_and_gets_the_newer() -> None:
    assert messages.is_vss_registration(bytes([128]).ljust(12, b"\0"))
    assert messages.is_vss_registration(bytes([129]).ljust(12, b"\0"))
    assert not messages.is_vss_registration(bytes([2]).ljust(12, b"\0"))
    assert messages.vss_registered() == b"\x81\0\0\0"


def test_the_only_vss_question_is_the_one_that_freezes_nothing() -> None:
    assert messages.vss_hot_backup() == bytes([2]) + bytes(11)


def test_a_file_is_copied_in_blocks() -> None:
    content = bytes(range(256)) * 25  # 6400 bytes: one block and 256 more
    start, first, second, end = messages.fcopy_messages("/tmp/in", "näme", content)
    assert struct.unpack_from("<I", start)[0] == 0
    assert start[36 : 36 + 6] == "näme\0".encode()
    assert start[556 : 556 + 9] == b"/tmp/in/\0"
    assert struct.unpack_from("<IQ", start, 1076) == (3, 6400)
    assert len(start) == 1088
    assert struct.unpack_from("<IQI", first, 36) == (0, 0, 6144)
    assert struct.unpack_from("<IQI", second, 36) == (0, 6144, 256)
    assert first[52:] + second[52 : 52 + 256] == content
    assert len(second) == 52 + 6144
    assert end == struct.pack("<I32x", 2)


def test_an_empty_file_has_no_data() -> None:
    assert len(messages.fcopy_messages("/", "empty", b"")) == 2
