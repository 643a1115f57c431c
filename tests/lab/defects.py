# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong in a made-up fleet, and how often."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from .errors import LabError
from .words import unknown


@dataclass(frozen=True)
class Defects:
    """Rates between 0 and 1 for each VM, counts for hosts."""

    unreachable_hosts: int = 0
    denied_hosts: int = 0
    clusters: int = 0
    off: float = 0.15
    saved: float = 0.03
    paused: float = 0.02
    outdated: float = 0.25
    service_off: float = 0.12
    kvp_off: float = 0.05
    no_contact: float = 0.06
    lost_contact: float = 0.02
    duplicate_name: float = 0.01
    hostile_name: float = 0.03
    read_error: float = 0.01
    file_copy_on: float = 0.1
    generations: dict[str, int] = field(
        default_factory=lambda: {"2012": 1, "2012r2": 2, "2016": 3, "2019": 3, "2022": 2, "2025": 1}
    )
    languages: dict[str, int] = field(default_factory=lambda: {"en": 6, "de": 2, "fr": 1, "es": 2, "ru": 1, "ja": 1})

    @classmethod
    def none(cls) -> Defects:
        """Return a fleet where everything is well."""
        rates = {one.name: 0.0 for one in fields(cls) if one.type == "float"}
        return cls(**rates)  # type: ignore[arg-type]

    def changed(self, settings: Iterable[str]) -> Defects:
        """Return these with some set to other values, each given as NAME=VALUE."""
        kinds = {one.name: one.type for one in fields(self) if one.type in ("int", "float")}
        values: dict[str, Any] = {}
        for setting in settings:
            name, _unused, text = setting.partition("=")
            if name not in kinds:
                raise LabError(f"--defect {setting}: {unknown(name, sorted(kinds))}")
            try:
                value = int(text) if kinds[name] == "int" else float(text)
            except ValueError:
                value = -1
            is_count = kinds[name] == "int"
            fits = value >= 0 and (is_count or value <= 1)
            if not fits:
                wanted = "a number of hosts" if is_count else "a rate from 0 to 1"
                raise LabError(f"--defect {setting}: Expected {wanted} but found '{text}'")
            values[name] = value
        return replace(self, **values)
