# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils import _journal as journal
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import MECHANISMS, Policy
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_steps import steps
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.test__plan_steps import ROW

VM = {"id": "7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f", "name": "web01", "host": "HV01"}
FIRST: journal.Owner = {"run": "first", "controller": "ctl", "pid": 41}
SECOND: journal.Owner = {"run": "second", "controller": "ctl", "pid": 42}
DISK = {"mechanism": "integration_services_disk", "hash": "aa", "version": "6.2.9200"}
UPDATE = {"mechanism": "windows_update", "hash": "bb", "version": "6.2.9200"}
DISK_STEPS = ["insert_disk", "run_setup", "verify_version", "eject_disk"]


def dead(entry: journal.Entry) -> bool | None:
    return False


def living(entry: journal.Entry) -> bool | None:
    return True


def untold(entry: journal.Entry) -> bool | None:
    return None


def new(plan: dict[str, t.Any] | None = None, owner: journal.Owner | None = None) -> journal.Entry:
    return journal.claim(None, VM, owner or FIRST, plan or DISK, "t0", living).entry


def after(entry: journal.Entry, *steps: tuple[str, str], owner: journal.Owner | None = None) -> journal.Entry:
    """The entry after steps that ended so, or only began."""
    owner = owner or FIRST
    for name, state in steps:
        entry = journal.start_step(
            entry, owner, name, "t1", undo={"path": "user.iso"} if name == "insert_disk" else None
        )
        if state != "started":
            entry = journal.end_step(entry, owner, name, "t2", state)
    return entry


def again(before: journal.Entry, plan: dict[str, t.Any] | None = None, alive: journal.IsAlive = dead) -> journal.Claim:
    return journal.claim(before, VM, SECOND, plan or DISK, "t9", alive)


def test_a_vm_that_nobody_had_is_taken() -> None:
    found = journal.claim(None, VM, FIRST, DISK, "t0", living)
    assert (found.resumed, found.done, found.leftovers) == (False, [], [])
    assert (found.entry["state"], found.entry["plan_hash"], found.entry["version_before"]) == (
        "running",
        "aa",
        "6.2.9200",
    )


@pytest.mark.parametrize(("alive", "word"), [(living, "works"), (untold, "may still work")])
def test_two_runs_on_one_vm_are_refused(alive: journal.IsAlive, word: str) -> None:
    with pytest.raises(journal.JournalBusyError) as caught:
        again(new(), alive=alive)
    assert str(caught.value) == (
        f"Run 'first' (process 41 on 'ctl') {word} on the virtual machine 'web01' on 'HV01' since t0"
    )


@pytest.mark.parametrize("state", ["done", "failed", "released"])
def test_a_vm_that_was_given_back_is_free_whoever_lives(state: str) -> None:
    ended = journal.finish(new(), FIRST, "t5", state)
    assert again(ended, alive=living).resumed is False


def test_the_same_run_may_take_its_vm_again() -> None:
    entry = after(new(), ("insert_disk", "done"))
    found = journal.claim(entry, VM, FIRST, DISK, "t3", living)
    assert (found.resumed, found.done) == (True, ["insert_disk"])


def test_a_run_that_was_killed_is_resumed_where_it_stood() -> None:
    before = after(new(), ("insert_disk", "done"), ("run_setup", "started"))
    found = again(before)
    assert (found.resumed, found.done) == (True, ["insert_disk"])
    assert journal.remaining_steps(found.entry, DISK_STEPS) == ["run_setup", "verify_version", "eject_disk"]
    assert (found.entry["owner"], found.entry["started_at"], found.entry["resumed"]) == (SECOND, "t0", 1)


def test_the_version_before_stays_the_one_before_the_first_run() -> None:
    before = after(new(), ("insert_disk", "done"), ("run_setup", "done"))
    assert again(before, {**DISK, "version": "6.3.9600"}).entry["version_before"] == "6.2.9200"


def test_what_was_in_the_drive_at_first_is_what_is_given_back() -> None:
    """A second insertion finds the setup disk in the drive; that is not what the user had there."""
    before = after(new(), ("insert_disk", "started"))
    entry = journal.start_step(again(before).entry, SECOND, "insert_disk", "t9", undo={"path": "vmguest.iso"})
    assert journal.leftovers(entry)[0]["undo"] == {"path": "user.iso"}


def test_a_disk_that_was_taken_out_too_early_is_inserted_again() -> None:
    """The cleanup is done in any case, so a setup that failed is followed by an ejected disk."""
    before = after(new(), ("insert_disk", "done"), ("run_setup", "failed"), ("eject_disk", "done"))
    assert journal.remaining_steps(again(before).entry, DISK_STEPS) == DISK_STEPS


def test_a_disk_that_is_needed_no_more_is_not_inserted_again() -> None:
    before = after(new(), ("insert_disk", "done"), ("run_setup", "done"), ("eject_disk", "done"))
    assert journal.remaining_steps(again(before).entry, DISK_STEPS) == ["verify_version"]


def test_another_mechanism_begins_anew_but_knows_what_was_left() -> None:
    before = after(new(), ("insert_disk", "done"), ("run_setup", "started"))
    found = again(before, UPDATE)
    assert (found.resumed, found.done) == (False, [])
    assert [row["undone_by"] for row in found.leftovers] == ["eject_disk"]
    assert found.leftovers[0]["undo"] == {"path": "user.iso"}
    cleaned = after(found.entry, ("eject_disk", "done"), owner=SECOND)
    assert (journal.leftovers(cleaned), cleaned["steps"]) == ([], [])


def test_what_a_failed_update_left_is_handed_to_the_next_and_can_be_done_again() -> None:
    before = journal.finish(after(new(), ("insert_disk", "done"), ("run_setup", "failed")), FIRST, "t5", "failed")
    found = again(before)
    assert (found.resumed, len(found.leftovers)) == (False, 1)
    cleaned = after(found.entry, ("eject_disk", "done"), owner=SECOND)
    whole = after(cleaned, *((step, "done") for step in DISK_STEPS), owner=SECOND)
    assert journal.finish(whole, SECOND, "t9")["state"] == "done"


def test_an_update_is_not_done_while_something_is_left() -> None:
    entry = after(new(), ("insert_disk", "done"), ("run_setup", "done"))
    with pytest.raises(journal.JournalError) as caught:
        journal.finish(entry, FIRST, "t5")
    assert str(caught.value) == (
        "The update of the virtual machine 'web01' on 'HV01' is not done: The integration services setup disk may be "
        "in the drive of the virtual machine."
    )


@pytest.mark.parametrize(
    ("step", "state", "left"),
    [
        ("insert_disk", "started", ["eject_disk"]),
        ("insert_disk", "failed", ["eject_disk"]),
        ("insert_disk", "done", ["eject_disk"]),
        ("insert_disk", "skipped", []),
        ("install_offline_package", "started", ["dismount_disk"]),
        ("install_offline_package", "failed", ["dismount_disk"]),
        ("install_offline_package", "done", []),
        ("run_setup", "started", []),
    ],
)
def test_what_a_step_leaves(step: str, state: str, left: list[str]) -> None:
    assert [row["undone_by"] for row in journal.leftovers(after(new(), (step, state)))] == left


def test_a_step_that_is_done_is_not_begun_again() -> None:
    entry = after(new(), ("run_setup", "done"))
    with pytest.raises(journal.JournalError, match="Step 'run_setup' of the virtual machine 'web01' on 'HV01' is done"):
        journal.start_step(entry, FIRST, "run_setup", "t3")


def test_a_step_that_failed_may_be_tried_again() -> None:
    entry = after(new(), ("run_setup", "failed"), ("run_setup", "done"))
    assert [(row["id"], row["state"]) for row in entry["steps"]] == [("run_setup", "done")]


def test_a_step_cannot_end_before_it_begins() -> None:
    with pytest.raises(journal.JournalError, match="ends without having begun"):
        journal.end_step(new(), FIRST, "run_setup", "t3")
    entry = after(new(), ("run_setup", "done"))
    with pytest.raises(journal.JournalError, match="ends without having begun"):
        journal.end_step(entry, FIRST, "run_setup", "t3")


def test_only_the_words_of_the_journal_are_taken() -> None:
    entry = after(new(), ("run_setup", "started"))
    with pytest.raises(journal.JournalError, match="done, failed, skipped, not as 'good'"):
        journal.end_step(entry, FIRST, "run_setup", "t3", "good")
    with pytest.raises(journal.JournalError, match="done, failed, released, not as 'good'"):
        journal.finish(entry, FIRST, "t3", "good")


def test_nobody_writes_into_anothers_update_or_one_that_has_ended() -> None:
    entry = after(new(), ("run_setup", "started"))
    with pytest.raises(journal.JournalError, match="belongs to run 'first'"):
        journal.start_step(entry, SECOND, "restart", "t3")
    with pytest.raises(journal.JournalError, match="belongs to run 'first'"):
        journal.end_step(entry, SECOND, "run_setup", "t3")
    with pytest.raises(journal.JournalError, match="belongs to run 'first'"):
        journal.finish(entry, SECOND, "t3", "failed")
    ended = journal.finish(entry, FIRST, "t3", "failed")
    with pytest.raises(journal.JournalError, match="has ended"):
        journal.start_step(ended, FIRST, "restart", "t4")


def test_nothing_that_was_given_is_changed_in_place() -> None:
    entry = after(new(), ("insert_disk", "done"), ("run_setup", "started"))
    before = copy.deepcopy(entry)
    after(entry, ("restart", "done"))
    journal.end_step(entry, FIRST, "run_setup", "t3")
    journal.finish(entry, FIRST, "t3", "failed")
    again(entry).entry["steps"].clear()
    assert entry == before


def test_the_unfinished_work_is_told_in_sentences() -> None:
    cut_off = after(new(), ("insert_disk", "done"), ("run_setup", "started"))
    untouched = {**new(), "vm": {**VM, "name": "web00"}}
    failed = journal.finish(after(new(), ("insert_disk", "failed")), FIRST, "t5", "failed")
    failed["vm"]["name"] = "web02"
    done = journal.finish(new(), FIRST, "t5")
    found = journal.unfinished([failed, cut_off, done, untouched], dead)
    assert [(row["name"], row["state"], row["text"]) for row in found] == [
        ("web00", "cut_off", "Nothing was begun."),
        (
            "web01",
            "cut_off",
            "The setup may be half done, or still run in the guest. The integration services setup disk may be in the "
            "drive of the virtual machine.",
        ),
        ("web02", "failed", "The integration services setup disk may be in the drive of the virtual machine."),
    ]
    assert found[1]["done"] == ["insert_disk"]
    assert found[1]["begun"] == ["run_setup"]


@pytest.mark.parametrize("alive", [living, untold])
def test_work_that_somebody_may_still_do_is_not_unfinished(alive: journal.IsAlive) -> None:
    assert journal.unfinished([after(new(), ("run_setup", "started"))], alive) == []


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_run_killed_at_any_moment_is_resumed_to_its_end(mechanism: str) -> None:
    """Before each step and inside each step of each mechanism: the next run does what is missing, and only that."""
    planned = [step["id"] for step in steps(mechanism, Policy(restart="always"), ROW, ["enable_kvp"])]
    plan = {"mechanism": mechanism, "hash": "x", "version": None}
    for killed_at in range(len(planned)):
        for begun in (False, True):
            entry = after(new(plan), *((step, "done") for step in planned[:killed_at]))
            entry = after(entry, (planned[killed_at], "started")) if begun else entry
            found = again(entry, plan)
            assert found.resumed
            rest = journal.remaining_steps(found.entry, planned)
            assert rest == planned[killed_at:]
            whole = after(found.entry, *((step, "done") for step in rest), owner=SECOND)
            assert journal.leftovers(whole) == []
            assert journal.finish(whole, SECOND, "t9")["state"] == "done"
            assert journal.remaining_steps(whole, planned) == []


def test_every_changing_step_of_a_plan_says_what_may_be_half_done() -> None:
    """A step that is cut off is described, whichever it is."""
    for mechanism in MECHANISMS:
        for step in steps(mechanism, Policy(restart="always"), ROW, ["enable_kvp", "start_guest_kvp"]):
            if step["changes"] and step["phase"] == "apply":
                assert step["id"] in journal.CHANGING or step["id"] in journal.LEAVING
