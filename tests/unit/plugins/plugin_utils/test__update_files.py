# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils import _update_files as files

Data = dict[str, t.Any]
HASH = "5a0f0d0e6c6f0d8b6f0d4c1e2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d"


def plan(*vms: Data, digest: str = HASH) -> Data:
    return {"hash": digest, "vms": list(vms)}


def vm(name: str, digest: str = "aa", **changes: t.Any) -> Data:
    facts = {"mechanism": "offline", "status": "ready", "version": None, "verdict": "outdated", "host": "HV01"}
    return {"id": f"id-{name}", "name": name, "hash": digest, **facts, **changes}


def test_a_plan_is_found_by_its_hash_or_the_beginning_of_it(tmp_path: Path) -> None:
    path = files.write_plan(tmp_path, plan(vm("web01")), "# Plan\n")
    assert path.with_suffix(".md").read_text() == "# Plan\n"
    assert (tmp_path / "plans/latest.json").resolve() == path
    for wanted in (HASH, HASH[:12], HASH[:20]):
        found = files.read_plan(tmp_path, wanted)
        assert found is not None
        assert found["vms"][0]["name"] == "web01"
    assert files.read_plan(tmp_path, HASH[:12] + "ffff") is None
    assert files.read_plan(tmp_path, "0" * 12) is None


def test_a_plan_that_cannot_be_read_is_not_one_that_is_not_there(tmp_path: Path) -> None:
    files.plan_path(tmp_path, HASH).mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        files.read_plan(tmp_path, HASH)


@pytest.mark.parametrize("wanted", ["../../etc/x", "/etc/passwd", "..", ""])
def test_a_hash_is_never_a_path(tmp_path: Path, wanted: str) -> None:
    assert files.plan_path(tmp_path, wanted).parent == tmp_path / "plans"
    assert files.read_plan(tmp_path, wanted) is None


def test_runs_have_files_of_their_own_and_old_ones_are_forgotten(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs/notes.json").write_text("mine")
    paths = [files.write_run(tmp_path, plan(), f"2026-05-0{day}T01:00:00Z", 2) for day in (1, 2, 3, 3)]
    assert len(set(paths)) == 4
    kept = sorted(path.name for path in (tmp_path / "runs").iterdir())
    assert kept == ["20260503T010000Z-2.json", "20260503T010000Z.json", "latest.json", "notes.json"]
    assert (tmp_path / "runs/latest.json").resolve() == paths[-1]


def test_all_runs_stay_if_nothing_says_otherwise(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        files.write_run(tmp_path, plan(), f"2026-05-0{day}T01:00:00Z", 0)
    assert len(list((tmp_path / "runs").glob("2026*"))) == 3


def test_what_has_changed_since_a_plan_was_approved_is_told() -> None:
    approved = plan(vm("same"), vm("gone"), vm("moved"), vm("steps"))
    found = plan(vm("same"), vm("new"), vm("moved", "bb", host="HV02", status="blocked"), vm("steps", "bb"))
    assert files.differences(approved, found) == [
        "'gone' is gone",
        "'moved': host was HV01, is HV02; status was ready, is blocked",
        "'new' is new",
        "'steps': its steps or preconditions are others",
    ]
