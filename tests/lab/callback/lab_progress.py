# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One line for each host that was read; nothing else of a play that goes well."""

from __future__ import annotations

import time
import typing as t

from ansible.executor.task_result import CallbackTaskResult
from ansible.playbook.task import Task
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: lab_progress
type: stdout
short_description: A line for each host that an audit has read
description:
  - Prints a line for each result of M(hyperv.integration.audit_snapshot), and what failed. It belongs to the lab's own
    audit, not to the collection.
"""

READER = "hyperv.integration.audit_snapshot"


class CallbackModule(CallbackBase):
    """Prints as results arrive."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "lab_progress"

    def __init__(self) -> None:
        super().__init__()
        self._started = time.monotonic()

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:
        """Count the seconds from the task on."""
        self._started = time.monotonic()

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """Tell of a host that was read."""
        data: dict[str, t.Any] = dict(result.result)
        if result.task.resolved_action != READER:
            return
        error = data.get("error")
        found = f"{error['error_class']}: {first_line(error['msg'])}" if error else f"{data['vms']} virtual machines"
        self._display.display(f"  {result.host.get_name():8s} {time.monotonic() - self._started:5.1f} s  {found}")

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        """Tell of what failed."""
        self._say_failed(result)

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        """Tell of a host that could not be reached."""
        self._say_failed(result)

    def _say_failed(self, result: CallbackTaskResult) -> None:
        message = first_line(str(dict(result.result).get("msg", "failed")))
        self._display.display(f"  {result.host.get_name()}: {result.task.get_name()}: {message}", color="red")


def first_line(text: str) -> str:
    """Return the first line of a message, cut to what a terminal shows."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 90 else f"{line[:87]}..."
