# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One device of /dev/vmbus: who has it open, whether its daemon is registered, and the messages to and from it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import messages

NO_DAEMON = "no daemon"


@dataclass
class Transaction:
    """A message for the daemon and what to do with its answer, or with the reason why there is none."""

    message: bytes
    answered: Callable[[bytes], None]
    failed: Callable[[str], None]
    seconds: float = 5.0
    deadline: float = 0.0


@dataclass(frozen=True)
class Protocol:
    """How the daemon of a device registers. `single`: hv_utils lets one opener in; uio devices have no such rule."""

    is_registration: Callable[[bytes], bool]
    registered: Callable[[], bytes]
    single: bool = True
    size: int = 0


def _never(_data: bytes) -> bool:
    return False


# The UIO device has as much room as the daemon of 7.3 maps: eight maps of one ring of 32 KiB.
UIO_SIZE = 0x8000 * 8
PROTOCOLS: dict[str, Protocol] = {
    "hv_kvp": Protocol(messages.is_kvp_registration, messages.kvp_registered),
    "hv_vss": Protocol(messages.is_vss_registration, messages.vss_registered),
    "hv_fcopy": Protocol(messages.is_fcopy_registration, messages.fcopy_registered),
    "uio0": Protocol(_never, bytes, single=False, size=UIO_SIZE),
}


@dataclass
class Device:
    """The state of one device while it is offered."""

    name: str
    node: int
    on_registered: Callable[[], None] | None = None
    openers: dict[int, int] = field(default_factory=dict)  # file handle -> pid as seen by the server
    registered: bool = False
    outgoing: deque[bytes] = field(default_factory=deque)
    current: Transaction | None = None
    backlog: deque[Transaction] = field(default_factory=deque)
    opened_count: int = 0
    refused_count: int = 0

    @property
    def protocol(self) -> Protocol:
        """How its daemon registers."""
        return PROTOCOLS[self.name]

    def can_open(self) -> bool:
        """Whether a further opener is let in."""
        if self.protocol.single and self.openers:
            self.refused_count += 1
            return False
        return True

    def opened(self, handle: int, pid: int) -> None:
        """Begin anew with an opener."""
        if not self.openers:
            self._reset("the daemon was started again")
        self.openers[handle] = pid
        self.opened_count += 1

    def released(self, handle: int) -> None:
        """Forget an opener."""
        self.openers.pop(handle, None)
        if not self.openers:
            self._reset("the daemon closed the device")

    def close(self) -> None:
        """End everything: the device goes."""
        self._reset("the device was removed")

    def submit(self, transaction: Transaction) -> None:
        """Hand a message to the daemon when those before it are answered."""
        if not self.registered:
            transaction.failed(NO_DAEMON)
            return
        self.backlog.append(transaction)
        self._next()

    def written(self, data: bytes) -> None:
        """Take what the daemon wrote: its registration or the answer to the current message."""
        if not self.registered:
            if self.protocol.is_registration(data):
                self.registered = True
                self.outgoing.append(self.protocol.registered())
                if self.on_registered:
                    self.on_registered()
            return
        transaction, self.current = self.current, None
        if transaction:
            transaction.answered(data)
        self._next()

    def expire(self, now: float) -> None:
        """Give up on a message that the daemon does not answer."""
        transaction = self.current
        if transaction and now >= transaction.deadline:
            self.current = None
            transaction.failed(f"the daemon did not answer within {transaction.seconds:g} seconds")
            self._next()

    def state(self) -> dict[str, Any]:
        """What the control socket tells about it. A uio device is used as soon as it is open."""
        return {
            "open": bool(self.openers),
            "registered": self.registered if self.protocol.single else bool(self.openers),
            "pid": next(iter(self.openers.values()), None),
            "opened_count": self.opened_count,
            "refused_count": self.refused_count,
        }

    def _next(self) -> None:
        if self.current is None and self.backlog:
            self.current = self.backlog.popleft()
            self.current.deadline = time.monotonic() + self.current.seconds
            self.outgoing.append(self.current.message)

    def _reset(self, reason: str) -> None:
        self.registered = False
        self.outgoing.clear()
        waiting = [self.current] if self.current else []
        waiting.extend(self.backlog)
        self.current = None
        self.backlog.clear()
        for transaction in waiting:
            transaction.failed(reason)
