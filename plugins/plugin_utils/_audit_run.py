# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What the tasks of one run of Ansible share without telling each other."""

from __future__ import annotations

import datetime
import pathlib
import typing as t

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.utils.path import unfrackpath

from ansible_collections.hyperv.integration.plugins.plugin_utils._audit_files import SNAPSHOTS

# Constants of Ansible come from its configuration, which type checkers do not see.
_CONSTANTS: t.Any = constants

# What is asked for each kind of report.
REPORT_ARGUMENTS: dict[str, t.Any] = {
    "csv_byte_order_mark": {"type": "bool", "default": False},
    "csv_delimiter": {"type": "str", "default": ","},
    "directory": {"type": "path", "required": True},
    "keep": {"type": "int", "default": 30},
}


def current_run() -> str:
    """What is the same for all tasks of this run and for no other run: the name of its folder for temporary files."""
    return pathlib.Path(_CONSTANTS.DEFAULT_LOCAL_TMP).name


def current_time() -> str:
    """Now, as a snapshot and a report tell it."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def full_path(path: str) -> pathlib.Path:
    """A path as the user wrote it, from the folder in which Ansible was started."""
    return pathlib.Path(str(unfrackpath(path, follow=False)))


def snapshot_folder(directory: str, check_mode: bool) -> pathlib.Path:
    """Where snapshots go. In check mode that is the folder for temporary files, which Ansible removes at its end."""
    if check_mode:
        return pathlib.Path(_CONSTANTS.DEFAULT_LOCAL_TMP) / "hyperv.integration" / SNAPSHOTS
    return full_path(directory)


def check_report_options(options: dict[str, t.Any]) -> None:
    """Refuse what no report can be written by, before anything is read.

    Raises:
        AnsibleActionFail: An option makes no sense; the message names what the user wrote.
    """
    if len(options["csv_delimiter"]) != 1 or options["csv_delimiter"] in '"\r\n':
        raise AnsibleActionFail(f"Expected one character as csv_delimiter but found '{options['csv_delimiter']}'")
    if options["keep"] < 0:
        raise AnsibleActionFail(f"Expected to keep 0 reports or more but found {options['keep']}")
