# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import Answer
from ansible_collections.hyperv.integration.plugins.module_utils._hv_systemctl import show
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)


def test_all_units_are_asked_about_at_once(guest: Guest) -> None:
    guest.commands["systemctl"] = lambda argv: Answer(
        0,
        "Id=a.service\nActiveState=active\nMainPID=12\nJob=0\nUnitFileState=static\nLoadState=loaded\n\n"
        "Id=other.service\nActiveState=inactive\nMainPID=0\nJob=33 /org/job/33\nUnitFileState=masked\n"
        "ConditionResult=no\n",
        "",
    )
    states = show(guest.system, ["a.service", "b.service"])
    assert len(guest.calls) == 1
    assert (states["a.service"].main_pid, states["a.service"].job, states["a.service"].is_active) == (12, None, True)
    # The second is an alias, so its Id is another's.
    second = states["b.service"]
    assert (second.main_pid, second.job, second.is_masked, second.condition_met) == (None, "33", True, False)


@pytest.mark.parametrize(("text", "rc"), [("", 1), ("Failed to connect to bus\n\nx=y\n", 1), ("", None)])
def test_without_an_answer_nothing_is_known(guest: Guest, text: str, rc: int | None) -> None:
    guest.commands["systemctl"] = lambda argv: Answer(rc, text, "")
    assert show(guest.system, ["a.service"]) == {}


def test_no_unit_is_no_question(guest: Guest) -> None:
    assert (show(guest.system, []), guest.calls) == ({}, [])


@pytest.mark.parametrize(
    ("active", "expected"),
    [("active", True), ("activating", True), ("deactivating", True), ("failed", False), ("inactive", False)],
)
def test_a_unit_is_active_while_systemd_is_busy_with_it(guest: Guest, active: str, expected: bool) -> None:
    guest.states["a.service"] = {"ActiveState": active}
    assert show(guest.system, ["a.service"])["a.service"].is_active is expected
