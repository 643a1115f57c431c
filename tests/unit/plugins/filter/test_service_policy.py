# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.filter.service_policy import FilterModule

service_policy = FilterModule().filters()["service_policy"]


def test_profiles_and_groups_may_be_left_out() -> None:
    assert service_policy([{"vm_name": "a", "services": {"vss": True}}]) == [
        {"vm_name": "a", "services": {"vss": True}}
    ]


def test_an_error_names_the_filter() -> None:
    with pytest.raises(AnsibleFilterError, match="service_policy: Rule 1 of the policy names no service"):
        service_policy([{"vm_name": "a"}])
