# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the report of an update on the controller. It orders the steps; what they do is in plugin_utils."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.text.converters import to_text
from ansible.plugins.action import ActionBase

from ansible_collections.hyperv.integration.plugins.plugin_utils import _audit_files as audit_files
from ansible_collections.hyperv.integration.plugins.plugin_utils._audit_run import (
    REPORT_ARGUMENTS,
    check_report_options,
    current_time,
    full_path,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_formats import (
    DEFAULT_FORMATS,
    FILES,
    render_update,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report import (
    TITLE,
    Material,
    build_update_report,
    unfinished,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_read import (
    MaterialError,
    read_entries,
    read_failures,
    read_outside,
    read_plan,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_words import summary_lines

ARGUMENTS: dict[str, t.Any] = {
    **REPORT_ARGUMENTS,
    "failures": {"type": "dict", "default": {}},
    "formats": {"type": "list", "elements": "str", "choices": list(FILES), "default": list(DEFAULT_FORMATS)},
    "journal": {"type": "path", "required": True},
    "plan": {"type": "path", "required": True},
    "snapshots": {"type": "list", "elements": "path", "default": []},
    "stopped": {"type": "str"},
    "title": {"type": "str", "default": TITLE},
}
# By this file the reports of updates are known, also where they share a folder with others.
MARK = "outcomes.json"


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def _material(self, options: Data) -> Material:
        try:
            plan = read_plan(full_path(options["plan"]))
            journal = full_path(options["journal"])
            entries, damaged = read_entries(journal, plan)
            failures = {**damaged, **read_failures(options["failures"])}
            outside = read_outside(journal, plan, failures)
            snapshots = audit_files.read_snapshots(full_path(place) for place in options["snapshots"])
        except MaterialError as error:
            raise AnsibleActionFail(str(error)) from None
        except OSError as error:
            raise AnsibleActionFail(f"Failed to read snapshots: {error}") from None
        stopped = options["stopped"] or None
        return Material(plan, entries, failures, stopped, snapshots, self._task.check_mode, outside)

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        try:
            result.update(self._report())
        except AnsibleActionFail as error:
            # Returned, not raised: only then can a task decide with failed_when.
            result.update(failed=True, msg=to_text(error))
        return result

    def _report(self) -> Data:
        base: t.Any = self
        _validation, options = base.validate_argument_spec(argument_spec=ARGUMENTS)
        check_report_options(options)
        directory = full_path(options["directory"])
        at = current_time()
        report = build_update_report(self._material(options), at, options["title"])
        folder = audit_files.report_folder(directory, at)
        if not self._task.check_mode:
            texts = render_update(report, options["formats"], options["csv_delimiter"], options["csv_byte_order_mark"])
            try:
                audit_files.write_report(folder, texts, outcomes(report), options["keep"], MARK)
            except OSError as error:
                raise AnsibleActionFail(f"Failed to write the report to '{folder}': {error}") from None
        counts = report["summary"]["by_outcome"]
        return {
            "changed": bool(counts["updated"] or (self._task.check_mode and counts["planned"])),
            "written": not self._task.check_mode,
            "path": str(folder),
            "latest": str(directory / audit_files.LATEST),
            "files": {name: str(folder / FILES[name]) for name in options["formats"]},
            "rows": report["rows"],
            "summary": report["summary"],
            "lines": summary_lines(report),
            "unfinished": unfinished(report),
            "outside": report["outside"],
        }


def outcomes(report: Data) -> Data:
    """What became of each virtual machine, for programs: small, and there whatever formats were chosen."""
    return {
        "schema": "hyperv.integration/update_outcomes/1",
        "run": report["run"]["id"],
        "plan_hash": report["run"]["plan_hash"],
        "generated_at": report["run"]["generated_at"],
        "vms": {row["id"] or f"{row['host']}/{row['name']}": row["outcome"] for row in report["rows"]},
    }
