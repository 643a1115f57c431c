# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._window import WindowError, is_open, read_windows

# 2026-05-04 is a Monday.
CASES = [
    ("22:00-04:00", "2026-05-04T21:59", False),
    ("22:00-04:00", "2026-05-04T22:00", True),
    ("22:00-04:00", "2026-05-05T03:59", True),
    ("22:00-04:00", "2026-05-05T04:00", False),
    ("01:00-05:00", "2026-05-05T01:00", True),
    ("01:00-05:00", "2026-05-05T05:00", False),
    ("22:00-24:00", "2026-05-04T23:59", True),
    ("22:00-24:00", "2026-05-05T00:00", False),
    ("Mon 22:00-04:00", "2026-05-05T03:00", True),
    ("Mon 22:00-04:00", "2026-05-04T03:00", False),
    ("Sun 22:00-04:00", "2026-05-04T03:00", True),
    ("Sat,Sun 10:00-12:00", "2026-05-03T11:00", True),
    ("Sat,Sun 10:00-12:00", "2026-05-04T11:00", False),
    ("Mon-Fri 10:00-12:00", "2026-05-08T11:00", True),
    ("Mon-Fri 10:00-12:00", "2026-05-09T11:00", False),
    ("Fri-Mon 10:00-12:00", "2026-05-03T11:00", True),
    ("Fri-Mon 10:00-12:00", "2026-05-05T11:00", False),
    ("saturday 9:00 - 10:00", "2026-05-09T09:30", True),
]


@pytest.mark.parametrize(("window", "moment", "expected"), CASES)
def test_a_moment_lies_in_a_window_or_not(window: str, moment: str, expected: bool) -> None:
    assert is_open(window, datetime.datetime.fromisoformat(moment)) is expected


def test_of_several_windows_one_suffices_and_without_any_none_is_open() -> None:
    moment = datetime.datetime(2026, 5, 4, 11, 0)
    assert is_open(["01:00-02:00", "10:00-12:00"], moment)
    assert not is_open([], moment)


@pytest.mark.parametrize("written", ["22-04", "Sax 22:00-04:00", "25:00-26:00", "10:60-11:00", "10:00-10:00", 7])
def test_what_is_no_window_is_named(written: object) -> None:
    with pytest.raises(WindowError, match=str(written)):
        read_windows([written])


@pytest.mark.parametrize("written", [7, {"a": 1}, None])
def test_windows_are_a_list_of_texts(written: object) -> None:
    with pytest.raises(WindowError, match="Expected maintenance windows"):
        read_windows(written)
