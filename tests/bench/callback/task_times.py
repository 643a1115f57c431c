# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes how long each task of a playbook took, from its start to its last result, to the file BENCH_TIMES."""

from __future__ import annotations

import json
import os
import time
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_times
type: aggregate
short_description: Write the time of each task to a file
description: For the benchmarks of this collection.
"""


class CallbackModule(CallbackBase):
    """The callback."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "task_times"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.times: dict[str, float] = {}
        self.task = ""
        self.start = 0.0

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        self.task, self.start = task.get_name(), time.perf_counter()

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self.times[self.task] = time.perf_counter() - self.start

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        with open(os.environ["BENCH_TIMES"], "w", encoding="utf-8") as file:
            json.dump(self.times, file)
