# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The FUSE structures, byte by byte as linux/fuse.h lays them out."""

from __future__ import annotations

import struct

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux.vmbus import abi


def request(opcode: int, body: bytes = b"", unique: int = 7, node: int = 1) -> bytes:
    return struct.pack("<IIQQIIII", 40 + len(body), opcode, unique, node, 0, 0, 4242, 0) + body


def test_a_request_is_read() -> None:
    parsed = abi.parse_request(request(abi.LOOKUP, b"hv_kvp\0"))
    assert parsed == abi.Request(abi.LOOKUP, 7, 1, 4242, b"hv_kvp\0")


def test_a_torn_request_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected a request of 47 bytes but got 46"):
        abi.parse_request(request(abi.LOOKUP, b"hv_kvp\0")[:-1])


def test_an_answer_carries_its_length_and_the_negative_error() -> None:
    assert abi.reply(9, b"abc") == struct.pack("<IiQ", 19, 0, 9) + b"abc"
    assert abi.reply(9, error=16) == struct.pack("<IiQ", 16, -16, 9)


def test_a_poll_wakeup_is_a_notification() -> None:
    assert abi.poll_wakeup(0x1122) == struct.pack("<IiQQ", 24, abi.NOTIFY_POLL, 0, 0x1122)


@pytest.mark.parametrize(
    ("minor", "offered", "flags2", "answered_minor", "flags", "answered_flags2"),
    [
        pytest.param(31, 0xFFFFFFFF & ~abi.INIT_EXT, None, 31, abi.INIT_BIG_WRITES, 0, id="before flags2"),
        pytest.param(45, 0xFFFFFFFF, 0xFFFFFFFF, 39, abi.INIT_BIG_WRITES | abi.INIT_EXT, 16, id="all"),
        pytest.param(39, abi.INIT_EXT, 0, 39, abi.INIT_EXT, 0, id="no mmap"),
    ],
)
def test_only_what_the_kernel_offers_is_taken(
    minor: int, offered: int, flags2: int | None, answered_minor: int, flags: int, answered_flags2: int
) -> None:
    body = struct.pack("<IIII", 7, minor, 65536, offered)
    if flags2 is not None:
        body += struct.pack("<I44x", flags2)
    out = abi.init_out(body)
    assert len(out) == 64
    assert struct.unpack_from("<IIII", out) == (7, answered_minor, 65536, flags)
    assert struct.unpack_from("<I", out, 20)[0] == abi.MAX_WRITE
    assert struct.unpack_from("<I", out, 32)[0] == answered_flags2


def test_structures_have_the_sizes_that_the_kernel_wants() -> None:
    attrs = abi.attributes(2, 0o100600, 5)
    sizes = [
        len(x) for x in (attrs, abi.attr_out(attrs), abi.entry_out(2, attrs), abi.open_out(1, 1), abi.statfs_out())
    ]
    assert sizes == [88, 104, 128, 16, 80]


def test_nothing_may_be_cached() -> None:
    entry = abi.entry_out(2, abi.attributes(2, 0o100600, 0))
    assert struct.unpack_from("<QQ", entry, 16) == (0, 0)
    assert abi.attr_out(b"")[:8] == bytes(8)


def test_a_directory_is_listed_in_parts() -> None:
    entries = [(2, "hv_kvp"), (3, "hv_vss"), (4, "uio0")]
    first = abi.directory(entries, 0, 64)
    assert len(first) == 64
    assert [struct.unpack_from("<QQII", first, at) for at in (0, 32)] == [(2, 1, 6, 8), (3, 2, 6, 8)]
    rest = abi.directory(entries, 2, 4096)
    assert struct.unpack_from("<QQII", rest) == (4, 3, 4, 8)
    assert rest[24:28] == b"uio0"
    assert len(rest) == 32
    assert abi.directory(entries, 3, 4096) == b""


def test_reads_writes_and_polls_are_taken_apart() -> None:
    assert abi.read_in(struct.pack("<QQIIQII", 5, 10, 7432, 0, 0, 0, 0)) == (5, 10, 7432)
    assert abi.write_in(struct.pack("<QQIIQII", 6, 0, 3, 0, 0, 0, 0) + b"abcdef") == (6, b"abc")
    assert abi.poll_in(struct.pack("<QQII", 1, 2, 1, 5)) == (1, 2, 1)
    assert abi.first_u64(struct.pack("<Q", 99) + b"more") == 99
