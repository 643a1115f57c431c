# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._host_generation import from_build
from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import TABLES, find_row
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_case import Case, build_case
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_choice import (
    Choice,
    choose,
    kvp_is_impossible,
    objection,
    rejected,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import Policy
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.update_samples import HOST_BUILDS, host, vm


def case(generation: str, os: str, policy: Policy, **more: t.Any) -> Case:
    facts = host(generation)
    return build_case(from_build(HOST_BUILDS[generation]), facts, vm(os, **more), None, "outdated", policy)


def choice(generation: str, os: str, policy: Policy, **more: t.Any) -> Choice:
    row = find_row(generation, os)
    assert row is not None
    return choose(case(generation, os, policy, **more), policy, TABLES[generation], row)


def test_the_table_chooses_where_the_policy_demands_nothing() -> None:
    assert choice("win8_ws2012", "Windows 7", Policy()) == Choice("integration_services_disk")


def test_the_tables_own_mechanism_may_be_demanded() -> None:
    assert choice("win8_ws2012", "Windows 7", Policy(mechanism="integration_services_disk")).refused is None


@pytest.mark.parametrize(
    ("policy", "more", "impossible"),
    [
        (Policy(), {}, False),
        (Policy(), {"services": [{"key": "heartbeat", "enabled": True}]}, True),
        (Policy(), {"services": [{"key": "key_value_pair_exchange", "enabled": False}]}, True),
        (Policy(allow_enable_kvp=True), {"services": [{"key": "key_value_pair_exchange", "enabled": False}]}, False),
        (Policy(allow_enable_kvp=True), {"services": [{"key": "heartbeat", "enabled": True}]}, True),
    ],
)
def test_data_exchange_is_impossible_where_it_is_not_offered_or_may_not_be_enabled(
    policy: Policy, more: dict[str, t.Any], impossible: bool
) -> None:
    assert kvp_is_impossible(case("win10_ws2016_ws2019", "Windows 8", policy, **more), policy) is impossible


def test_a_vm_that_is_off_is_serviced_offline_only_where_a_package_exists() -> None:
    policy = Policy(allow_offline=True)
    assert choice("win81_ws2012r2", "Windows 8", policy, state="off").mechanism == "offline"
    assert choice("win81_ws2012r2", "Windows 8.1", policy, state="off").mechanism == "integration_services_disk"
    assert choice("ws2022_plus", "Windows Server 2012", policy, state="off").mechanism == "windows_update"


def test_offline_on_a_host_that_the_document_does_not_know_must_be_demanded() -> None:
    found = choice("ws2022_plus", "Windows Server 2012", Policy(mechanism="offline"), state="off")
    assert found.mechanism == "offline"
    assert found.label is not None
    assert found.label.text == "The document does not speak of hosts with Windows Server 2022 / Windows Server 2025."


@pytest.mark.parametrize("os", ["Windows Vista", "Windows XP", "Windows 10"])
def test_a_vm_that_is_off_and_has_no_offline_package_keeps_the_tables_mechanism(os: str) -> None:
    row = find_row("win81_ws2012r2", os)
    assert row is not None
    assert choice("win81_ws2012r2", os, Policy(allow_offline=True), state="off").mechanism == row.mechanism


def test_the_chosen_mechanism_is_not_rejected() -> None:
    for mechanism in ("windows_update", "cab", "offline"):
        row = find_row("win10_ws2016_ws2019", "Windows 8")
        assert row is not None
        facts = case("win10_ws2016_ws2019", "Windows 8", Policy())
        found = rejected(mechanism, facts, Policy(), TABLES["win10_ws2016_ws2019"], row)
        assert mechanism not in [other["mechanism"] for other in found]
        assert len(found) == 4


def test_the_mechanism_of_the_table_has_no_objection() -> None:
    for table in TABLES.values():
        for row in table.rows:
            facts = case(table.generation, row.os, Policy())
            assert objection(row.mechanism, facts, table, row) is None
