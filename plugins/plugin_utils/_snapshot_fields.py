# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Checking data that came from outside: each function takes a value of one kind, or names the place that is wrong."""

from __future__ import annotations

import typing as t

Data = dict[str, t.Any]

_WORDS = {bool: "true or false", dict: "a mapping", int: "a whole number", list: "a list", str: "a text"}
_SHOWN = 60


class SnapshotError(ValueError):
    """The data is no snapshot that this release can read; the message says where and why."""


def show(value: t.Any) -> str:
    """A value as far as a message has room for it."""
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def wrong(where: str, kind: type, value: t.Any) -> SnapshotError:
    """The error of a value that is not of its kind."""
    return SnapshotError(f"{where} must be {_WORDS[kind]} but is {show(value)}")


def take_mapping(value: t.Any, where: str) -> Data:
    """A mapping."""
    if not isinstance(value, dict):
        raise wrong(where, dict, value)
    return value


def take_list(value: t.Any, where: str) -> list[t.Any]:
    """A list; null counts as an empty one, since PowerShell turns an empty list into null on the way."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise wrong(where, list, value)
    return value


def take_fields(value: t.Any, fields: dict[str, type], where: str) -> Data:
    """The named fields of a mapping and no others; one that is not there is null."""
    data = take_mapping(value, where)
    taken = {}
    for name, kind in fields.items():
        item = data.get(name)
        # True is an int to Python, but not a whole number to anybody else.
        if item is not None and (not isinstance(item, kind) or (kind is int and isinstance(item, bool))):
            raise wrong(f"{where}.{name}", kind, item)
        taken[name] = item
    return taken


def take_texts(value: t.Any, where: str) -> list[str]:
    """A list of texts."""
    texts = take_list(value, where)
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise wrong(f"{where}[{number}]", str, text)
    return texts


def guid(text: str | None) -> str | None:
    """An id without braces, in lower case."""
    return text.strip("{}").lower() if text else None


def lower(text: str | None) -> str | None:
    """An enum in lower case; an empty one is null."""
    return text.lower() if text else None
