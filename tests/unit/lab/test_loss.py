# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes that are lost in the middle of what they do."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hyperv.integration.tests.lab import loss, scenario
from ansible_collections.hyperv.integration.tests.lab.errors import ScenarioError
from ansible_collections.hyperv.integration.tests.lab.power import Power
from ansible_collections.hyperv.integration.tests.lab.words import Place


def log(folder: Path, *names: str, end: str = "\n") -> None:
    with (folder / loss.LOG).open("a", encoding="utf-8") as out:
        out.writelines(json.dumps({"cmdlet": name, "params": {}}) + end for name in names)


def test_a_node_is_lost_from_the_wanted_line_on(tmp_path: Path) -> None:
    watch = loss.Watch(tmp_path, {"at": "event:setup", "nth": 2})
    assert not watch.is_lost()
    log(tmp_path, "Get-VM", "event:setup", "Get-VM")
    assert not watch.is_lost()
    log(tmp_path, "event:setup", end="")
    assert not watch.is_lost()
    with (tmp_path / loss.LOG).open("a", encoding="utf-8") as out:
        out.write("\n")
    assert watch.is_lost()


def test_a_loss_may_end(tmp_path: Path) -> None:
    log(tmp_path, "event:setup")
    watch = loss.Watch(tmp_path, {"at": "event:setup", "seconds": 0.1})
    assert watch.is_lost()
    time.sleep(0.15)
    assert not watch.is_lost()


@pytest.mark.parametrize(("kills", "crashed"), [(False, False), (True, True)])
def test_a_crash_ends_what_runs_and_a_lost_way_does_not(tmp_path: Path, kills: bool, crashed: bool) -> None:
    power = Power(tmp_path, lost={"at": "Get-VM", "kills": kills})
    assert power.is_on(opens_shell=True)
    log(tmp_path, "Get-VM")
    assert not power.is_on(opens_shell=True)
    assert power.has_crashed() is crashed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, r"hosts\[0\]\.lost\.at: Expected a text"),
        ({"at": "Get-VM", "when": 1}, r"hosts\[0\]\.lost\.when: 'when' is not one of"),
        ({"at": "Get-VM", "kills": "yes"}, r"hosts\[0\]\.lost\.kills: Expected true or false"),
    ],
)
def test_a_loss_that_says_nonsense_is_an_error_with_its_place(value: dict[str, Any], text: str) -> None:
    with pytest.raises(ScenarioError, match=text):
        scenario.parse({"hosts": [{"name": "hv01", "lost": value}]})


def test_a_node_without_a_loss_is_never_lost(tmp_path: Path) -> None:
    assert loss.read(None, Place("scenario")) is None
    log(tmp_path, "Get-VM")
    assert not loss.Watch(tmp_path, None).is_lost()
