# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How other collections come to the tests, and what is said where they are not."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab import pwsh
from ansible_collections.hyperv.integration.tests.tools import (
    other_collections,
    suite_docs,
    suite_integration,
    suite_lint,
    unpack_collection,
)
from ansible_collections.hyperv.integration.tests.tools.context import Context
from ansible_collections.hyperv.integration.tests.tools.tree import Room

INSIDE = "ansible_collections/ansible/windows"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "many.whl"
    with zipfile.ZipFile(path, "w") as target:
        target.writestr(f"{INSIDE}/MANIFEST.json", "{}")
        target.writestr(f"{INSIDE}/plugins/action/win_reboot.py", "pass")
        target.writestr(f"{INSIDE}/tests/unit/test_it.py", "pass")
        target.writestr(f"{INSIDE}/../../../outside.py", "pass")
        target.writestr("ansible_collections/ansible/windows_more/MANIFEST.json", "{}")
    return path


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HYPERV_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(other_collections.SETTING, raising=False)
    return tmp_path / "cache"


def bring(cache: Path) -> None:
    for name in ("MANIFEST.json", "plugins/action/win_reboot.py"):
        path = cache / "collections" / INSIDE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("here")


def context(tmp_path: Path, **files: str) -> Context:
    copy = tmp_path / "copy"
    for name, text in {"roles/update/tasks/main.yml": "", **files}.items():
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Context(Room(tmp_path / "room"), copy, pwsh.Missing("not here"), tmp_path)


def test_one_collection_is_taken_and_its_tests_and_strangers_are_left(tmp_path: Path, archive: Path) -> None:
    old = tmp_path / "to" / INSIDE / "old"
    old.parent.mkdir(parents=True)
    old.touch()
    unpack_collection.unpack(archive, "ansible.windows", tmp_path / "to")
    found = sorted(str(path.relative_to(tmp_path / "to")) for path in (tmp_path / "to").rglob("*") if path.is_file())
    assert found == [f"{INSIDE}/MANIFEST.json", f"{INSIDE}/plugins/action/win_reboot.py"]


def test_an_archive_without_the_collection_is_refused_and_what_was_there_stays(tmp_path: Path, archive: Path) -> None:
    kept = tmp_path / "to/ansible_collections/community/windows/kept"
    kept.parent.mkdir(parents=True)
    kept.touch()
    with pytest.raises(LookupError, match=r"holds no collection community\.windows"):
        unpack_collection.unpack(archive, "community.windows", tmp_path / "to")
    assert kept.exists()


def test_a_run_has_it_beside_its_copy_and_loses_it_where_it_is_not_wanted(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(cache)
    beside = tmp_path / INSIDE / "plugins/action/win_reboot.py"
    other_collections.place(tmp_path)
    assert beside.read_text() == "here"
    played = tmp_path / INSIDE / "plugins/modules/win_updates.ps1"
    assert "Windows Update Agent of a lab's guest" in played.read_text()
    monkeypatch.setenv(other_collections.SETTING, "none")
    other_collections.place(tmp_path)
    assert not beside.exists()


@pytest.mark.usefixtures("cache")
def test_targets_that_need_it_are_skipped_with_the_reason(tmp_path: Path) -> None:
    reason = suite_integration.missing(context(tmp_path), ["pwsh", "ansible.windows"])
    assert reason == (
        "there is no PowerShell: not here; "
        "there is no ansible.windows: setup.sh could not fetch it from the package index"
    )


def test_targets_that_need_it_run_where_it_is(tmp_path: Path, cache: Path) -> None:
    bring(cache)
    assert suite_integration.missing(context(tmp_path), ["ansible.windows"]) == ""


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(("task", "used"), [("ansible.windows.win_reboot:", True), ("ansible.builtin.debug:", False)])
def test_ansible_lint_needs_it_only_where_it_is_used(tmp_path: Path, task: str, used: bool) -> None:
    made = context(tmp_path, **{"roles/update/tasks/restart.yml": task})
    assert other_collections.used_in(made.copy, "ansible.windows") is used
    job = suite_lint.ansible_lint(made)
    assert (job.work.__qualname__ == Context.skip("", "", "").work.__qualname__) is used


@pytest.mark.usefixtures("cache")
def test_references_to_it_in_the_documentation_are_not_checked_without_it(tmp_path: Path) -> None:
    job = suite_docs.jobs(context(tmp_path, **{"docs/site/conf.py": ""}))[-1]
    assert [skip.what for skip in job.work().skipped] == ["references to other collections"]
