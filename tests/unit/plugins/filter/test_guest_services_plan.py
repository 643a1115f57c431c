# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.filter.guest_services_plan import FilterModule

guest_services_plan = FilterModule().filters()["guest_services_plan"]


def test_a_disabled_service_of_windows_is_planned() -> None:
    service = {
        "key": "vss",
        "name": "vmicvss",
        "available": True,
        "running": False,
        "start_mode": "disabled",
        "reason": "start_disabled",
    }
    guest = {"kind": "guest", "guest": {"family": "windows", "vm_id": None}, "services": [service]}
    rows = guest_services_plan(guest, None, services=["vss"])["rows"]
    assert [row["key"] for row in rows] == ["vss"]
    assert rows[0]["action"] is not None


def test_an_error_names_the_filter_and_what_was_given() -> None:
    guest = {"kind": "guest", "guest": {"family": "linux", "vm_id": None}, "daemons": []}
    with pytest.raises(AnsibleFilterError, match="guest_services_plan: there is no service 'vsss'"):
        guest_services_plan(guest, None, services=["vsss"])
