# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._policy import PolicyError, expand

PROFILES = {
    "own_time": {"services": {"time_synchronization": False}, "reason": "takes its time from the domain"},
    "strict": {"services": {"heartbeat": True}, "exclusive": True},
    "broken": {"services": {}, "sevices": {}},
    "text": "heartbeat",
}
GROUPS = {"dcs": ["dc01", "dc[2]"], "none": [], "text": "dc01"}


def test_rules_become_entries_in_the_same_order() -> None:
    policy = [
        {"name": "All", "all_vms": True, "services": {"heartbeat": True}},
        {"vm_group": "dcs", "profile": "own_time"},
        {"vm_pattern": "web*", "profile": "strict", "force": True},
    ]
    assert expand(policy, PROFILES, GROUPS) == [
        {"all_vms": True, "services": {"heartbeat": True}},
        {"vm_names": ["dc01", "dc[2]"], "services": {"time_synchronization": False}},
        {"vm_pattern": "web*", "services": {"heartbeat": True}, "exclusive": True, "force": True},
    ]


def test_what_a_rule_says_itself_wins_over_its_profile() -> None:
    rule = {"vm_name": "dc01", "profile": "own_time", "services": {"time_synchronization": True, "vss": True}}
    assert expand([rule], PROFILES, {})[0]["services"] == {"time_synchronization": True, "vss": True}
    assert expand([{"vm_name": "a", "profile": "strict", "exclusive": False}], PROFILES, {})[0]["exclusive"] is False


def test_an_empty_policy_has_no_entries() -> None:
    assert expand([], {}, {}) == []


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("all", ["list of rules", "'all'"]),
        (["web01"], ["Rule 1", "'web01'"]),
        ([{"services": {"vss": True}}], ["Rule 1", "0 ways", "none", "vm_pattern"]),
        ([{"vm_name": "a", "vm_pattern": "b", "services": {"vss": True}}], ["2 ways", "vm_name, vm_pattern"]),
        ([{"vm_name": "a"}], ["names no service"]),
        ([{"vm_name": "a", "services": ["vss"]}], ["['vss']", "map"]),
        ([{"vm_name": "a", "profile": "own_tme"}], ["'own_tme'", "own_time"]),
        ([{"vm_name": "a", "profile": "broken"}], ["'broken'", "sevices"]),
        ([{"vm_name": "a", "profile": "text"}], ["'text'", "no map"]),
        ([{"name": "DCs", "vm_group": "dc", "services": {"vss": True}}], ["Rule 1 'DCs'", "'dc'", "dcs"]),
        ([{"vm_group": "none", "services": {"vss": True}}], ["'none'"]),
        ([{"vm_group": "text", "services": {"vss": True}}], ["'dc01'"]),
        ([{"vm_name": "a", "services": {"vss": True}}, {"vmname": "a"}], ["Rule 2", "vmname"]),
    ],
)
def test_what_does_not_fit_is_named(policy: t.Any, words: list[str]) -> None:
    with pytest.raises(PolicyError) as caught:
        expand(policy, PROFILES, GROUPS)
    assert [word for word in words if word not in str(caught.value)] == []
