# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._journal_store import JournalStore
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_read import (
    MaterialError,
    read_entries,
    read_failures,
    read_plan,
)
from ansible_collections.hyperv.integration.tests.unit.update_report_samples import (
    entry_of,
    old_fleet,
    plan_of,
    saved_plan,
)

Data = dict[str, t.Any]

PLAN = saved_plan(old_fleet("a", "b"))


def keep(folder: pathlib.Path, entry: Data) -> None:
    JournalStore(folder).update(entry["vm"]["id"], entry["vm"]["host"], lambda _before: (entry, None))


def test_a_plan_is_read_as_it_was_saved(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(PLAN))
    assert read_plan(path) == PLAN


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "No such file"),
        ("{torn", "Expecting property name"),
        ("[]", "Expected the schema 'hyperv.integration/plan/1' but found 'list'"),
        ('{"schema": "hyperv.integration/plan/9"}', "but found 'hyperv.integration/plan/9'"),
        ('{"schema": "hyperv.integration/plan/1", "hash": "a", "hosts": []}', "it has no vms"),
    ],
)
def test_a_file_that_is_no_plan_is_named(tmp_path: pathlib.Path, text: str | None, says: str) -> None:
    path = tmp_path / "plan.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(MaterialError, match=f"Failed to read the plan '.*plan.json': .*{says}"):
        read_plan(path)


def test_only_the_entries_of_the_run_are_read(tmp_path: pathlib.Path) -> None:
    mine, other = entry_of(plan_of(PLAN, "a")), entry_of(plan_of(PLAN, "b"))
    other["owner"]["run"] = "yesterday"
    for entry in (mine, other):
        keep(tmp_path, entry)
    assert read_entries(tmp_path, PLAN) == ([mine], {})
    assert read_entries(tmp_path, {**PLAN, "run": None}) == ([], {})
    assert read_entries(tmp_path / "nowhere", PLAN) == ([], {})
    assert not (tmp_path / "nowhere").exists()


def test_a_damaged_entry_is_told_and_hides_no_other(tmp_path: pathlib.Path) -> None:
    for name in ("a", "b"):
        keep(tmp_path, entry_of(plan_of(PLAN, name)))
    identity = plan_of(PLAN, "a")["id"]
    (tmp_path / identity[:2] / f"{identity}.json").write_text("{torn")
    entries, failures = read_entries(tmp_path, PLAN)
    assert [entry["vm"]["name"] for entry in entries] == ["b"]
    assert list(failures) == [identity]
    assert failures[identity]["msg"].startswith("Failed to read the journal '")


def test_failures_are_brought_into_one_form() -> None:
    given = {"{AB}": "unreachable", "cd": {"msg": "m", "error_class": "vm_busy", "hint": "h", "more": 1}}
    assert read_failures(given) == {
        "ab": {"msg": "unreachable", "error_class": None, "hint": None},
        "cd": {"msg": "m", "error_class": "vm_busy", "hint": "h"},
    }


@pytest.mark.parametrize("failure", [None, "", [], {}, {"hint": "h"}])
def test_a_failure_that_tells_nothing_is_refused(failure: t.Any) -> None:
    with pytest.raises(MaterialError, match="Expected a mapping with msg as the failure of 'ab' but found"):
        read_failures({"ab": failure})
