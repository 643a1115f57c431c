# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._host_generation import HostGeneration
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_case import Case, build_case, read_verdict
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import Policy
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.update_samples import guest, host, vm

GENERATION = HostGeneration("win81_ws2012r2", "build")


def case(row: t.Any = None, own: t.Any = None, verdict: t.Any = None, **facts: t.Any) -> Case:
    return build_case(GENERATION, host("win81_ws2012r2", **facts), row, own, verdict, Policy())


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        (None, (None, None)),
        ([], (None, None)),
        ([{"key": "heartbeat", "enabled": True}], (False, None)),
        ([{"key": "key_value_pair_exchange", "enabled": False}], (True, False)),
        ([{"key": "key_value_pair_exchange", "enabled": None}], (True, None)),
        ([None, 5, {"key": "key_value_pair_exchange", "enabled": True}], (True, True)),
    ],
)
def test_the_hosts_switch_of_data_exchange(services: t.Any, expected: tuple[bool | None, bool | None]) -> None:
    found = case({"services": services})
    assert (found.kvp_offered, found.kvp_switch) == expected


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ({"state": "running", "start_mode": "manual"}, "running"),
        ({"running": True}, "running"),
        ({"state": "stopped", "start_mode": "manual"}, "stopped"),
        ({"state": "running", "start_mode": "disabled"}, "disabled"),
    ],
)
def test_the_guests_side_of_data_exchange(service: dict[str, t.Any], expected: str) -> None:
    own = {"services": [{"key": "heartbeat", "running": False}, {"key": "key_value_pair_exchange", **service}]}
    assert case(vm(), own).guest_kvp == expected


def test_what_was_not_read_is_not_known() -> None:
    found = case({})
    known = {name: value for name, value in found._asdict().items() if value is not None}
    assert set(known) == {"host", "os", "kvp_flows"}
    assert (found.off, found.running, found.kvp_flows) == (None, None, False)


@pytest.mark.parametrize(
    ("state", "running", "off"),
    [
        ("Running", True, False),
        ("running_critical", True, False),
        ("off", False, True),
        ("off_critical", False, False),
        ("saved", False, False),
    ],
)
def test_a_state_of_trouble_is_neither_healthy_nor_off(state: str, running: bool, off: bool) -> None:
    found = case({"state": state})
    assert (found.running, found.off) == (running, off)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("C:\\Windows\\System32\\vmguest.iso", True), (True, True), (False, False), (None, None), ("", None)],
)
def test_the_disk_of_the_host_is_a_path_or_yes_or_no(value: t.Any, expected: bool | None) -> None:
    assert case({}, vmguest_iso=value).vmguest_iso is expected


def test_the_guests_snapshot_tells_restart_version_and_host() -> None:
    found = case(vm(), guest())
    assert (found.guest_read, found.restart_pending, found.host_version_seen, found.installed) == (
        True,
        False,
        True,
        True,
    )
    found = case(vm(), {"guest": {}, "error": {"error_class": "timeout"}})
    assert (found.guest_read, found.guest_error, found.host_version_seen) == (False, "timeout", None)


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        ("outdated", "outdated"),
        ({"verdict": "Current", "reason": "x"}, "current"),
        ("made up", None),
        ({"verdict": ["current"]}, None),
        (None, None),
        (7, None),
    ],
)
def test_a_verdict_is_a_word_of_the_audit_or_nothing(verdict: t.Any, word: str | None) -> None:
    assert read_verdict(verdict) == word


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"distribution": {"package_manager": "apk"}}, "apk"),
        ({"guest": {"package_manager": "zypper"}}, "zypper"),
        ({"distribution": None}, None),
    ],
)
def test_the_package_manager_of_a_result_and_of_what_an_audit_keeps_of_it(own: t.Any, expected: str | None) -> None:
    assert case(own=own).package_manager == expected


def test_equal_facts_make_one_case() -> None:
    assert len({case(vm(), guest(), "outdated"), case(vm(), guest(), {"verdict": "outdated"})}) == 1
