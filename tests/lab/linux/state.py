# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state file of a lab: what was started, written down before anything can go wrong with it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .identity import Identity

# Processes of which a guest may have several at a time: each waits to throw one switch.
DELAYED = "delayed"
# The processes of a guest, in the order in which they are ended.
PROCESSES = ("init", "launcher", "server", DELAYED)


class LabState:
    """Guests by name, each a dictionary of plain data; safe to use from several threads and processes."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.path = directory / "state.json"
        self._mutex = threading.Lock()

    def read(self) -> dict[str, dict[str, Any]]:
        """All guests; none when there is no state, or one that was torn by a full disk."""
        try:
            guests: dict[str, dict[str, Any]] = json.loads(self.path.read_text())["guests"]
        except (OSError, ValueError, KeyError):
            return {}
        return guests

    def update(self, name: str, values: dict[str, Any]) -> None:
        """Add to what is known of a guest; a delayed process is added to those that are there, all else is replaced."""
        with self._changing() as guests:
            guest = guests.setdefault(name, {})
            waiting = [one for one in guest.get(DELAYED, ()) if Identity(**one).alive()]
            guest.update(values)
            if DELAYED in values:
                guest[DELAYED] = [*waiting, values[DELAYED]]

    def forget(self, name: str) -> None:
        """Remove a guest."""
        with self._changing() as guests:
            guests.pop(name, None)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[dict[str, dict[str, Any]]]:
        """Read, change and write without another thread or process in between.

        The lock is the folder's own, not that of locked(): whoever starts a lab holds that while its threads write.
        """
        with self._mutex, _flock(self.directory):
            guests = self.read()
            yield guests
            self._write(guests)

    def clear(self) -> None:
        """Remove the file."""
        self.path.unlink(missing_ok=True)

    def _write(self, guests: dict[str, dict[str, Any]]) -> None:
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps({"guests": guests}, indent=1))
        os.replace(partial, self.path)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from changing this lab at the same time."""
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = self.directory / "lock"
        lock.touch()
        with _flock(lock):
            yield


@contextlib.contextmanager
def _flock(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def identities(guest: dict[str, Any]) -> list[Identity]:
    """The recorded processes of a guest."""
    found = [guest[name] for name in PROCESSES if guest.get(name)]
    return [Identity(**one) for item in found for one in (item if isinstance(item, list) else [item])]
