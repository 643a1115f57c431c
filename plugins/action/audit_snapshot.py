# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read one host or one guest in one remote call and keep what it says in a file on the controller.

What cannot be read is a snapshot too: the target stays in the play, and is in the report with its reason.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import typing as t

from ansible.errors import (
    AnsibleActionFail,
    AnsibleAuthenticationFailure,
    AnsibleConnectionFailure,
    AnsibleError,
)
from ansible.module_utils.common.text.converters import to_text
from ansible.plugins.action import ActionBase

from ansible_collections.hyperv.integration.plugins.plugin_utils import _audit_files as audit_files
from ansible_collections.hyperv.integration.plugins.plugin_utils import _failure as failure
from ansible_collections.hyperv.integration.plugins.plugin_utils._audit_run import (
    current_run,
    current_time,
    snapshot_folder,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import (
    SCHEMA,
    Data,
    SnapshotError,
    failed_snapshot,
    read_snapshot,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot_facts import keep_facts

HOST_MODULE = "hyperv.integration.hyperv_integration_service_info"
WINDOWS_MODULE = "hyperv.integration.windows_vmic_service_info"
LINUX_MODULE = "hyperv.integration.linux_hv_daemon_info"


class _TimeLimitError(BaseException):
    """The time is up. Not an Exception, since connections catch those and go on waiting."""


@contextlib.contextmanager
def _time_limit(seconds: float) -> t.Iterator[None]:
    """Give up after some seconds. Signals reach the main thread only; elsewhere there is no limit."""
    if not seconds or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: t.Any) -> t.NoReturn:
        raise _TimeLimitError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _supports_check_mode = True

    def _module(self, kind: str) -> str:
        if kind == "host":
            return HOST_MODULE
        # The shell is what decides in Ansible too whether a target is a Windows.
        return WINDOWS_MODULE if getattr(self._connection._shell, "_IS_WINDOWS", False) else LINUX_MODULE

    def _ask(self, kind: str, seconds: float, task_vars: dict[str, t.Any]) -> tuple[Data | None, Data | None]:
        """The module's result, or the reason why there is none."""
        # A time limit of the task itself uses the same clock of the process; it is Ansible's then.
        limit = 0 if self._task.timeout else seconds
        try:
            with _time_limit(limit):
                result = self._execute_module(module_name=self._module(kind), module_args={}, task_vars=task_vars)
        except _TimeLimitError:
            return None, failure.from_time_limit(limit)
        except AnsibleConnectionFailure as error:
            refused = isinstance(error, AnsibleAuthenticationFailure)
            return None, failure.from_connection(to_text(error), refused, kind)
        except AnsibleError as error:
            return None, failure.from_exception(to_text(error))
        return result, failure.from_result(result)

    def _snapshot(self, target: str, kind: str, result: Data | None, error: Data | None, at: str) -> Data:
        if result is None or error:
            return failed_snapshot(target, error or {}, at, kind)
        # The controller's clock, not the host's: snapshots of many hosts and controllers are put in order by it.
        answer = {**result, "schema": result.get("schema", SCHEMA), "target": target, "collected_at": at}
        try:
            return keep_facts(read_snapshot(answer), answer)
        except SnapshotError as reason:
            msg = f"The answer of the {kind} is no snapshot: {reason}"
            return failed_snapshot(
                target, {"error_class": "unexpected", "msg": msg, "hint": failure.HINTS["unexpected"]}, at, kind
            )

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        try:
            result.update(self._collect(task_vars or {}))
        except AnsibleActionFail as error:
            # Returned, not raised: only then can a task decide with failed_when.
            result.update(failed=True, msg=to_text(error))
        return result

    def _collect(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        base: t.Any = self
        _validation, options = base.validate_argument_spec(
            argument_spec={
                "directory": {"type": "path", "required": True},
                "kind": {"type": "str", "choices": ["guest", "host"], "default": "host"},
                "timeout": {"type": "int", "default": 0},
            }
        )
        if options["timeout"] < 0:
            raise AnsibleActionFail(f"Expected a time limit of 0 seconds or more but found {options['timeout']}")
        target = str(variables["inventory_hostname"])
        kind = options["kind"]
        answer, error = self._ask(kind, options["timeout"], variables)
        snapshot = self._snapshot(target, kind, answer, error, current_time())
        folder = snapshot_folder(options["directory"], self._task.check_mode)
        try:
            path = audit_files.write_snapshot(folder, snapshot, current_run())
        except OSError as reason:
            raise AnsibleActionFail(f"Failed to write the snapshot of '{target}' to '{folder}': {reason}") from None
        warnings = {"warnings": answer["warnings"]} if answer and answer.get("warnings") else {}
        return {
            "changed": False,
            "target": target,
            "path": str(path),
            "error": snapshot["error"],
            "vms": len(snapshot.get("vms", [])),
            "running": sum(1 for vm in snapshot.get("vms", []) if vm["state"] == "running"),
            **warnings,
        }
