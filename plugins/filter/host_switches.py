# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.plugin_utils import _guest_services as core


def host_switches(snapshots: t.Any) -> dict[str, dict[str, bool]]:
    try:
        return core.host_switches(snapshots)
    except core.GuestServicesError as exc:
        raise AnsibleFilterError(f"host_switches: {exc}") from exc


class FilterModule:
    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"host_switches": host_switches}
