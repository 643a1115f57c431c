# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.filter.update_waves import FilterModule
from ansible_collections.hyperv.integration.plugins.plugin_utils._waves import WaveRules
from ansible_collections.hyperv.integration.tests.unit.plugins.filter.example_playbook import COLLECTION, run_examples
from ansible_collections.hyperv.integration.tests.unit.plugins.filter.test_update_plan import snapshot
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.test__waves import fleet

update_waves = FilterModule().filters()["update_waves"]
update_wave_result = FilterModule().filters()["update_wave_result"]


def plans(vms: int) -> list[dict[str, t.Any]]:
    return [{**vm, "status": "ready"} for vm in fleet(vms)]


def test_only_what_is_ready_is_in_a_wave() -> None:
    mixed = [*plans(3), {"id": "x", "name": "x", "host": "HV0", "mechanism": "cab", "status": "blocked"}]
    for given in (mixed, {"vms": mixed}):
        found = update_waves(given, canary=0, batch=10)
        assert [vm["id"] for wave in found for vm in wave["vms"]] == ["id000", "id001", "id002"]


def test_a_wave_of_the_one_is_what_the_other_judges() -> None:
    wave = update_waves(plans(2), canary=0, batch=2)[0]
    assert update_wave_result(wave, {"id000": "done", "id001": "failed"}) == {
        "go_on": False,
        "failed": 1,
        "share": 50.0,
        "reason": "Wave 1 (batch): 1 of 2 virtual machines failed (50%), 10% are allowed",
    }


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: update_waves("plan"), "update_waves: Expected the plan of a fleet, or a list of plans"),
        (lambda: update_waves(["web01"]), "update_waves: Expected the plan of a fleet, or a list of plans"),
        (
            lambda: update_waves([], batch=0),
            "update_waves: batch must be of numbers above 0 or of shares such as 10%, not '0'",
        ),
        (lambda: update_wave_result({}, {}), "update_wave_result: Expected a wave of update_waves"),
        (
            lambda: update_wave_result({"vms": [], "max_failures": 0}, []),
            "update_wave_result: results must be a mapping, not list",
        ),
        (
            lambda: update_wave_result({"vms": [], "max_failures": 0}, {"a": "fine"}),
            "update_wave_result: The result of 'a' must be one of done, failed, unchanged, not 'fine'",
        ),
    ],
)
def test_a_failure_names_the_filter_and_what_the_user_wrote(call: t.Callable[[], t.Any], message: str) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        call()
    assert str(caught.value) == message


def test_the_documentation_has_every_rule_with_its_default() -> None:
    docs = yaml.safe_load((COLLECTION / "plugins/filter/update_waves.yml").read_text())["DOCUMENTATION"]["options"]
    for rule in dataclasses.fields(WaveRules):
        default = list(rule.default) if isinstance(rule.default, tuple) else rule.default
        assert docs.pop(rule.name)["default"] == default, rule.name
    assert set(docs) == {"_input"}


def test_the_examples_of_the_documentation_run(tmp_path: Path) -> None:
    variables = {"host_snapshot": snapshot(), "fleet_plan": {"vms": plans(40)}}
    shown = run_examples("update_waves", tmp_path, variables)
    assert shown == [["1 (canary): web01"], [2, 5, 4, 4, 4, 4, 4, 4, 4, 3, 2]]


def test_the_example_of_the_result_runs(tmp_path: Path) -> None:
    wave = {"number": 1, "kind": "canary", "max_failures": 0, "vms": [{"id": "aa"}, {"id": "bb"}]}
    shown = run_examples("update_wave_result", tmp_path, {"wave": wave})
    assert shown == ["Wave 1 (canary): 1 of 2 virtual machines failed (50%), 0% are allowed"]
