# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a step of an update failed, as message, class and hint. For internal use of the collection only.

A module tells all three itself. Other collections tell a message, and a program that dies on its target tells nothing.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._failure import is_cut_off, last_words

Data = dict[str, t.Any]
AGAIN = "run the update again, which looks first at what is there"
DISM_LOG = r"C:\Windows\Logs\DISM\dism.log"
# What may be half done where a program dies, and what to do about it.
HALF_DONE = {
    "hyperv_offline_package": (
        "the package may be half installed on the disk",
        f"Look at {DISM_LOG} of the host; the disk is dismounted when the run cleans up, or else by "
        f"hyperv.integration.hyperv_offline_package with state: dismounted; then {AGAIN}",
    ),
    "windows_is_package": (
        "the package may be half installed",
        f"Look at {DISM_LOG} of the guest and restart it, which ends or undoes the installation; then {AGAIN}",
    ),
    "windows_is_setup": (
        "its setup may run still, or have ended half way",
        rf"Look in the guest whether setup.exe runs, and at C:\Windows\vmguestsetup.log; then {AGAIN}",
    ),
    "win_updates": (
        "updates may be half installed",
        f"Look at the update history of the guest and restart it; then {AGAIN}",
    ),
    "hyperv_integration_disk": (
        "the setup disk may be in the drive or not",
        f"Look at the DVD drives of the virtual machine; then {AGAIN}",
    ),
    "hyperv_integration_service": (
        "the service may be on or off",
        f"Look at the integration services of the virtual machine; then {AGAIN}",
    ),
    "windows_vmic_service": ("the service may run or not", f"Look at the service in the guest; then {AGAIN}"),
}
ONLY_READS = ("nothing was changed by it", f"Look at the event log Application of the target; then {AGAIN}")
UNKNOWN = ("what it was to do may be half done", f"Look at the target; then {AGAIN}")
READERS = ("_info", "_is_version")


def update_failure(result: t.Mapping[str, t.Any], task: str, action: str, target: str) -> Data:
    """Tell why a task failed.

    Args:
        result: The result of the task.
        task: The name of the task.
        action: The module or action of the task.
        target: What it ran on, in words.
    """
    if is_cut_off(result):
        return _cut_off(result, action.rpartition(".")[2], target)
    told = str(result.get("msg") or f"{task} failed")
    # Why Windows refuses a restart is only there.
    more = str(result.get("stderr") or "").strip().splitlines()[:1]
    return {
        "msg": ": ".join([told, *more]),
        "error_class": result.get("error_class") or _class_of(task),
        "hint": result.get("hint"),
    }


def _class_of(task: str) -> str:
    """The class of a failure that has none: those tasks fail only for a target that was not reached."""
    if "Reach the host" in task:
        return "host_unreachable"
    return "guest_unreachable" if "Reach the guest" in task else "unexpected"


def _cut_off(result: t.Mapping[str, t.Any], module: str, target: str) -> Data:
    left, hint = HALF_DONE.get(module, ONLY_READS if module.endswith(READERS) else UNKNOWN)
    msg = f"The program of {module} on {target} ended without an answer, so {left} ({last_words(result)})"
    return {"msg": msg, "error_class": "unexpected", "hint": hint}
