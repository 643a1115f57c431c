# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the version of the integration services in any guest: run the module that fits the connection."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

ARGUMENTS: dict[str, t.Any] = {
    "fail_if_not_guest": {"type": "bool", "default": True},
    "minimum": {"type": "str"},
}
WINDOWS = "hyperv.integration.windows_is_version"
LINUX = "hyperv.integration.linux_is_version"


def fitting_module(connection: t.Any) -> str:
    """The module for what is at the other end of a connection.

    A connection says itself in which languages its target takes modules; ssh decides it by ansible_shell_type.
    """
    return WINDOWS if ".ps1" in connection.module_implementation_preferences else LINUX


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _supports_async = True
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        base: t.Any = self
        _validation, options = base.validate_argument_spec(argument_spec=ARGUMENTS)
        result.update(
            base._execute_module(
                module_name=fitting_module(self._connection),
                module_args={name: value for name, value in options.items() if value is not None},
                task_vars=task_vars,
                wrap_async=self._task.async_val,
            )
        )
        return result
