# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_checks import TEXTS, Preconditions


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_precondition_says_something_else_in_each_state(name: str) -> None:
    found = Preconditions()
    for value in (True, False, None):
        found.add(name, value)
    assert [row["state"] for row in found.rows] == ["met", "unmet", "unknown"]
    assert len({row["text"] for row in found.rows}) == 3
    assert all(row["text"].endswith(".") for row in found.rows)


def test_only_what_is_unmet_and_unresolved_blocks() -> None:
    found = Preconditions()
    found.add("vm_running", True)
    found.add("guest_reachable", None)
    found.add("kvp_enabled_on_host", False, "enable_kvp")
    assert found.blocking == []
    assert found.resolving == ["enable_kvp"]
    found.add("no_restart_pending", False)
    assert found.blocking == [TEXTS["no_restart_pending"][2]]


def test_a_step_resolves_only_what_is_unmet() -> None:
    found = Preconditions()
    found.add("kvp_enabled_on_host", True, "enable_kvp")
    found.add("kvp_running_in_guest", None, "start_guest_kvp")
    assert found.resolving == []
