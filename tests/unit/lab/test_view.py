# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mounts that the commands of a simulated Windows do not see."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab import view
from ansible_collections.hyperv.integration.tests.lab.linux import mounts, syscalls

TABLE = "import pathlib; print(pathlib.Path('/proc/self/mountinfo').read_text())"


def in_thread(folder: Path) -> tuple[list[str], str]:
    """What is seen from a thread that leaves its mounts, and by what it starts. It mounts for itself alone."""
    try:
        syscalls.unshare(view.CLONE_NEWNS)
        syscalls.mount("", "/", flags=syscalls.MS_REC | syscalls.MS_PRIVATE)
        for name in ("used", "other"):
            (folder / name).mkdir()
            syscalls.mount("tmpfs", str(folder / name), "tmpfs")
        (folder / "used" / "node").mkdir()
    except PermissionError as error:
        pytest.skip(f"a namespace of mounts needs root: {error}")
    view.narrow([folder / "used" / "node"])
    done = subprocess.run([sys.executable, "-c", TABLE], stdout=subprocess.PIPE, check=True, text=True)
    return mounts.mounted_below(folder), done.stdout


def test_what_is_not_used_goes_for_the_thread_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    before = os.readlink("/proc/self/ns/mnt"), mounts.mounted_below(view.KERNEL)
    with ThreadPoolExecutor(1) as pool:
        seen, table = pool.submit(in_thread, tmp_path).result()
    assert seen == [str(tmp_path / "used")]
    assert str(tmp_path / "used") in table
    assert str(tmp_path / "other") not in table
    assert " /sys/" not in table
    assert (os.readlink("/proc/self/ns/mnt"), mounts.mounted_below(view.KERNEL)) == before
    assert not mounts.mounted_below(tmp_path)


def test_without_the_right_to_all_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(flags: int) -> None:
        raise PermissionError(1, "Failed to make a namespace")

    monkeypatch.setattr(syscalls, "unshare", refuse)
    monkeypatch.setattr(syscalls, "detach", lambda point: pytest.fail(f"{point} was taken away"))
    view.narrow([tmp_path])


def test_nothing_goes_where_it_would_go_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(1, "Failed to mount '/'")

    monkeypatch.setattr(syscalls, "unshare", lambda flags: None)
    monkeypatch.setattr(syscalls, "mount", refuse)
    monkeypatch.setattr(syscalls, "detach", lambda point: pytest.fail(f"{point} was taken away"))
    view.narrow([tmp_path])
