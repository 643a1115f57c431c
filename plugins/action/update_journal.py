# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write down what an update does to a virtual machine. It orders the calls; what they do is in plugin_utils."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.hyperv.integration.plugins.plugin_utils import _journal as journal
from ansible_collections.hyperv.integration.plugins.plugin_utils import _journal_owner as owners
from ansible_collections.hyperv.integration.plugins.plugin_utils._audit_run import current_run, current_time, full_path
from ansible_collections.hyperv.integration.plugins.plugin_utils._journal_store import JournalStore

STEP_STATES = {
    "step_started": None,
    "step_done": journal.DONE,
    "step_failed": journal.FAILED,
    "step_skipped": journal.SKIPPED,
}
CLAIMED = "claimed"
ARGUMENTS: dict[str, t.Any] = {
    "changed": {"type": "bool"},
    "detail": {"type": "dict"},
    "directory": {"type": "path", "required": True},
    "reason": {"type": "str"},
    "restart_pending": {"type": "bool"},
    "stale_after": {"type": "int", "default": 86400},
    "state": {"type": "str", "required": True, "choices": [CLAIMED, *STEP_STATES, *journal.ENDS]},
    "step": {"type": "str"},
    "undo": {"type": "dict"},
    "version_after": {"type": "str"},
    "vm": {"type": "dict", "required": True},
}
REQUIRED_IF = [("state", state, ("step",)) for state in STEP_STATES]

Change = tuple[journal.Entry, journal.Claim | None]


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def _change(self, options: dict[str, t.Any], before: journal.Entry | None) -> Change:
        """The entry as it becomes. The journal refuses what the run may not do."""
        owner, now, state = owners.this_owner(current_run(), owners.current_run_pid()), current_time(), options["state"]
        if state == CLAIMED:
            alive = owners.watch(now, options["stale_after"])
            taken = journal.claim(before, options["vm"], owner, options["vm"], now, alive)
            return taken.entry, taken
        if before is None:
            name = options["vm"].get("name") or options["vm"].get("id")
            raise journal.JournalError(f"The virtual machine '{name}' is not in the journal; claim it first")
        if state == "step_started":
            return journal.start_step(before, owner, options["step"], now, options["undo"]), None
        if state in STEP_STATES:
            end = STEP_STATES[state] or journal.DONE
            return journal.end_step(before, owner, options["step"], now, end, options["detail"]), None
        ends = {name: options[name] for name in ("version_after", "restart_pending", "changed", "reason")}
        return journal.finish(before, owner, now, state, **ends), None

    def _store(self, options: dict[str, t.Any]) -> tuple[journal.Entry | None, Change | None]:
        """The entry before and after; after is null where check mode cannot tell, since nothing was claimed before."""
        store = JournalStore(full_path(options["directory"]))
        identity, host = _identity(options["vm"])
        if self._task.check_mode:
            before = store.load(identity, host)
            claimed = before is not None and before["owner"]["run"] == current_run()
            if options["state"] != CLAIMED and not claimed:
                return before, None
            return before, self._change(options, before)

        def change(before: journal.Entry | None) -> tuple[journal.Entry, tuple[journal.Entry | None, Change]]:
            made = self._change(options, before)
            return made[0], (before, made)

        return store.update(identity, host, change)

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        base: t.Any = self
        _validation, options = base.validate_argument_spec(argument_spec=ARGUMENTS, required_if=REQUIRED_IF)
        try:
            before, made = self._store(options)
        except journal.JournalError as error:
            busy = isinstance(error, journal.JournalBusyError)
            more = {"error_class": "vm_busy" if busy else "blocked", "hint": error.hint}
            raise AnsibleActionFail(str(error), result=more) from None
        entry, claim = made if made else (None, None)
        result.update(
            changed=True,
            entry=entry,
            resumed=bool(claim and claim.resumed),
            done=journal.done_steps(entry) if entry else [],
            leftovers=journal.leftovers(entry) if entry else [],
            remaining=journal.remaining_steps(entry or {"steps": []}, _planned(options["vm"])),
            diff={"before": _shown(before), "after": _shown(entry)},
        )
        return result


def _identity(vm: dict[str, t.Any]) -> tuple[str, str | None]:
    identity = vm.get("id") or vm.get("name")
    if not isinstance(identity, str):
        raise journal.JournalError("The virtual machine has neither id nor name")
    host = vm.get("host")
    return identity, host if isinstance(host, str) else None


def _planned(vm: dict[str, t.Any]) -> list[str]:
    steps = vm.get("steps")
    return [str(step["id"]) for step in steps if isinstance(step, dict) and "id" in step] if steps else []


def _shown(entry: journal.Entry | None) -> dict[str, t.Any]:
    if entry is None:
        return {}
    return {"state": entry["state"], "steps": {row["id"]: row["state"] for row in entry["steps"]}}
