# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import pathlib
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils import _audit_files as audit_files
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import read_snapshot
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot_facts import keep_facts
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import make_guest, make_host, make_vm

Data = dict[str, t.Any]

BASELINE: Data = {
    "schema": "hyperv.integration/baseline/1",
    "generated_at": "2026-05-04T12:00:00Z",
    "hosts": {},
    "vms": {},
}


def keep(folder: pathlib.Path, target: str, run: str = "this", **changes: t.Any) -> pathlib.Path:
    snapshot = read_snapshot(make_host(target=target, **changes))
    return audit_files.write_snapshot(folder, snapshot, run)


def report(directory: pathlib.Path, at: str, number: int = 0, kept: int = 0) -> pathlib.Path:
    folder = audit_files.report_folder(directory, at)
    audit_files.write_report(folder, {"report.json": str(number)}, {**BASELINE, "generated_at": at}, kept)
    return folder


def test_what_was_kept_is_read_again(tmp_path: pathlib.Path) -> None:
    keep(tmp_path, "hv01")
    snapshots = audit_files.read_targets(tmp_path, ["hv01"], "this")
    raw = make_host(target="hv01")
    assert snapshots == [keep_facts(read_snapshot(raw), raw)]
    assert audit_files.read_snapshots([tmp_path]) == snapshots


@pytest.mark.parametrize(
    "name",
    ["hv01", "hv01.example.org", "a/b", "../../etc/passwd", ".hidden", "..", "ñ 日本", "x" * 400, "a%2Fb", "\ud800"],
)
def test_every_name_of_an_inventory_is_one_file_in_the_folder(tmp_path: pathlib.Path, name: str) -> None:
    path = audit_files.snapshot_path(tmp_path, name)
    assert path.parent == tmp_path
    assert not path.name.startswith(".")
    keep(tmp_path, name)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert audit_files.read_targets(tmp_path, [name], "this")[0]["error"] is None


def test_different_names_are_different_files(tmp_path: pathlib.Path) -> None:
    names = ["a/b", "a%2Fb", "a_b", "x" * 400, "x" * 401, ".a", "%2Ea"]
    assert len({audit_files.snapshot_path(tmp_path, name) for name in names}) == len(names)


def test_a_target_that_this_run_did_not_read_says_so(tmp_path: pathlib.Path) -> None:
    keep(tmp_path, "old", run="earlier")
    snapshots = audit_files.read_targets(tmp_path, ["old", "absent"], "this")
    assert [(one["target"], one["error"]["error_class"], one["vms"]) for one in snapshots] == [
        ("old", "no_snapshot", []),
        ("absent", "no_snapshot", []),
    ]


def test_a_file_that_is_no_snapshot_is_a_target_that_could_not_be_read(tmp_path: pathlib.Path) -> None:
    (tmp_path / "torn.json").write_text('{"schema": "hyperv.integ')
    (tmp_path / "other.json").write_text('{"schema": "hyperv.integration/snapshot/9"}')
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "notes.txt").write_text("not mine")
    snapshots = audit_files.read_snapshots([tmp_path])
    assert [one["target"] for one in snapshots] == ["list", "other", "torn"]
    messages = [one["error"]["msg"] for one in snapshots]
    assert messages[0] == "Failed to read snapshot 'list.json': The snapshot must be a mapping but is []"
    assert "read it with the release that wrote it" in messages[1]
    assert "'torn.json'" in messages[2]
    assert audit_files.read_targets(tmp_path, ["torn"], "this")[0]["error"]["error_class"] == "unexpected"


def test_a_file_in_another_encoding_is_read_as_far_as_it_can_be(tmp_path: pathlib.Path) -> None:
    text = json.dumps(make_host(vms=[make_vm("name")])).replace('"name": "name"', '"name": "n\xe4me"')
    (tmp_path / "hv01.json").write_bytes(text.encode("latin-1"))
    assert audit_files.read_snapshots([tmp_path])[0]["vms"][0]["name"] == "n\ufffdme"


def test_half_a_surrogate_pair_from_a_guest_is_made_harmless(tmp_path: pathlib.Path) -> None:
    keep(tmp_path, "hv01", vms=[make_vm("a", os_name="\ud800x")])
    (tmp_path / "hv02.json").write_text(json.dumps(make_host("HV02", vms=[make_vm("b", os_name="\udc00x")])))
    names = [one["vms"][0]["guest"]["os_name"] for one in audit_files.read_snapshots([tmp_path])]
    for name in names:
        assert name.encode()


def test_a_single_file_and_the_folder_of_a_report_can_be_given(tmp_path: pathlib.Path) -> None:
    path = keep(tmp_path / "one", "hv01")
    report(tmp_path / "reports", "2026-05-04T12:00:00Z")
    (tmp_path / "reports" / "20260504T120000Z" / "report.json").write_text('{"schema": "hyperv.integration/report/1"}')
    places = [path, tmp_path / "reports" / "20260504T120000Z"]
    assert [one["target"] for one in audit_files.read_snapshots(places)] == ["hv01"]


def test_a_place_that_is_not_there_is_named(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"No file or folder '.*/nowhere'"):
        audit_files.read_snapshots([tmp_path / "nowhere"])


def test_a_report_is_a_folder_with_a_link_to_the_latest(tmp_path: pathlib.Path) -> None:
    first = report(tmp_path, "2026-05-04T12:00:00Z", 1)
    assert first.name == "20260504T120000Z"
    assert (tmp_path / "latest" / "report.json").read_text() == "1"
    report(tmp_path, "2026-05-05T12:00:00Z", 2)
    assert (tmp_path / "latest" / "report.json").read_text() == "2"
    assert os.readlink(tmp_path / "latest") == "20260505T120000Z"
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".tmp")]


def test_two_reports_of_one_second_are_two_folders(tmp_path: pathlib.Path) -> None:
    names = [report(tmp_path, "2026-05-04T12:00:00Z", number).name for number in range(3)]
    assert names == ["20260504T120000Z", "20260504T120000Z-2", "20260504T120000Z-3"]
    assert os.readlink(tmp_path / "latest") == names[-1]


def test_only_old_reports_are_removed(tmp_path: pathlib.Path) -> None:
    strangers = ["snapshots", "20200101T000000Z", "20200101T000000Z.bak", "mine"]
    for name in strangers:
        (tmp_path / name).mkdir()
    for day in range(1, 6):
        report(tmp_path, f"2026-05-0{day}T12:00:00Z", day, kept=3)
    kept = ["20260503T120000Z", "20260504T120000Z", "20260505T120000Z"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*strangers, *kept, "latest"])


def test_a_report_that_cannot_be_written_leaves_nothing_behind(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = audit_files.report_folder(tmp_path, "2026-05-04T12:00:00Z")

    def full(*_arguments: t.Any) -> t.NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        audit_files.write_report(folder, {"report.json": "1"}, BASELINE, 0)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_named_latest_that_is_no_link_stays(tmp_path: pathlib.Path) -> None:
    (tmp_path / "latest").mkdir()
    report(tmp_path, "2026-05-04T12:00:00Z")
    assert not (tmp_path / "latest").is_symlink()


def test_the_baseline_is_that_of_the_last_report_that_has_one(tmp_path: pathlib.Path) -> None:
    assert audit_files.read_baseline(tmp_path / "nowhere") == (None, [])
    assert audit_files.read_baseline(tmp_path) == (None, [])
    for day in (1, 2, 3):
        report(tmp_path, f"2026-05-0{day}T12:00:00Z")
    (tmp_path / "20260503T120000Z" / "baseline.json").write_text("{torn")
    (tmp_path / "20260502T120000Z" / "baseline.json").write_text('{"schema": "hyperv.integration/baseline/0"}')
    baseline, unread = audit_files.read_baseline(tmp_path)
    assert baseline is not None
    assert baseline["generated_at"] == "2026-05-01T12:00:00Z"
    assert len(unread) == 1
    assert "'20260503T120000Z'" in unread[0]


def test_a_folder_that_cannot_be_read_is_not_an_empty_one(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError, match="No file or folder"):
        audit_files.read_snapshots([tmp_path / "none"])
    looping = tmp_path / "loop"
    looping.symlink_to(looping)
    with pytest.raises(OSError, match="loop"):
        audit_files.read_snapshots([looping])


def test_files_have_the_rights_that_the_user_wants(tmp_path: pathlib.Path) -> None:
    before = os.umask(0o027)
    try:
        folder = report(tmp_path, "2026-05-04T12:00:00Z")
        path = keep(tmp_path / "snapshots", "hv01")
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o750
    assert path.stat().st_mode & 0o777 == 0o640
    assert (folder / "report.json").stat().st_mode & 0o777 == 0o640


def test_reports_of_two_kinds_in_one_folder_do_not_remove_each_other(tmp_path: pathlib.Path) -> None:
    for day in (1, 2, 3):
        report(tmp_path, f"2026-05-0{day}T12:00:00Z", kept=2)
        folder = audit_files.report_folder(tmp_path, f"2026-05-0{day}T18:00:00Z")
        audit_files.write_report(folder, {}, {"schema": "x"}, 2, mark="outcomes.json")
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["20260502T120000Z", "20260502T180000Z", "20260503T120000Z", "20260503T180000Z", "latest"]


@pytest.mark.parametrize("schema", ["report/1", "baseline/1", "plan/1", "journal/1", "update_report/1"])
def test_other_files_of_the_collection_are_no_snapshots(tmp_path: pathlib.Path, schema: str) -> None:
    (tmp_path / "other.json").write_text(json.dumps({"schema": f"hyperv.integration/{schema}"}))
    assert audit_files.read_snapshots([tmp_path]) == []


def test_a_snapshot_keeps_what_the_advice_on_its_update_needs(tmp_path: pathlib.Path) -> None:
    guest = make_guest(make_vm("a"), target="a")
    guest["guest"]["host_os_version"] = None
    (tmp_path / "a.json").write_text(json.dumps(guest))
    assert "host_os_version" in audit_files.read_snapshots([tmp_path])[0]["guest"]
