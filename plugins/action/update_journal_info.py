# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the journal of updates on the controller. It orders the calls; what they do is in plugin_utils."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.hyperv.integration.plugins.plugin_utils import _journal as journal
from ansible_collections.hyperv.integration.plugins.plugin_utils import _journal_owner as owners
from ansible_collections.hyperv.integration.plugins.plugin_utils._audit_run import (
    current_run,
    current_time,
    full_path,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._journal_store import JournalStore

ARGUMENTS: dict[str, t.Any] = {
    "directory": {"type": "path", "required": True},
    "stale_after": {"type": "int", "default": 86400},
    "vms": {"type": "list", "elements": "dict"},
}


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        base: t.Any = self
        _validation, options = base.validate_argument_spec(argument_spec=ARGUMENTS)
        try:
            entries = _entries(JournalStore(full_path(options["directory"])), options["vms"])
        except journal.JournalError as error:
            more = {"error_class": "unexpected", "hint": error.hint}
            raise AnsibleActionFail(str(error), result=more) from None
        alive = owners.watch(current_time(), options["stale_after"])
        result.update(
            changed=False,
            entries=entries,
            leftovers=[{**entry["vm"], **left} for entry in entries for left in journal.leftovers(entry)],
            results=journal.results(entries, current_run()),
            unfinished=journal.unfinished(entries, alive),
        )
        return result


def _entries(store: JournalStore, vms: list[dict[str, t.Any]] | None) -> list[journal.Entry]:
    """All entries, or those of some virtual machines; one that was never updated has none."""
    if vms is None:
        return store.entries()
    found = []
    for vm in vms:
        identity = vm.get("id") or vm.get("name")
        if not identity:
            raise journal.JournalError(f"A virtual machine of vms has neither id nor name: {vm}")
        found.append(store.load(str(identity), vm.get("host")))
    return [entry for entry in found if entry is not None]
