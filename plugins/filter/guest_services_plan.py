# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_services import (
    GuestServicesError,
    plan_guest,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SERVICE_KEYS


def guest_services_plan(
    guest: t.Any, switches: t.Any = None, services: t.Sequence[str] = SERVICE_KEYS, stop: t.Sequence[str] = ()
) -> dict[str, t.Any]:
    try:
        return plan_guest(guest, switches, services, stop)
    except GuestServicesError as exc:
        raise AnsibleFilterError(f"guest_services_plan: {exc}") from exc


class FilterModule:
    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"guest_services_plan": guest_services_plan}
