# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import Fleet
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_leftovers import assign_leftovers
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_work import (
    SelectionError,
    choose_vms,
    make_work,
    ready_ids,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._waves import WaveRules

Data = dict[str, t.Any]
IDS = {
    name: f"00000000-0000-0000-0000-00000000000{number}"
    for number, name in enumerate(("disk", "update", "off", "linux", "current"))
}
MECHANISMS = {
    "disk": "integration_services_disk",
    "update": "windows_update",
    "off": "offline",
    "linux": "package_manager",
    "current": "none",
}


def fleet() -> Fleet:
    services = [
        {"key": "heartbeat", "enabled": True, "primary_status": "ok"},
        {"key": "vss", "enabled": True, "primary_status": "no_contact"},
        {"key": "guest_service_interface", "enabled": False, "primary_status": "ok"},
    ]
    vms = [{"id": identity, "name": name, "services": services} for name, identity in IDS.items()]
    host = {"name": "HV01", "reference_version": "6.3.9600.18692"}
    guests: dict[str, Data] = {IDS[name]: {"target": f"guest-{name}"} for name in ("disk", "update", "linux")}
    return Fleet([{"target": "hv01.example.org", "host": host, "vms": vms}], guests, [], [])


def plan(**changes: t.Any) -> Data:
    vms = [
        {
            "id": identity,
            "name": name,
            "host": "HV01",
            "version": None,
            "mechanism": MECHANISMS[name],
            "hash": "aa",
            "status": "nothing_to_do" if name == "current" else "ready",
            "steps": [{"id": "a", "phase": "apply", "module": "m", "text": "Do it."}],
            **changes.get(name, {}),
        }
        for name, identity in IDS.items()
    ]
    return {"vms": vms}


TARGETS = ["hv01.example.org", "guest-disk", "guest-update", "guest-linux"]
ALL_AT_ONCE = WaveRules(canary=0, batch=(100,))


def work(targets: list[str] | None = None, **changes: t.Any) -> tuple[Data, dict[str, Data]]:
    done = make_work(plan(**changes), fleet(), targets or TARGETS, ALL_AT_ONCE, "6.3.9600.18907")
    return done.waves[0] if done.waves else {}, {row["name"]: row for row in done.not_assigned}


def test_each_guest_works_on_its_own_machine_and_the_host_on_those_that_are_off() -> None:
    wave, left = work()
    assert {target: [row["name"] for row in rows] for target, rows in wave["targets"].items()} == {
        "guest-disk": ["disk"],
        "guest-update": ["update"],
        "guest-linux": ["linux"],
        "hv01.example.org": ["off"],
    }
    assert (wave["size"], wave["depth"], left) == (4, 1, {})
    assert wave["mechanisms"] == sorted(set(MECHANISMS.values()) - {"none"})


def test_the_work_of_a_target_has_what_its_tasks_need() -> None:
    wave, _left = work()
    row = wave["targets"]["guest-disk"][0]
    assert row["host_target"] == "hv01.example.org"
    assert row["expected_version"] == "6.3.9600.18692"
    assert row["in_contact"] == ["heartbeat"]
    assert wave["targets"]["guest-linux"][0]["expected_version"] is None


def test_the_minimum_counts_where_the_host_tells_no_version() -> None:
    silent = fleet()
    silent.hosts[0]["host"]["reference_version"] = None
    done = make_work(plan(), silent, TARGETS, ALL_AT_ONCE, "6.3.9600.18907")
    targets = done.waves[0]["targets"]
    assert targets["guest-update"][0]["expected_version"] == "6.3.9600.18907"
    assert targets["guest-disk"][0]["expected_version"] is None


@pytest.mark.parametrize(
    ("targets", "changes", "name", "reason"),
    [
        (["hv01.example.org"], {}, "disk", "Its guest is not among the hosts of the play."),
        (["guest-disk", "guest-update"], {}, "disk", "Its host is not among the hosts of the play."),
        (["guest-disk"], {}, "off", "Its host is not among the hosts of the play."),
        (TARGETS, {"update": {"id": None}}, "update", "The host tells no id of the virtual machine."),
        (
            TARGETS,
            {"disk": {"steps": [{"id": "a", "phase": "apply", "module": None, "text": "Do it by hand."}]}},
            "disk",
            "A step of the plan is done by hand: Do it by hand.",
        ),
    ],
)
def test_what_nobody_can_do_is_told_with_its_reason(targets: list[str], changes: Data, name: str, reason: str) -> None:
    _wave, left = work(targets, **changes)
    assert left[name]["reason"] == reason
    assert left[name]["hint"]


def test_a_guest_that_is_not_in_the_inventory_is_told() -> None:
    lonely = fleet()
    lonely.guests.clear()
    done = make_work(plan(), lonely, TARGETS, ALL_AT_ONCE, None)
    assert {row["name"] for row in done.not_assigned} == {"disk", "update", "linux"}
    assert "windows_guests" in done.not_assigned[0]["hint"]


def test_a_linux_guest_is_updated_without_its_host() -> None:
    wave, _left = work(["guest-linux"])
    assert list(wave["targets"]) == ["guest-linux"]


@pytest.mark.parametrize("wanted", ["OFF", IDS["off"], "{" + IDS["off"].upper() + "}"])
def test_machines_are_chosen_by_name_or_id(wanted: str) -> None:
    chosen = choose_vms(fleet(), [wanted])
    assert [vm["name"] for vm in chosen.hosts[0]["vms"]] == ["off"]


def test_a_name_that_no_machine_has_is_named() -> None:
    assert choose_vms(fleet(), []).hosts == fleet().hosts
    with pytest.raises(SelectionError, match="web99"):
        choose_vms(fleet(), ["off", "web99"])


def unfinished(name: str, **changes: t.Any) -> Data:
    entry = {
        "id": IDS[name],
        "name": name,
        "host": "HV01",
        "state": "cut_off",
        "mechanism": MECHANISMS[name],
        "text": "The disk may be in the drive.",
        "leftovers": [{"step": "insert_disk", "undone_by": "eject_disk", "detail": {"restore_path": "C:\\a.iso"}}],
    }
    return {**entry, **changes}


def test_what_is_left_is_taken_away_by_the_host_where_the_machine_is() -> None:
    found = assign_leftovers([unfinished("disk")], fleet(), TARGETS, set())
    rows = found["targets"]["hv01.example.org"]
    assert (rows[0]["undone_by"], found["depth"], found["lost"]) == (["eject_disk"], 1, [])
    assert "restore_path" not in rows[0]


def test_another_host_is_told_what_the_drive_held() -> None:
    found = assign_leftovers([unfinished("disk", host="HV02")], fleet(), TARGETS, set())
    assert found["targets"]["hv01.example.org"][0]["restore_path"] == "C:\\a.iso"


def test_what_no_host_of_the_play_can_take_away_is_told() -> None:
    found = assign_leftovers([unfinished("disk")], fleet(), ["guest-disk"], set())
    assert (found["targets"], found["lost"][0]["name"]) == ({}, "disk")
    found = assign_leftovers([unfinished("disk", id="gone")], fleet(), TARGETS, set())
    assert found["lost"][0]["id"] == "gone"


def test_an_update_that_left_nothing_is_resumed_or_closed() -> None:
    bare = unfinished("update", leftovers=[])
    assert assign_leftovers([bare], fleet(), TARGETS, {IDS["update"]})["depth"] == 0
    assert assign_leftovers([bare], fleet(), TARGETS, set())["targets"]["hv01.example.org"][0]["undone_by"] == []
    assert assign_leftovers([{**bare, "state": "failed"}], fleet(), TARGETS, set())["depth"] == 0


def test_only_what_is_ready_is_going_to_be_updated() -> None:
    assert ready_ids(plan()) == set(IDS.values()) - {IDS["current"]}
