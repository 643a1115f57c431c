# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import textwrap
import typing as t
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._journal import (
    Entry,
    JournalBusyError,
    JournalError,
    claim,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._journal_store import JournalStore
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.test__journal import (
    DISK,
    FIRST,
    SECOND,
    VM,
    living,
    new,
)

ID = str(VM["id"])


def write(store: JournalStore, identity: str = ID, host: str | None = "HV01") -> None:
    store.update(identity, host, lambda before: (new(), None))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    store = JournalStore(tmp_path / "journal")
    assert (store.load(ID), store.entries()) == (None, [])
    write(store)
    assert store.load(ID) == new()
    assert store.load(f"{{{ID.upper()}}}") == new()
    assert store.entries() == [new()]


@pytest.mark.parametrize(
    "identity",
    ["../../etc/passwd", "", "a/b", "..", "\x00", "\ud800", "x" * 5000, "7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f/..", "*"],
)
def test_no_id_leads_out_of_the_folder(tmp_path: Path, identity: str) -> None:
    store = JournalStore(tmp_path / "journal")
    write(store, identity)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files if path.suffix != ".json"} == {"journal.lock"}
    assert all(path.is_relative_to(tmp_path / "journal") for path in files)
    assert store.load(identity, "HV01") == new()


def test_vms_without_an_id_are_told_apart_by_their_host(tmp_path: Path) -> None:
    store = JournalStore(tmp_path)
    write(store, "web01", "HV01")
    assert store.load("web01", "HV02") is None


def test_only_the_owner_may_read_the_journal(tmp_path: Path) -> None:
    store = JournalStore(tmp_path / "journal")
    write(store)
    modes = {path: path.stat().st_mode & 0o077 for path in (tmp_path / "journal").rglob("*")}
    assert set(modes.values()) == {0}
    assert (tmp_path / "journal").stat().st_mode & 0o077 == 0


def test_of_two_runs_only_one_gets_a_vm(tmp_path: Path) -> None:
    store = JournalStore(tmp_path)

    def take(owner: dict[str, t.Any]) -> t.Callable[[Entry | None], tuple[Entry, bool]]:
        return lambda before: (claim(before, VM, owner, DISK, "t0", living).entry, True)

    assert store.update(ID, "HV01", take(FIRST))
    with pytest.raises(JournalBusyError):
        store.update(ID, "HV01", take(SECOND))
    found = store.load(ID)
    assert found is not None
    assert found["owner"]["run"] == "first"


def test_a_change_that_refuses_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    store = JournalStore(tmp_path)
    write(store)

    def refuse(before: Entry | None) -> tuple[Entry, None]:
        raise JournalError("no")

    with pytest.raises(JournalError):
        store.update(ID, "HV01", refuse)
    assert store.load(ID) == new()
    write(store)  # the lock is free again


def test_an_entry_that_cannot_be_written_leaves_no_half_file(tmp_path: Path) -> None:
    store = JournalStore(tmp_path)
    write(store)
    with pytest.raises(TypeError):
        store.update(ID, "HV01", lambda before: ({"bad": object()}, None))
    assert store.load(ID) == new()
    assert [path.name for path in tmp_path.rglob(".*")] == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema": "other/1"}', "\udcff"])
def test_a_file_that_is_no_entry_is_named(tmp_path: Path, content: str) -> None:
    store = JournalStore(tmp_path)
    write(store)
    path = next(tmp_path.glob("??/*.json"))
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(JournalError, match=f"Failed to read the journal '{path}'"):
        store.load(ID)
    with pytest.raises(JournalError):
        store.entries()


def test_a_journal_that_stays_locked_is_given_up(tmp_path: Path) -> None:
    store = JournalStore(tmp_path, lock_timeout=0.1)
    write(store)
    holder = os.open(tmp_path / "journal.lock", os.O_RDWR)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with pytest.raises(JournalError) as caught:
            write(store)
        assert str(caught.value) == f"Failed to lock the journal '{tmp_path}': it was busy for 0.1 s"
        assert store.load(ID) == new()  # reading needs no lock
    finally:
        os.close(holder)
    write(store)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="Failed to open the journal"):
        write(JournalStore(tmp_path / "file" / "journal"))


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from ansible_collections.hyperv.integration.plugins.plugin_utils import _journal_store as module

    def kill(*arguments, **options):
        os.kill(os.getpid(), signal.SIGKILL)

    place = sys.argv[2]
    if place in ("fsync", "replace"):
        setattr(module.os, place, kill)
    elif place == "dump":
        module.json.dump = lambda entry, file, **options: (file.write('{"half'), file.flush(), kill())
    store = module.JournalStore(Path(sys.argv[1]))
    store.update(sys.argv[3], None, lambda before: (kill() if place == "change" else {**before, "reason": "new"}, None))
"""


@pytest.mark.parametrize("place", ["change", "dump", "fsync", "replace"])
def test_a_writer_that_is_killed_leaves_the_old_entry_and_no_lock(tmp_path: Path, place: str) -> None:
    store = JournalStore(tmp_path, lock_timeout=5)
    write(store)
    script = tmp_path / "killed.py"
    script.write_text(textwrap.dedent(KILLED))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), place, ID], env=environment, timeout=60, check=False
    )
    assert done.returncode == -9
    assert store.load(ID) == new()
    assert store.entries() == [new()]
    store.update(ID, None, lambda before: ({**(before or {}), "reason": "later"}, None))
    found = store.load(ID)
    assert found is not None
    assert found["reason"] == "later"


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    script = tmp_path / "add.py"
    script.write_text(
        textwrap.dedent("""
            import sys
            from pathlib import Path
            from ansible_collections.hyperv.integration.plugins.plugin_utils._journal_store import JournalStore

            def add(before):
                return {**before, "resumed": before["resumed"] + 1}, None

            for _unused in range(20):
                JournalStore(Path(sys.argv[1])).update(sys.argv[2], None, add)
        """)
    )
    store = JournalStore(tmp_path / "journal")
    write(store)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, str(script), str(tmp_path / "journal"), ID]
    writers = [subprocess.Popen(command, env=environment) for _unused in range(3)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    found = json.loads(next((tmp_path / "journal").glob("??/*.json")).read_text())
    assert found["resumed"] == 60


def test_a_journal_that_cannot_be_read_is_not_an_empty_one(tmp_path: Path) -> None:
    assert JournalStore(tmp_path / "none").entries() == []
    (tmp_path / "journal/ab").mkdir(parents=True)
    (tmp_path / "journal/cd").write_text("a file in place of a folder")
    with pytest.raises(JournalError, match="Failed to read the journal"):
        JournalStore(tmp_path / "journal").entries()
