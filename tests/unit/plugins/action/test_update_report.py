# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pathlib
import re
import types
import typing as t

import pytest
import yaml

from ansible_collections.hyperv.integration.plugins.action.update_report import ARGUMENTS, ActionModule
from ansible_collections.hyperv.integration.plugins.modules import update_report
from ansible_collections.hyperv.integration.plugins.plugin_utils._journal_store import JournalStore
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_fate import OUTCOMES
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_rows import NEEDS
from ansible_collections.hyperv.integration.tests.unit.collection import with_fragments
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import make_host, make_vm
from ansible_collections.hyperv.integration.tests.unit.update_report_samples import (
    NEW,
    entry_of,
    moment,
    old_fleet,
    plan_of,
    saved_plan,
)

Data = dict[str, t.Any]

OPTIONS: Data = with_fragments(yaml.safe_load(update_report.DOCUMENTATION))["options"]
RETURN: Data = yaml.safe_load(update_report.RETURN)
PLAN = saved_plan(old_fleet("a", "b"))


@pytest.fixture
def place(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with the plan, and a journal in which the update of one of two machines is done."""
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    entry = entry_of(plan_of(PLAN, "a"))
    JournalStore(tmp_path / "journal").update(entry["vm"]["id"], "HV01", lambda _before: (entry, None))
    return tmp_path


def run(place: pathlib.Path, check_mode: bool = False, **options: t.Any) -> Data:
    paths = {"plan": str(place / "plan.json"), "journal": str(place / "journal"), "directory": str(place / "reports")}
    task: t.Any = types.SimpleNamespace(
        args={**paths, **options}, check_mode=check_mode, async_val=0, action="update_report"
    )
    connection: t.Any = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None))
    unused: t.Any = None
    return dict(ActionModule(task, connection, unused, unused, unused, unused).run(None, {"inventory_hostname": "x"}))


def test_a_report_is_written_and_told(place: pathlib.Path) -> None:
    result = run(place)
    assert (result["changed"], result["written"], "failed" in result) == (True, True, False)
    assert sorted(result["files"]) == ["csv", "html", "json", "markdown"]
    assert all(pathlib.Path(path).is_file() for path in result["files"].values())
    assert [(row["name"], row["outcome"]) for row in result["rows"]] == [("a", "updated"), ("b", "not_run")]
    assert result["lines"][0] == "1 of 2 VMs is done; 1 not begun."
    report = json.loads((pathlib.Path(result["latest"]) / "report.json").read_text())
    assert (report["summary"], report["rows"]) == (result["summary"], result["rows"])
    outcomes = json.loads((pathlib.Path(result["path"]) / "outcomes.json").read_text())
    assert list(outcomes["vms"].values()) == ["updated", "not_run"]


def test_check_mode_tells_the_same_and_writes_nothing(place: pathlib.Path) -> None:
    before = sorted(place.rglob("*"))
    result = run(place, check_mode=True)
    assert sorted(place.rglob("*")) == before
    assert (result["changed"], result["written"]) == (True, False)
    assert result["rows"] == run(place)["rows"]


def test_nothing_was_done_yet(place: pathlib.Path) -> None:
    for check_mode in (True, False):
        result = run(place, check_mode, journal=str(place / "nowhere"))
        assert [row["outcome"] for row in result["rows"]] == ["planned", "planned"]
        assert result["changed"] is check_mode


def test_failures_and_the_reason_to_stop_are_told(place: pathlib.Path) -> None:
    identity = plan_of(PLAN, "a")["id"].upper()
    result = run(place, failures={identity: {"msg": "Gone", "error_class": "guest_unreachable"}}, stopped="Wave 1")
    rows = {row["name"]: row for row in result["rows"]}
    assert (rows["a"]["outcome"], rows["a"]["error_class"]) == ("failed", "guest_unreachable")
    assert (rows["b"]["outcome"], rows["b"]["reason"]) == ("not_run", "Wave 1")
    assert [row["name"] for row in result["unfinished"]] == ["a"]
    assert result["changed"] is False


def test_a_failure_of_a_machine_that_is_not_in_the_plan_is_not_lost(place: pathlib.Path) -> None:
    other = plan_of(saved_plan(old_fleet("gone")), "gone")
    left = entry_of(other, [("insert_disk", "done")], "failed")
    JournalStore(place / "journal").update(other["id"], "HV01", lambda _before: (left, None))
    failures = {other["id"]: "The host is down", "0" * 8: {"msg": "Odd", "hint": "Look"}}
    result = run(place, failures=failures, formats=["html", "junit"])
    told = [(one["name"], one["host"], one["msg"], len(one["leftovers"])) for one in result["outside"]]
    assert told == [("gone", "HV01", "The host is down", 1), (None, None, "Odd", 0)]
    assert result["lines"][0] == "1 of 2 VMs is done; 1 not begun; 2 failed outside of the plan."
    page = pathlib.Path(result["files"]["html"]).read_text()
    assert "The host is down. The integration services setup disk may be in the drive" in page
    assert pathlib.Path(result["files"]["junit"]).read_text().count('<failure type="outside"') == 2
    assert [row["name"] for row in result["rows"]] == ["a", "b"]


def test_snapshots_tell_what_is_now(place: pathlib.Path) -> None:
    now = make_vm("a", NEW, os_name="Windows Server 2012 Standard", os_version="6.2.9200")
    (place / "hv01.json").write_text(json.dumps(make_host(vms=[now], collected_at=moment(60))))
    assert run(place, snapshots=[str(place / "hv01.json")])["rows"][0]["version_now"] == NEW


def test_only_so_many_reports_stay(place: pathlib.Path) -> None:
    for _unused in range(4):
        run(place, keep=2, formats=["json"])
    assert len([path for path in (place / "reports").iterdir() if path.is_dir() and not path.is_symlink()]) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"plan": "nowhere.json"}, r"Failed to read the plan '.*nowhere\.json': .*No such file"),
        ({"csv_delimiter": ";;"}, "Expected one character as csv_delimiter but found ';;'"),
        ({"keep": -1}, "Expected to keep 0 reports or more but found -1"),
        ({"formats": ["pdf"]}, "pdf"),
        ({"failures": {"ab": {"hint": "x"}}}, "Expected a mapping with msg as the failure of 'ab'"),
        ({"snapshots": ["nowhere"]}, "Failed to read snapshots: No file or folder '.*nowhere'"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_wrong_options_are_named_and_nothing_is_written(place: pathlib.Path, options: Data, message: str) -> None:
    result = run(place, **options)
    assert result["failed"]
    assert re.search(message, result["msg"])
    assert not (place / "reports").exists()


def test_a_place_for_the_report_that_cannot_be_written_fails(place: pathlib.Path) -> None:
    result = run(place, directory=str(place / "plan.json"))
    assert result["failed"]
    assert re.search(r"Failed to write the report to '.*/plan\.json/", result["msg"])


def test_the_documentation_has_the_options_of_the_action() -> None:
    assert set(OPTIONS) == set(ARGUMENTS)
    for name, spec in ARGUMENTS.items():
        for key, value in spec.items():
            assert OPTIONS[name].get(key) == value, f"{name}.{key}"


def test_the_documentation_has_the_results_of_the_action(place: pathlib.Path) -> None:
    result = run(place)
    assert set(RETURN) == set(result) - {"changed"}
    assert set(RETURN["summary"]["contains"]) == set(result["summary"])
    rows = RETURN["rows"]["contains"]
    assert set(rows) == set(result["rows"][0])
    assert set(re.findall(r"V\((\w+)\)", " ".join(rows["outcome"]["description"]))) == set(OUTCOMES)
    assert set(re.findall(r"V\((\w+)\)", " ".join(rows["needs"]["description"]))) == set(NEEDS) - {
        "host_not_read",
        "outside",
    }
