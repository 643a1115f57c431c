# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the FUSE kernel protocol (linux/fuse.h, 7.x) that the server speaks: packing and unpacking only."""

from __future__ import annotations

import struct
from dataclasses import dataclass

LOOKUP, FORGET, GETATTR, SETATTR, OPEN, READ, WRITE, STATFS, RELEASE, FSYNC = 1, 2, 3, 4, 14, 15, 16, 17, 18, 20
FLUSH, INIT, OPENDIR, READDIR, RELEASEDIR, FSYNCDIR, ACCESS, INTERRUPT = 25, 26, 27, 28, 29, 30, 34, 36
DESTROY, POLL, BATCH_FORGET = 38, 40, 42

NOTIFY_POLL = 1
OPEN_DIRECT_IO = 1
POLL_SCHEDULE_NOTIFY = 1
INIT_BIG_WRITES = 1 << 5
INIT_EXT = 1 << 30
INIT_DIRECT_IO_ALLOW_MMAP = 1 << 4  # in flags2
POLLIN, POLLERR, POLLHUP, POLLRDNORM = 0x1, 0x8, 0x10, 0x40

MAX_WRITE = 131072
# A request is a header, the fixed part of a WRITE and its data.
BUFFER_SIZE = MAX_WRITE + 4096

_IN_HEADER = struct.Struct("<IIQQIIII")
_OUT_HEADER = struct.Struct("<IiQ")
_INIT_IN = struct.Struct("<IIII")
_INIT_OUT = struct.Struct("<IIIIHHIIHHI28x")
_ATTR = struct.Struct("<QQQQQQIIIIIIIIII")
_READ_IN = struct.Struct("<QQIIQII")
_WRITE_IN = struct.Struct("<QQIIQII")
_POLL_IN = struct.Struct("<QQII")


@dataclass(frozen=True)
class Request:
    """What the kernel asks for."""

    opcode: int
    unique: int
    node: int
    pid: int
    body: bytes


def parse_request(data: bytes) -> Request:
    """Read one request as it comes from /dev/fuse."""
    length, opcode, unique, node, _uid, _gid, pid, _pad = _IN_HEADER.unpack_from(data)
    if length != len(data):
        raise ValueError(f"Expected a request of {length} bytes but got {len(data)}")
    return Request(opcode, unique, node, pid, data[_IN_HEADER.size :])


def reply(unique: int, body: bytes = b"", error: int = 0) -> bytes:
    """Build the answer to a request; `error` is a positive errno."""
    return _OUT_HEADER.pack(_OUT_HEADER.size + len(body), -error, unique) + body


def poll_wakeup(handle: int) -> bytes:
    """Build the message that wakes a poll of the given kernel handle."""
    body = struct.pack("<Q", handle)
    # In a notification the error field carries the code and the request id is 0.
    return _OUT_HEADER.pack(_OUT_HEADER.size + len(body), NOTIFY_POLL, 0) + body


def init_out(body: bytes) -> bytes:
    """Answer INIT with what both sides know."""
    _major, minor, readahead, flags = _INIT_IN.unpack_from(body)
    flags2 = struct.unpack_from("<I", body, _INIT_IN.size)[0] if flags & INIT_EXT and len(body) >= 20 else 0
    return _INIT_OUT.pack(
        7,
        min(minor, 39),
        readahead,
        flags & (INIT_BIG_WRITES | INIT_EXT),
        16,
        12,
        MAX_WRITE,
        1,
        32,
        0,
        flags2 & INIT_DIRECT_IO_ALLOW_MMAP,
    )


def attributes(node: int, mode: int, size: int) -> bytes:
    """The attributes of a file that belongs to root."""
    links = 2 if mode & 0o040000 else 1
    return _ATTR.pack(node, size, 0, 0, 0, 0, 0, 0, 0, mode, links, 0, 0, 0, 4096, 0)


def attr_out(attrs: bytes) -> bytes:
    """Answer GETATTR and SETATTR. Nothing may be cached: a device can go at any time."""
    return struct.pack("<QII", 0, 0, 0) + attrs


def entry_out(node: int, attrs: bytes) -> bytes:
    """Answer LOOKUP."""
    return struct.pack("<QQQQII", node, 0, 0, 0, 0, 0) + attrs


def open_out(handle: int, flags: int) -> bytes:
    """Answer OPEN and OPENDIR."""
    return struct.pack("<QII", handle, flags, 0)


def statfs_out() -> bytes:
    """Answer STATFS: a file system without blocks."""
    return struct.pack("<QQQQQIIII24x", 0, 0, 0, 0, 0, 512, 255, 512, 0)


def directory(entries: list[tuple[int, str]], offset: int, size: int) -> bytes:
    """Answer READDIR with the regular files `entries`, from `offset`, in at most `size` bytes."""
    out = b""
    for index, (node, name) in enumerate(entries[offset:], offset + 1):
        raw = name.encode()
        entry = struct.pack("<QQII", node, index, len(raw), 8) + raw
        entry += b"\0" * (-len(entry) % 8)
        if len(out) + len(entry) > size:
            break
        out += entry
    return out


def read_in(body: bytes) -> tuple[int, int, int]:
    """Handle, offset and size of a READ or READDIR."""
    handle, offset, size = _READ_IN.unpack_from(body)[:3]
    return handle, offset, size


def write_in(body: bytes) -> tuple[int, bytes]:
    """Handle and data of a WRITE."""
    handle, _offset, size = _WRITE_IN.unpack_from(body)[:3]
    return handle, body[_WRITE_IN.size : _WRITE_IN.size + size]


def poll_in(body: bytes) -> tuple[int, int, int]:
    """Handle, kernel handle and flags of a POLL."""
    handle, kernel_handle, flags, _events = _POLL_IN.unpack_from(body)
    return handle, kernel_handle, flags


def first_u64(body: bytes) -> int:
    """The file handle that opens RELEASE, and the request id that is all of INTERRUPT."""
    return int(struct.unpack_from("<Q", body)[0])
