# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal of updates in a folder of the controller, one file for each virtual machine. For internal use only.

A file is replaced whole, so that a reader never sees half of one, whenever the writer is killed. Reading, deciding and
writing happen under one lock, so that of two runs only one gets a virtual machine.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.hyperv.integration.plugins.plugin_utils._journal import SCHEMA, Entry, JournalError

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOCK = "journal.lock"
LOCK_TIMEOUT = 30.0
LOCK_PAUSE = 0.02
Result = t.TypeVar("Result")


class JournalStore:
    """The entries of a folder, which is made when the first is written. Nobody else may read it."""

    def __init__(self, folder: Path, lock_timeout: float = LOCK_TIMEOUT) -> None:
        self.folder = folder
        self.lock_timeout = lock_timeout

    def load(self, identity: str, host: str | None = None) -> Entry | None:
        """The entry of a virtual machine, if there is one."""
        return self._read(self._path(identity, host))

    def entries(self) -> list[Entry]:
        """Every entry, in the order of the file names."""
        found = (self._read(path) for path in self._paths())
        return [entry for entry in found if entry is not None]

    def update(
        self, identity: str, host: str | None, change: t.Callable[[Entry | None], tuple[Entry, Result]]
    ) -> Result:
        """Read an entry, change it and write it as one action.

        Raises:
            JournalError: The journal cannot be read, written or locked, or the change itself refuses.
        """
        path = self._path(identity, host)
        with self._locked():
            entry, result = change(self._read(path))
            self._write(path, entry)
        return result

    def _path(self, identity: str, host: str | None) -> Path:
        # Ids and names come from hosts, so no part of a path is made of anything but hexadecimal digits and dashes.
        name = identity.strip("{}").lower()
        if not GUID.fullmatch(name):
            name = hashlib.sha256(f"{host or ''}/{identity}".encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / name[:2] / f"{name}.json"

    def _paths(self) -> list[Path]:
        """The files of all entries. Not glob, for which a folder that cannot be read is empty."""
        try:
            folders = [one for one in self.folder.iterdir() if len(one.name) == 2]
            return sorted(path for folder in folders for path in folder.iterdir() if path.suffix == ".json")
        except FileNotFoundError:
            return []
        except OSError as exc:
            raise JournalError(f"Failed to read the journal '{self.folder}': {exc}") from exc

    def _read(self, path: Path) -> Entry | None:
        try:
            entry = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as exc:
            raise JournalError(f"Failed to read the journal '{path}': {exc}") from exc
        if not isinstance(entry, dict) or entry.get("schema") != SCHEMA:
            raise JournalError(f"Failed to read the journal '{path}': it is not of the schema {SCHEMA}")
        return entry

    def _write(self, path: Path, entry: Entry) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            number, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
            try:
                with os.fdopen(number, "w", encoding="utf-8") as file:
                    json.dump(entry, file, sort_keys=True)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
                raise
            _sync_folder(path.parent)
        except OSError as exc:
            raise JournalError(f"Failed to write the journal '{path}': {exc}") from exc

    @contextlib.contextmanager
    def _locked(self) -> t.Iterator[None]:
        """Hold the lock of the whole journal. It falls with the process, so a killed run leaves none."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            number = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as exc:
            raise JournalError(f"Failed to open the journal '{self.folder}': {exc}") from exc
        try:
            self._wait_for(number)
            yield
        finally:
            os.close(number)

    def _wait_for(self, number: int) -> None:
        deadline = time.monotonic() + self.lock_timeout
        while True:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    message = f"Failed to lock the journal '{self.folder}': it was busy for {self.lock_timeout:g} s"
                    raise JournalError(message) from None
                time.sleep(LOCK_PAUSE)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself last over a loss of power."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
