# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_fleet import plan_fleet
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_text import plan_lines, plan_markdown
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.update_samples import host, vm

HOSTILE = "<img src=x onerror=alert(1)>|`\x1b[31m\n@all"


def fleet() -> dict[str, t.Any]:
    row = host("win81_ws2012r2", name="HV01")
    vms = [
        vm("Windows Server 2012", id="a", name=HOSTILE),
        vm("Windows Server 2012", id="b", name="off", state="off"),
        vm("Windows Server 2003", id="c", name="web03"),
    ]
    return plan_fleet([{"host": row, "vms": vms, "error": None}], judge=lambda vm, host: "outdated")


WAVE = {"number": 1, "kind": "canary", "size": 1, "vms": [{"id": "a", "name": HOSTILE, "host": "HV01"}]}
LOST = {"id": "c", "name": "web03", "host": "HV01", "reason": "No guest is it.", "hint": "Add it."}


def test_a_terminal_is_told_who_comes_when_and_who_cannot() -> None:
    lines = plan_lines(fleet(), [WAVE], [LOST])
    assert lines[0].endswith("3 virtual machines on 1 hosts")
    assert any(line.startswith("Wave 1") and "canary, 1" in line for line in lines)
    assert any("off: blocked" in line for line in lines)
    assert any("web03: nobody can do it: No guest is it." in line for line in lines)


def test_a_name_does_nothing_to_a_terminal() -> None:
    assert not any("\x1b" in line or "\n" in line for line in plan_lines(fleet(), [WAVE], []))


def test_a_what_if_and_hosts_that_were_not_read_are_told() -> None:
    plan = {**fleet(), "what_if": True}
    plan["summary"]["hosts_not_read"] = 2
    lines = plan_lines(plan, [], [])
    assert any("what-if" in line for line in lines)
    assert any(line == "Not read       2 hosts" for line in lines)


def test_a_long_list_is_cut_with_a_count() -> None:
    many = [{**LOST, "name": f"web{number:02}"} for number in range(30)]
    lines = plan_lines(fleet(), [], many)
    assert lines[-1] == "  ... and 21 more that cannot be updated now"


def test_markdown_has_a_row_for_each_machine_and_no_meaning_in_names() -> None:
    text = plan_markdown(fleet(), [WAVE], [LOST])
    rows = [line for line in text.splitlines() if line.startswith("| `HV01`")]
    assert len(rows) == 3
    assert "<img" not in text.replace("`<img src=x onerror=alert(1)>\\|`", "") or "``" in text
    assert any("No guest is it. Add it." in row for row in rows)
    assert all(row.count(" | ") == 7 for row in rows)
