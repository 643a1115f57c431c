# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a node can be reached at this moment: it may be off, or start, or have died in the middle of a test."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .loss import Watch

STATE = "state.json"


class Power:
    """Looks at the state of a node; it is read again only when it was written."""

    def __init__(self, folder: Path, shells: int = 0, lost: Mapping[str, Any] | None = None) -> None:
        """Take the folder of the node, after how many shells it is gone (0: never), and how else it is lost."""
        self._watch = Watch(folder, lost)
        self._file = folder / STATE
        self._left = shells
        self._mortal = shells > 0
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._away: tuple[bool, float, float] = (False, 0.0, 0.0)

    def is_on(self, opens_shell: bool) -> bool:
        """Whether the node answers. A node that dies after some shells does not answer from the next one on."""
        with self._lock:
            if self._mortal and self._left <= 0 and opens_shell:
                self._left = -1
            if self._mortal and self._left < 0:
                return False
            if opens_shell:
                self._left -= 1
            return self._runs() and not self._watch.is_lost()

    def has_crashed(self) -> bool:
        """Whether what ran there has ended with the machine, and not only the way to it is gone."""
        with self._lock:
            loss = self._watch.loss
            return not self._runs() or (loss is not None and loss.kills and self._watch.is_lost())

    def _runs(self) -> bool:
        off, down, back = self._read()
        now = time.time() * 1000
        return not off and not down <= now < back

    def _read(self) -> tuple[bool, float, float]:
        """Whether it is off, from when on it is down, and when it is back, in Unix milliseconds."""
        try:
            found = self._file.stat()
            if (found.st_mtime_ns, found.st_size) != self._seen:
                text = self._file.read_bytes()
                # A host with a thousand machines is not parsed for what it never has.
                state = json.loads(text) if b'"poweredOff"' in text or b'"bootingUntil"' in text else {}
                back = float(state.get("bootingUntil", 0))
                self._away = (bool(state.get("poweredOff")), float(state.get("restartAt", 0)), back)
                self._seen = (found.st_mtime_ns, found.st_size)
        except (OSError, ValueError):
            # It is being written, or is no node of Windows.
            return (False, 0.0, 0.0)
        return self._away
