# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils import _journal as journal
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_now import key_of, last_change
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    make_guest,
    make_host,
    make_service,
    make_services,
    make_vm,
)
from ansible_collections.hyperv.integration.tests.unit.update_report_samples import (
    NEW,
    OLD_SYSTEM,
    OWNER,
    RUN,
    entry_of,
    moment,
    old_fleet,
    old_vm,
    plan_of,
    report_of,
    saved_plan,
)

Data = dict[str, t.Any]

FLEET = saved_plan(old_fleet("web01"))
PLAN = plan_of(FLEET, "web01")
LATER = moment(60)


def row(entry: Data | None = None, **more: t.Any) -> Data:
    return t.cast(Data, report_of(FLEET, [entry] if entry else [], **more)["rows"][0])


def host_now(at: str = LATER, version: str = NEW, **changes: t.Any) -> Data:
    return make_host(vms=[make_vm("web01", version, **{**OLD_SYSTEM, **changes})], collected_at=at)


def guest_now(at: str = LATER, pending: bool | None = False, version: str | None = NEW) -> Data:
    version_now = {"value": version, "source": "registry", "reason": None}
    guest = make_guest(make_vm("web01"), version=version_now)
    return {**guest, "collected_at": at, "guest": {**guest["guest"], "restart_pending": pending}}


def test_a_row_tells_before_and_after() -> None:
    found = row(entry_of(PLAN))
    told = {name: found[name] for name in ("host", "name", "id", "mechanism", "plan_status", "wave", "outcome")}
    assert told == {
        "host": "HV01",
        "name": "web01",
        "id": PLAN["id"],
        "mechanism": "windows_update",
        "plan_status": "ready",
        "wave": 1,
        "outcome": "updated",
    }
    assert (found["version_before"], found["version_after"], found["version_now"]) == ("6.2.9200.16384", NEW, None)
    assert (found["started_at"], found["ended_at"], found["seconds"]) == (moment(0), moment(3), 180)
    assert found["steps"] == [{"id": "install_updates", "state": "done", "detail": {"updates": 1}}]
    assert (found["severity"], found["needs"], found["restart_pending"]) == ("ok", [], False)
    assert found["guest_os"] == "Windows Server 2012"


def test_entries_of_other_runs_do_not_count() -> None:
    entry = entry_of(PLAN)
    entry["owner"]["run"] = "yesterday"
    assert row(entry)["outcome"] == "planned"


def test_ids_may_be_written_in_other_ways() -> None:
    entry = entry_of(PLAN)
    entry["vm"]["id"] = "{" + PLAN["id"].upper() + "}"
    assert row(entry)["outcome"] == "updated"
    failures = {"{" + PLAN["id"].upper() + "}": {"msg": "m", "error_class": None, "hint": None}}
    assert row(failures=failures)["outcome"] == "failed"


def test_a_machine_without_id_is_known_by_its_name_on_its_host() -> None:
    assert key_of({"id": None, "name": "a", "host": "H"}) == "H/a" != key_of({"id": None, "name": "a", "host": "I"})
    assert key_of({"id": "ABC"}) == "abc"


def test_the_wave_of_a_machine_is_that_of_the_plan() -> None:
    plan = saved_plan(old_fleet(*(f"web{number:02d}" for number in range(7))), {"canary": 1, "batch": [3]})
    assert [one["wave"] for one in report_of(plan)["rows"]] == [1, 2, 2, 2, 3, 3, 3]


def test_a_restart_by_hand_is_seen_in_the_snapshots() -> None:
    entry = entry_of(PLAN, version_after=None, restart_pending=True)
    before = row(entry)
    assert (before["version_now"], before["restart_pending"], before["needs"]) == (None, True, ["restart_pending"])
    after = row(entry, snapshots=[host_now(), guest_now()])
    assert (after["version_now"], after["restart_pending"], after["needs"]) == (NEW, False, [])
    assert (after["verdict_now"], after["services"]) == ("current", [])


def test_a_version_is_judged_by_the_minimum_of_the_run() -> None:
    now = [host_now(), guest_now()]
    stricter = {**FLEET, "minimum_version": "6.3.9600.99999"}
    found = report_of(stricter, [entry_of(PLAN)], snapshots=now)["rows"][0]
    assert (found["verdict_now"], found["needs"]) == ("outdated", ["still_outdated"])
    # Runs of earlier releases kept none.
    assert report_of(FLEET, [entry_of(PLAN)], snapshots=now)["rows"][0]["verdict_now"] == "current"


def test_a_guest_alone_tells_its_version_and_its_restart() -> None:
    found = row(entry_of(PLAN), snapshots=[guest_now(pending=True)])
    assert (found["version_now"], found["restart_pending"], found["verdict_now"]) == (NEW, True, None)
    assert row(entry_of(PLAN), snapshots=[guest_now(pending=None)])["restart_pending"] is False


def test_a_snapshot_from_before_the_last_change_is_not_now() -> None:
    entry = entry_of(PLAN, [("install_updates", "done"), ("restart", "done")])
    assert last_change(entry).isoformat() == moment(4).replace("Z", "+00:00")
    old = [host_now(moment(3), "6.2.9200.16384"), guest_now(moment(3), True, "6.2.9200.16384")]
    assert row(entry, snapshots=old)["version_now"] is None
    assert row(entry, snapshots=[host_now(moment(4)), guest_now(moment(4))])["version_now"] == NEW


def test_what_is_still_outdated_needs_a_person_unless_it_waits_for_its_restart() -> None:
    old = [host_now(version="6.2.9200.16384"), guest_now(version="6.2.9200.16384")]
    assert row(entry_of(PLAN), snapshots=old)["needs"] == ["still_outdated"]
    waiting = [old[0], guest_now(pending=True, version="6.2.9200.16384")]
    assert row(entry_of(PLAN), snapshots=waiting)["needs"] == ["restart_pending"]


def test_services_that_do_not_work_now_need_a_person() -> None:
    services = make_services(vss=make_service("vss", True, "no_contact"))
    found = row(entry_of(PLAN), snapshots=[host_now(services=services)])
    assert [(one["key"], one["verdict"]) for one in found["services"]] == [("vss", "no_contact")]
    assert (found["needs"], found["severity"]) == (["services"], "warning")
    assert row(None, snapshots=[host_now(services=services)])["needs"] == []


def test_what_was_left_behind_is_the_gravest() -> None:
    found = row(entry_of(PLAN, [("insert_disk", "done"), ("run_setup", "failed")], "failed", reason="1603"))
    assert found["needs"] == ["leftovers", "failed"]
    assert [one["undone_by"] for one in found["leftovers"]] == ["eject_disk"]
    assert found["severity"] == "critical"


def test_steps_that_were_not_begun_are_told_of_what_did_not_get_through() -> None:
    planned = [step["id"] for step in PLAN["steps"]]
    cut = row(entry_of(PLAN, [("install_updates", None)], state=None))
    place = planned.index("install_updates")
    assert [one["state"] for one in cut["steps"]] == ["started", *["not_begun"] * (len(planned) - place - 1)]
    assert [one["id"] for one in row()["steps"]] == planned
    assert {one["state"] for one in row()["steps"]} == {"planned"}
    stopped = row(stopped="Too many failed")
    assert {one["state"] for one in stopped["steps"]} == {"not_begun"}


def test_the_steps_of_an_earlier_update_are_not_those_of_this_one() -> None:
    before = entry_of(PLAN, [("insert_disk", "done")], "failed")
    before["owner"]["run"] = "yesterday"
    claimed = journal.claim(before, PLAN, OWNER, PLAN, moment(90), lambda _entry: False)
    entry = journal.end_step(
        journal.start_step(claimed.entry, OWNER, "eject_disk", moment(91)), OWNER, "eject_disk", moment(92)
    )
    found = row(journal.finish(entry, OWNER, moment(93), changed=False))
    assert (found["outcome"], found["leftovers"]) == ("unchanged", [])
    assert entry["owner"]["run"] == RUN


@pytest.mark.parametrize("text", ["x", "2026", None])
def test_a_time_that_is_none_stops_nothing(text: str | None) -> None:
    entry = entry_of(PLAN)
    entry["started_at"] = text
    assert row(entry)["outcome"] == "updated"


def test_a_machine_that_the_host_could_not_read_is_not_known_now() -> None:
    broken = old_vm("web01", error={"error_class": "unexpected", "msg": "x", "hint": None})
    assert row(entry_of(PLAN), snapshots=[make_host(vms=[broken], collected_at=LATER)])["version_now"] is None
