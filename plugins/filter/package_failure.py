# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.plugin_utils import _package_failure as core


def package_failure(result: t.Any) -> list[str]:
    if not isinstance(result, Mapping):
        raise AnsibleFilterError(f"package_failure: expected the result of a task but found '{type(result).__name__}'")
    return core.package_failure(result)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"package_failure": package_failure}
