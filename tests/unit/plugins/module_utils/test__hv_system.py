# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import MOST_LINKS, System, run_command


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(root=str(tmp_path))


def put(system: System, name: str, data: str = "x") -> Path:
    path = Path(system.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data)
    return path


# Commands


def test_a_command_answers_with_its_status_and_both_outputs() -> None:
    answer = run_command(["sh", "-c", "echo out; echo err >&2; exit 3"])
    assert (answer.rc, answer.out, answer.err, answer.timed_out) == (3, "out\n", "err\n", False)


def test_a_command_that_is_not_there_is_an_answer() -> None:
    answer = run_command(["/no/such/command"])
    assert answer.rc is None
    assert "No such file" in answer.err


def test_a_command_that_does_not_end_is_ended() -> None:
    started = time.monotonic()
    answer = run_command(["sleep", "60"], 0.2)
    assert (answer.rc, answer.timed_out) == (None, True)
    assert time.monotonic() - started < 10


def test_a_daemon_that_keeps_the_output_open_does_not_hold_the_module() -> None:
    started = time.monotonic()
    answer = run_command(["sh", "-c", "sleep 3 & echo parent is done"], 30)
    assert (answer.rc, answer.out) == (0, "parent is done\n")
    assert time.monotonic() - started < 2.5


def test_a_command_is_never_read_by_a_shell() -> None:
    assert run_command(["echo", "$(id) ; `id` 'x'"]).out == "$(id) ; `id` 'x'\n"


def test_a_command_speaks_english_whatever_the_user_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert run_command(["sh", "-c", "echo $LC_ALL"]).out == "C\n"


# Names inside a root


def test_an_absolute_link_stays_inside_the_root(system: System) -> None:
    put(system, "/etc/real", "inside")
    Path(system.path("/etc/link")).symlink_to("/etc/real")
    assert (system.resolve("/etc/link"), system.read("/etc/link")) == ("/etc/real", "inside")


def test_a_link_to_what_only_the_outside_has_leads_nowhere(system: System) -> None:
    put(system, "/etc/x")
    Path(system.path("/etc/passwd")).symlink_to("/etc/hostname")
    assert (system.exists("/etc/passwd"), system.read("/etc/passwd")) == (False, None)


def test_a_link_cannot_climb_out_of_the_root(system: System) -> None:
    put(system, "/etc/x", "inside")
    Path(system.path("/link")).symlink_to("../../../../../../etc/x")
    assert system.resolve("/link") == "/etc/x"


def test_links_of_folders_are_followed_on_the_way(system: System) -> None:
    put(system, "/usr/lib/systemd/system/a.service", "unit")
    Path(system.path("/lib")).symlink_to("usr/lib")
    assert system.resolve("/lib/systemd/system/a.service") == "/usr/lib/systemd/system/a.service"


def test_links_in_a_ring_lead_nowhere(system: System) -> None:
    Path(system.path("/a")).symlink_to("b")
    Path(system.path("/b")).symlink_to("a")
    assert (MOST_LINKS, system.resolve("/a"), system.is_folder("/a")) == (40, None, False)


def test_a_program_is_a_file_that_may_be_executed(system: System) -> None:
    path = put(system, "/usr/bin/tool")
    assert not system.is_program("/usr/bin/tool")
    path.chmod(0o755)
    assert (system.is_program("/usr/bin/tool"), system.is_program("/usr/bin")) == (True, False)
    assert (system.command("tool"), system.command("other")) == ("/usr/bin/tool", None)


def test_what_cannot_be_read_is_none(system: System) -> None:
    put(system, "/folder/x")
    assert (system.read("/folder"), system.read("/none"), system.names("/none"), system.line("/none")) == (
        None,
        None,
        [],
        None,
    )


def test_text_that_is_not_utf_8_is_read_all_the_same(system: System) -> None:
    Path(system.path("/x")).write_bytes(b"a\xffb\n")
    assert system.line("/x") == "a\ufffdb"


def test_the_real_root_is_read_by_the_same_names() -> None:
    system = System()
    assert (system.resolve("/proc/self/nothing"), system.is_folder("/proc")) == (None, True)
    assert system.names("/proc/self/task")
