# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lab reads from the machine and how it finds its own again: processes, mounts, limits, apt, state."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux import fallback, identity, limits, paths, requirements
from ansible_collections.hyperv.integration.tests.lab.linux.errors import GuestDownError, LabError
from ansible_collections.hyperv.integration.tests.lab.linux.guest import enter, uevent
from ansible_collections.hyperv.integration.tests.lab.linux.plain.handle import find_holder
from ansible_collections.hyperv.integration.tests.lab.linux.roots import build, mirror
from ansible_collections.hyperv.integration.tests.lab.linux.roots.recipes import RECIPES
from ansible_collections.hyperv.integration.tests.lab.linux.state import LabState, identities


def test_a_process_is_known_by_pid_and_start() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        known = identity.Identity.of(process.pid)
        other = identity.Identity(process.pid, known.start + 1, known.boot)
        earlier = identity.Identity(process.pid, known.start, "another boot")
        assert known.alive()
        assert not other.alive()
        assert not earlier.alive()
        assert not other.signal(signal.SIGKILL)
        assert known.signal(signal.SIGKILL)
        assert identity.wait_gone([known], 10) == []
        # Not waited for yet: a zombie is no live process.
        assert not known.alive()
    assert not known.signal(signal.SIGKILL)


def test_a_name_with_brackets_does_not_confuse(tmp_path: Path) -> None:
    program = tmp_path / ") R 1 (x"
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([str(program), "60"]) as process:
        try:
            assert identity.start_time(process.pid) >= identity.start_time(os.getpid())
            assert identity.only_child(process.pid) is None
        finally:
            process.kill()


def test_nobody_enters_a_guest_whose_pid_is_a_strangers(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        known = identity.Identity.of(process.pid)
        stale = identity.Identity(process.pid, known.start + 1, known.boot)
        enter.write_scripts(tmp_path, stale, "systemd")
        command = [str(tmp_path / "enter"), "/bin/touch", str(tmp_path / "touched")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
        process.kill()
    assert (done.returncode, done.stderr) == (125, "the guest is gone\n")
    with pytest.raises(GuestDownError, match="in guest"):
        enter.run(tmp_path, ["/bin/true"], 10)
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize("script", ["enter", "connect"])
def test_nobody_enters_a_guest_whose_first_process_is_not_its_init_yet(tmp_path: Path, script: str) -> None:
    # The launcher, what it waits for, and the first process, which still has the machine's files.
    with subprocess.Popen(["sh", "-c", "sh -c 'sleep 60; exit'; exit"], start_new_session=True) as process:
        try:
            enter.write_scripts(tmp_path, identity.Identity.of(process.pid), "systemd")
            command = [str(tmp_path / script), "/bin/touch", str(tmp_path / "touched")]
            done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
    assert (done.returncode, done.stderr) == (125, "the guest is not up\n")
    assert not (tmp_path / "touched").exists()


def test_the_way_in_may_still_be_open_for_writing(tmp_path: Path) -> None:
    # As in a program that another thread starts at the moment in which the script is written.
    own = identity.Identity.of(os.getpid())
    enter.write_scripts(tmp_path, identity.Identity(own.pid, own.start + 1, own.boot), "systemd")
    with (tmp_path / "enter").open("a"), pytest.raises(LabError, match="the guest is gone"):
        enter.run(tmp_path, ["/bin/true"], 10)


def test_inotify_instances_are_counted(tmp_path: Path) -> None:
    for pid, targets in (("1", ["anon_inode:inotify", "/dev/null"]), ("22", ["anon_inode:inotify"]), ("self", [])):
        (tmp_path / pid / "fd").mkdir(parents=True)
        for number, target in enumerate(targets):
            (tmp_path / pid / "fd" / str(number)).symlink_to(target)
    assert limits.instances_in_use(tmp_path) == 2


LOCKS = """\
1: POSIX  ADVISORY  WRITE 10 08:01:77 0 EOF
2: FLOCK  ADVISORY  WRITE 11 08:02:77 0 EOF
3: FLOCK  ADVISORY  WRITE 12 08:01:77 0 EOF
3: -> FLOCK  ADVISORY  WRITE 13 08:01:78 0 EOF
"""


def test_the_holder_of_a_lock_is_one_of_the_guests_own() -> None:
    assert find_holder(LOCKS, 77, lambda pid: pid == 12) == 12
    assert find_holder(LOCKS, 77, lambda _pid: False) is None
    assert find_holder(LOCKS, 78, lambda _pid: True) is None


TARGETS = """\
Packages http://tools.invalid/apt/ Tools Tools stable main
Packages http://mirror.invalid/debian-security/ Debian Debian-Security oldstable-security main
Packages http://mirror.invalid/debian/ Debian Debian oldstable-updates main
Translations http://wrong.invalid/debian/ Debian Debian oldstable main
Packages http://mirror.invalid/debian/ Debian Debian oldstable main
"""


def test_the_machines_own_archive_is_used() -> None:
    assert mirror.choose_mirror(TARGETS) == "http://mirror.invalid/debian"
    with pytest.raises(LabError, match="Failed to find a Debian archive"):
        mirror.choose_mirror("Packages http://x.invalid/ubuntu/ Ubuntu Ubuntu noble main\n")


def test_the_machines_proxy_and_date_checks_are_taken_over() -> None:
    dump = (
        'Acquire "";\nAcquire::http "";\nAcquire::http::Proxy "http://p:1";\nAcquire::Check-Date "false";\nDir "/";\n'
    )
    assert mirror.choose_options(dump) == ['Acquire::http::Proxy "http://p:1";', 'Acquire::Check-Date "false";']


def test_a_build_dies_with_its_builder_and_keeps_its_mounts_to_itself() -> None:
    command = build.build_command(RECIPES["debian-13-backports"], Path("/x"), "http://m.invalid/debian", ["A 1;"])
    assert command[:3] == ["setpriv", "--pdeathsig", "KILL"]
    assert {"--mount", "--pid", "--kill-child"} <= set(command[: command.index("mmdebstrap")])
    assert "--aptopt=A 1;" in command
    assert command[-4:] == [
        "trixie",
        "/x",
        "deb http://m.invalid/debian trixie main",
        "deb http://m.invalid/debian trixie-backports main",
    ]
    included = next(item for item in command if item.startswith("--include="))
    assert included.endswith(",hyperv-daemons/trixie-backports")


def test_an_event_looks_like_the_kernels_but_for_its_mark() -> None:
    assert uevent.build_uevent("add", "tty20", 4, 20).split(b"\0") == [
        b"add@/devices/virtual/tty/tty20",
        b"ACTION=add",
        b"DEVPATH=/devices/virtual/tty/tty20",
        b"SUBSYSTEM=tty",
        b"MAJOR=4",
        b"MINOR=20",
        b"DEVNAME=tty20",
        b"HYPERV_LAB=1",
        b"",
    ]


def test_state_is_kept_guest_by_guest(tmp_path: Path) -> None:
    state = LabState(tmp_path)
    assert state.read() == {}
    state.update("a", {"spec": {}})
    state.update("a", {"init": identity.Identity(1, 2, "b").to_json()})
    state.update("b", {"spec": {}})
    assert identities(state.read()["a"]) == [identity.Identity(1, 2, "b")]
    state.forget("a")
    assert list(LabState(tmp_path).read()) == ["b"]
    state.path.write_text("torn {")
    assert state.read() == {}
    state.clear()
    state.clear()


def test_labs_in_different_folders_have_different_names(tmp_path: Path) -> None:
    assert paths.lab_id(tmp_path / "a") != paths.lab_id(tmp_path / "b")
    assert paths.lab_id(tmp_path / "a") == paths.lab_id(tmp_path / "x/../a")


def test_the_cache_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HYPERV_CACHE", str(tmp_path))
    assert paths.lab_dir("x") == tmp_path / "labs/x/linux"
    monkeypatch.delenv("HYPERV_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert paths.roots_dir() == tmp_path / "hyperv.integration/linux/roots"


def test_every_missing_program_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reasons = requirements.missing()
    assert "program mmdebstrap is missing (package mmdebstrap)" in reasons
    assert "program nsenter is missing (package util-linux)" in reasons
    assert "mmdebstrap" in requirements.missing_packages()
    with pytest.raises(LabError, match="Linux guests cannot run on this machine:\n- "):
        requirements.check()
    kind, why = fallback.what_runs()
    assert kind == "none"
    assert set(reasons) < set(why)


def test_the_command_line_says_no_with_its_own_exit_code(tmp_path: Path) -> None:
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        paths.module_command("cli", "require"),
        cwd=paths.IMPORT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "NOT tested" in done.stderr
    assert sys.executable in paths.module_command("cli")
