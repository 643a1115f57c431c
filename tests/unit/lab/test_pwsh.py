# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which PowerShell is found, and why none is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab import pwsh, pwsh_archive

Environ = dict[str, str]


def write_program(path: Path, says: str, code: int = 0) -> Path:
    """A program that answers what a PowerShell answers when it is asked for its version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho started >> '{path}.started'\necho '{says}'\nexit {code}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return tmp_path / "work" / "main"


@pytest.fixture
def environ(tmp_path: Path) -> Environ:
    return {"PATH": str(tmp_path / "bin"), "HYPERV_CACHE": str(tmp_path / "cache")}


def find(environ: Environ, checkout: Path) -> pwsh.Found | pwsh.Missing:
    return pwsh.find(download=False, environ=environ, checkout=checkout)


def everywhere(tmp_path: Path, environ: Environ) -> dict[str, Path]:
    """One program in each place, each with a version of its own."""
    return {
        "named": write_program(tmp_path / "named/powershell7", "7.5.1"),
        "path": write_program(tmp_path / "bin/pwsh", "7.5.2"),
        "cache": write_program(Path(environ["HYPERV_CACHE"], "pwsh", pwsh_archive.VERSION, "pwsh"), "7.5.3"),
        "shared": write_program(tmp_path / "work/shared/pwsh/pwsh", "7.5.4"),
    }


def test_the_places_are_asked_in_order(tmp_path: Path, environ: Environ, checkout: Path) -> None:
    places = everywhere(tmp_path, environ)
    environ["HYPERV_PWSH"] = str(places["named"])
    assert find(environ, checkout) == pwsh.Found(places["named"], "7.5.1", "named by HYPERV_PWSH")
    del environ["HYPERV_PWSH"]
    assert find(environ, checkout) == pwsh.Found(places["path"], "7.5.2", "on PATH")
    places["path"].unlink()
    assert find(environ, checkout) == pwsh.Found(places["cache"], "7.5.3", "in the cache")
    places["cache"].unlink()
    assert find(environ, checkout) == pwsh.Found(places["shared"], "7.5.4", "beside the checkout")
    places["shared"].unlink()
    assert isinstance(find(environ, checkout), pwsh.Missing)


def test_a_name_on_path_can_be_wished_for(tmp_path: Path, environ: Environ, checkout: Path) -> None:
    program = write_program(tmp_path / "bin/pwsh-preview", "7.6.0-preview.2")
    environ["HYPERV_PWSH"] = "pwsh-preview"
    assert find(environ, checkout) == pwsh.Found(program, "7.6.0-preview.2", "named by HYPERV_PWSH")


def test_none_means_none(tmp_path: Path, environ: Environ, checkout: Path) -> None:
    everywhere(tmp_path, environ)
    environ["HYPERV_PWSH"] = "none"
    assert find(environ, checkout) == pwsh.Missing("HYPERV_PWSH=none says that there is none")


def test_a_wish_that_is_not_there_is_not_replaced(tmp_path: Path, environ: Environ, checkout: Path) -> None:
    everywhere(tmp_path, environ)
    environ["HYPERV_PWSH"] = str(tmp_path / "nowhere")
    answer = find(environ, checkout)
    assert isinstance(answer, pwsh.Missing)
    assert str(tmp_path / "nowhere") in answer.reason


@pytest.mark.parametrize(
    ("says", "code", "reason"),
    [
        ("Segmentation fault", 139, "it ended with 139: Segmentation fault"),
        ("hello", 0, "it ended with 0: hello"),
        ("7.2.9", 0, "is PowerShell 7.2.9, the lab needs 7.4 or later"),
    ],
)
def test_what_is_no_fitting_powershell_is_passed_over(
    tmp_path: Path, environ: Environ, checkout: Path, says: str, code: int, reason: str
) -> None:
    broken = write_program(tmp_path / "bin/pwsh", says, code)
    answer = find(environ, checkout)
    assert isinstance(answer, pwsh.Missing)
    assert str(broken) in answer.reason
    assert reason in answer.reason
    good = write_program(tmp_path / "work/shared/pwsh/pwsh", "7.6.9")
    assert find(environ, checkout) == pwsh.Found(good, "7.6.9", "beside the checkout")


def test_one_that_hangs_is_given_up(
    tmp_path: Path, environ: Environ, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin/pwsh"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec /bin/sleep 30\n")
    program.chmod(0o755)
    monkeypatch.setattr(pwsh, "START_SECONDS", 0.2)
    answer = find(environ, checkout)
    assert isinstance(answer, pwsh.Missing)
    assert "did not answer in 0.2 s" in answer.reason


def test_a_file_is_started_once_until_it_changes(tmp_path: Path, environ: Environ, checkout: Path) -> None:
    program = write_program(tmp_path / "bin/pwsh", "7.6.9")
    starts = Path(f"{program}.started")
    for _round in range(3):
        assert isinstance(find(environ, checkout), pwsh.Found)
    assert starts.read_text() == "started\n"
    write_program(program, "7.6.10")
    assert find(environ, checkout) == pwsh.Found(program, "7.6.10", "on PATH")
    assert starts.read_text() == "started\n" * 2


@pytest.mark.parametrize("content", ["", "[]", "{torn", '{"x": {"y": 1}}'])
def test_notes_that_cannot_be_read_are_written_anew(
    tmp_path: Path, environ: Environ, checkout: Path, content: str
) -> None:
    program = write_program(tmp_path / "bin/pwsh", "7.6.9")
    notes = Path(environ["HYPERV_CACHE"], "pwsh/verified.json")
    notes.parent.mkdir(parents=True)
    notes.write_text(content)
    assert find(environ, checkout) == pwsh.Found(program, "7.6.9", "on PATH")


def run_program(**environ: str) -> subprocess.CompletedProcess[str]:
    module = pwsh.__name__
    folder = Path(pwsh.__file__).parents[5]
    return subprocess.run(
        [sys.executable, "-m", module],
        cwd=folder,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_program_prints_the_path_alone(tmp_path: Path) -> None:
    program = write_program(tmp_path / "bin/pwsh", "7.6.9")
    done = run_program(HYPERV_CACHE=str(tmp_path / "cache"), HYPERV_PWSH=str(program))
    assert (done.returncode, done.stdout) == (0, f"{program}\n")


def test_the_program_fails_with_the_reason(tmp_path: Path) -> None:
    done = run_program(HYPERV_CACHE=str(tmp_path / "cache"), HYPERV_PWSH="none")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("There is no PowerShell: HYPERV_PWSH=none")
