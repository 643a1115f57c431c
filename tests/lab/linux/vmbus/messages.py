# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The messages that hv_utils and its daemons exchange (include/uapi/linux/hyperv.h), as plain functions over bytes."""

from __future__ import annotations

import struct
from typing import NamedTuple

KVP_SIZE = 7432
KVP_OP_SET, KVP_OP_DELETE, KVP_OP_ENUMERATE, KVP_OP_REGISTER = 1, 2, 3, 100
KVP_KEY_SIZE, KVP_VALUE_SIZE = 512, 2048
KVP_VERSION = b"3.1\0"  # HV_DRV_VERSION, the same on every kernel
# HV_E_FAIL as the daemon returns it when an index has no item.
KVP_NO_MORE_ITEMS = 0x80070103

VSS_SIZE = 12
VSS_OP_HOT_BACKUP, VSS_OP_REGISTER_OLD, VSS_OP_REGISTER = 2, 128, 129

FCOPY_START, FCOPY_DATA, FCOPY_END = 0, 1, 2
FCOPY_BLOCK = 6144
_FCOPY_OVER_WRITE, _FCOPY_CREATE_PATH = 1, 2
_FCOPY_NAME_SIZE = 520

POOLS = {"external": 0, "guest": 1, "auto": 2, "auto_external": 3, "auto_internal": 4}
INTRINSIC_ITEMS = 10


class KvpItem(NamedTuple):
    """An answer to KVP enumerate or set."""

    error: int
    key: str
    value: str


def _text(value: str, limit: int) -> bytes:
    raw = value.encode() + b"\0"
    if len(raw) > limit or "\0" in value:
        raise ValueError(f"A text of {len(raw) - 1} bytes does not fit in {limit} bytes with its end mark")
    return raw


def _field(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode(errors="replace")


def is_kvp_registration(data: bytes) -> bool:
    """Whether a daemon's write asks to be registered."""
    return len(data) == KVP_SIZE and data[0] == KVP_OP_REGISTER


def kvp_registered() -> bytes:
    """The kernel's answer to a registration."""
    return (bytes([KVP_OP_REGISTER, 0, 0, 0]) + KVP_VERSION).ljust(KVP_SIZE, b"\0")


def kvp_enumerate(index: int, pool: int) -> bytes:
    """Ask for the item of an index."""
    return struct.pack("<BBHI", KVP_OP_ENUMERATE, pool, 0, index).ljust(KVP_SIZE, b"\0")


def _kvp_pair(operation: int, pool: int, key: str, value: str | None) -> bytes:
    raw_key = _text(key, KVP_KEY_SIZE)
    head = struct.pack("<BBH", operation, pool, 0)
    if value is None:
        # A delete has no value type: key size, then the key.
        return (head + struct.pack("<I", len(raw_key)) + raw_key).ljust(KVP_SIZE, b"\0")
    raw_value = _text(value, KVP_VALUE_SIZE)
    body = struct.pack("<III", 1, len(raw_key), len(raw_value))
    return (head + body + raw_key.ljust(KVP_KEY_SIZE, b"\0") + raw_value).ljust(KVP_SIZE, b"\0")


def kvp_set(pool: int, key: str, value: str) -> bytes:
    """Set an item as the host does."""
    return _kvp_pair(KVP_OP_SET, pool, key, value)


def kvp_delete(pool: int, key: str) -> bytes:
    """Remove an item as the host does."""
    return _kvp_pair(KVP_OP_DELETE, pool, key, None)


def parse_kvp_answer(data: bytes) -> KvpItem:
    """Read a daemon's answer; the key and value mean something for enumerate only."""
    if len(data) != KVP_SIZE:
        raise ValueError(f"Expected an answer of {KVP_SIZE} bytes but got {len(data)}")
    return KvpItem(error_code(data), _field(data[20:532]), _field(data[532:2580]))


def is_vss_registration(data: bytes) -> bool:
    """Whether a daemon's write asks to be registered."""
    return len(data) == VSS_SIZE and data[0] in (VSS_OP_REGISTER_OLD, VSS_OP_REGISTER)


def vss_registered() -> bytes:
    """The kernel's answer to a registration."""
    return struct.pack("<I", VSS_OP_REGISTER)


def vss_hot_backup() -> bytes:
    """Ask whether a hot backup can be made. Freeze is not offered: it would freeze real file systems."""
    return bytes([VSS_OP_HOT_BACKUP]).ljust(VSS_SIZE, b"\0")


def is_fcopy_registration(data: bytes) -> bool:
    """Whether a daemon's write is its version."""
    return len(data) == 4


def fcopy_registered() -> bytes:
    """The kernel's answer to a registration."""
    return struct.pack("<I", 1)


def fcopy_messages(folder: str, name: str, content: bytes) -> list[bytes]:
    """All messages that copy one file into the guest, in order."""
    # The daemon joins path and name without a separator.
    raw_folder = _text(folder.rstrip("/") + "/", _FCOPY_NAME_SIZE).ljust(_FCOPY_NAME_SIZE, b"\0")
    raw_name = _text(name, _FCOPY_NAME_SIZE).ljust(_FCOPY_NAME_SIZE, b"\0")
    head = struct.Struct("<I32x")
    flags = _FCOPY_OVER_WRITE | _FCOPY_CREATE_PATH
    messages = [head.pack(FCOPY_START) + raw_name + raw_folder + struct.pack("<IQ", flags, len(content))]
    for offset in range(0, len(content), FCOPY_BLOCK):
        block = content[offset : offset + FCOPY_BLOCK]
        body = struct.pack("<IQI", 0, offset, len(block)) + block.ljust(FCOPY_BLOCK, b"\0")
        messages.append(head.pack(FCOPY_DATA) + body)
    messages.append(head.pack(FCOPY_END))
    return messages


def error_code(data: bytes) -> int:
    """The error code that opens every answer, as an unsigned number."""
    return int(struct.unpack_from("<I", data)[0])
