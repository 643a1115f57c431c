# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.hyperv.integration.plugins.action import update_plan
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_files import write_plan
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_work import Work

HASH = "5a0f0d0e6c6f0d8b6f0d4c1e2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d"
OTHER = "6b" * 32


def plan(digest: str = HASH, *modules: str | None, status: str = "ready") -> dict[str, t.Any]:
    vm = {"id": "a", "name": "web01", "hash": digest, "status": status, "steps": [{"module": name} for name in modules]}
    facts = {"host": "HV01", "mechanism": "cab", "version": None, "verdict": "outdated"}
    return {"hash": digest, "vms": [{**vm, **facts}]}


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which modules there are is told by Ansible's loaders, which only a run of Ansible sets up."""
    monkeypatch.setattr(update_plan, "_is_there", lambda module: not module.startswith("nowhere."))


def test_modules_that_are_not_installed_are_named_with_their_collection() -> None:
    modules = ("hyperv.integration.windows_is_setup", "ansible.builtin.package", "nowhere.atall.win_reboot", None)
    assert update_plan._missing(plan(HASH, *modules)) == [
        {"module": "nowhere.atall.win_reboot", "collection": "nowhere.atall", "vms": 1}
    ]


def test_what_only_an_unready_plan_needs_is_not_missing() -> None:
    assert update_plan._missing(plan(HASH, "nowhere.atall.win_reboot", status="blocked")) == []


@pytest.mark.parametrize(("minimum", "kept"), [("6.3.9600.19456", "6.3.9600.19456"), ("", None), (None, None)])
def test_a_plan_is_kept_with_the_minimum_that_its_report_judges_by(minimum: str | None, kept: str | None) -> None:
    saved = update_plan._saved(plan(), Work([], [{"name": "web02"}]), minimum)
    assert saved == {**plan(), "minimum_version": kept, "not_assigned": [{"name": "web02"}], "waves": []}


@pytest.mark.parametrize("wanted", ["", None, HASH, HASH[:12], f" {HASH[:20].upper()} "])
def test_the_expected_plan_passes(tmp_path: Path, wanted: str | None) -> None:
    update_plan._guard({"expected_hash": wanted, "directory": str(tmp_path)}, plan())


def test_another_plan_is_refused_with_what_has_changed(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(OTHER), "")
    with pytest.raises(AnsibleActionFail, match="'web01': its steps or preconditions are others") as refused:
        update_plan._guard({"expected_hash": OTHER, "directory": str(tmp_path)}, plan())
    assert refused.value.result["error_class"] == "blocked"
    assert refused.value.result["hash"] == HASH


def test_a_plan_that_cannot_be_read_is_not_told_to_be_gone(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(OTHER), "").write_text("{torn")
    with pytest.raises(AnsibleActionFail, match="as expected, and that one cannot be read: ") as refused:
        update_plan._guard({"expected_hash": OTHER, "directory": str(tmp_path)}, plan())
    assert refused.value.result["error_class"] == "blocked"


@pytest.mark.parametrize("wanted", ["abc", HASH[:11], "0" * 64])
def test_a_plan_that_is_not_kept_is_refused_too(tmp_path: Path, wanted: str) -> None:
    with pytest.raises(AnsibleActionFail, match=f"not '{wanted}' as expected, and that one is not in"):
        update_plan._guard({"expected_hash": wanted, "directory": str(tmp_path)}, plan())
