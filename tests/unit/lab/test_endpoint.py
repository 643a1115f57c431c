# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The WinRM endpoint as pywinrm sees it, with small programs in place of PowerShell."""

from __future__ import annotations

import base64
import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hyperv.integration.tests.lab.endpoint import Endpoint, Site, refusing_socket
from ansible_collections.hyperv.integration.tests.lab.shell import Machine

winrm = pytest.importorskip("winrm", reason="pywinrm is not installed")
requests = pytest.importorskip("requests", reason="requests is not installed")

PROGRAMS = {
    "say": "import sys; sys.stdout.write('|'.join(sys.argv[1:])); sys.stderr.write('oops'); sys.exit(7)",
    "echo": "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])",
    "big": "import sys; [sys.stdout.buffer.write(b'0123456789abcdef' * 4096) for _ in range(int(sys.argv[1]))]",
    "wait": "import os, sys, time; print(os.getpid(), flush=True); time.sleep(float(sys.argv[1])); print('done')",
    "leave": "import subprocess, sys; print(subprocess.Popen(['sleep', '60']).pid)",
    "deaf": "import sys; sys.stdin.close(); print('deaf')",
    "environment": "import os; print(os.environ['HV_NODE'], os.environ.get('GIVEN'), os.getpgid(0) == os.getpid())",
}


def site(folder: Path, name: str, fault: str = "", delay: float = 0.0, lost: dict[str, Any] | None = None) -> Site:
    programs = {}
    for program, code in PROGRAMS.items():
        programs[program] = folder / program
        programs[program].write_text(f"#!{sys.executable}\n{code}\n", encoding="utf-8")
        programs[program].chmod(0o755)
    return Site(Machine(folder, programs, {"HV_NODE": name}), "lab", "secret", fault, delay, lost=lost)


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[Endpoint]:
    sites = {
        "hv01": site(tmp_path, "hv01"),
        "hv02": site(tmp_path, "hv02"),
        "hung": site(tmp_path, "hung", "hang"),
        "slow": site(tmp_path, "slow", "slow", 0.5),
        "closed": site(tmp_path, "closed", "unauthorized"),
    }
    served = Endpoint(sites)
    served.start()
    yield served
    served.stop()


def client(endpoint: Endpoint, node: str = "hv01", password: str = "secret", timeout: int = 20) -> Any:
    url = f"http://127.0.0.1:{endpoint.port}/{node}/wsman"
    return winrm.Protocol(
        url, "basic", "lab", password, operation_timeout_sec=timeout, read_timeout_sec=timeout + 5, proxy=None
    )


@contextlib.contextmanager
def command(protocol: Any, line: str, arguments: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    shell = protocol.open_shell()
    started = protocol.run_command(shell, line, arguments)
    try:
        yield shell, started
    finally:
        protocol.cleanup_command(shell, started)
        protocol.close_shell(shell)


def run(protocol: Any, line: str, arguments: tuple[str, ...] = ()) -> tuple[bytes, bytes, int]:
    with command(protocol, line, arguments) as (shell, started):
        result: tuple[bytes, bytes, int] = protocol.get_command_output(shell, started)
        return result


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_output_errors_and_exit_code_come_back(endpoint: Endpoint) -> None:
    assert run(client(endpoint), 'say "a b" $(id) ; c', ("d",)) == (b"a b|$(id)|;|c|d", b"oops", 7)


def test_a_program_that_the_node_lacks_is_refused_as_cmd_does(endpoint: Endpoint) -> None:
    output, errors, code = run(client(endpoint), "/bin/sh -c id")
    assert (output, code) == (b"", 1)
    assert errors.startswith(b"'/bin/sh' is not recognized as an internal or external command")


def test_input_is_passed_in_pieces_until_its_end(endpoint: Endpoint) -> None:
    protocol = client(endpoint)
    data = os.urandom(600_000)
    with command(protocol, "echo") as (shell, started):
        protocol.send_command_input(shell, started, data[:250_000])
        protocol.send_command_input(shell, started, data[250_000:500_000])
        protocol.send_command_input(shell, started, data[500_000:], end=True)
        output, _unused, code = protocol.get_command_output(shell, started)
    assert (output, code) == (data[::-1], 0)


def test_a_program_may_close_its_input(endpoint: Endpoint) -> None:
    protocol = client(endpoint)
    with command(protocol, "deaf") as (shell, started):
        protocol.send_command_input(shell, started, b"x" * 1_000_000, end=True)
        assert protocol.get_command_output(shell, started) == (b"deaf\n", b"", 0)


def test_ten_megabytes_stream_in_linear_time(endpoint: Endpoint) -> None:
    # Client and server are threads of this process, so its CPU time tells the cost however busy the machine is.
    def seconds(blocks: int) -> float:
        start = time.process_time()
        output, _unused, code = run(client(endpoint), f"big {blocks}")
        assert (len(output), code) == (blocks * 65536, 0)
        assert output[:16] == output[-16:] == b"0123456789abcdef"
        return time.process_time() - start

    small, large = seconds(16), seconds(160)
    assert large < max(20 * small, 1)


def test_a_client_asks_again_when_nothing_came_within_its_timeout(endpoint: Endpoint) -> None:
    protocol = client(endpoint, timeout=1)
    with command(protocol, "wait 2.5") as (shell, started):
        assert protocol.get_command_output_raw(shell, started)[3] is False
        with pytest.raises(winrm.exceptions.WinRMOperationTimeoutError):
            protocol.get_command_output_raw(shell, started)
        assert protocol.get_command_output(shell, started) == (b"done\n", b"", 0)


@pytest.mark.parametrize("how", ["signal", "delete", "stop"])
def test_no_process_outlives_its_command(endpoint: Endpoint, how: str) -> None:
    protocol = client(endpoint)
    shell = protocol.open_shell()
    started = protocol.run_command(shell, "wait", ("60",))
    pid = int(protocol.get_command_output_raw(shell, started)[0])
    assert is_alive(pid)
    if how == "signal":
        protocol.cleanup_command(shell, started)
    elif how == "delete":
        protocol.close_shell(shell)
    else:
        endpoint.stop()
    assert not is_alive(pid)


def test_children_left_behind_neither_hold_the_command_up_nor_outlive_it(endpoint: Endpoint) -> None:
    start = time.monotonic()
    protocol = client(endpoint)
    with command(protocol, "leave") as (shell, started):
        output, _unused, code = protocol.get_command_output(shell, started)
        assert is_alive(int(output))
    assert code == 0
    assert time.monotonic() - start < 20
    deadline = time.monotonic() + 5
    while is_alive(int(output)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(int(output))


def test_a_killed_program_has_failed(endpoint: Endpoint) -> None:
    protocol = client(endpoint)
    with command(protocol, "wait", ("60",)) as (shell, started):
        os.kill(int(protocol.get_command_output_raw(shell, started)[0]), 9)
        assert protocol.get_command_output(shell, started)[2] == 1


def test_each_node_has_its_own_environment_and_shells(endpoint: Endpoint) -> None:
    one, two = client(endpoint, "hv01"), client(endpoint, "hv02")
    shell = one.open_shell(env_vars={"GIVEN": "x y", "HV_NODE": "elsewhere"})
    started = one.run_command(shell, "environment")
    assert one.get_command_output(shell, started)[0] == b"hv01 x y True\n"
    with pytest.raises(winrm.exceptions.WSManFaultError) as caught:
        two.run_command(shell, "environment")
    assert caught.value.wsman_fault_code == 2150858843
    with pytest.raises(winrm.exceptions.WSManFaultError) as caught:
        one.get_command_output_raw(shell, "00000000-0000-0000-0000-000000000000")
    assert caught.value.wsman_fault_code == 87


def test_a_shell_that_its_client_forgot_is_closed_in_the_end(endpoint: Endpoint) -> None:
    protocol = client(endpoint)
    shell = protocol.open_shell()
    pid = int(protocol.get_command_output_raw(shell, protocol.run_command(shell, "wait", ("60",)))[0])
    client(endpoint).open_shell()
    assert is_alive(pid)
    endpoint.shells["hv01"].idle_limit = -1.0
    client(endpoint).open_shell()
    assert not is_alive(pid)
    with pytest.raises(winrm.exceptions.WSManFaultError, match="There is no shell"):
        protocol.run_command(shell, "say")


def test_many_clients_are_served_at_once(endpoint: Endpoint) -> None:
    start = time.monotonic()

    def task(number: int) -> bytes:
        node = "hv01" if number % 2 else "hv02"
        output: bytes = run(client(endpoint, node), "wait 2")[0]
        return output.split()[-1]

    with ThreadPoolExecutor(24) as pool:
        assert list(pool.map(task, range(24))) == [b"done"] * 24
    # One after the other they would take 48 seconds.
    assert time.monotonic() - start < 40


def test_a_wrong_password_is_rejected(endpoint: Endpoint) -> None:
    for node, password in (("hv01", "wrong"), ("hv01", ""), ("closed", "secret")):
        with pytest.raises(winrm.exceptions.InvalidCredentialsError):
            client(endpoint, node, password).open_shell()


def test_an_unknown_node_is_not_found(endpoint: Endpoint) -> None:
    with pytest.raises(winrm.exceptions.WinRMTransportError) as caught:
        client(endpoint, "hv99").open_shell()
    assert caught.value.code == 404


def test_a_slow_node_answers_late(endpoint: Endpoint) -> None:
    start = time.monotonic()
    client(endpoint, "slow").open_shell()
    assert time.monotonic() - start >= 0.5


def test_a_hung_node_accepts_and_never_answers(endpoint: Endpoint) -> None:
    url = f"http://127.0.0.1:{endpoint.port}/hung/wsman"
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(url, data=b"", auth=("lab", "secret"), timeout=1)


def test_a_dead_node_refuses_connections() -> None:
    with refusing_socket() as held, pytest.raises(requests.exceptions.ConnectionError):
        requests.post(f"http://127.0.0.1:{held.getsockname()[1]}/dead/wsman", data=b"", timeout=5)


def test_what_is_no_message_is_a_bad_request(endpoint: Endpoint) -> None:
    url = f"http://127.0.0.1:{endpoint.port}/hv01/wsman"
    entity = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'
    assert requests.post(url, data=entity, auth=("lab", "secret"), timeout=5).status_code == 400
    token = base64.b64encode(b"lab:secret").decode()
    unknown = {"Authorization": f"Basic {token}", "Content-Length": "x"}
    assert requests.post(url, headers=unknown, timeout=5).status_code == 411


def test_stopping_leaves_no_threads_that_wait_for_processes(endpoint: Endpoint) -> None:
    protocol = client(endpoint)
    before = threading.active_count()
    for _unused in range(3):
        run(protocol, "say x")
    deadline = time.monotonic() + 5
    while threading.active_count() > before + 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert threading.active_count() <= before + 1


@pytest.mark.parametrize("kills", [True, False])
def test_a_machine_lost_while_a_command_runs_ends_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    served = Endpoint({"lost": site(tmp_path, "lost", lost={"at": "event:setup", "kills": kills})})
    served.start()
    try:
        protocol = client(served, "lost")
        shell = protocol.open_shell()
        started = protocol.run_command(shell, "wait", ("60",))
        pid = int(protocol.get_command_output_raw(shell, started)[0])
        (tmp_path / "lost").mkdir()
        (tmp_path / "lost/calls.log").write_text('{"cmdlet": "event:setup"}\n', encoding="utf-8")
        with pytest.raises(requests.exceptions.ConnectionError):
            protocol.get_command_output_raw(shell, started)
        assert is_alive(pid) is not kills
        with pytest.raises(requests.exceptions.ConnectionError):
            client(served, "lost").open_shell()
    finally:
        served.stop()
