# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PowerShell remoting: the bridge from the shells of WS-Management to a `pwsh -s`.

Both carry the same fragments of MS-PSRP, which are handed through unread. In WS-Management they are base64 in messages
of the shell protocol. A pwsh in server mode takes and gives them as one XML element a line, as the jobs of PowerShell
do (OutOfProcTransportManager.cs and OutOfProcServerMediator.cs of PowerShell): the client names a pipeline by an id of
its own, and the pool by zeros, and waits for the answer to each element before it sends the next one.
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import signal
import struct
import subprocess
import threading
import time
import uuid
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from . import wsman

SERVER_MODE = ("-s", "-NoLogo", "-NoProfile")
POOL = str(uuid.UUID(int=0))
ELEMENT = re.compile(rb"<(\w+)(?: Stream='\w*')? PSGuid='([0-9A-Fa-f-]+)'(?: ?/>|>([A-Za-z0-9+/=]*)</\w+>)")
# The first answer comes when pwsh is up.
ANSWER_TIME_LIMIT = 60.0
# A pipeline that does not stop is killed with its pwsh when its shell is deleted.
STOP_TIME_LIMIT = 5.0

# MS-PSRP 2.2.4: ids, flags and length of a fragment; 2.2.1: destination and type of the message that begins in it.
FRAGMENT = struct.Struct(">QQBI")
MESSAGE = struct.Struct("<II")
STARTS = 1
PIPELINE_STATE = 0x00041006


def ends_pipeline(fragments: bytes) -> bool:
    """Whether one of the fragments begins the message with which a server ends a pipeline."""
    at = 0
    while at + FRAGMENT.size + MESSAGE.size <= len(fragments):
        _object, _fragment, flags, length = FRAGMENT.unpack_from(fragments, at)
        at += FRAGMENT.size
        if flags & STARTS and MESSAGE.unpack_from(fragments, at)[1] == PIPELINE_STATE:
            return True
        at += length
    return False


class Stream:
    """What goes to and comes from a pool or one of its pipelines; a shell keeps it among its commands."""

    def __init__(self, pool: Pool, identity: str) -> None:
        self.pool = pool
        self.identity = identity
        self.output: deque[bytes] = deque()
        self.ended = False

    def send(self, data: bytes, ends: bool) -> None:
        """Hand over fragments; the end of the input is a message of its own in them."""
        if data:
            self.pool.tell("Data", self.identity, data)

    def receive(self, size: int, timeout: float) -> tuple[list[tuple[str, bytes]], int | None] | None:
        """Return whole packets of about *size* bytes and a 0 once all is out; nothing where the time is up."""
        until = time.monotonic() + timeout
        with self.pool.ready:
            while not self.output and not self.ended:
                left = until - time.monotonic()
                if left <= 0 or self.pool.closed:
                    return None
                self.pool.ready.wait(left)
            # A client reads each answer for itself, so no fragment may be split between two.
            parts: list[bytes] = []
            while self.output and (not parts or size >= len(self.output[0])):
                parts.append(self.output.popleft())
                size -= len(parts[-1])
            return [("stdout", b"".join(parts))] if parts else [], 0 if self.ended and not self.output else None

    def close(self) -> None:
        """Stop a pipeline that still runs, and forget it."""
        if self.identity == POOL:
            self.pool.close()
            return
        with contextlib.suppress(wsman.ShellError):
            for kind in ("Signal", "Close"):
                self.pool.tell(kind, self.identity, seconds=STOP_TIME_LIMIT)
        self.pool.forget(self.identity)


class Pool:
    """A `pwsh -s` with the runspaces of one client."""

    def __init__(self, pwsh: Path, environment: Mapping[str, str], directory: Path) -> None:
        self.ready = threading.Condition()
        self.closed = False
        self.gone = False
        self._turn = threading.Lock()
        self._answers: set[tuple[str, str]] = set()
        self._streams = {POOL: Stream(self, POOL)}
        self._process = subprocess.Popen(
            [str(pwsh), *SERVER_MODE],
            env=dict(environment),
            cwd=directory,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def open(self, fragments: bytes) -> Stream:
        """Give the pool its first messages and return its own stream."""
        self.tell("Data", POOL, fragments)
        return self._streams[POOL]

    def start(self, identity: str, fragments: bytes) -> Stream:
        """Start a pipeline."""
        identity = str(uuid.UUID(identity))
        stream = Stream(self, identity)
        with self.ready:
            self._streams[identity] = stream
        self.tell("Command", identity)
        stream.send(fragments, ends=False)
        return stream

    def forget(self, identity: str) -> None:
        """Drop a pipeline."""
        with self.ready:
            self._streams.pop(identity, None)

    def tell(self, kind: str, identity: str, data: bytes | None = None, seconds: float = ANSWER_TIME_LIMIT) -> None:
        """Send one element and wait for its answer."""
        answer = (f"{kind}Ack", identity)
        text = f"<{kind} PSGuid='{identity}'/>"
        if data is not None:
            text = f"<{kind} Stream='Default' PSGuid='{identity}'>{base64.b64encode(data).decode()}</{kind}>"
        with self._turn:
            with self.ready:
                self._answers.discard(answer)
            assert self._process.stdin is not None
            with contextlib.suppress(BrokenPipeError, ValueError):
                self._process.stdin.write(text.encode() + b"\n")
                self._process.stdin.flush()
            with self.ready:
                if not self.ready.wait_for(lambda: answer in self._answers or self.closed or self.gone, seconds):
                    reason = f"PowerShell did not answer {kind} within {seconds:.0f} s."
                    raise wsman.ShellError(wsman.OPERATION_TIMEOUT, "TimedOut", reason)

    def close(self) -> None:
        """End pwsh and whatever its pipelines started."""
        with self.ready:
            if self.closed:
                return
            self.closed = True
            self.ready.notify_all()
        # Not reaped before this, so its number, and its group's, still belong to it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stdout:
            for line in stdout:
                for found in ELEMENT.finditer(line):
                    self._take(found[1].decode(), str(uuid.UUID(found[2].decode())), found[3])
        with self.ready:
            for stream in self._streams.values():
                stream.ended = True
            self.gone = True
            self.ready.notify_all()

    def _take(self, kind: str, identity: str, text: bytes | None) -> None:
        with self.ready:
            if kind != "Data":
                self._answers.add((kind, identity))
            elif identity in self._streams:
                stream = self._streams[identity]
                data = base64.b64decode(text or b"")
                stream.output.append(data)
                stream.ended = stream.ended or (identity != POOL and ends_pipeline(data))
            self.ready.notify_all()
