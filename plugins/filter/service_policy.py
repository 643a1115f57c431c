# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter service_policy; its documentation is in service_policy.yml."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils._policy import PolicyError, expand


def service_policy(
    policy: t.Sequence[t.Any],
    profiles: t.Mapping[str, t.Any] | None = None,
    groups: t.Mapping[str, t.Any] | None = None,
) -> list[dict[str, t.Any]]:
    """Turn a policy into the option vms of hyperv_integration_service."""
    try:
        return expand(policy, profiles or {}, groups or {})
    except PolicyError as error:
        raise AnsibleFilterError(f"service_policy: {error}") from error


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name the filters."""
        return {"service_policy": service_policy}
