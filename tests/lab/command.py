# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One command of a remote shell: a process with its streams, read as the client asks for them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

READ_SIZE = 1 << 16
# What a client has not fetched yet is kept up to this size; then the process waits, as at a full pipe.
MOST_BUFFERED = 16 << 20
# A process may leave children behind that hold its output open; the command still ends this long after it.
GRACE = 2.0


class Running(Protocol):
    """What a shell needs of a command."""

    def send(self, data: bytes, ends: bool) -> None:
        """Hand over standard input."""

    def receive(self, size: int, timeout: float) -> tuple[list[tuple[str, bytes]], int | None] | None:
        """Return up to *size* bytes of output and the exit code once all is out; nothing where the time is up."""

    def close(self) -> None:
        """End whatever runs."""


class Refused:
    """A command that the node cannot run: it says so, as cmd.exe does, and fails."""

    def __init__(self, message: str) -> None:
        self._message = message.encode()

    def send(self, data: bytes, ends: bool) -> None:
        """Nobody reads the input."""

    def receive(self, size: int, timeout: float) -> tuple[list[tuple[str, bytes]], int | None] | None:
        """Return the message."""
        message, self._message = self._message, b""
        return [("stderr", message)], 1

    def close(self) -> None:
        """Nothing runs."""


class Command:
    """A process in its own group; whoever closes the command ends the whole group."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str], directory: Path) -> None:
        self._ready = threading.Condition()
        self._output: deque[tuple[str, bytes]] = deque()
        self._buffered = 0
        self._open_streams = 2
        self._exit_code: int | None = None
        self._closed = False
        self._input: deque[bytes | None] = deque()
        self._process = subprocess.Popen(
            list(argv),
            env=dict(environment),
            cwd=directory,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        for name, stream in (("stdout", self._process.stdout), ("stderr", self._process.stderr)):
            self._thread(self._read, name, stream)
        self._thread(self._wait)
        self._thread(self._write)

    @staticmethod
    def _thread(target: object, *arguments: object) -> None:
        threading.Thread(target=target, args=arguments, daemon=True).start()  # type: ignore[arg-type]

    def send(self, data: bytes, ends: bool) -> None:
        """Hand over standard input."""
        with self._ready:
            if data:
                self._input.append(data)
            if ends:
                self._input.append(None)
            self._ready.notify_all()

    def receive(self, size: int, timeout: float) -> tuple[list[tuple[str, bytes]], int | None] | None:
        """Return up to *size* bytes of output and the exit code once all is out; nothing where the time is up."""
        until = time.monotonic() + timeout
        with self._ready:
            while not self._output and not self._ended():
                left = until - time.monotonic()
                if left <= 0 or self._closed:
                    return None
                self._ready.wait(left)
            chunks = self._take(size)
            self._ready.notify_all()
            return chunks, self._exit_code if self._ended() and not self._output else None

    def close(self) -> None:
        """End the process and all of its group."""
        with self._ready:
            if self._closed:
                return
            self._closed = True
            self._input.append(None)
            self._ready.notify_all()
        # The process is not reaped before this, so its number, and its group's, still belong to it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with self._ready:
            self._ready.wait_for(lambda: self._exit_code is not None)
        self._process.wait()

    def _ended(self) -> bool:
        return self._exit_code is not None and self._open_streams <= 0

    def _take(self, size: int) -> list[tuple[str, bytes]]:
        parts: dict[str, list[bytes]] = {}
        while self._output and size > 0:
            name, data = self._output.popleft()
            if len(data) > size:
                self._output.appendleft((name, data[size:]))
                data = data[:size]
            size -= len(data)
            self._buffered -= len(data)
            parts.setdefault(name, []).append(data)
        return [(name, b"".join(pieces)) for name, pieces in parts.items()]

    def _read(self, name: str, stream: IO[bytes]) -> None:
        with stream:
            while data := stream.read(READ_SIZE):
                with self._ready:
                    while self._buffered >= MOST_BUFFERED and not self._closed:
                        self._ready.wait()
                    if self._closed:
                        break
                    self._output.append((name, data))
                    self._buffered += len(data)
                    self._ready.notify_all()
        with self._ready:
            self._open_streams -= 1
            self._ready.notify_all()

    def _write(self) -> None:
        assert self._process.stdin is not None
        # A process that ended, or closed its input, has no use for the rest.
        with contextlib.suppress(BrokenPipeError), self._process.stdin as stdin:
            while True:
                with self._ready:
                    while not self._input:
                        self._ready.wait()
                    data = self._input.popleft()
                if data is None:
                    return
                view = memoryview(data)
                while view:
                    view = view[stdin.write(view) :]

    def _wait(self) -> None:
        result = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        ended_itself = result is not None and result.si_code == os.CLD_EXITED
        with self._ready:
            self._exit_code = result.si_status if result is not None and ended_itself else 1
            self._ready.notify_all()
            self._ready.wait_for(lambda: self._open_streams <= 0 or self._closed, GRACE)
            self._open_streams = 0
            self._ready.notify_all()
