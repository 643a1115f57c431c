# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_input import plan_snapshots
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import PolicyError
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SnapshotError
from ansible_collections.hyperv.integration.plugins.plugin_utils._verdict import DEFAULT_MINIMUM
from ansible_collections.hyperv.integration.plugins.plugin_utils._versions import VersionError


def update_plan(
    snapshots: t.Any, policy: t.Any = None, minimum_version: t.Any = DEFAULT_MINIMUM, **options: t.Any
) -> dict[str, t.Any]:
    if policy is not None and not isinstance(policy, t.Mapping):
        raise AnsibleFilterError(f"update_plan: the policy must be a mapping, not {type(policy).__name__}")
    if minimum_version is not None and not isinstance(minimum_version, str):
        raise AnsibleFilterError(f"update_plan: minimum_version must be a text, not {minimum_version!r}")
    try:
        return plan_snapshots(snapshots, {**(policy or {}), **options}, minimum_version)
    except (PolicyError, SnapshotError, VersionError) as exc:
        raise AnsibleFilterError(f"update_plan: {exc}") from exc


class FilterModule:
    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"update_plan": update_plan}
