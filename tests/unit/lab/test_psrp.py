# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PowerShell remoting to the nodes of a lab, as pypsrp sees it."""

from __future__ import annotations

import struct
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from ansible_collections.hyperv.integration.tests.lab import process, psrp, pwsh, running

powershell = pytest.importorskip("pypsrp.powershell", reason="pypsrp is not installed")
exceptions = pytest.importorskip("pypsrp.exceptions", reason="pypsrp is not installed")
wsman = pytest.importorskip("pypsrp.wsman", reason="pypsrp is not installed")

SCENARIO = {"guests": [{"name": "web01", "os": "windows_server_2019", "connection": "psrp"}]}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[running.Running]:
    found = pwsh.find(download=False)
    if isinstance(found, pwsh.Missing):
        pytest.skip(f"There is no PowerShell: {found.reason}")
    with running.running(SCENARIO, tmp_path_factory.mktemp("labs") / "one", found.path) as started:
        yield started


def client(lab: running.Running, **changes: Any) -> Any:
    told = yaml.safe_load(lab.inventory.read_text(encoding="utf-8"))
    node = told["all"]["children"]["windows_guests"]["hosts"]["web01"]
    assert node["ansible_connection"] == "psrp"
    options = {
        "server": node["ansible_host"],
        "port": node["ansible_port"],
        "username": node["ansible_user"],
        "password": node["ansible_password"],
        "path": node["ansible_psrp_path"],
        "auth": node["ansible_psrp_auth"],
        "encryption": node["ansible_psrp_message_encryption"],
        "ssl": False,
        "read_timeout": 90,
    }
    return wsman.WSMan(**{**options, **changes})


@pytest.fixture
def pool(lab: running.Running) -> Iterator[Any]:
    with powershell.RunspacePool(client(lab)) as opened:
        yield opened


def run(pool: Any, script: str, given: Any = None) -> Any:
    pipeline = powershell.PowerShell(pool)
    pipeline.add_script(script)
    pipeline.invoke(given)
    return pipeline


def test_a_pipeline_runs_in_the_simulated_windows_and_takes_input(pool: Any) -> None:
    assert run(pool, "(Get-Service vmicvss).Name; $input", ["a", 7]).output == ["vmicvss", "a", 7]


def test_a_pool_keeps_what_a_pipeline_left_in_it(pool: Any) -> None:
    run(pool, "$global:kept = 42")
    assert run(pool, "$kept").output == [42]


def test_errors_and_exit_codes_reach_the_client(pool: Any) -> None:
    failed = run(pool, "Get-Nothing")
    assert failed.had_errors
    assert "Get-Nothing" in str(failed.streams.error[0])


def test_more_than_one_answer_holds_comes_whole(pool: Any) -> None:
    (text,) = run(pool, "'0123456789' * 100000").output
    assert text == "0123456789" * 100000


def test_a_pipeline_that_runs_is_stopped_and_the_pool_goes_on(pool: Any) -> None:
    endless = powershell.PowerShell(pool)
    endless.add_script("Start-Sleep -Seconds 600")
    endless.begin_invoke()
    began = time.monotonic()
    endless.stop()
    assert run(pool, "1 + 1").output == [2]
    assert time.monotonic() - began < 30


def test_nothing_is_left_of_a_pool_that_was_closed(lab: running.Running) -> None:
    with powershell.RunspacePool(client(lab)) as opened:
        (pid,) = run(opened, "$PID").output
        assert process.Identity.of(pid) is not None
        identity = opened.id
    assert process.Identity.of(pid) is None
    gone = powershell.RunspacePool(client(lab))
    gone.shell.id = identity
    gone.shell._selector_set = wsman.SelectorSet()
    gone.shell._selector_set.add_option("ShellId", identity)
    with pytest.raises(exceptions.WSManFaultError, match="There is no shell"):
        gone.shell.receive("stdout")


def test_a_wrong_password_opens_nothing(lab: running.Running) -> None:
    with pytest.raises(exceptions.AuthenticationError):
        powershell.RunspacePool(client(lab, password="wrong")).open()


def test_what_is_no_pipeline_is_a_fault(pool: Any) -> None:
    with pytest.raises(exceptions.WSManFaultError, match="The pipeline cannot be read"):
        pool.shell.command("", arguments=["this is not base64"], command_id=str(uuid.uuid4()))


def fragment(kind: int, flags: int = 3, content: bytes = b"<x/>") -> bytes:
    message = struct.pack("<II", 1, kind) + bytes(32) + content
    return struct.pack(">QQBI", 1, 0, flags, len(message)) + message


@pytest.mark.parametrize(
    ("packet", "ends"),
    [
        (fragment(0x00041004), False),
        (fragment(0x00041006), True),
        (fragment(0x00041004) + fragment(0x00041006), True),
        # What stands where the type of a message would be is content in a fragment that begins none.
        (fragment(0x00041006, flags=2), False),
        (fragment(0x00041006)[:20], False),
        (b"", False),
    ],
)
def test_the_end_of_a_pipeline_is_seen_in_its_fragments(packet: bytes, ends: bool) -> None:
    assert psrp.ends_pipeline(packet) is ends
