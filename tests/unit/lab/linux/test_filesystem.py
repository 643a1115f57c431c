# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The FUSE file system and the host behind it, with a socket in place of /dev/fuse."""

from __future__ import annotations

import base64
import errno
import os
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux.vmbus import abi, messages
from ansible_collections.hyperv.integration.tests.lab.linux.vmbus.filesystem import FileSystem
from ansible_collections.hyperv.integration.tests.lab.linux.vmbus.host import Host


class Kernel:
    """Sends requests as the kernel does and takes what comes back, one packet a message."""

    def __init__(self) -> None:
        self.end, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.end.setblocking(False)
        self.end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        far.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.far = far
        self.files = FileSystem(far.fileno())
        self.host = Host(self.files, {})
        self.unique = 0

    def send(self, opcode: int, body: bytes = b"", node: int = 1) -> int:
        self.unique += 1
        self.files.handle(struct.pack("<IIQQIIII", 40 + len(body), opcode, self.unique, node, 0, 0, 4242, 0) + body)
        return self.unique

    def receive(self) -> tuple[int, int, bytes] | None:
        """Error or notification code, request id and body; None when nothing came."""
        try:
            data = self.end.recv(1 << 20)
        except BlockingIOError:
            return None
        length, code, unique = struct.unpack_from("<IiQ", data)
        assert length == len(data)
        return code, unique, data[16:]

    def ask(self, opcode: int, body: bytes = b"", node: int = 1) -> tuple[int, bytes]:
        """Send a request and take its answer."""
        unique = self.send(opcode, body, node)
        got = self.receive()
        assert got is not None
        assert got[1] == unique
        return -got[0], got[2]

    def node(self, name: str) -> int:
        error, body = self.ask(abi.LOOKUP, name.encode() + b"\0")
        assert error == 0
        return int(struct.unpack_from("<Q", body)[0])

    def open(self, name: str) -> int:
        error, body = self.ask(abi.OPEN, bytes(8), self.node(name))
        if error:
            raise OSError(error, os.strerror(error))
        handle, flags = struct.unpack_from("<QI", body)
        assert flags == abi.OPEN_DIRECT_IO
        return int(handle)

    def write(self, handle: int, data: bytes) -> int:
        error, body = self.ask(abi.WRITE, struct.pack("<QQIIQII", handle, 0, len(data), 0, 0, 0, 0) + data)
        assert error != 0 or struct.unpack_from("<I", body)[0] == len(data)
        self.files.deliver()
        return error

    def start_read(self, handle: int, size: int = 65536) -> int:
        return self.send(abi.READ, struct.pack("<QQIIQII", handle, 0, size, 0, 0, 0, 0))

    def poll(self, handle: int, kernel_handle: int) -> int:
        error, body = self.ask(abi.POLL, struct.pack("<QQII", handle, kernel_handle, 1, 1))
        assert error == 0
        return int(struct.unpack_from("<I", body)[0])

    def register(self, name: str, message: bytes) -> int:
        handle = self.open(name)
        assert self.write(handle, message) == 0
        self.start_read(handle)
        got = self.receive()
        assert got is not None
        assert got[0] == 0
        return handle

    def control(self, verb: str, **arguments: Any) -> list[dict[str, Any]]:
        """Ask the host; the list has the answer as soon as there is one."""
        answers: list[dict[str, Any]] = []
        self.host.request({"verb": verb, **arguments}, answers.append)
        self.files.deliver()
        return answers


REGISTER_KVP = bytes([100]).ljust(7432, b"\0")
REGISTER_VSS = bytes([129]).ljust(12, b"\0")


def error_of(got: tuple[int, int, bytes] | None) -> int:
    assert got is not None
    return -got[0]


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    made = Kernel()
    for name in ("hv_kvp", "hv_vss", "hv_fcopy"):
        made.host.offer(name)
    yield made
    made.end.close()
    made.far.close()


def test_what_is_not_known_is_not_implemented(kernel: Kernel) -> None:
    assert kernel.ask(9999)[0] == errno.ENOSYS


def test_a_forget_has_no_answer(kernel: Kernel) -> None:
    kernel.send(abi.FORGET, bytes(8))
    assert kernel.receive() is None


def test_the_directory_has_the_offered_devices(kernel: Kernel) -> None:
    _error, body = kernel.ask(abi.READDIR, struct.pack("<QQIIQII", 0, 0, 4096, 0, 0, 0, 0))
    assert [name for name in (b"hv_fcopy", b"hv_kvp", b"hv_vss", b"uio0") if name in body] == [
        b"hv_fcopy",
        b"hv_kvp",
        b"hv_vss",
    ]


def test_a_second_opener_is_refused_until_the_first_has_gone(kernel: Kernel) -> None:
    handle = kernel.open("hv_kvp")
    with pytest.raises(OSError, match="busy"):
        kernel.open("hv_kvp")
    assert kernel.files.devices["hv_kvp"].state()["refused_count"] == 1
    kernel.ask(abi.RELEASE, struct.pack("<Q16x", handle))
    assert kernel.open("hv_kvp") != handle


def test_a_uio_device_lets_several_in_and_shows_an_empty_ring(kernel: Kernel) -> None:
    kernel.host.offer("uio0")
    handle = kernel.open("uio0")
    kernel.open("uio0")
    kernel.start_read(handle, 4096)
    got = kernel.receive()
    assert got is not None
    assert got[2] == bytes(4096)


def test_a_daemon_is_registered_by_its_first_write(kernel: Kernel) -> None:
    assert kernel.control("state")[0]["result"]["hv_kvp"]["registered"] is False
    kernel.register("hv_kvp", REGISTER_KVP)
    state = kernel.control("state")[0]["result"]["hv_kvp"]
    assert (state["open"], state["registered"], state["pid"]) == (True, True, 4242)


def test_a_read_waits_for_a_message(kernel: Kernel) -> None:
    handle = kernel.open("hv_kvp")
    unique = kernel.start_read(handle)
    assert kernel.receive() is None
    kernel.send(abi.WRITE, struct.pack("<QQIIQII", handle, 0, 7432, 0, 0, 0, 0) + REGISTER_KVP)
    kernel.files.deliver()
    acknowledged, delivered = kernel.receive(), kernel.receive()
    assert acknowledged is not None
    assert struct.unpack_from("<I", acknowledged[2])[0] == 7432
    assert delivered == (0, unique, messages.kvp_registered())


def test_a_message_larger_than_the_buffer_is_refused(kernel: Kernel) -> None:
    handle = kernel.open("hv_kvp")
    kernel.write(handle, REGISTER_KVP)
    kernel.start_read(handle, 100)
    assert error_of(kernel.receive()) == errno.EINVAL


def test_an_interrupted_read_ends_with_eintr(kernel: Kernel) -> None:
    unique = kernel.start_read(kernel.open("hv_kvp"))
    kernel.send(abi.INTERRUPT, struct.pack("<Q", unique))
    assert kernel.receive() == (-errno.EINTR, unique, b"")
    assert kernel.files.blocked == []


def test_a_poll_is_woken_once(kernel: Kernel) -> None:
    handle = kernel.register("hv_kvp", REGISTER_KVP)
    assert kernel.poll(handle, 77) == 0
    kernel.control("kvp_set", key="a", value="b")
    assert kernel.receive() == (abi.NOTIFY_POLL, 0, struct.pack("<Q", 77))
    assert kernel.receive() is None
    assert kernel.poll(handle, 78) == abi.POLLIN | abi.POLLRDNORM


def test_a_removed_device_hangs_up_on_its_daemon(kernel: Kernel) -> None:
    handle = kernel.register("hv_kvp", REGISTER_KVP)
    assert kernel.poll(handle, 5) == 0
    unique = kernel.start_read(handle)
    assert kernel.control("remove", device="hv_kvp") == [{"ok": True, "result": {"changed": True}}]
    assert kernel.receive() == (-errno.EBADF, unique, b"")
    assert kernel.receive() == (abi.NOTIFY_POLL, 0, struct.pack("<Q", 5))
    assert kernel.poll(handle, 6) == abi.POLLERR | abi.POLLHUP
    assert kernel.ask(abi.LOOKUP, b"hv_kvp\0")[0] == errno.ENOENT
    assert kernel.write(handle, REGISTER_KVP) == errno.EBADF


def test_a_device_that_came_back_is_another_one(kernel: Kernel) -> None:
    handle = kernel.register("hv_kvp", REGISTER_KVP)
    kernel.control("remove", device="hv_kvp")
    assert kernel.control("add", device="hv_kvp")[0]["result"] == {"changed": True}
    assert kernel.control("add", device="hv_kvp")[0]["result"] == {"changed": False}
    assert kernel.write(handle, REGISTER_KVP) == errno.EBADF
    kernel.ask(abi.RELEASE, struct.pack("<Q16x", handle))
    assert kernel.control("state")[0]["result"]["hv_kvp"]["registered"] is False
    kernel.register("hv_kvp", REGISTER_KVP)


def test_a_daemon_that_ends_is_registered_no_more(kernel: Kernel) -> None:
    handle = kernel.register("hv_kvp", REGISTER_KVP)
    answers = kernel.control("kvp_set", key="a", value="b")
    assert answers == []
    kernel.ask(abi.RELEASE, struct.pack("<Q16x", handle))
    assert answers == [{"ok": False, "error": "the daemon closed the device"}]
    assert kernel.control("kvp_set", key="a", value="b") == [{"ok": False, "error": "no daemon"}]


def item(key: str, value: str, error: int = 0) -> bytes:
    data = struct.pack("<I16x", error) + key.encode().ljust(512, b"\0") + value.encode().ljust(2048, b"\0")
    return data.ljust(7432, b"\0")


def take(kernel: Kernel, handle: int) -> bytes:
    """Read the next message as the daemon."""
    kernel.start_read(handle)
    got = kernel.receive()
    assert got is not None
    return got[2]


def test_all_ten_items_are_enumerated(kernel: Kernel) -> None:
    handle = kernel.register("hv_kvp", REGISTER_KVP)
    answers = kernel.control("kvp_enum")
    for index in range(10):
        assert take(kernel, handle)[:8] == bytes([3, 2, 0, 0, index, 0, 0, 0])
        kernel.write(handle, item(f"key{index}", f"value{index}"))
    assert answers == [{"ok": True, "result": {f"key{index}": f"value{index}" for index in range(10)}}]


def test_a_pool_is_enumerated_until_the_daemon_says_stop(kernel: Kernel) -> None:
    handle = kernel.register("hv_kvp", REGISTER_KVP)
    answers = kernel.control("kvp_enum", pool="external")
    take(kernel, handle)
    kernel.write(handle, item("a", "1"))
    take(kernel, handle)
    kernel.write(handle, item("", "", messages.KVP_NO_MORE_ITEMS))
    assert answers == [{"ok": True, "result": {"a": "1"}}]


def test_requests_wait_for_each_other(kernel: Kernel) -> None:
    handle = kernel.register("hv_kvp", REGISTER_KVP)
    first, second = kernel.control("kvp_set", key="a", value="1"), kernel.control("kvp_delete", key="b")
    assert take(kernel, handle)[0] == messages.KVP_OP_SET
    kernel.start_read(handle)
    assert kernel.receive() is None
    kernel.write(handle, bytes(7432))
    assert (first, second) == ([{"ok": True, "result": None}], [])
    got = kernel.receive()
    assert got is not None
    assert got[2][0] == messages.KVP_OP_DELETE
    kernel.write(handle, struct.pack("<I", 0x80004005).ljust(7432, b"\0"))
    assert second == [{"ok": False, "error": "the daemon answered error 0x80004005"}]


def test_a_silent_daemon_is_given_up(kernel: Kernel) -> None:
    handle = kernel.register("hv_vss", REGISTER_VSS)
    answers = kernel.control("hotbackup")
    take(kernel, handle)
    transaction = kernel.files.devices["hv_vss"].current
    assert transaction is not None
    transaction.deadline = time.monotonic() - 1
    kernel.files.expire()
    assert answers == [{"ok": False, "error": "the daemon did not answer within 5 seconds"}]


def test_a_file_is_copied_message_by_message(kernel: Kernel) -> None:
    handle = kernel.register("hv_fcopy", bytes(4))
    content = base64.b64encode(b"hello").decode()
    answers = kernel.control("fcopy", folder="/tmp", name="x", content=content)
    kinds = []
    for _unused in range(3):
        kinds.append(take(kernel, handle)[0])
        kernel.write(handle, bytes(4))
    assert kinds == [0, 1, 2]
    assert answers == [{"ok": True, "result": None}]


def test_the_host_writes_the_guest_parameters_when_a_daemon_comes(kernel: Kernel) -> None:
    kernel.host.guest_parameters = {"HostName": "hv01"}
    handle = kernel.register("hv_kvp", REGISTER_KVP)
    message = take(kernel, handle)
    assert message[:2] == b"\x01\x03"
    assert message[16:25] == b"HostName\0"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"verb": "freeze"}, "Unknown verb 'freeze'"),
        ({}, "Unknown verb 'None'"),
        ({"verb": "add", "device": "hv_xyz"}, "Unknown device 'hv_xyz'"),
        ({"verb": "kvp_set", "key": "a"}, "KeyError('value')"),
        ({"verb": "kvp_enum", "pool": "swimming"}, "KeyError('swimming')"),
        ({"verb": "fcopy", "folder": "/", "name": "a", "content": "?"}, "Failed to carry out 'fcopy'"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(kernel: Kernel, asked: dict[str, Any], says: str) -> None:
    answers: list[dict[str, Any]] = []
    kernel.host.request(asked, answers.append)
    assert answers[0]["ok"] is False
    assert says in answers[0]["error"]
