# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab.power import Power

HOUR = 3_600_000


def at(milliseconds: int) -> int:
    return int(time.time() * 1000) + milliseconds


@pytest.mark.parametrize(
    ("state", "on"),
    [
        ({}, True),
        ({"poweredOff": True}, False),
        ({"poweredOff": False}, True),
        ({"bootingUntil": at(HOUR)}, False),
        ({"bootingUntil": at(-HOUR)}, True),
        ({"bootingUntil": at(2 * HOUR), "restartAt": at(HOUR)}, True),
        ({"bootingUntil": at(HOUR), "restartAt": at(-HOUR)}, False),
    ],
)
def test_a_machine_that_is_off_or_starts_is_away(tmp_path: Path, state: dict[str, t.Any], on: bool) -> None:
    (tmp_path / "state.json").write_text(json.dumps(state))
    assert Power(tmp_path).is_on(opens_shell=True) is on


def test_a_change_of_the_state_is_seen(tmp_path: Path) -> None:
    file, power = tmp_path / "state.json", Power(tmp_path)
    assert power.is_on(opens_shell=False)
    file.write_text('{"poweredOff": true}')
    assert not power.is_on(opens_shell=False)
    file.write_text("{}")
    assert power.is_on(opens_shell=False)


def test_a_state_that_is_half_written_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text('{"poweredOff": tr')
    assert Power(tmp_path).is_on(opens_shell=True)


def test_a_machine_dies_after_so_many_shells_and_stays_dead(tmp_path: Path) -> None:
    power = Power(tmp_path, shells=2)
    assert [power.is_on(opens_shell=True), power.is_on(opens_shell=False), power.is_on(opens_shell=True)] == [True] * 3
    assert power.is_on(opens_shell=False)
    assert not power.is_on(opens_shell=True)
    assert not power.is_on(opens_shell=False)
