# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

from ansible_collections.hyperv.integration.plugins.module_utils._hv_snapshot import SCHEMA, take_snapshot
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.hv_manage_case import debian_guest


def test_a_guest_is_read_as_a_snapshot(tmp_path: Path) -> None:
    taken = take_snapshot(debian_guest(tmp_path).system, ("kvp", "vss"), False)
    assert (taken["schema"], taken["kind"], taken["error"]) == (SCHEMA, "guest", None)
    assert [row["key"] for row in taken["daemons"]] == ["kvp", "vss"]


def test_pairs_come_only_where_they_are_asked_for(tmp_path: Path) -> None:
    system = debian_guest(tmp_path).system
    without, with_pairs = (take_snapshot(system, ("kvp",), wanted)["pools"] for wanted in (False, True))
    assert without != with_pairs
    assert "pairs" in str(with_pairs)
    assert "pairs" not in str(without)
