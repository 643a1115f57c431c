# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The FUSE side of /dev/vmbus: answers the kernel's requests on the files of the devices that are offered now."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from . import abi
from .device import PROTOCOLS, Device

ROOT = 1
_SILENT = (abi.FORGET, abi.BATCH_FORGET)
_PLAIN_SUCCESS = (abi.FLUSH, abi.RELEASEDIR, abi.ACCESS, abi.FSYNC, abi.FSYNCDIR, abi.DESTROY)


@dataclass
class _Blocked:
    """A READ that waits for a message."""

    unique: int
    size: int
    device: Device


@dataclass
class FileSystem:
    """A directory of devices. `channel` is /dev/fuse, or whatever takes bytes in a test."""

    channel: int
    devices: dict[str, Device] = field(default_factory=dict)
    handles: dict[int, Device] = field(default_factory=dict)
    blocked: list[_Blocked] = field(default_factory=list)
    pollers: dict[int, Device] = field(default_factory=dict)  # kernel handle -> device
    last_node: int = ROOT
    last_handle: int = 0

    def add(self, name: str, on_registered: Callable[[], None] | None = None) -> bool:
        """Offer a device. Each gets a node of its own, so files open on its predecessor stay dead."""
        if name not in PROTOCOLS:
            raise ValueError(f"Unknown device '{name}'")
        if name in self.devices:
            return False
        self.last_node += 1
        self.devices[name] = Device(name, self.last_node, on_registered)
        return True

    def remove(self, name: str) -> bool:
        """Withdraw a device: its readers get EBADF and its pollers a hang-up, as from hv_utils_transport.c."""
        device = self.devices.pop(name, None)
        if device is None:
            return False
        device.close()
        for read in [item for item in self.blocked if item.device is device]:
            self.blocked.remove(read)
            self._answer(read.unique, error=errno.EBADF)
        self._wake(device)
        return True

    def alive(self, device: Device) -> bool:
        """Whether a device is still offered."""
        return self.devices.get(device.name) is device

    def deliver(self) -> None:
        """Hand queued messages to who waits for them."""
        for read in list(self.blocked):
            if read.device.outgoing:
                self.blocked.remove(read)
                self._give(read.unique, read.size, read.device)
        for device in self.devices.values():
            if device.outgoing:
                self._wake(device)

    def expire(self) -> None:
        """Give up on messages that are not answered."""
        now = time.monotonic()
        for device in self.devices.values():
            device.expire(now)

    def handle(self, data: bytes) -> None:
        """Answer one request of the kernel."""
        request = abi.parse_request(data)
        if request.opcode in _SILENT:
            return
        if request.opcode in _PLAIN_SUCCESS:
            self._answer(request.unique)
            return
        handler = _HANDLERS.get(request.opcode)
        if handler is None:
            self._answer(request.unique, error=errno.ENOSYS)
        else:
            handler(self, request)

    def _answer(self, unique: int, body: bytes = b"", error: int = 0) -> None:
        try:
            os.write(self.channel, abi.reply(unique, body, error))
        except OSError as exc:
            # The request was interrupted meanwhile; there is nobody left to tell.
            if exc.errno != errno.ENOENT:
                raise

    def _give(self, unique: int, size: int, device: Device) -> None:
        message = device.outgoing.popleft()
        if len(message) > size:
            self._answer(unique, error=errno.EINVAL)
        else:
            self._answer(unique, message)

    def _wake(self, device: Device) -> None:
        for handle in [handle for handle, waiting in self.pollers.items() if waiting is device]:
            del self.pollers[handle]
            try:
                os.write(self.channel, abi.poll_wakeup(handle))
            except OSError as exc:
                if exc.errno != errno.ENOENT:
                    raise

    def _by_node(self, node: int) -> Device | None:
        return next((device for device in self.devices.values() if device.node == node), None)

    def _file_attributes(self, device: Device) -> bytes:
        return abi.attributes(device.node, stat.S_IFREG | 0o600, device.protocol.size)

    def _init(self, request: abi.Request) -> None:
        self._answer(request.unique, abi.init_out(request.body))

    def _lookup(self, request: abi.Request) -> None:
        name = request.body.rstrip(b"\0").decode(errors="replace")
        device = self.devices.get(name) if request.node == ROOT else None
        if device is None:
            self._answer(request.unique, error=errno.ENOENT)
        else:
            self._answer(request.unique, abi.entry_out(device.node, self._file_attributes(device)))

    def _getattr(self, request: abi.Request) -> None:
        if request.node == ROOT:
            self._answer(request.unique, abi.attr_out(abi.attributes(ROOT, stat.S_IFDIR | 0o755, 0)))
            return
        device = self._by_node(request.node)
        if device is None:
            # A file that is open on a removed device can still be asked about.
            self._answer(request.unique, abi.attr_out(abi.attributes(request.node, stat.S_IFREG | 0o600, 0)))
        else:
            self._answer(request.unique, abi.attr_out(self._file_attributes(device)))

    def _opendir(self, request: abi.Request) -> None:
        self._answer(request.unique, abi.open_out(0, 0))

    def _readdir(self, request: abi.Request) -> None:
        _handle, offset, size = abi.read_in(request.body)
        entries = [(device.node, name) for name, device in sorted(self.devices.items())]
        self._answer(request.unique, abi.directory(entries, offset, size))

    def _statfs(self, request: abi.Request) -> None:
        self._answer(request.unique, abi.statfs_out())

    def _open(self, request: abi.Request) -> None:
        device = self._by_node(request.node)
        if device is None:
            self._answer(request.unique, error=errno.ENODEV)
        elif not device.can_open():
            self._answer(request.unique, error=errno.EBUSY)
        else:
            self.last_handle += 1
            self.handles[self.last_handle] = device
            device.opened(self.last_handle, request.pid)
            # Not NONSEEKABLE: the fcopy daemon uses pread.
            self._answer(request.unique, abi.open_out(self.last_handle, abi.OPEN_DIRECT_IO))

    def _release(self, request: abi.Request) -> None:
        handle = abi.first_u64(request.body)
        device = self.handles.pop(handle, None)
        if device:
            device.released(handle)
        self._answer(request.unique)

    def _read(self, request: abi.Request) -> None:
        handle, _offset, size = abi.read_in(request.body)
        device = self.handles.get(handle)
        if device is None or not self.alive(device):
            self._answer(request.unique, error=errno.EBADF)
        elif not device.protocol.single and size >= 4096:
            # A page fault in the mapped ring: an empty ring is all zeros.
            self._answer(request.unique, bytes(size))
        elif device.outgoing:
            self._give(request.unique, size, device)
        else:
            self.blocked.append(_Blocked(request.unique, size, device))

    def _write(self, request: abi.Request) -> None:
        handle, data = abi.write_in(request.body)
        device = self.handles.get(handle)
        if device is None or not self.alive(device):
            self._answer(request.unique, error=errno.EBADF)
            return
        # Acknowledged first: the daemon must be able to read what this makes us send.
        self._answer(request.unique, len(data).to_bytes(4, "little") + bytes(4))
        device.written(data)

    def _poll(self, request: abi.Request) -> None:
        handle, kernel_handle, flags = abi.poll_in(request.body)
        device = self.handles.get(handle)
        if device is None or not self.alive(device):
            events = abi.POLLERR | abi.POLLHUP
        elif device.outgoing:
            events = abi.POLLIN | abi.POLLRDNORM
        else:
            events = 0
            if flags & abi.POLL_SCHEDULE_NOTIFY:
                self.pollers[kernel_handle] = device
        self._answer(request.unique, events.to_bytes(4, "little") + bytes(4))

    def _interrupt(self, request: abi.Request) -> None:
        unique = abi.first_u64(request.body)
        for read in self.blocked:
            if read.unique == unique:
                self.blocked.remove(read)
                self._answer(unique, error=errno.EINTR)
                return


_HANDLERS: dict[int, Callable[[FileSystem, abi.Request], None]] = {
    abi.INIT: FileSystem._init,
    abi.LOOKUP: FileSystem._lookup,
    abi.GETATTR: FileSystem._getattr,
    abi.SETATTR: FileSystem._getattr,
    abi.OPENDIR: FileSystem._opendir,
    abi.READDIR: FileSystem._readdir,
    abi.STATFS: FileSystem._statfs,
    abi.OPEN: FileSystem._open,
    abi.RELEASE: FileSystem._release,
    abi.READ: FileSystem._read,
    abi.WRITE: FileSystem._write,
    abi.POLL: FileSystem._poll,
    abi.INTERRUPT: FileSystem._interrupt,
}
