# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The copies of the checkout that the checks run on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.tools import tree


def write(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [name.replace("__", "/") for name in files]


def content(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text() for name in tree.files_below(folder)}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "source"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target"


def test_a_copy_becomes_equal(source: Path, target: Path) -> None:
    names = write(source, a="1", b__c="2")
    write(target, a="old", d__e="gone", d__f__g="gone")
    tree.synchronize(source, names, target)
    assert content(target) == {"a": "1", "b/c": "2"}
    assert not (target / "d").exists()


def test_only_what_is_named_is_copied(source: Path, target: Path) -> None:
    write(source, a="1", ignored="2")
    tree.synchronize(source, ["a"], target)
    assert content(target) == {"a": "1"}


def test_a_file_that_did_not_change_is_left_alone(source: Path, target: Path) -> None:
    names = write(source, a="1")
    tree.synchronize(source, names, target)
    before = (target / "a").stat().st_ino
    (target / "a").chmod(0o444)
    (source / "a").chmod(0o444)
    tree.synchronize(source, names, target)
    assert (target / "a").stat().st_ino == before


def test_the_run_bit_is_copied(source: Path, target: Path) -> None:
    names = write(source, a="1")
    tree.synchronize(source, names, target)
    (source / "a").chmod(0o755)
    tree.synchronize(source, names, target)
    assert os.access(target / "a", os.X_OK)


def test_links_stay_links_also_the_second_time(source: Path, target: Path) -> None:
    names = write(source, a="1")
    (source / "link").symlink_to("a")
    for _round in range(2):
        tree.synchronize(source, [*names, "link"], target)
        assert (target / "link").readlink() == Path("a")


def test_what_the_tools_keep_in_a_copy_stays(source: Path, target: Path) -> None:
    names = write(source, a="1")
    write(target, tests__output__junit="2", __pycache__x="3")
    tree.synchronize(source, names, target)
    assert content(target)["tests/output/junit"] == "2"


def test_a_file_that_vanishes_meanwhile_is_no_error(source: Path, target: Path) -> None:
    names = write(source, a="1")
    tree.synchronize(source, [*names, "vanished"], target)
    assert content(target) == {"a": "1"}


def test_two_runs_get_two_rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPERV_CACHE", str(tmp_path))
    with tree.occupy() as first, tree.occupy() as second:
        assert first.folder != second.folder
    with tree.occupy() as third:
        assert third.folder == first.folder
