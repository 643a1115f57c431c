# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils import _journal_owner as owners


def fake_proc(folder: Path, stat: str | None, boot: str = "boot-1") -> Path:
    (folder / "sys/kernel/random").mkdir(parents=True, exist_ok=True)
    (folder / "sys/kernel/random/boot_id").write_text(boot + "\n")
    (folder / "77").mkdir(exist_ok=True)
    if stat is not None:
        (folder / "77/stat").write_text(stat)
    return folder


def stat(name: str = "ansible", state: str = "S", start: int = 500) -> str:
    return f"77 ({name}) {state} " + " ".join(["1"] * 18) + f" {start} 0 0"


def test_this_process_lives() -> None:
    assert owners.is_alive(owners.this_owner("run", os.getpid())) is True
    assert owners.current_run_pid() == os.getppid()


def test_a_process_that_was_killed_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    owner = owners.this_owner("run", child.pid)
    assert owners.is_alive(owner) is True
    child.kill()
    # It waits to be collected, and still has an entry, until wait() has come back.
    for _unused in range(2):
        assert owners.is_alive(owner) in (True, False)
        child.wait(timeout=30)
    assert owners.is_alive(owner) is False


def test_a_process_id_that_is_used_again_is_another_process(tmp_path: Path) -> None:
    owner = owners.this_owner("run", 77, fake_proc(tmp_path, stat(start=500)))
    assert owners.is_alive(owner, tmp_path) is True
    fake_proc(tmp_path, stat(start=501))
    assert owners.is_alive(owner, tmp_path) is False


@pytest.mark.parametrize("state", ["Z", "X"])
def test_a_process_that_only_waits_to_be_collected_is_dead(tmp_path: Path, state: str) -> None:
    owner = owners.this_owner("run", 77, fake_proc(tmp_path, stat()))
    assert owners.is_alive(owner, fake_proc(tmp_path, stat(state=state))) is False


def test_a_name_with_brackets_and_spaces_does_not_mislead(tmp_path: Path) -> None:
    assert owners.started(77, fake_proc(tmp_path, stat(name="a) Z 1 2 (b"))) == 500


def test_after_a_new_start_of_the_controller_nothing_lives(tmp_path: Path) -> None:
    owner = owners.this_owner("run", 77, fake_proc(tmp_path, stat()))
    assert owners.is_alive(owner, fake_proc(tmp_path, stat(), boot="boot-2")) is False


def test_what_cannot_be_told_is_not_told(tmp_path: Path) -> None:
    proc = fake_proc(tmp_path / "proc", stat())
    owner = owners.this_owner("run", 77, proc)
    assert owners.is_alive({**owner, "controller": "elsewhere"}, proc) is None
    assert owners.is_alive({**owner, "boot_id": None}, proc) is None
    assert owners.is_alive({**owner, "pid_started": None}, proc) is None
    assert owners.is_alive({**owner, "pid": "77"}, proc) is None
    assert owners.is_alive(owner, tmp_path / "none") is None


@pytest.mark.parametrize("broken", ["", "77 (x", "77 (x) S 1 2", "77 (x) S " + "x " * 30])
def test_a_broken_entry_is_no_process(tmp_path: Path, broken: str) -> None:
    assert owners.started(77, fake_proc(tmp_path, broken)) is None


@pytest.mark.parametrize(
    ("updated_at", "answer"),
    [("2026-05-04T03:00:00Z", False), ("2026-05-04T03:50:00Z", None), ("2026-05-04T03:50:00", None), ("soon", None)],
)
def test_a_run_that_cannot_be_asked_is_dead_after_a_while(updated_at: str, answer: bool | None) -> None:
    check = owners.watch("2026-05-04T04:00:00Z", stale_after=1800)
    assert check({"owner": {"controller": "elsewhere"}, "updated_at": updated_at}) is answer


def test_a_run_that_can_be_asked_is_never_stale() -> None:
    check = owners.watch("2026-05-04T04:00:00Z", stale_after=1800)
    entry = {"owner": owners.this_owner("run", os.getpid()), "updated_at": "2020-01-01T00:00:00Z"}
    assert check(entry) is True


def test_a_process_that_cannot_be_looked_at_is_not_dead(tmp_path: Path) -> None:
    proc = fake_proc(tmp_path, stat())
    owner = owners.this_owner("run", 77, proc)
    (proc / "77/stat").unlink()
    assert owners.is_alive(owner, proc) is False
    (proc / "77/stat").mkdir()
    assert owners.is_alive(owner, proc) is None


def test_a_process_that_proc_hides_is_not_dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_pid: int, _number: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    proc = fake_proc(tmp_path, stat())
    owner = owners.this_owner("run", 77, proc)
    (proc / "77/stat").unlink()
    monkeypatch.setattr(os, "kill", refuse)
    assert owners.is_alive(owner, proc) is None
