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


@pytest.mark.parametrize(("told", "kept"), [(False, False), (None, None), ("C:\\\\a.iso", "C:\\\\a.iso")])
def test_a_disk_that_is_not_there_differs_from_one_that_nobody_looked_for(told: t.Any, kept: t.Any) -> None:
    raw = {"schema": SCHEMA, "kind": "host", "host": {"name": "HV01", "vmguest_iso": told}, "vms": []}
    assert keep_facts(read_snapshot(raw), raw)["host"]["vmguest_iso"] == kept
