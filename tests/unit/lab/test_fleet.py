# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Made-up fleets: the same for the same seed, and with what is wrong at the rates asked for."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from ansible_collections.hyperv.integration.tests.lab.defects import Defects
from ansible_collections.hyperv.integration.tests.lab.errors import LabError
from ansible_collections.hyperv.integration.tests.lab.fleet import fleet
from ansible_collections.hyperv.integration.tests.lab.scenario import Scenario


def text(made: Scenario) -> str:
    return json.dumps([(node.name, node.endpoint, node.state, node.files) for node in made.nodes], sort_keys=True)


def machines(made: Scenario) -> list[dict[str, object]]:
    return [vm for node in made.nodes for vm in node.state["vms"]]


def test_the_same_seed_makes_the_same_bytes_and_another_one_does_not() -> None:
    assert text(fleet(4, 30, 7)) == text(fleet(4, 30, 7))
    assert text(fleet(4, 30, 7)) != text(fleet(4, 30, 8))


def test_a_host_stays_the_same_when_the_fleet_grows() -> None:
    assert fleet(2, 10, 3).nodes[0].state == fleet(9, 10, 3).nodes[0].state


def test_a_fleet_is_a_mix_with_all_that_goes_wrong() -> None:
    made = fleet(20, 50, 1, replace(Defects(), unreachable_hosts=1, denied_hosts=1, clusters=1))
    rows = machines(made)
    assert len(rows) == 1000
    assert {row["state"] for row in rows} == {"Running", "Off", "Saved", "Paused"}
    assert [node.endpoint for node in made.nodes].count("dead") == 1
    assert [node.state.get("deny") for node in made.nodes].count("read") == 1
    assert [node.state.get("cluster", {}).get("name") for node in made.nodes].count("CL1") == 2
    for key in ("readError", "noDaemons", "protocolMismatch", "linux", "outdated"):
        assert any(row.get(key) for row in rows), key
    names = [(node.name, vm["name"]) for node in made.nodes for vm in node.state["vms"]]
    assert len(set(names)) < len(names)
    assert any("$(" in str(row["name"]) for row in rows)
    assert len({row["id"] for row in rows}) == 1000


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_six_hosts_are_of_six_generations_and_languages(seed: int) -> None:
    nodes = fleet(6, 0, seed).nodes
    assert {node.state["os"]["build"] for node in nodes} == {9200, 9600, 14393, 17763, 20348, 26100}
    assert {node.state["language"] for node in nodes} == {"en", "de", "fr", "es", "ru", "ja"}


def test_weights_decide_in_a_large_fleet() -> None:
    builds = [node.state["os"]["build"] for node in fleet(130, 0, 1, Defects(generations={"2012": 1, "2019": 9})).nodes]
    assert 10 <= builds.count(9200) <= 20


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_rates_are_kept(rate: float) -> None:
    rows = machines(fleet(10, 100, 5, replace(Defects.none(), off=rate)))
    share = sum(row["state"] == "Off" for row in rows) / len(rows)
    assert abs(share - rate) < 0.05


def test_a_fleet_without_defects_is_well() -> None:
    made = fleet(5, 40, 2, Defects.none())
    for row in machines(made):
        assert row["state"] == "Running"
        assert not {"readError", "noDaemons"} & set(row)
        assert not row.get("outdated")
    assert {node.endpoint for node in made.nodes} == {"ok"}


def test_rates_and_counts_are_set_by_words() -> None:
    changed = Defects().changed(["off=0.5", "unreachable_hosts=2"])
    assert (changed.off, changed.unreachable_hosts, changed.saved) == (0.5, 2, Defects().saved)


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("of=1", "'of' is not one of clusters, denied_hosts, duplicate_name"),
        ("languages=1", "'languages' is not one of"),
        ("off=2", "Expected a rate from 0 to 1 but found '2'"),
        ("off", "Expected a rate from 0 to 1 but found ''"),
        ("denied_hosts=0.5", "Expected a number of hosts but found '0.5'"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(setting: str, text: str) -> None:
    with pytest.raises(LabError, match=re.escape(text)) as caught:
        Defects().changed([setting])
    assert str(caught.value).startswith(f"--defect {setting}: ")


@pytest.mark.parametrize(("hosts", "vms"), [(0, 0), (1, 0), (3, 1)])
def test_small_fleets_are_fleets(hosts: int, vms: int) -> None:
    made = fleet(hosts, vms, 1, replace(Defects(), unreachable_hosts=2, denied_hosts=2, clusters=2))
    assert len(made.nodes) == hosts
    assert len(machines(made)) == hosts * vms
