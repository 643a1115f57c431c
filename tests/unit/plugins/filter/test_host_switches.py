# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.filter.host_switches import FilterModule
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import make_host, make_vm

host_switches = FilterModule().filters()["host_switches"]


def test_the_switches_of_each_machine_are_found_by_its_id() -> None:
    vm = make_vm("web01")
    switches = host_switches([make_host("hv01", vms=[vm])])
    assert switches[vm["id"]] == {service["key"]: service["enabled"] for service in vm["services"]}


def test_an_error_names_the_filter() -> None:
    with pytest.raises(AnsibleFilterError, match="host_switches: the snapshots must be a list"):
        host_switches("nonsense")
