# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.plugin_utils import _update_failure as core


def update_failure(result: t.Any, task: str, action: str = "", target: str = "the target") -> dict[str, t.Any]:
    if not isinstance(result, Mapping):
        raise AnsibleFilterError(f"update_failure: expected the result of a task but found '{type(result).__name__}'")
    return core.update_failure(result, str(task), str(action), str(target))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"update_failure": update_failure}
