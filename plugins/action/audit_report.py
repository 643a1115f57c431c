# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make a report of snapshots on the controller. It orders the steps; what they do is in plugin_utils."""

from __future__ import annotations

import pathlib
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.text.converters import to_text
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.hyperv.integration.plugins.plugin_utils import _audit as audit
from ansible_collections.hyperv.integration.plugins.plugin_utils import _audit_files as audit_files
from ansible_collections.hyperv.integration.plugins.plugin_utils._audit_run import (
    REPORT_ARGUMENTS,
    check_report_options,
    current_run,
    current_time,
    full_path,
    snapshot_folder,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._report import TITLE, Options, fail_on_choices
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_query import QueryError
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._verdict import DEFAULT_MINIMUM
from ansible_collections.hyperv.integration.plugins.plugin_utils._versions import VersionError, parse_version

ARGUMENTS: dict[str, t.Any] = {
    **REPORT_ARGUMENTS,
    "fail_on": {"type": "list", "elements": "str", "default": []},
    "guests": {"type": "list", "elements": "str", "default": []},
    "formats": {
        "type": "list",
        "elements": "str",
        "choices": list(audit.FORMATS),
        "default": list(audit.DEFAULT_FORMATS),
    },
    "minimum_version": {"type": "str", "default": DEFAULT_MINIMUM},
    "query": {"type": "str"},
    "snapshots": {"type": "list", "elements": "path"},
    "targets": {"type": "list", "elements": "str"},
    "title": {"type": "str", "default": TITLE},
}


def _check(options: dict[str, t.Any]) -> None:
    """Refuse what would only be noticed when all hosts have been read."""
    unknown = [name for name in options["fail_on"] if name not in fail_on_choices()]
    if unknown:
        raise AnsibleActionFail(
            f"Nothing to fail on is called '{unknown[0]}'; choose from {', '.join(fail_on_choices())}"
        )
    if options["minimum_version"]:
        try:
            parse_version(options["minimum_version"])
        except VersionError as error:
            raise AnsibleActionFail(f"Failed to use minimum_version: {error}") from None
    check_report_options(options)


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def _snapshots(self, options: dict[str, t.Any], directory: pathlib.Path) -> list[Data]:
        places = options["snapshots"] or [str(directory / audit_files.SNAPSHOTS)]
        if options["targets"] is not None:
            folder = snapshot_folder(places[0], self._task.check_mode)
            return audit_files.read_targets(folder, options["targets"], current_run(), options["guests"])
        try:
            return audit_files.read_snapshots(full_path(place) for place in places)
        except OSError as error:
            raise AnsibleActionFail(f"Failed to read snapshots: {error}") from None

    def _audit(self, options: dict[str, t.Any], directory: pathlib.Path, at: str) -> audit.Audit:
        chosen = Options(
            title=options["title"],
            minimum_version=options["minimum_version"] or None,
            fail_on=tuple(options["fail_on"]),
            query=options["query"] or None,
        )
        snapshots = self._snapshots(options, directory)
        baseline, unread = audit_files.read_baseline(directory)
        for text in unread:
            Display().warning(text)
        try:
            return audit.make_audit(snapshots, chosen, at, baseline)
        except QueryError as error:
            raise AnsibleActionFail(str(error)) from None
        except ImportError:
            raise AnsibleActionFail(missing_required_lib("jmespath", reason="for a query")) from None

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        try:
            result.update(self._report())
        except AnsibleActionFail as error:
            # Returned, not raised: only then can a task decide with failed_when.
            result.update(failed=True, msg=to_text(error))
        return result

    def _report(self) -> dict[str, t.Any]:
        base: t.Any = self
        _validation, options = base.validate_argument_spec(argument_spec=ARGUMENTS)
        _check(options)
        directory = full_path(options["directory"])
        at = current_time()
        made = self._audit(options, directory, at)
        report = made.report
        folder = audit_files.report_folder(directory, at)
        if not self._task.check_mode:
            texts = audit.render(report, options["formats"], options["csv_delimiter"], options["csv_byte_order_mark"])
            try:
                audit_files.write_report(folder, texts, made.baseline, options["keep"])
            except OSError as error:
                raise AnsibleActionFail(f"Failed to write the report to '{folder}': {error}") from None
        drift = report["drift"]
        return {
            "changed": drift is None or bool(drift["changes"]),
            "written": not self._task.check_mode,
            "path": str(folder),
            "latest": str(directory / audit_files.LATEST),
            "files": {name: str(folder / audit.file_name(name)) for name in options["formats"]},
            "summary": report["summary"],
            "lines": audit.summary_lines(report),
            "failed_on": report["failed_on"],
            "rows": made.answer,
            "selection": report["selection"],
            "unread": [
                {"host": host["name"], "target": host["target"], **host["error"]}
                for host in report["hosts"]
                if host["error"]
            ],
            "changes": len(drift["changes"]) if drift else None,
        }
