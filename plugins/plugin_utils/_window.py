# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Maintenance windows: whether a moment lies in one of them. For internal use of the collection only.

A window is written as "22:00-04:00" for every day, or with the days on which it begins: "Sat,Sun 22:00-04:00".
"""

from __future__ import annotations

import datetime
import re
import typing as t

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"(?:(?P<days>[A-Za-z, -]*[A-Za-z])\s+)?(?P<begin>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2})")
_DAY = 24 * 60


class WindowError(ValueError):
    """What was written is no maintenance window; the message names it."""


class Window(t.NamedTuple):
    """The days on which it begins (0 is Monday), and its begin and end in minutes of a day. It may pass midnight."""

    days: frozenset[int]
    begin: int
    end: int

    def contains(self, moment: datetime.datetime) -> bool:
        minute = moment.hour * 60 + moment.minute
        today, yesterday = moment.weekday(), (moment.weekday() - 1) % 7
        if self.begin < self.end:
            return today in self.days and self.begin <= minute < self.end
        return (today in self.days and minute >= self.begin) or (yesterday in self.days and minute < self.end)


def read_windows(value: t.Any) -> list[Window]:
    """Check what the user wrote.

    Raises:
        WindowError: One of the windows is none.
    """
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, (list, tuple)):
        raise WindowError(f"Expected maintenance windows such as 'Sat 22:00-04:00' but found '{value}'")
    return [_read(text) for text in texts]


def is_open(windows: t.Any, moment: datetime.datetime) -> bool:
    """Whether a moment lies in one of the windows.

    Raises:
        WindowError: One of the windows is none.
    """
    return any(window.contains(moment) for window in read_windows(windows))


def _read(text: t.Any) -> Window:
    found = _WINDOW.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise WindowError(f"'{text}' is no maintenance window; write it as 'Sat,Sun 22:00-04:00' or '22:00-04:00'")
    begin, end = _minutes(found["begin"], text, _DAY - 1), _minutes(found["end"], text, _DAY)
    if begin == end:
        raise WindowError(f"The maintenance window '{text}' is empty: it ends when it begins")
    days = _days(found["days"], text) if found["days"] else frozenset(range(7))
    return Window(days, begin, end)


def _minutes(clock: str, text: str, highest: int) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    if minute > 59 or hour * 60 + minute > highest:
        raise WindowError(f"'{clock}' in the maintenance window '{text}' is no time of a day")
    return hour * 60 + minute


def _days(names: str, text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in names.split(","):
        ends = [_day(name, text) for name in part.split("-")]
        if len(ends) > 2:
            raise WindowError(f"'{part.strip()}' in the maintenance window '{text}' is no range of days")
        days.update((ends[0] + step) % 7 for step in range((ends[-1] - ends[0]) % 7 + 1))
    return frozenset(days)


def _day(name: str, text: str) -> int:
    word = name.strip().lower()
    day = next((place for place, known in enumerate(DAYS) if len(word) >= 3 and word.startswith(known)), None)
    if day is None:
        raise WindowError(f"'{name.strip()}' in the maintenance window '{text}' is no day of the week")
    return day
