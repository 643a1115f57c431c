# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What systemd says about units: one question for all of them, and the few orders that the modules give."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import Answer, System

PROPERTIES = (
    "Id",
    "LoadState",
    "ActiveState",
    "SubState",
    "UnitFileState",
    "MainPID",
    "ConditionResult",
    "Result",
    "Job",
    "ExecMainStatus",
    "ExecMainCode",
)
# These start with the device or as another unit wants them; there is nothing to enable.
WITHOUT_INSTALL = ("static", "generated", "indirect", "transient")


class State(t.NamedTuple):
    """What systemd knows about one unit now."""

    load: str
    active: str
    sub: str
    file: str
    main_pid: int | None
    condition_met: bool
    result: str
    job: str | None
    exit_status: str

    @property
    def is_active(self) -> bool:
        """Whether systemd runs it or is about to."""
        return self.active in ("active", "activating", "reloading", "deactivating")

    @property
    def is_masked(self) -> bool:
        return self.load == "masked" or self.file.startswith("masked")


def show(system: System, units: t.Sequence[str]) -> dict[str, State]:
    """The state of each unit, by the name it was asked for; nothing where systemd does not answer."""
    if not units:
        return {}
    answer = system.run(["systemctl", "show", "--no-pager", f"--property={','.join(PROPERTIES)}", "--", *units])
    blocks = [_block(block) for block in answer.out.strip().split("\n\n")] if answer.out.strip() else []
    # One block a unit in the order asked for; a unit that is an alias has the other's Id, so the order counts.
    return {unit: _state(block) for unit, block in zip(units, blocks)} if len(blocks) == len(units) else {}


def _block(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines())
    return {name: value for name, _equals, value in pairs}


def _state(block: dict[str, str]) -> State:
    main_pid = block.get("MainPID", "0")
    # The number, alone or before the path of the job; 0 or nothing without a job.
    job = (block.get("Job", "").split() or ["0"])[0]
    return State(
        load=block.get("LoadState", ""),
        active=block.get("ActiveState", ""),
        sub=block.get("SubState", ""),
        file=block.get("UnitFileState", ""),
        main_pid=int(main_pid) if main_pid.isdigit() and main_pid != "0" else None,
        condition_met=block.get("ConditionResult", "yes") != "no",
        result=block.get("Result", ""),
        job=job if job != "0" else None,
        exit_status=block.get("ExecMainStatus", ""),
    )


def order(system: System, verb: str, *arguments: str, timeout: float) -> Answer:
    """Give an order. C(--no-block) keeps a start job that waits for its device from holding the module."""
    return system.run(["systemctl", "--no-ask-password", verb, *arguments], timeout)
