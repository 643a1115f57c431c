# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Reading what a report of an update is made of: the saved plan, its entries in the journal, and the failures.

Whatever is damaged there is told in the report or in an error that names it; a report is wanted most after a bad night.
"""

from __future__ import annotations

import json
import pathlib
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._journal import JournalError, leftovers
from ansible_collections.hyperv.integration.plugins.plugin_utils._journal_store import JournalStore
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan import SCHEMA
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_now import key_of, same_id

_NEEDED = ("hash", "hosts", "vms")


class MaterialError(ValueError):
    """Something that a report needs cannot be used; the message names it."""


def read_plan(path: pathlib.Path) -> Data:
    """The plan that a file holds.

    Raises:
        MaterialError: There is no such file, or it holds something else.
    """
    try:
        plan = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MaterialError(f"Failed to read the plan '{path}': {error}") from None
    if not isinstance(plan, dict) or plan.get("schema") != SCHEMA:
        found = plan.get("schema") if isinstance(plan, dict) else type(plan).__name__
        raise MaterialError(f"Failed to read the plan '{path}': Expected the schema '{SCHEMA}' but found '{found}'")
    missing = [name for name in _NEEDED if name not in plan]
    if missing:
        raise MaterialError(f"Failed to read the plan '{path}': it has no {missing[0]}")
    return plan


def read_entries(folder: pathlib.Path, plan: Data) -> tuple[list[Data], dict[str, Data]]:
    """The entries of the plan's virtual machines that its run wrote, and a failure for each that cannot be read."""
    store = JournalStore(folder)
    entries: list[Data] = []
    failures: dict[str, Data] = {}
    run = plan.get("run")
    for vm in plan["vms"] if run else ():
        identity = vm["id"] or vm["name"]
        if not identity:
            continue
        try:
            entry = store.load(identity, vm["host"])
        except JournalError as error:
            failures[same_id(identity)] = _failure(
                str(error), "unexpected", "Look at the file, and at the guest itself"
            )
            continue
        if entry is not None and entry["owner"].get("run") == run:
            entries.append(entry)
    return entries, failures


def read_outside(folder: pathlib.Path, plan: Data, failures: t.Mapping[str, Data]) -> list[Data]:
    """The failures of virtual machines that are not in the plan: what an earlier run left may be on any.

    The journal knows their names, and what is still on them.
    """
    planned = {key_of(vm) for vm in plan["vms"]}
    store = JournalStore(folder)
    found = []
    for identity, failure in failures.items():
        if identity in planned:
            continue
        try:
            entry = store.load(identity)
        except JournalError:
            entry = None
        vm = entry["vm"] if entry else {}
        who = {"id": identity, "name": vm.get("name"), "host": vm.get("host")}
        found.append({**who, **failure, "leftovers": leftovers(entry) if entry else []})
    return found


def _failure(msg: t.Any, error_class: t.Any, hint: t.Any) -> Data:
    return {"msg": str(msg), "error_class": None if error_class is None else str(error_class)} | {
        "hint": None if hint is None else str(hint)
    }


def read_failures(given: t.Mapping[str, t.Any]) -> dict[str, Data]:
    """The failures as the user gave them, each at least with a message.

    Raises:
        MaterialError: One of them tells nothing.
    """
    found = {}
    for identity, failure in given.items():
        if isinstance(failure, str) and failure:
            failure = {"msg": failure}
        if not isinstance(failure, t.Mapping) or not failure.get("msg"):
            raise MaterialError(f"Expected a mapping with msg as the failure of '{identity}' but found '{failure}'")
        found[same_id(str(identity))] = _failure(failure["msg"], failure.get("error_class"), failure.get("hint"))
    return found
