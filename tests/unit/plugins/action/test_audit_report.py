# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pathlib
import re
import sys
import types
import typing as t

import pytest
import yaml

from ansible_collections.hyperv.integration.plugins.action.audit_report import ARGUMENTS, ActionModule
from ansible_collections.hyperv.integration.plugins.modules import audit_report
from ansible_collections.hyperv.integration.plugins.plugin_utils._audit_files import write_snapshot
from ansible_collections.hyperv.integration.plugins.plugin_utils._audit_run import current_run, snapshot_folder
from ansible_collections.hyperv.integration.plugins.plugin_utils._report import fail_on_choices
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import read_snapshot
from ansible_collections.hyperv.integration.tests.unit.collection import with_fragments
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    make_failed_host,
    make_fleet,
    make_host,
    make_vm,
)

OPTIONS: dict[str, t.Any] = with_fragments(yaml.safe_load(audit_report.DOCUMENTATION))["options"]


def run(directory: pathlib.Path, check_mode: bool = False, **options: t.Any) -> dict[str, t.Any]:
    task: t.Any = types.SimpleNamespace(
        args={"directory": str(directory), **options}, check_mode=check_mode, async_val=0, action="audit_report"
    )
    connection: t.Any = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None))
    unused: t.Any = None
    action = ActionModule(task, connection, unused, unused, unused, unused)
    return dict(action.run(None, {"inventory_hostname": "hv01"}))


def refused(result: dict[str, t.Any], message: str) -> None:
    assert result["failed"]
    assert re.search(message, result["msg"])


def collect(folder: pathlib.Path, *snapshots: dict[str, t.Any]) -> None:
    for snapshot in snapshots:
        write_snapshot(folder, read_snapshot(snapshot), current_run())


def test_a_report_of_what_was_collected(tmp_path: pathlib.Path) -> None:
    collect(tmp_path / "snapshots", *make_fleet(6, 3))
    result = run(tmp_path)
    assert (result["changed"], result["written"]) == (True, True)
    assert sorted(result["files"]) == ["csv", "html", "json", "markdown"]
    assert all(pathlib.Path(path).is_file() for path in result["files"].values())
    assert result["summary"]["hosts"]["total"] == 6
    assert [one["error_class"] for one in result["unread"]] == ["host_unreachable", "access_denied"]
    report = json.loads((tmp_path / "latest" / "report.json").read_text())
    assert report["schema"] == "hyperv.integration/report/1"
    assert report["summary"] == result["summary"]


def test_the_same_fleet_a_second_time_is_unchanged(tmp_path: pathlib.Path) -> None:
    collect(tmp_path / "snapshots", *make_fleet(6, 3))
    assert (run(tmp_path)["changed"], run(tmp_path)["changed"]) == (True, False)
    collect(tmp_path / "snapshots", make_host("HV01", vms=[]))
    result = run(tmp_path)
    assert result["changed"] is True
    assert result["changes"] > 0


def test_check_mode_tells_the_same_and_writes_nothing(tmp_path: pathlib.Path) -> None:
    collect(tmp_path / "snapshots", *make_fleet(6, 3))
    before = sorted(tmp_path.rglob("*"))
    result = run(tmp_path, check_mode=True)
    assert sorted(tmp_path.rglob("*")) == before
    assert (result["changed"], result["written"]) == (True, False)
    assert result["summary"] == run(tmp_path)["summary"]


def test_check_mode_finds_what_check_mode_collected(tmp_path: pathlib.Path) -> None:
    collect(snapshot_folder(str(tmp_path), check_mode=True), make_host("HV01", target="in_check_mode"))
    result = run(tmp_path, check_mode=True, targets=["in_check_mode"])
    assert result["summary"]["hosts"]["read"] == 1
    assert list(tmp_path.iterdir()) == []


def test_targets_that_left_the_play_are_in_the_report(tmp_path: pathlib.Path) -> None:
    collect(tmp_path / "snapshots", make_host("HV01"), make_host("HV07"))
    result = run(tmp_path, targets=["hv01", "gone"])
    assert result["summary"]["hosts"] == {"total": 2, "read": 1, "by_status": {"ok": 1, "no_snapshot": 1}}
    assert [(one["host"], one["msg"]) for one in result["unread"]] == [
        ("gone", "The target left the play before it was read")
    ]


def test_a_guest_that_left_the_play_is_told_as_a_guest(tmp_path: pathlib.Path) -> None:
    collect(tmp_path / "snapshots", make_host("HV01", vms=[make_vm("web01")]))
    result = run(tmp_path, targets=["hv01", "web01"], guests=["web01", "other"], fail_on=["guest_unreadable"])
    assert result["summary"]["hosts"]["by_status"] == {"ok": 1}
    assert result["failed_on"] == [{"name": "guest_unreadable", "count": 1}]


def test_snapshots_of_several_controllers_are_merged(tmp_path: pathlib.Path) -> None:
    collect(tmp_path / "a", make_host("HV01"), make_failed_host("hv02"))
    collect(tmp_path / "b", make_host("HV02", vms=[make_vm("other")]))
    result = run(tmp_path / "reports", snapshots=[str(tmp_path / "a"), str(tmp_path / "b")])
    assert result["summary"]["hosts"]["by_status"] == {"ok": 2}
    assert result["summary"]["vms"]["total"] == 2


def test_what_the_report_must_not_have_is_returned(tmp_path: pathlib.Path) -> None:
    collect(tmp_path / "snapshots", make_failed_host("hv02"), make_host())
    result = run(tmp_path, fail_on=["host_unreachable", "outdated"])
    assert not result.get("failed")
    assert result["failed_on"] == [{"name": "host_unreachable", "count": 1}]


def test_a_query_answers_and_chooses(tmp_path: pathlib.Path) -> None:
    pytest.importorskip("jmespath")
    collect(tmp_path / "snapshots", make_host(vms=[make_vm("a"), make_vm("b")]))
    result = run(tmp_path, query="[?name=='b']")
    assert [row["name"] for row in result["rows"]] == ["b"]
    assert result["selection"] == {"query": "[?name=='b']", "total": 2, "matched": 1}
    assert [row["name"] for row in json.loads((tmp_path / "latest/report.json").read_text())["rows"]] == ["b"]
    assert run(tmp_path)["rows"] == []


def test_without_jmespath_only_a_query_fails_and_says_why(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect(tmp_path / "snapshots", make_host())
    monkeypatch.setitem(sys.modules, "jmespath", None)
    assert run(tmp_path)["rows"] == []
    refused(run(tmp_path, query="[]"), r"Python library \(jmespath\).*for a query")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fail_on": ["rusty"]}, "Nothing to fail on is called 'rusty'; choose from .*outdated"),
        ({"minimum_version": "latest"}, "Failed to use minimum_version: .*'latest'"),
        ({"csv_delimiter": ";;"}, "Expected one character as csv_delimiter but found ';;'"),
        ({"csv_delimiter": '"'}, "Expected one character"),
        ({"keep": -1}, "Expected to keep 0 reports or more but found -1"),
        ({"formats": ["pdf"]}, "pdf"),
        ({"query": "[?name=="}, r"Failed to run the query '\[\?name=='"),
        ({"snapshots": ["nowhere"]}, "Failed to read snapshots: No file or folder '.*nowhere'"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_wrong_options_are_named_and_nothing_is_written(
    tmp_path: pathlib.Path, options: dict[str, t.Any], message: str
) -> None:
    collect(tmp_path / "snapshots", make_host())
    refused(run(tmp_path, **options), message)
    assert [path.name for path in tmp_path.iterdir()] == ["snapshots"]


def test_an_empty_minimum_version_compares_nothing(tmp_path: pathlib.Path) -> None:
    old = make_vm("a", "6.1.7601.17514", os_name="Windows Server 2008 R2", os_version="6.1.7601")
    collect(tmp_path / "snapshots", make_host(vms=[old]))
    assert run(tmp_path)["summary"]["versions"]["outdated"] == 1
    assert run(tmp_path, minimum_version="")["summary"]["versions"]["outdated"] == 0


def test_a_place_for_the_report_that_cannot_be_written_fails(tmp_path: pathlib.Path) -> None:
    collect(tmp_path / "snapshots", make_host())
    (tmp_path / "file").write_text("")
    refused(run(tmp_path / "file", snapshots=[str(tmp_path / "snapshots")]), r"Failed to write the report to '.*/file/")


def test_the_documentation_has_the_options_of_the_action() -> None:
    assert set(OPTIONS) == set(ARGUMENTS)
    for name, spec in ARGUMENTS.items():
        for key, value in spec.items():
            assert OPTIONS[name].get(key) == value, f"{name}.{key}"


def test_the_documentation_names_only_verdicts_that_exist() -> None:
    text = " ".join(OPTIONS["fail_on"]["description"])
    names = set(re.findall(r"(?<!R)V\((\w+)\)", text))
    assert "outdated" in names
    assert names <= set(fail_on_choices())
