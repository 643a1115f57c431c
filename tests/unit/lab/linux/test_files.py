# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing into a guest's file system from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux.errors import LabError
from ansible_collections.hyperv.integration.tests.lab.linux.guest.files import GuestFiles


def test_a_link_to_a_path_of_the_machine_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "root/run").symlink_to(tmp_path / "outside")
    files = GuestFiles(tmp_path / "root")
    with pytest.raises(LabError, match="Refused to follow"):
        files.write("/run/x", "text")
    with pytest.raises(LabError, match="Refused to follow"):
        files.write("/run/deep/er/x", "text")
    with pytest.raises(LabError, match="Refused to follow"):
        files.path("/../x")
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_link_inside_is_followed(tmp_path: Path) -> None:
    (tmp_path / "usr/lib").mkdir(parents=True)
    (tmp_path / "lib").symlink_to("usr/lib")
    GuestFiles(tmp_path).write("/lib/systemd/x", "text", 0o755)
    written = tmp_path / "usr/lib/systemd/x"
    assert written.read_text() == "text"
    assert written.stat().st_mode & 0o777 == 0o755


def test_a_file_takes_the_place_of_a_link_without_touching_its_target(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("old")
    (tmp_path / "os-release").symlink_to(tmp_path / "target")
    GuestFiles(tmp_path).write("/os-release", "new")
    assert (tmp_path / "target").read_text() == "old"
    assert (tmp_path / "os-release").read_text() == "new"
    assert not (tmp_path / "os-release").is_symlink()


def test_files_are_copied_moved_linked_and_removed(tmp_path: Path) -> None:
    files = GuestFiles(tmp_path)
    files.write("/a", "1", 0o755)
    files.copy("/a", "/x/b")
    files.move("/a", "/x/c")
    files.link("/x/d", "/dev/null")
    assert files.names("/x") == ["b", "c", "d"]
    assert files.names("/nowhere") == []
    assert (tmp_path / "x/b").stat().st_mode & 0o777 == 0o755
    files.remove("/x/d", "/x/d", "/x/b")
    assert files.names("/x") == ["c"]
