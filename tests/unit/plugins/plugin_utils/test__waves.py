# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools
import random
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import MECHANISMS
from ansible_collections.hyperv.integration.plugins.plugin_utils._waves import (
    WaveError,
    WaveRules,
    judge_wave,
    make_waves,
    read_rules,
)

Data = dict[str, t.Any]


def fleet(vms: int, hosts: int = 4, mechanisms: tuple[str, ...] = MECHANISMS[:2]) -> list[Data]:
    return [
        {
            "id": f"id{number:03}",
            "name": f"vm{number:03}",
            "host": f"HV{number % hosts}",
            "mechanism": mechanisms[number // hosts % len(mechanisms)],
        }
        for number in range(vms)
    ]


def sizes(waves: list[Data]) -> list[int]:
    return [len(wave["vms"]) for wave in waves]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (WaveRules(canary=0, batch=(100,)), [20]),
        (WaveRules(canary=1, batch=(100,)), [1, 19]),
        (WaveRules(canary=2, batch=(3, 5)), [2, 3, 5, 5, 5]),
        (WaveRules(canary=0, batch=("25%",)), [5, 5, 5, 5]),
        (WaveRules(canary=0, batch=(1, "50%")), [1, 10, 9]),
        (WaveRules(canary=0, batch=("1%",)), [1] * 20),
        (WaveRules(canary=50), [20]),
    ],
)
def test_a_fleet_is_cut_as_the_rules_say(rules: WaveRules, expected: list[int]) -> None:
    assert sizes(make_waves(fleet(20), rules)) == expected


def test_every_vm_is_in_one_wave() -> None:
    batches: tuple[int | str, ...] = (1, 3, "10%", "100%")
    choices = itertools.product((0, 1, 3), batches, (0, 1, 2), (1, 3, 7))
    for canary, batch, per_host, hosts in choices:
        vms = fleet(23, hosts)
        waves = make_waves(vms, WaveRules(canary=canary, batch=(batch,), per_host=per_host))
        assert sorted(vm["id"] for wave in waves for vm in wave["vms"]) == [vm["id"] for vm in vms]
        assert all(wave["vms"] for wave in waves)
        assert [wave["number"] for wave in waves] == list(range(1, len(waves) + 1))


def test_the_order_of_the_vms_does_not_matter() -> None:
    vms = fleet(30)
    expected = make_waves(vms, WaveRules(canary=3, batch=(4,), per_host=2))
    generator = random.Random(3)
    for _unused in range(5):
        generator.shuffle(vms)
        assert make_waves(vms, WaveRules(canary=3, batch=(4,), per_host=2)) == expected


def test_the_canary_has_each_mechanism_and_spreads_over_hosts() -> None:
    waves = make_waves(fleet(40, hosts=4, mechanisms=MECHANISMS), WaveRules(canary=5))
    canary = waves[0]
    assert canary["kind"] == "canary"
    assert {vm["mechanism"] for vm in canary["vms"]} == set(MECHANISMS)
    assert len({vm["host"] for vm in canary["vms"]}) == 4
    assert {wave["kind"] for wave in waves[1:]} == {"batch"}


def test_a_canary_that_cannot_hold_each_mechanism_holds_what_it_can() -> None:
    waves = make_waves(fleet(40, mechanisms=MECHANISMS), WaveRules(canary=2))
    assert [vm["mechanism"] for vm in waves[0]["vms"]] == list(MECHANISMS[:2])


@pytest.mark.parametrize("per_host", [1, 2])
def test_no_host_has_more_than_its_share_in_a_wave(per_host: int) -> None:
    for wave in make_waves(fleet(40, hosts=3), WaveRules(canary=4, batch=(20,), per_host=per_host)):
        hosts = [vm["host"] for vm in wave["vms"]]
        assert max(hosts.count(host) for host in hosts) <= per_host


def test_the_soak_comes_between_waves_and_not_after_the_last() -> None:
    waves = make_waves(fleet(10), WaveRules(canary=1, batch=(5,), soak=60, canary_soak=3600))
    assert [wave["soak"] for wave in waves] == [3600, 60, 0]


def test_an_empty_fleet_has_no_waves() -> None:
    assert make_waves([], WaveRules()) == []


def wave(vms: int = 10, max_failures: float = 10.0, **more: t.Any) -> Data:
    return {"number": 2, "kind": "batch", "soak": 0, "max_failures": max_failures, "vms": fleet(vms), **more}


@pytest.mark.parametrize(
    ("failures", "allowed", "go_on"),
    [(0, 0, True), (1, 0, False), (1, 10, True), (2, 10, False), (2, 20, True), (10, 100, True)],
)
def test_the_run_stops_when_more_of_a_wave_fail_than_are_allowed(failures: int, allowed: float, go_on: bool) -> None:
    results = {f"id{number:03}": "failed" if number < failures else "done" for number in range(10)}
    found = judge_wave(wave(max_failures=allowed), results)
    assert (found.go_on, found.failed, found.share) == (go_on, failures, failures * 10.0)
    assert (found.reason is None) is go_on


def test_the_reason_to_stop_has_the_numbers() -> None:
    found = judge_wave(wave(), {f"id{number:03}": "failed" for number in range(3)})
    assert found.reason == "Wave 2 (batch): 10 of 10 virtual machines failed (100%), 10% are allowed"


def test_a_vm_without_a_result_counts_as_failed() -> None:
    assert judge_wave(wave(1, 0), {}).go_on is False


def test_a_vm_that_needed_nothing_is_no_failure() -> None:
    assert judge_wave(wave(1, 0), {"id000": "unchanged"}).go_on is True


def test_a_made_up_result_is_refused() -> None:
    with pytest.raises(WaveError, match="The result of 'id000' must be one of done, failed, unchanged, not 'fine'"):
        judge_wave(wave(1), {"id000": "fine"})


def test_one_canary_that_fails_stops_the_run() -> None:
    first = make_waves(fleet(20), WaveRules(canary=4))[0]
    results = {vm["id"]: "done" for vm in first["vms"]}
    results[first["vms"][0]["id"]] = "failed"
    assert judge_wave(first, results).go_on is False


def test_rules_are_read_as_users_write_them() -> None:
    assert read_rules({}) == WaveRules()
    assert read_rules({"batch": 5, "max_failures": "20%"}) == WaveRules(batch=(5,), max_failures=20.0)
    assert read_rules({"batch": [1, "10%"], "canary_max_failures": 0}).batch == (1, "10%")


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"batches": 3}, "'batches' is no rule of the waves; there are canary, batch, per_host, soak, canary_soak, "),
        ({"batch": 0}, "batch must be of numbers above 0 or of shares such as 10%, not '0'"),
        ({"batch": "ten"}, "batch must be of numbers above 0 or of shares such as 10%, not 'ten'"),
        ({"batch": "0%"}, "batch must be of numbers above 0 or of shares such as 10%, not '0%'"),
        ({"batch": "200%"}, "batch must be a share from 0 to 100, not '200%'"),
        ({"batch": []}, "batch must name at least one size"),
        ({"batch": None}, "batch must be of numbers above 0 or of shares such as 10%, not 'None'"),
        ({"canary": -1}, "canary must be a whole number of 0 or more, not '-1'"),
        ({"canary": True}, "canary must be a whole number of 0 or more, not 'True'"),
        ({"soak": "1h"}, "soak must be a whole number of 0 or more, not '1h'"),
        ({"max_failures": 101}, "max_failures must be a share from 0 to 100, not '101'"),
        ({"max_failures": "nan"}, "max_failures must be a share from 0 to 100, not 'nan'"),
        ({"max_failures": None}, "max_failures must be a share from 0 to 100, not 'None'"),
    ],
)
def test_rules_that_make_no_sense_are_refused(rules: Data, message: str) -> None:
    with pytest.raises(WaveError) as caught:
        read_rules(rules)
    assert str(caught.value).startswith(message)
