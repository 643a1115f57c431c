# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils import _journal as journal
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan import STATUSES
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_html_data import GRADES
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_fate import (
    OUTCOMES,
    Course,
    Fate,
    plain,
    settle,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_words import OUTCOME_NAMES
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import make_host, make_service, make_services
from ansible_collections.hyperv.integration.tests.unit.update_report_samples import (
    OWNER,
    entry_of,
    moment,
    old_fleet,
    old_vm,
    plan_of,
    saved_plan,
)

Data = dict[str, t.Any]

PLAN = plan_of(saved_plan(old_fleet("web01")), "web01")
BEGUN, IDLE = Course(begun=True), Course(begun=False)
STOPPED = Course(begun=True, stopped="Wave 1 (canary): 1 of 1 virtual machines failed.")
BUSY: Data = {"msg": "Another run has it", "error_class": "vm_busy", "hint": "Wait"}


def fate(entry: Data | None = None, failure: Data | None = None, plan: Data = PLAN, course: Course = BEGUN) -> Fate:
    return settle(plan, entry, failure, None, course)


def test_every_outcome_has_its_words_and_every_status_is_one() -> None:
    assert list(OUTCOME_NAMES) == list(OUTCOMES) == list(GRADES)
    assert {status for status in STATUSES if status != "ready"} <= set(OUTCOMES)


@pytest.mark.parametrize(
    ("ends", "outcome"),
    [
        ({"changed": True}, "updated"),
        ({"changed": False}, "unchanged"),
        ({"changed": None, "version_after": PLAN["version"]}, "unchanged"),
        ({"changed": None, "version_after": "6.3.9600.18907"}, "updated"),
        ({"changed": None, "version_after": None}, "updated"),
    ],
)
def test_what_is_done_was_changed_or_not(ends: Data, outcome: str) -> None:
    assert fate(entry_of(PLAN, **ends)).outcome == outcome


def test_without_a_word_of_it_and_without_a_changing_step_nothing_was_changed() -> None:
    entry = entry_of(PLAN, [("verify_version", "done")], changed=None, version_after=None)
    assert fate(entry).outcome == "unchanged"


def test_an_entry_of_an_older_release_does_not_say_whether_anything_changed() -> None:
    entry = entry_of(PLAN)
    del entry["changed"]
    assert fate(entry).outcome == "updated"


def test_what_failed_tells_its_reason_and_where_it_stood() -> None:
    told = fate(entry_of(PLAN, [("install_updates", "failed")], "failed", reason="No server."))
    assert (told.outcome, told.reason, told.hint) == (
        "failed",
        "No server",
        "Look at the reason, then run the update again",
    )
    silent = fate(entry_of(PLAN, [("install_updates", "done")], "failed"))
    assert silent.reason == "It ended between two steps"
    assert fate(entry_of(PLAN, [("run_setup", "failed")], "failed")).reason == "The step run_setup failed"
    assert fate(entry_of(PLAN, [("run_setup", None)], "failed")).reason == "The step run_setup failed"
    left = fate(entry_of(PLAN, [("insert_disk", "done"), ("run_setup", "failed")], "failed"))
    assert left.hint == "Run the update again: it first takes away what was left behind"


def test_what_the_journal_still_calls_running_was_cut_off() -> None:
    cut = fate(entry_of(PLAN, [("run_setup", None)], state=None))
    assert cut.outcome == "cut_off"
    assert cut.reason == "It ended during the step run_setup. The setup may be half done, or still run in the guest"
    assert fate(entry_of(PLAN, [], state=None)).reason == "It ended before its first step"


def test_a_failure_beside_the_journal_gives_reason_and_hint() -> None:
    cut = fate(
        entry_of(PLAN, [("run_setup", None)], state=None), {"msg": "unreachable", "error_class": None, "hint": None}
    )
    assert (cut.outcome, cut.reason) == ("cut_off", "unreachable")
    assert cut.hint == "Run the update again: it goes on where this one was cut off, or cleans up first"
    done = fate(entry_of(PLAN), BUSY)
    assert (done.outcome, done.cause, done.error_class) == ("failed", "failed", "vm_busy")


def test_a_failure_alone_is_a_failure_whatever_the_plan_says() -> None:
    for plan in (PLAN, {**PLAN, "status": "blocked"}):
        assert fate(None, BUSY, plan) == Fate("failed", "failed", "Another run has it", "Wait", "vm_busy")


def released(*steps: str) -> Data:
    """What a run does with what an earlier one left: it takes the machine, cleans up, and gives it back."""
    owner = {**OWNER, "run": "next"}
    left = entry_of(PLAN, [("insert_disk", "done")], "failed")
    entry = journal.claim(left, PLAN, owner, PLAN, moment(60), lambda _entry: False).entry
    for step in steps:
        entry = journal.end_step(journal.start_step(entry, owner, step, moment(61)), owner, step, moment(62))
    return journal.finish(entry, owner, moment(63), "released", reason="What an earlier run left was taken away")


def test_what_was_given_back_untouched_is_what_its_plan_says() -> None:
    for entry in (entry_of(PLAN, [], "released"), entry_of(PLAN, [("install_updates", "skipped")], "released")):
        assert fate(entry) == fate()
    assert fate(entry_of(PLAN, [("install_updates", "done")], "released")).outcome == "failed"


def test_taking_away_what_an_earlier_run_left_is_no_update() -> None:
    assert fate(released("eject_disk")).cause == "not_reached"
    nothing = {**PLAN, "status": "nothing_to_do"}
    assert fate(released("eject_disk"), plan=nothing).outcome == "nothing_to_do"
    still = fate(released(), plan=nothing)
    assert (still.outcome, still.hint) == ("failed", "Run the update again: it first takes away what was left behind")


def test_a_ready_plan_that_nothing_was_done_for() -> None:
    assert fate(course=IDLE).outcome == "planned"
    stopped = fate(course=STOPPED)
    assert (stopped.outcome, stopped.cause) == ("not_run", "stopped")
    assert stopped.reason == "Wave 1 (canary): 1 of 1 virtual machines failed"
    assert fate().cause == "not_reached"
    nobody = {"reason": "No guest of the inventory is this VM.", "hint": "Add it"}
    assert settle(PLAN, None, None, nobody, IDLE) == Fate(
        "not_run", "not_assigned", "No guest of the inventory is this VM", "Add it"
    )


def test_a_plan_that_is_not_ready_says_why() -> None:
    off = make_services(key_value_pair_exchange=make_service("key_value_pair_exchange", False, "ok"))
    xp = {"os_name": "Windows XP", "os_version": "5.1.2600"}
    vms = [old_vm("off", services=off), old_vm("xp", **xp), old_vm("none", os_name=None, os_version=None)]
    plan = saved_plan([make_host(vms=[*vms, old_vm("new", os_name="Windows Server 2019", os_version="10.0.17763")])])
    blocked = fate(plan=plan_of(plan, "off"))
    assert blocked.outcome == "blocked"
    assert (
        blocked.reason == "The host has not enabled Data Exchange; Windows Update offers this guest nothing without it"
    )
    assert "allow_enable_kvp" in str(blocked.hint)
    unsupported = fate(plan=plan_of(plan, "xp"))
    assert (unsupported.outcome, str(unsupported.reason)[:17]) == ("unsupported", "Not in the matrix")
    unknown = fate(plan=plan_of(plan, "none"))
    assert unknown.outcome == "unknown"
    assert unknown.hint
    nothing = fate(plan=plan_of(plan, "new"))
    assert (nothing.outcome, nothing.cause, nothing.hint) == ("nothing_to_do", None, None)
    refused = fate(plan={**PLAN, "status": "refused", "reasons": ["The table names A.", "The policy demands B."]})
    assert refused.reason == "The table names A. The policy demands B"


@pytest.mark.parametrize(
    ("text", "shown"), [("A.", "A"), ("wait ...", "wait ..."), ("", None), (None, None), (" a ", "a")]
)
def test_a_reason_stands_without_its_full_stop(text: str | None, shown: str | None) -> None:
    assert plain(text) == shown
