# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words of scenarios and the errors that name them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ScenarioError


@dataclass(frozen=True)
class Place:
    """Where in a scenario a value stands: the file and the key."""

    source: str
    key: str = ""

    def at(self, key: str | int) -> Place:
        """Return the place of an item below this one."""
        if isinstance(key, int):
            return Place(self.source, f"{self.key}[{key}]")
        return Place(self.source, f"{self.key}.{key}" if self.key else key)

    def error(self, text: str) -> ScenarioError:
        """Return an error at this place."""
        return ScenarioError(f"{self.source}: {self.key or 'document'}: {text}")

    def mapping(self, value: Any, allowed: Iterable[str] | None = None) -> dict[str, Any]:
        """Return *value* as a mapping that has no other keys than the allowed ones."""
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.error(f"Expected a mapping but found {kind(value)}")
        found = {str(key): item for key, item in value.items()}
        if allowed is not None:
            words = sorted(allowed)
            for key in found:
                if key not in words:
                    raise self.at(key).error(unknown(key, words))
        return found

    def rows(self, value: Any) -> list[Any]:
        """Return *value* as a list."""
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error(f"Expected a list but found {kind(value)}")
        return value

    def choice(self, value: Any, allowed: Iterable[str]) -> str:
        """Return one of the allowed words."""
        words = list(allowed)
        if isinstance(value, bool) or str(value) not in words:
            raise self.error(unknown(str(value), words))
        return str(value)

    def text(self, value: Any) -> str:
        """Return a text that is not empty."""
        if isinstance(value, (Mapping, list, bool)) or value is None or str(value) == "":
            raise self.error(f"Expected a text but found {kind(value)}")
        return str(value)

    def flag(self, value: Any) -> bool:
        """Return a boolean."""
        if not isinstance(value, bool):
            raise self.error(f"Expected true or false but found {kind(value)}")
        return value


def kind(value: Any) -> str:
    """Describe a value in an error."""
    names: dict[type, str] = {dict: "a mapping", list: "a list", type(None): "nothing"}
    return names.get(type(value), repr(value))


def unknown(word: str, words: Iterable[str]) -> str:
    """Return the text about a word that is not one of the allowed."""
    allowed = list(words)
    near = difflib.get_close_matches(word, allowed, 1)
    meant = f" (did you mean '{near[0]}'?)" if near else ""
    return f"'{word}' is not one of {', '.join(allowed)}{meant}"


def camel(word: str) -> str:
    """Return a snake_case word as state.json spells it."""
    first, *rest = word.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def snake(word: str) -> str:
    """Return a word of state.json in snake_case."""
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in word).lstrip("_")
