# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Labs that run: started, looked at, stopped, and found again after a run that was killed."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.hyperv.integration.tests.lab import cli, pwsh, running
from ansible_collections.hyperv.integration.tests.lab.errors import LabError
from ansible_collections.hyperv.integration.tests.lab.fleet import fleet
from ansible_collections.hyperv.integration.tests.lab.process import Identity
from ansible_collections.hyperv.integration.tests.lab.scenario import parse
from ansible_collections.hyperv.integration.tests.lab.session import Windows

winrm = pytest.importorskip("winrm", reason="pywinrm is not installed")

TWO = {
    "vars": {"site": "lab"},
    "hosts": [
        {"name": "hv01", "vms": [{"name": "web01"}, {"name": "db01", "state": "off"}], "vars": {"rack": 7}},
        {"name": "gone", "endpoint": "dead"},
    ],
    "guests": [{"name": "web01-guest", "vm": "hv01/web01"}],
}


@pytest.fixture(scope="module")
def shell() -> Path:
    found = pwsh.find(download=False)
    if isinstance(found, pwsh.Missing):
        pytest.skip(f"There is no PowerShell: {found.reason}")
    return found.path


@pytest.fixture(scope="module")
def lab(shell: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[running.Running]:
    with running.running(TWO, tmp_path_factory.mktemp("labs") / "two", shell) as started:
        yield started


def variables(lab: running.Running, group: str, node: str) -> dict[str, Any]:
    document = yaml.safe_load(lab.inventory.read_text(encoding="utf-8"))
    found: dict[str, Any] = document["all"]["children"][group]["hosts"][node]
    return found


def run(lab: running.Running, node: str, script: str) -> str:
    told = variables(lab, "hyperv_hosts", node)
    url = f"http://127.0.0.1:{told['ansible_port']}{told['ansible_winrm_path']}"
    protocol = winrm.Protocol(url, "basic", told["ansible_user"], told["ansible_password"], proxy=None)
    encoded = base64.b64encode(script.encode("utf-16-le")).decode()
    shell = protocol.open_shell(codepage=65001)
    started = protocol.run_command(shell, "PowerShell -NoProfile -EncodedCommand", [encoded])
    output, errors, code = protocol.get_command_output(shell, started)
    protocol.close_shell(shell)
    assert code == 0, errors
    text: str = output.decode().replace("\r\n", "\n")
    return text


def test_a_client_sees_the_simulated_host(lab: running.Running) -> None:
    assert run(lab, "hv01", "(Get-VM).Name; $env:COMPUTERNAME") == "web01\ndb01\nHV01\n"


def test_a_session_starts_in_the_profile_of_its_user(lab: running.Running) -> None:
    assert run(lab, "hv01", "Set-Content here.txt x; Test-Path C:\\Users\\lab\\here.txt") == "True\n"
    assert (lab.node("hv01").directory / "C" / "Users" / "lab" / "here.txt").exists()


def test_state_survives_and_calls_are_counted(lab: running.Running) -> None:
    node = lab.node("hv01")
    node.forget_calls()
    assert node.calls() == []
    run(
        lab,
        "hv01",
        "Get-VM web01 | Get-VMIntegrationService | Where-Object Id -like '*5CED1297*' | Disable-VMIntegrationService",
    )
    assert node.state()["vms"][0]["services"]["VSS"]["enabled"] is False
    assert node.counts()["Get-VM"] == 1
    assert [row["cmdlet"] for row in node.calls("disable-vmintegrationservice")] == ["Disable-VMIntegrationService"]
    again = "Get-VM web01 | Get-VMIntegrationService | Where-Object Id -like '*5CED1297*' | ForEach-Object Enabled"
    assert run(lab, "hv01", again) == "False\n"


def test_the_inventory_tells_ansible_all_it_needs(lab: running.Running) -> None:
    told = variables(lab, "hyperv_hosts", "hv01")
    assert told["lab_node_dir"] == str(lab.node("hv01").directory)
    assert (told["ansible_connection"], told["ansible_winrm_path"], told["rack"]) == ("winrm", "/hv01/wsman", 7)
    assert "ansible_shell_type" not in told
    assert variables(lab, "hyperv_hosts", "gone")["ansible_port"] != told["ansible_port"]
    assert variables(lab, "windows_guests", "web01-guest")["ansible_winrm_path"] == "/web01-guest/wsman"
    assert yaml.safe_load(lab.inventory.read_text(encoding="utf-8"))["all"]["vars"] == {"site": "lab"}


def test_an_unknown_node_is_an_error_that_names_those_there_are(lab: running.Running) -> None:
    with pytest.raises(LabError, match="'hv02'; it has gone, hv01, web01-guest"):
        lab.node("hv02")


def test_the_lab_ends_with_its_block(shell: Path, tmp_path: Path) -> None:
    with running.running(parse({"hosts": [{"name": "hv01"}]}), tmp_path / "x", shell) as lab:
        assert lab.is_alive()
    assert not lab.is_alive()
    assert running.find(tmp_path / "x") is None
    assert lab.node("hv01").state()["computerName"] == "HV01"
    assert lab.directory.stat().st_mode & 0o777 == 0o700


def test_a_lab_left_behind_is_stopped_by_the_next_one_of_its_folder(shell: Path, tmp_path: Path) -> None:
    scenario = parse({"hosts": [{"name": "hv01"}]})
    first = running.start(scenario, tmp_path / "x", shell)
    # The server is killed hard while a session runs on a node: both must be gone afterwards.
    os.kill(first.server.pid, signal.SIGKILL)
    session = subprocess.Popen(["sleep", "60"], env={"HV_NODE": str(first.directory / "nodes" / "hv01")})
    second = running.start(scenario, tmp_path / "x", shell)
    try:
        assert session.wait(5) == -signal.SIGTERM
        assert second.is_alive()
        assert not first.is_alive()
    finally:
        assert running.remove(tmp_path / "x") is True
    assert not (tmp_path / "x").exists()
    assert not second.is_alive()


def test_an_owned_lab_ends_when_its_owner_is_killed(shell: Path, tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from ansible_collections.hyperv.integration.tests.lab import running\n"
        "with running.running({'hosts': [{'name': 'hv01'}]}, Path(sys.argv[1]), Path(sys.argv[2])) as lab:\n"
        "    print(lab.server.pid, lab.server.started, flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "x"), str(shell)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as owner:
        assert owner.stdout is not None
        pid, started = owner.stdout.readline().split()
        server = Identity(int(pid), started)
        assert server.is_alive()
        owner.kill()
    until = time.monotonic() + 30
    while server.is_alive() and time.monotonic() < until:
        time.sleep(0.05)
    assert not server.is_alive()


def test_a_folder_that_no_lab_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("", encoding="utf-8")
    with pytest.raises(LabError, match="is not the folder of a lab"):
        running.remove(tmp_path)
    assert (tmp_path / "precious").exists()


@pytest.mark.parametrize("name", ["../up", "a/b", ".."])
def test_a_node_cannot_leave_its_folder(name: str, tmp_path: Path) -> None:
    node = parse({"hosts": [{"name": name}]}).nodes[0]
    with pytest.raises(LabError, match="cannot be the name of a node"):
        running.write_node(node, tmp_path / name)


def test_fifty_hosts_of_a_hundred_machines_start_in_seconds(shell: Path, tmp_path: Path) -> None:
    start = time.monotonic()
    with running.running(fleet(50, 100, 1), tmp_path / "x", shell) as lab:
        assert time.monotonic() - start < 30
        assert len(lab.nodes) == 50
        assert len(lab.node("hv50").state()["vms"]) == 100


def test_the_command_line_starts_counts_and_stops(
    shell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Windows.prepare(shell)
    for compiled in ("winlab", "lab-types"):
        (tmp_path / compiled).symlink_to(pwsh.cache_folder(os.environ) / compiled)
    monkeypatch.setenv("HYPERV_CACHE", str(tmp_path))
    monkeypatch.setenv("HYPERV_PWSH", str(shell))
    assert cli.main(["up", "--hosts", "2", "--vms", "3", "--seed", "4", "--name", "mine"]) == 0
    assert "2 nodes, 6 virtual machines" in capsys.readouterr().out
    assert cli.main(["inventory", "--name", "mine"]) == 0
    inventory = Path(capsys.readouterr().out.strip())
    assert inventory == tmp_path / "labs" / "mine" / "inventory.yml"
    log = {"ts": 1, "pid": 1, "cmdlet": "Get-VM", "params": {}}
    (inventory.parent / "nodes" / "hv01" / "calls.log").write_text(2 * (json.dumps(log) + "\n"), encoding="utf-8")
    assert cli.main(["calls", "hv01", "--name", "mine"]) == 0
    assert capsys.readouterr().out.split() == ["2", "Get-VM"]
    assert cli.main(["status"]) == 0
    assert capsys.readouterr().out.startswith("mine: 2 nodes on port ")
    assert cli.main(["down", "--name", "mine"]) == 0
    assert capsys.readouterr().out == "The lab 'mine' is stopped\n"
    assert cli.main(["down", "--name", "mine"]) == 0
    assert capsys.readouterr().out == "The lab 'mine' did not run\n"
    assert not inventory.parent.exists()


def test_the_command_line_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HYPERV_CACHE", str(tmp_path))
    torn = tmp_path / "torn.yml"
    torn.write_text("host: []", encoding="utf-8")
    assert cli.main(["up", "--scenario", str(torn)]) == 1
    assert f"{torn}: host: 'host' is not one of" in capsys.readouterr().err
    assert cli.main(["calls", "hv01", "--name", "none"]) == 1
    assert "The lab 'none' does not run" in capsys.readouterr().err
    assert cli.main(["down", "--name", "../x"]) == 1
    assert "cannot be the name of a lab" in capsys.readouterr().err
    monkeypatch.setenv("HYPERV_PWSH", "none")
    assert cli.main(["up", "--hosts", "1"]) == 1
    assert "There is no PowerShell" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": 1, "started": "1", "ports": [1, 2]}'])
def test_what_another_release_left_behind_is_no_lab(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.json").write_text(text, encoding="utf-8")
    assert running.find(tmp_path) is None
