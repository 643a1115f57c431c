# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Versions as System.Version reads them: numbers, never text."""

from __future__ import annotations

import functools
import typing as t

# System.Version holds each part in an Int32.
_LARGEST_PART = 2**31 - 1
_PARTS = (2, 3, 4)


class VersionError(ValueError):
    """The text is no version."""


class Version(t.NamedTuple):
    """Four numbers that compare as numbers.

    A part that was not given counts as 0. System.Version would call "10.0.17763" older than "10.0.17763.0";
    calling a guest outdated for a revision that nobody told would be a false alarm.
    """

    major: int
    minor: int
    build: int = 0
    revision: int = 0

    def __str__(self) -> str:
        return ".".join(str(part) for part in self)


@functools.lru_cache(maxsize=4096)
def parse_version(text: str) -> Version:
    """Read two to four numbers with dots between them.

    Raises:
        VersionError: The text is not such a version.
    """
    parts = text.strip().split(".")
    if len(parts) not in _PARTS or not all(part.isascii() and part.isdigit() for part in parts):
        raise VersionError(f"Expected a version of two to four numbers but found '{text}'")
    numbers = [int(part) for part in parts if len(part) <= len(str(_LARGEST_PART))]
    if len(numbers) != len(parts) or max(numbers) > _LARGEST_PART:
        raise VersionError(f"Expected a version with parts of at most {_LARGEST_PART} but found '{text}'")
    return Version(*numbers)


def is_reported(text: str | None) -> bool:
    """Whether a version says anything: hosts answer null, an empty text or 0.0 for "not known"."""
    if text is None or not text.strip():
        return False
    try:
        return any(parse_version(text))
    except VersionError:
        return True


def compare_versions(left: str, right: str) -> int:
    """Return -1, 0 or 1: whether left is older than, the same as, or newer than right.

    Raises:
        VersionError: One of them is no version.
    """
    first, second = parse_version(left), parse_version(right)
    return (first > second) - (first < second)
