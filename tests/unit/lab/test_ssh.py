# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ssh to the Windows nodes of a lab, by the machine's own client."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.hyperv.integration.tests.lab import process, pwsh, running, scenario, ssh
from ansible_collections.hyperv.integration.tests.lab.errors import LabError
from ansible_collections.hyperv.integration.tests.lab.shell import Machine

pytest.importorskip("asyncssh", reason="asyncssh is not installed")

SCENARIO = {
    "guests": [
        {"name": "web01", "os": "windows_server_2019", "connection": "ssh"},
        {"name": "web02", "os": "windows_server_2019"},
    ]
}
MACHINE = Machine(Path("/"), {"powershell": Path("/opt/pwsh"), "pwsh": Path("/opt/pwsh")}, {})


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[running.Running]:
    found = pwsh.find(download=False)
    if isinstance(found, pwsh.Missing):
        pytest.skip(f"There is no PowerShell: {found.reason}")
    if shutil.which("ssh") is None:
        pytest.skip("There is no ssh (package openssh-client)")
    with running.running(SCENARIO, tmp_path_factory.mktemp("labs") / "two", found.path) as started:
        yield started


def command(lab: running.Running, line: str, **changes: Any) -> list[str]:
    told = yaml.safe_load(lab.inventory.read_text(encoding="utf-8"))
    node = {**told["all"]["children"]["windows_guests"]["hosts"]["web01"], **changes}
    assert (node["ansible_connection"], node["ansible_shell_type"]) == ("ssh", "powershell")
    options = shlex.split(node["ansible_ssh_common_args"])
    key = ["-i", node["ansible_ssh_private_key_file"], "-p", str(node["ansible_port"])]
    return ["ssh", *options, *key, "-o", "BatchMode=yes", f"{node['ansible_user']}@{node['ansible_host']}", line]


def run(lab: running.Running, line: str, given: bytes = b"", **changes: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(lab, line, **changes), input=given, capture_output=True, timeout=60, check=False)


def test_a_command_runs_in_the_simulated_windows_with_its_exit_code(lab: running.Running) -> None:
    done = run(lab, "(Get-Service vmicvss).Name; exit 7")
    assert (done.returncode, done.stdout.split()) == (7, [b"vmicvss"])


def test_what_goes_in_and_out_is_whole(lab: running.Running) -> None:
    given = b"0123456789" * 100_000
    done = run(lab, "powershell -NoProfile -Command '$text = @($input) -join 1; $text + $text.Length'", given)
    assert (done.returncode, done.stdout.strip()) == (0, given + b"1000000")


def test_sessions_of_one_connection_keep_their_exit_codes(lab: running.Running, tmp_path: Path) -> None:
    shared = ["-o", "ControlMaster=auto", "-o", "ControlPersist=5", "-o", f"ControlPath={tmp_path / 'c'}"]
    for code in (0, 3, 5):
        line = command(lab, f"powershell -NoProfile -Command 'exit {code}'")
        # The connection that stays keeps the output of its first session open.
        done = subprocess.run([line[0], *shared, *line[1:]], stdout=subprocess.DEVNULL, timeout=60, check=False)
        assert done.returncode == code


@pytest.mark.parametrize("user", ["web02", "nobody", "root"])
def test_only_nodes_with_this_connection_can_be_entered(lab: running.Running, user: str) -> None:
    done = run(lab, "1", ansible_user=user)
    assert done.returncode == 255
    assert b"There is no node" in done.stderr or b"denied" in done.stderr


def test_what_runs_is_ended_with_the_lab(tmp_path: Path, lab: running.Running) -> None:
    with running.running(SCENARIO, tmp_path / "lab", running.find_pwsh()) as other:
        client = subprocess.Popen(command(other, "$PID; Start-Sleep -Seconds 600"), stdout=subprocess.PIPE)
        assert client.stdout is not None
        pid = int(client.stdout.readline())
        assert process.Identity.of(pid) is not None
    until = time.monotonic() + 20
    while process.Identity.of(pid) is not None and time.monotonic() < until:
        time.sleep(0.05)
    assert process.Identity.of(pid) is None
    assert client.wait(timeout=20) != 0


@pytest.mark.parametrize(
    ("line", "argv"),
    [
        ("powershell -NoProfile -EncodedCommand 'YQ=='", ["/opt/pwsh", "-NoProfile", "-EncodedCommand", "YQ=="]),
        ("PowerShell.exe -NoProfile -EncodedCommand YQ==", ["/opt/pwsh", "-NoProfile", "-EncodedCommand", "YQ=="]),
        ("powershell -Command 'it''s'", ["/opt/pwsh", "-Command", "it's"]),
        ("powershell -Command 'a'; exit 1", ["/opt/pwsh", "-Command", "powershell -Command 'a'; exit 1"]),
        ("powershell -Command $x", ["/opt/pwsh", "-Command", "powershell -Command $x"]),
        ("whoami", ["/opt/pwsh", "-Command", "whoami"]),
        ("", ["/opt/pwsh", "-Command", ""]),
    ],
)
def test_only_what_needs_no_default_shell_does_without_it(line: str, argv: list[str]) -> None:
    assert ssh.arguments(line, MACHINE) == argv


def test_without_asyncssh_a_lab_says_so_before_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lab: running.Running
) -> None:
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    with pytest.raises(LabError, match="needs the Python library asyncssh"):
        running.start(scenario.parse(SCENARIO), tmp_path / "lab", running.find_pwsh())
    assert not (tmp_path / "lab").exists()
