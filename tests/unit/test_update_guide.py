# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide of update planning prints the tables that the planner plans by, and examples that it answers so."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import TABLES, Row, Table
from ansible_collections.hyperv.integration.plugins.plugin_utils._mechanism import look_up
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan import STATUSES, plan
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_checks import TEXTS
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import MECHANISMS
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.update_samples import host, vm

GUIDE = (Path(__file__).parents[2] / "docs" / "docsite" / "rst" / "guide_update_planning.rst").read_text()


def remarks(row: Row) -> str:
    said = ["Data Exchange needed [1]_"] if row.requires_kvp else []
    said += ["Data Exchange needed [2]_"] if row.inferred_kvp else []
    if row.note:
        said.append(f"`{row.note} <{row.link}>`__" if row.link else row.note)
    return "; ".join(said)


def printed(table: Table) -> str:
    """A table as the guide prints it."""
    lines = [f"   * - {table.title}", "     - Mechanism", "     - Remarks"]
    for row in table.rows:
        lines += [f"   * - {row.label}", f"     - ``{row.mechanism}``", f"     - {remarks(row)}".rstrip()]
    return "\n".join(lines)


@pytest.mark.parametrize("generation", TABLES)
def test_the_guide_prints_the_table(generation: str) -> None:
    assert printed(TABLES[generation]) in GUIDE


@pytest.mark.parametrize("word", [*MECHANISMS, *STATUSES, *TEXTS])
def test_the_guide_explains_every_word_of_a_plan(word: str) -> None:
    assert f"``{word}``" in GUIDE


def blocks(kind: str) -> list[t.Any]:
    """The code blocks of a kind, without their indentation."""
    found = re.findall(rf"\.\. code-block:: {kind}\n\n((?:(?:    .*)?\n)+)", GUIDE)
    return [yaml.safe_load(re.sub(r"^    ", "", block, flags=re.MULTILINE)) for block in found]


def test_the_plan_that_the_guide_shows_is_the_one_that_is_made() -> None:
    shown = next(block for block in blocks("yaml") if isinstance(block, dict) and "mechanism" in block)
    policy = {"guest_os": {"web01": "Windows Server 2012"}}
    made = plan(host(), vm(kvp_on=False), policy, verdict="outdated")
    for key, value in shown.items():
        if key == "preconditions":
            states = [{"id": row["id"], "state": row["state"]} for row in made[key]]
            assert value == states
        elif key == "footnotes":
            assert value == [{"kind": row["kind"], "kb": row["kb"]} for row in made[key]]
        else:
            assert value == made[key], key


def test_the_answers_in_the_guide_are_the_ones_that_are_given() -> None:
    asked = re.findall(r"'([^']+)' \| hyperv\.integration\.update_mechanism\('([^']+)'\) }}\"\n +# (\w+)", GUIDE)
    assert len(asked) == 3
    for os, on, answer in asked:
        assert look_up(os, on)["mechanism"] == answer
