# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server process: mounts the file system, serves the kernel and the control socket, ends on SIGTERM."""

from __future__ import annotations

import argparse
import errno
import json
import os
import select
import signal
import socket
import sys
from typing import Any

from .. import syscalls
from . import abi
from .filesystem import FileSystem
from .host import Host

_LINE_LIMIT = 4 << 20


class Control:
    """The control socket: one JSON line a connection, answered by one."""

    def __init__(self, path: str, host: Host) -> None:
        self.host = host
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # Relative to its folder: a socket's path has 107 characters at most. Seen by others only once it can be used.
        os.chdir(os.path.dirname(path))
        self.socket.bind(".starting")
        os.chmod(".starting", 0o600)
        self.socket.listen(8)
        os.rename(".starting", os.path.basename(path))

    def serve(self) -> None:
        """Take one connection. The client sends its line at once; one that does not must not hold up the kernel."""
        connection = self.socket.accept()[0]
        connection.settimeout(1.0)
        try:
            line = b""
            while not line.endswith(b"\n") and len(line) < _LINE_LIMIT:
                block = connection.recv(65536)
                if not block:
                    break
                line += block
            asked = json.loads(line)
        except (OSError, ValueError) as exc:
            _send(connection, {"ok": False, "error": f"Failed to read the request: {exc}"})
            return

        def answer(reply: dict[str, Any]) -> None:
            _send(connection, reply)

        self.host.request(asked, answer)


def _send(connection: socket.socket, reply: dict[str, Any]) -> None:
    try:
        connection.sendall(json.dumps(reply).encode() + b"\n")
    except OSError:
        pass  # the client has gone; its request is done all the same
    finally:
        connection.close()


def mount_fuse(directory: str) -> int:
    """Mount the file system and return the descriptor that it is served on."""
    channel = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    options = f"fd={channel},rootmode=40000,user_id=0,group_id=0,allow_other"
    syscalls.mount("hyperv-lab-vmbus", directory, "fuse", syscalls.MS_NOSUID, options)
    return channel


def serve(channel: int, files: FileSystem, control: Control, wakeup: int) -> None:
    """Serve until the mount goes or a signal comes."""
    poller = select.poll()
    for descriptor in (channel, control.socket.fileno(), wakeup):
        poller.register(descriptor, select.POLLIN)
    while True:
        # Only an unanswered message needs the clock: an idle server must not wake up.
        busy = any(device.current for device in files.devices.values())
        for descriptor, _events in poller.poll(200 if busy else None):
            if descriptor == wakeup:
                return
            if descriptor == channel:
                try:
                    files.handle(os.read(channel, abi.BUFFER_SIZE))
                except OSError as exc:
                    if exc.errno == errno.ENODEV:
                        return
                    if exc.errno not in (errno.ENOENT, errno.EINTR, errno.EAGAIN):
                        raise
            else:
                control.serve()
        files.expire()
        files.deliver()


def main(argv: list[str]) -> int:
    """Run the server."""
    parser = argparse.ArgumentParser(prog="vmbus", description=__doc__)
    parser.add_argument("directory", help="where to mount")
    parser.add_argument("control", help="path of the control socket")
    parser.add_argument("--device", action="append", default=[], help="a device that is there from the start")
    parser.add_argument("--guest-parameters", default="{}", help="JSON object that the host writes into pool 3")
    options = parser.parse_args(argv)
    reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(writer)
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    channel = mount_fuse(options.directory)
    try:
        files = FileSystem(channel)
        host = Host(files, json.loads(options.guest_parameters))
        for name in options.device:
            host.offer(name)
        serve(channel, files, Control(options.control, host), reader)
    finally:
        try:
            syscalls.detach(options.directory)
        except OSError as exc:
            if exc.errno != errno.EINVAL:  # already unmounted
                raise
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
