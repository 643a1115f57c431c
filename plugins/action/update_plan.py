# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan the update of a fleet on the controller. It orders the steps; what they do is in plugin_utils."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.text.converters import to_text
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import action_loader, module_loader

from ansible_collections.hyperv.integration.plugins.plugin_utils import _audit_files as audit_files
from ansible_collections.hyperv.integration.plugins.plugin_utils import _journal as journal
from ansible_collections.hyperv.integration.plugins.plugin_utils import _journal_owner as owners
from ansible_collections.hyperv.integration.plugins.plugin_utils import _update_files as update_files
from ansible_collections.hyperv.integration.plugins.plugin_utils import _update_work as update_work
from ansible_collections.hyperv.integration.plugins.plugin_utils._audit_run import (
    current_run,
    current_time,
    full_path,
    snapshot_folder,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._journal_store import JournalStore
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import Fleet
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_input import merge_for_plan, plan_merged
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import PolicyError
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SnapshotError
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_leftovers import assign_leftovers
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_text import plan_lines, plan_markdown
from ansible_collections.hyperv.integration.plugins.plugin_utils._verdict import DEFAULT_MINIMUM
from ansible_collections.hyperv.integration.plugins.plugin_utils._versions import VersionError, parse_version
from ansible_collections.hyperv.integration.plugins.plugin_utils._waves import WaveError, read_rules

ARGUMENTS: dict[str, t.Any] = {
    "begin": {"type": "bool", "default": False},
    "directory": {"type": "path", "required": True},
    "expected_hash": {"type": "str"},
    "guests": {"type": "list", "elements": "str", "default": []},
    "journal": {"type": "path"},
    "keep": {"type": "int", "default": 30},
    "minimum_version": {"type": "str", "default": DEFAULT_MINIMUM},
    "policy": {"type": "dict", "default": {}},
    "snapshots": {"type": "path", "required": True},
    "stale_after": {"type": "int", "default": 86400},
    "targets": {"type": "list", "elements": "str", "required": True},
    "vms": {"type": "list", "elements": "str", "default": []},
    "waves": {"type": "dict", "default": {}},
}
_SHOWN = 5
Data = dict[str, t.Any]


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        base: t.Any = self
        _validation, options = base.validate_argument_spec(argument_spec=ARGUMENTS)
        try:
            fleet = self._fleet(options)
            plan, work = _plan(options, update_work.choose_vms(fleet, options["vms"]))
            left = _leftovers(options, fleet, update_work.ready_ids(plan))
        except journal.JournalError as error:
            more = {"error_class": "unexpected", "hint": error.hint}
            raise AnsibleActionFail(str(error), result=more) from None
        except (PolicyError, SnapshotError, VersionError, WaveError, update_work.SelectionError) as error:
            more = {"error_class": "invalid_argument", "hint": "Correct the option that the message names"}
            raise AnsibleActionFail(f"Failed to plan the update: {error}", result=more) from None
        _guard(options, plan)
        path, run_path = self._save(options, _saved(plan, work, options["minimum_version"]), work)
        result.update(
            changed=False,
            hash=plan["hash"],
            path=path,
            run_path=run_path,
            summary=plan["summary"],
            leftovers=left,
            lines=plan_lines(plan, work.waves, work.not_assigned),
            missing=_missing(plan),
            not_assigned=work.not_assigned,
            waves=work.waves,
        )
        return result

    def _fleet(self, options: Data) -> Fleet:
        folder = snapshot_folder(options["snapshots"], self._task.check_mode)
        return merge_for_plan(audit_files.load_targets(folder, options["targets"], current_run(), options["guests"]))

    def _save(self, options: Data, plan: Data, work: update_work.Work) -> tuple[str | None, str | None]:
        """Where the plan and the run are kept. Check mode keeps neither."""
        if self._task.check_mode:
            return None, None
        directory, at = full_path(options["directory"]), current_time()
        try:
            markdown = plan_markdown(plan, work.waves, work.not_assigned)
            path = update_files.write_plan(directory, plan, markdown)
            if not options["begin"]:
                return str(path), None
            run = {**plan, "run": current_run(), "planned_at": at}
            return str(path), str(update_files.write_run(directory, run, at, options["keep"]))
        except OSError as error:
            raise AnsibleActionFail(f"Failed to keep the plan in '{directory}': {to_text(error)}") from None


def _plan(options: Data, fleet: Fleet) -> tuple[Data, update_work.Work]:
    minimum = options["minimum_version"] or None
    if minimum:
        # Nothing else would look at it in a fleet without old guests.
        parse_version(minimum)
    plan = plan_merged(fleet, options["policy"], minimum)
    return plan, update_work.make_work(plan, fleet, options["targets"], read_rules(options["waves"]), minimum)


def _leftovers(options: Data, fleet: Fleet, ready: set[str]) -> Data:
    """What earlier runs left on the virtual machines of the fleet, chosen or not."""
    if options["journal"] is None:
        return {"targets": {}, "depth": 0, "lost": []}
    entries = JournalStore(full_path(options["journal"])).entries()
    unfinished = journal.unfinished(entries, owners.watch(current_time(), options["stale_after"]))
    return assign_leftovers(unfinished, fleet, options["targets"], ready)


def _guard(options: Data, plan: Data) -> None:
    """Stop unless the plan is the one that somebody has approved. A hash may be given by its beginning."""
    wanted = (options["expected_hash"] or "").strip().lower()
    if not wanted:
        return
    if len(wanted) >= update_files.SHORT and plan["hash"].startswith(wanted):
        return
    hint = "Look at the new plan, and give its hash if it is what you want"
    more = {"error_class": "blocked", "hint": hint, "hash": plan["hash"]}
    msg = f"The plan is '{plan['hash'][: update_files.SHORT]}', not '{wanted}' as expected"
    try:
        approved = update_files.read_plan(full_path(options["directory"]), wanted)
    except (OSError, ValueError) as error:
        raise AnsibleActionFail(f"{msg}, and that one cannot be read: {to_text(error)}", result=more) from None
    if approved is None:
        raise AnsibleActionFail(f"{msg}, and that one is not in '{options['directory']}'", result=more)
    lines = update_files.differences(approved, plan)
    told = "; ".join(lines[:_SHOWN]) or "the policy or the hosts are others"
    rest = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    raise AnsibleActionFail(f"{msg}: {told}{rest}", result={**more, "differences": lines})


def _saved(plan: Data, work: update_work.Work, minimum: str | None) -> Data:
    """A plan as it is kept: with what else a report needs to judge what became of it."""
    waves = [_numbers(wave) for wave in work.waves]
    return {**plan, "minimum_version": minimum or None, "not_assigned": work.not_assigned, "waves": waves}


def _numbers(wave: Data) -> Data:
    """A wave as it is kept: whose turn it is, not what each target does."""
    kept = {name: wave[name] for name in ("number", "kind", "soak", "max_failures")}
    return {**kept, "vms": [vm["id"] for vm in wave["vms"]]}


def _missing(plan: Data) -> list[Data]:
    """Modules of other collections that the plans need and that are not installed here."""
    users: dict[str, int] = {}
    for vm in plan["vms"]:
        if vm["status"] == update_work.READY:
            for module in {step["module"] for step in vm["steps"]} - {None}:
                users[module] = users.get(module, 0) + 1
    return [
        {"module": module, "collection": ".".join(module.split(".")[:2]), "vms": count}
        for module, count in sorted(users.items())
        if not _is_there(module)
    ]


def _is_there(module: str) -> bool:
    loaders: tuple[t.Any, ...] = (module_loader, action_loader)
    return any(loader.find_plugin_with_context(module).resolved for loader in loaders)
