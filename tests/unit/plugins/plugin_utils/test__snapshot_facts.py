# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import read_snapshot
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot_facts import GUEST_FACTS, keep_facts

SCHEMA = "hyperv.integration/snapshot/1"


def test_a_guest_keeps_what_only_a_plan_asks_for() -> None:
    facts: dict[str, t.Any] = dict(zip(GUEST_FACTS, ("10.0", 9200, 3, 272, "7", 1, "amd64", True), strict=True))
    raw = {"schema": SCHEMA, "kind": "guest", "guest": {"name": "WEB01", "other": 1, **facts}}
    kept = keep_facts(read_snapshot(raw), raw)
    assert {name: kept["guest"][name] for name in GUEST_FACTS} == facts
    assert "other" not in kept["guest"]


def test_what_is_kept_can_be_read_again_and_kept_again() -> None:
    raw = {"schema": SCHEMA, "kind": "guest", "guest": {"name": "WEB01", "host_os_version": None}}
    kept = keep_facts(read_snapshot(raw), raw)
    assert "host_os_version" in kept["guest"]
    assert keep_facts(read_snapshot(kept), kept) == kept


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"vmguest_iso": False}, False),
        # hyperv_integration_service_info has looked wherever it has read the host.
        ({"vmguest_iso": None, "os_build": 9600}, False),
        ({"os_build": 9600}, None),
        ({"vmguest_iso": None, "os_build": None}, None),
        ({"vmguest_iso": "C:\\\\a.iso", "os_build": 9600}, "C:\\\\a.iso"),
    ],
)
def test_a_disk_that_is_not_there_differs_from_one_that_nobody_looked_for(told: dict[str, t.Any], kept: t.Any) -> None:
    raw = {"schema": SCHEMA, "kind": "host", "host": {"name": "HV01", **told}, "vms": []}
    assert keep_facts(read_snapshot(raw), raw)["host"]["vmguest_iso"] == kept


def test_a_host_that_could_not_be_read_was_not_looked_at() -> None:
    error = {"error_class": "timeout", "msg": "no answer", "hint": None}
    raw = {"schema": SCHEMA, "kind": "host", "host": {"os_build": 9600, "vmguest_iso": None}, "vms": [], "error": error}
    assert keep_facts(read_snapshot(raw), raw)["host"]["vmguest_iso"] is None


def test_a_disk_that_is_not_there_stays_so_when_it_is_read_again() -> None:
    raw = {"schema": SCHEMA, "kind": "host", "host": {"os_build": 9600, "vmguest_iso": None}, "vms": []}
    kept = keep_facts(read_snapshot(raw), raw)
    assert keep_facts(read_snapshot(kept), kept) == kept
