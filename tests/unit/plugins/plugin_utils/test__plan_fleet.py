# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import random
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import GENERATIONS
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_fleet import plan_fleet
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import PolicyError
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.test__guest_os import HOSTILE
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.update_samples import (
    GUESTS,
    Data,
    guest,
    host,
    vm,
)

ERROR = {"error_class": "host_unreachable", "msg": "no route to host", "hint": None}


def fleet() -> list[Data]:
    """Every guest on every generation of hosts, and a host that could not be read."""
    hosts: list[Data] = [
        {
            "host": host(generation, name=f"HV{number}"),
            "vms": [vm(os, id=f"{number:04}-{place:04}", name=os) for place, os in enumerate(GUESTS)],
            "error": None,
        }
        for number, generation in enumerate(GENERATIONS)
    ]
    return [*hosts, {"target": "hv9.example.org", "host": {"name": None}, "vms": [], "error": ERROR}]


def test_every_vm_of_every_host_has_one_plan() -> None:
    found = plan_fleet(fleet(), judge=lambda vm, host: "outdated")
    assert len(found["vms"]) == len(GENERATIONS) * len(GUESTS)
    assert found["summary"]["vms"] == sum(found["summary"]["by_status"].values()) == len(found["vms"])
    assert sum(found["summary"]["by_mechanism"].values()) == len(found["vms"])


def test_a_host_that_could_not_be_read_is_in_the_plan_with_its_reason() -> None:
    """R82."""
    found = plan_fleet(fleet())
    assert found["summary"]["hosts_not_read"] == 1
    assert found["hosts"][-1] == {
        "name": "hv9.example.org",
        "generation": None,
        "generation_source": "none",
        "vms": 0,
        "error": ERROR,
    }


def test_the_groups_hold_every_vm_once() -> None:
    found = plan_fleet(fleet(), judge=lambda vm, host: "outdated")
    grouped = [(one["host"], one["id"]) for group in found["groups"] for one in group["ready"] + group["not_ready"]]
    assert sorted(grouped) == sorted((one["host"], one["id"]) for one in found["vms"])
    ready = {group["mechanism"]: len(group["ready"]) for group in found["groups"]}
    assert ready["unsupported"] == 0
    assert ready["windows_update"] > 0


def test_the_order_of_the_snapshots_does_not_matter() -> None:
    expected = plan_fleet(fleet())
    shuffled = fleet()
    generator = random.Random(7)
    for _unused in range(5):
        generator.shuffle(shuffled)
        for snapshot in shuffled:
            generator.shuffle(snapshot["vms"])
        assert plan_fleet(shuffled) == expected


@pytest.mark.parametrize(
    "change",
    [
        lambda hosts: hosts[0]["vms"][list(GUESTS).index("Windows 8")].update(state="off"),
        lambda hosts: hosts[0]["vms"][0].update(name="renamed"),
        lambda hosts: hosts[0]["vms"].pop(),
        lambda hosts: hosts[0]["host"].update(os_build=9600),
        lambda hosts: hosts.pop(),
    ],
)
def test_a_change_of_the_facts_that_matters_changes_the_hash(change: t.Callable[[list[Data]], t.Any]) -> None:
    changed = fleet()
    change(changed)
    assert plan_fleet(changed)["hash"] != plan_fleet(fleet())["hash"]


def test_any_change_of_the_policy_changes_the_hash() -> None:
    policies: list[Data] = [{}, {"restart": "always"}, {"allow_cab": True}, {"host_generation": "win8_ws2012"}]
    assert len({plan_fleet(fleet(), policy)["hash"] for policy in policies}) == len(policies)


def test_what_if_counts_for_the_whole_fleet() -> None:
    found = plan_fleet(fleet(), {"host_generation": "win8_ws2012"})
    assert found["what_if"] is True
    assert {row["generation"] for row in found["hosts"]} == {"win8_ws2012"}
    assert {one["host_generation"] for one in found["vms"]} == {"win8_ws2012"}


def test_guests_are_joined_by_the_id_of_their_vm() -> None:
    hosts: list[Data] = [{"host": host(), "vms": [vm(id="a"), vm(id="b")], "error": None}]
    found = plan_fleet(hosts, guests={"b": guest(restart_pending=True)}, judge=lambda vm, host: "outdated")
    assert [(one["id"], one["status"]) for one in found["vms"]] == [("a", "ready"), ("b", "blocked")]


def test_the_judge_sees_each_vm_with_its_host() -> None:
    seen = []
    plan_fleet(fleet()[:1], judge=lambda vm, host: seen.append((host["name"], vm["id"])))
    assert len(seen) == len(GUESTS)
    assert {name for name, _unused in seen} == {"HV0"}


def test_an_empty_fleet_has_a_plan() -> None:
    assert plan_fleet([])["summary"]["vms"] == 0


def test_a_wrong_policy_is_refused_before_any_vm_is_planned() -> None:
    with pytest.raises(PolicyError):
        plan_fleet(iter([]), {"restart": "now"})


def test_no_hostile_snapshot_raises() -> None:
    for value in HOSTILE:
        for snapshot in (value, {"host": value}, {"vms": value}, {"host": host(name=value), "vms": [value]}):
            json.dumps(plan_fleet([snapshot, {"host": host(), "vms": [vm(id=value)], "error": value}]))
