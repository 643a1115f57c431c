# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A node that is lost in the middle of what it does: from a line of its calls.log on, for a while or for good."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .words import Place

LOG = "calls.log"
KEYS = ("at", "nth", "seconds", "kills")


@dataclass(frozen=True)
class Loss:
    """What a scenario says of it."""

    at: str  # a cmdlet or an event, as calls.log has it
    nth: int = 1
    seconds: float | None = None  # for good
    kills: bool = False  # what runs there ends, as when the machine crashes; else only the way to it is gone


def read(value: Any, place: Place) -> dict[str, Any] | None:
    """Return the key `lost` of a node, with its names and types checked."""
    if value is None:
        return None
    short = place.mapping(value, KEYS)
    found: dict[str, Any] = {"at": place.at("at").text(short.get("at"))}
    if "nth" in short:
        found["nth"] = int(place.at("nth").text(short["nth"]))
    if short.get("seconds") is not None:
        found["seconds"] = float(place.at("seconds").text(short["seconds"]))
    if "kills" in short:
        found["kills"] = place.at("kills").flag(short["kills"])
    return found


class Watch:
    """Looks for the moment of a loss in a node's log; whoever uses it holds a lock."""

    def __init__(self, folder: Path, lost: Mapping[str, Any] | None) -> None:
        self.loss = Loss(**lost) if lost else None
        self._log = folder / LOG
        self._offset = 0
        self._count = 0
        self._since = math.inf

    def is_lost(self) -> bool:
        """Whether the node is lost at this moment."""
        if self.loss is None:
            return False
        if math.isinf(self._since):
            self._look(self.loss)
        passed = time.monotonic() - self._since
        return passed >= 0 and (self.loss.seconds is None or passed < self.loss.seconds)

    def _look(self, loss: Loss) -> None:
        try:
            with self._log.open("rb") as log:
                log.seek(self._offset)
                new = log.read()
        except FileNotFoundError:
            return
        whole = new[: new.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            self._count += json.loads(line)["cmdlet"] == loss.at
            if self._count == loss.nth:
                self._since = time.monotonic()
                return
