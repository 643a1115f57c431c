# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an update did to one virtual machine so far, step by step. For internal use of the collection only.

A step is written down before it begins and again when it ends, so that a run that is killed at any moment leaves behind
what it may have begun. The functions here change plain data and nothing else; _journal_store keeps it in files.
"""

from __future__ import annotations

import copy
import typing as t

SCHEMA = "hyperv.integration/journal/1"
RUNNING, DONE, FAILED, RELEASED = "running", "done", "failed", "released"
ENDS = (DONE, FAILED, RELEASED)
STARTED, SKIPPED = "started", "skipped"
STEP_ENDS = (DONE, FAILED, SKIPPED)


class Leaving(t.NamedTuple):
    """A step that leaves something behind: the step that takes it away, and the step that needs it until then."""

    undone_by: str
    needed_by: str | None
    text: str


LEAVING: dict[str, Leaving] = {
    "insert_disk": Leaving(
        "eject_disk", "run_setup", "The integration services setup disk may be in the drive of the virtual machine."
    ),
    "install_offline_package": Leaving(
        "dismount_disk",
        None,
        "The disk of the virtual machine may be mounted on its host, and the package half applied.",
    ),
}
# Steps that change the guest: one that was begun and not ended may be half done.
CHANGING = {
    "install_updates": "Updates may be half installed.",
    "run_setup": "The setup may be half done, or still run in the guest.",
    "install_package": "The package may be half applied.",
    "install_packages": "Packages may be half installed.",
    "restart_first": "The guest may be restarting.",
    "restart": "The guest may be restarting.",
    "enable_kvp": "Data Exchange may have been enabled.",
    "start_guest_kvp": "Data Exchange may have been started in the guest.",
}

Entry = dict[str, t.Any]
Owner = dict[str, t.Any]
IsAlive = t.Callable[[Entry], bool | None]


class JournalError(ValueError):
    """The journal does not allow what was asked for; the message says why."""

    hint = "Look at the file of the journal"


class JournalBusyError(JournalError):
    """Another run works on the virtual machine."""

    hint = "Wait for the other run, or release the entry if it is dead"


class Claim(t.NamedTuple):
    """A virtual machine that now belongs to the run, and what an earlier run left on it."""

    entry: Entry
    resumed: bool
    done: list[str]
    leftovers: list[dict[str, t.Any]]


def show(entry: Entry) -> str:
    """How messages name the virtual machine of an entry."""
    vm = entry["vm"]
    where = f" on '{vm['host']}'" if vm.get("host") else ""
    return f"'{vm.get('name') or vm.get('id')}'{where}"


def claim(
    before: Entry | None, vm: t.Mapping[str, t.Any], owner: Owner, plan: Entry, now: str, alive: IsAlive
) -> Claim:
    """Take a virtual machine for a run, or refuse while another run works on it.

    Args:
        before: What the journal has about the virtual machine, if anything.
        vm: Its id, name and host.
        owner: The run that wants it.
        plan: Its plan: mechanism, hash and version before.
        now: The time.
        alive: Tells whether the run of an entry still works: yes, no, or cannot be told.

    Raises:
        JournalBusyError: Another run works on it, or may still do so.
    """
    if before is not None and before["state"] == RUNNING and not _same_run(before["owner"], owner):
        _refuse_if_alive(before, alive)
    unfinished = before is not None and before["state"] == RUNNING
    # Steps of an earlier run count as done only for the same mechanism; a disk still in the drive counts in any case.
    resumed = unfinished and before is not None and before["mechanism"] == plan.get("mechanism")
    left = leftovers(before) if before is not None else []
    entry = _new_entry(vm, owner, plan, now)
    if resumed and before is not None:
        entry["steps"] = _steps_to_resume(before)
        entry["started_at"] = before["started_at"]
        entry["version_before"] = before["version_before"] or entry["version_before"]
        entry["resumed"] = before["resumed"] + 1
    elif before is not None:
        # The steps that left something stay in the journal until what they left is gone.
        kept = {row["step"] for row in left}
        entry["steps"] = [{**copy.deepcopy(step), "earlier": True} for step in before["steps"] if step["id"] in kept]
    return Claim(entry, bool(resumed), done_steps(entry) if resumed else [], left)


def _refuse_if_alive(entry: Entry, alive: IsAlive) -> None:
    owner = entry["owner"]
    answer = alive(entry)
    if answer is False:
        return
    doubt = "works" if answer else "may still work"
    where = f"process {owner.get('pid')} on '{owner.get('controller')}'"
    raise JournalBusyError(
        f"Run '{owner.get('run')}' ({where}) {doubt} on the virtual machine {show(entry)} since {entry['updated_at']}"
    )


def _steps_to_resume(before: Entry) -> list[Entry]:
    """The steps as they were, but what was taken away too early is done again from its beginning."""
    done = set(done_steps(before))
    again: set[str] = set()
    for step, leaving in LEAVING.items():
        if leaving.undone_by in done and leaving.needed_by is not None and leaving.needed_by not in done:
            again |= {step, leaving.undone_by}
    return [copy.deepcopy(row) for row in before["steps"] if row["id"] not in again]


def _same_run(one: Owner, other: Owner) -> bool:
    return one.get("run") == other.get("run")


def _new_entry(vm: t.Mapping[str, t.Any], owner: Owner, plan: Entry, now: str) -> Entry:
    return {
        "schema": SCHEMA,
        "vm": {"id": vm.get("id"), "name": vm.get("name"), "host": vm.get("host")},
        "owner": dict(owner),
        "state": RUNNING,
        "mechanism": plan.get("mechanism"),
        "plan_hash": plan.get("hash"),
        "version_before": plan.get("version"),
        "version_after": None,
        "restart_pending": None,
        "changed": None,
        "reason": None,
        "resumed": 0,
        "started_at": now,
        "updated_at": now,
        "ended_at": None,
        "steps": [],
    }


def start_step(entry: Entry, owner: Owner, step: str, now: str, undo: t.Any = None) -> Entry:
    """Write down that a step begins, with what is needed to undo it (for example what was in the drive).

    A step that an earlier run began is begun again; what is needed to undo it stays what it was at first.

    Raises:
        JournalError: The virtual machine does not belong to the run, or the step is done.
    """
    _check_owner(entry, owner)
    found = _step(entry, step)
    if found is not None and found["state"] == DONE:
        raise JournalError(f"Step '{step}' of the virtual machine {show(entry)} is done already")
    changed = copy.deepcopy(entry)
    first_undo = found["undo"] if found is not None and found["undo"] is not None else undo
    started = {
        "id": step,
        "state": STARTED,
        "started_at": now,
        "ended_at": None,
        "detail": None,
        "undo": first_undo,
        "earlier": False,
    }
    changed["steps"] = [row for row in changed["steps"] if row["id"] != step] + [started]
    changed["updated_at"] = now
    return changed


def end_step(entry: Entry, owner: Owner, step: str, now: str, state: str = DONE, detail: t.Any = None) -> Entry:
    """Write down how a step ended.

    Raises:
        JournalError: The virtual machine does not belong to the run, or the step was not begun.
    """
    _check_owner(entry, owner)
    if state not in STEP_ENDS:
        raise JournalError(f"A step ends as one of {', '.join(STEP_ENDS)}, not as '{state}'")
    changed = copy.deepcopy(entry)
    found = _step(changed, step)
    if found is None or found["state"] != STARTED:
        raise JournalError(f"Step '{step}' of the virtual machine {show(entry)} ends without having begun")
    found.update(state=state, ended_at=now, detail=detail)
    changed["updated_at"] = now
    return _forget_earlier(changed, step) if state == DONE else changed


def _forget_earlier(entry: Entry, undone_by: str) -> Entry:
    """What an earlier update left is gone, so that this one begins with a clean slate."""
    gone = {row["id"] for row in entry["steps"] if row["earlier"] and LEAVING[row["id"]].undone_by == undone_by}
    if gone:
        entry["steps"] = [row for row in entry["steps"] if row["id"] not in {*gone, undone_by}]
    return entry


def finish(
    entry: Entry,
    owner: Owner,
    now: str,
    state: str = DONE,
    version_after: str | None = None,
    restart_pending: bool | None = None,
    changed: bool | None = None,
    reason: str | None = None,
) -> Entry:
    """Give the virtual machine back. A step that was begun and did not end has failed by then.

    Raises:
        JournalError: It does not belong to the run, or something is left on it, which only a failure may leave.
    """
    _check_owner(entry, owner)
    if state not in ENDS:
        raise JournalError(f"An update ends as one of {', '.join(ENDS)}, not as '{state}'")
    left = leftovers(entry)
    if state == DONE and left:
        raise JournalError(f"The update of the virtual machine {show(entry)} is not done: {left[0]['text']}")
    ended = copy.deepcopy(entry)
    for row in ended["steps"]:
        # Not the steps of an earlier run: nobody knows how those ended.
        if row["state"] == STARTED and not row["earlier"]:
            row.update(state=FAILED, ended_at=now)
    ended.update(
        state=state,
        version_after=version_after,
        restart_pending=restart_pending,
        changed=changed,
        reason=reason,
        updated_at=now,
        ended_at=now,
    )
    return ended


def _check_owner(entry: Entry, owner: Owner) -> None:
    if entry["state"] != RUNNING:
        raise JournalError(f"The update of the virtual machine {show(entry)} has ended ({entry['state']})")
    if not _same_run(entry["owner"], owner):
        raise JournalError(f"The virtual machine {show(entry)} belongs to run '{entry['owner'].get('run')}'")


def _step(entry: Entry, step: str) -> Entry | None:
    return next((row for row in entry["steps"] if row["id"] == step), None)


def done_steps(entry: Entry) -> list[str]:
    """The steps that need not be done again."""
    return [row["id"] for row in entry["steps"] if row["state"] in (DONE, SKIPPED)]


def remaining_steps(entry: Entry, planned: t.Iterable[str]) -> list[str]:
    """The planned steps that are still to be done, those that were begun included."""
    done = set(done_steps(entry))
    return [step for step in planned if step not in done]


def leftovers(entry: Entry) -> list[dict[str, t.Any]]:
    """What an update may have left on the virtual machine or its host, and what is needed to take it away."""
    found = []
    done = set(done_steps(entry))
    for row in entry["steps"]:
        leaving = LEAVING.get(row["id"])
        if leaving is None or leaving.undone_by in done or row["state"] == SKIPPED:
            continue
        # What nothing needs any more is taken away by the step itself, unless that was cut off or failed.
        if row["state"] != DONE or leaving.needed_by is not None:
            what = {"step": row["id"], "undone_by": leaving.undone_by, "text": leaving.text}
            found.append({**what, "undo": row["undo"], "detail": row["detail"]})
    return found


def unfinished(entries: t.Iterable[Entry], alive: IsAlive) -> list[dict[str, t.Any]]:
    """The work that no run does any more: updates that were cut off, and what failed updates left behind."""
    found = []
    for entry in entries:
        left = leftovers(entry)
        cut_off = entry["state"] == RUNNING and alive(entry) is False
        if cut_off or (entry["state"] in ENDS and left):
            found.append(_describe(entry, left, cut_off))
    return sorted(found, key=lambda row: (row["host"] or "", row["name"] or "", row["id"] or ""))


def _describe(entry: Entry, left: list[dict[str, t.Any]], cut_off: bool) -> dict[str, t.Any]:
    begun = [row["id"] for row in entry["steps"] if row["state"] == STARTED]
    doubts = [CHANGING[step] for step in begun if step in CHANGING]
    return {
        **entry["vm"],
        "run": entry["owner"].get("run"),
        "state": "cut_off" if cut_off else entry["state"],
        "mechanism": entry["mechanism"],
        "done": done_steps(entry),
        "begun": begun,
        "leftovers": left,
        "text": " ".join([*doubts, *(row["text"] for row in left)]) or "Nothing was begun.",
        "updated_at": entry["updated_at"],
    }


def results(entries: t.Iterable[Entry], run: str) -> dict[str, str]:
    """What became of the virtual machines of one run, by id, in the words that waves are judged by."""
    words = {(DONE, False): "unchanged", (DONE, True): "done", (DONE, None): "done", (FAILED, None): "failed"}
    found = {}
    for entry in entries:
        word = words.get((entry["state"], entry.get("changed") if entry["state"] == DONE else None))
        if word is not None and entry["owner"].get("run") == run:
            found[str(entry["vm"]["id"])] = word
    return found
