# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_manage import Result, manage
from ansible_collections.hyperv.integration.plugins.module_utils._hv_plan import Wish
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import Answer
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest

BINARY = "/usr/sbin/hv_kvp_daemon"


def go(
    guest: Guest, state: str | None = None, enabled: bool | None = None, masked: bool | None = None, timeout: float = 20
) -> Result:
    return manage(guest.system, ["kvp"], Wish(state, enabled, masked), timeout, False)


def message(result: Result) -> str:
    assert result.error is not None
    return result.error.msg


def done(argv: list[str]) -> Answer:
    """What Debian's scripts answer to everything."""
    return Answer(0, "", "")


@pytest.fixture
def openrc(tmp_path: Path) -> Guest:
    """Debian with OpenRC and the scripts of its package."""
    guest = Guest(tmp_path).on_hyperv()
    guest.write("/run/openrc/softlevel", "default")
    guest.program("/etc/init.d/hv-kvp-daemon", f"#!/bin/sh\nDAEMON={BINARY}\n")
    guest.program(BINARY)
    guest.pools()
    guest.commands["rc-update"] = done

    def rc_service(argv: list[str]) -> Answer:
        verb = argv[2]
        started = "/run/openrc/started/hv-kvp-daemon"
        believed = guest.path(started).exists()
        if verb == "zap" and believed:
            guest.remove(started)
        elif verb == "start" and not believed:
            guest.write(started)
            guest.daemon("kvp", 412, BINARY)
        elif verb == "stop" and believed:
            guest.remove(started)
            guest.end(412)
        return Answer(0, "", "")

    guest.commands["rc-service"] = rc_service
    return guest


@pytest.fixture
def sysv(tmp_path: Path) -> Guest:
    """Red Hat 6 and its kind."""
    guest = Guest(tmp_path).on_hyperv()
    guest.program("/etc/init.d/hypervkvpd", f"#!/bin/sh\ndaemon {BINARY}\n")
    guest.program(BINARY)
    guest.pools()

    def script(argv: list[str]) -> Answer:
        if argv[1] == "start":
            guest.daemon("kvp", 412, BINARY)
        else:
            guest.end(412)
        return Answer(0, "", "")

    guest.commands["/etc/init.d/hypervkvpd"] = script
    return guest


@pytest.fixture
def plain(tmp_path: Path) -> Guest:
    """Nothing but the program, as in the document."""
    guest = Guest(tmp_path).on_hyperv()
    guest.program(BINARY)
    guest.pools()

    def start(argv: list[str]) -> Answer:
        guest.daemon("kvp", 500, BINARY)
        return Answer(0, "", "")

    guest.commands[BINARY] = start
    return guest


@pytest.mark.parametrize("manager", ["openrc", "sysv", "plain"])
def test_start_stop_and_restart_change_once(request: pytest.FixtureRequest, manager: str) -> None:
    guest: Guest = request.getfixturevalue(manager)
    results = [
        go(guest, state) for state in ("started", "started", "restarted", "stopped", "stopped", "restarted", "stopped")
    ]
    assert [result.changed for result in results] == [True, False, True, True, False, True, True]
    assert [result.error for result in results] == [None] * 7
    assert [result.rows[0]["running"] for result in results] == [True, True, True, False, False, True, False]


@pytest.mark.parametrize("manager", ["openrc", "sysv", "plain"])
def test_without_the_device_nothing_is_started(request: pytest.FixtureRequest, manager: str) -> None:
    guest: Guest = request.getfixturevalue(manager)
    guest.remove("/dev/vmbus/hv_kvp")
    result = go(guest, "started", timeout=3)
    assert (result.changed, message(result)) == (
        False,
        "Failed to start the kvp daemon: the device /dev/vmbus/hv_kvp is missing",
    )
    assert guest.calls == []


@pytest.mark.parametrize("manager", ["openrc", "sysv"])
def test_a_script_that_answers_0_and_does_nothing_is_not_believed(request: pytest.FixtureRequest, manager: str) -> None:
    guest: Guest = request.getfixturevalue(manager)
    guest.commands = dict.fromkeys(guest.commands, done)
    started = go(guest, "started")
    assert (started.changed, message(started)) == (False, "Failed to start the kvp daemon: it ended at once")
    guest.daemon("kvp", 412, BINARY)
    stopped = go(guest, "stopped")
    assert (stopped.changed, stopped.error, guest.killed) == (True, None, [(412, signal.SIGTERM)])


def test_openrcs_belief_in_a_daemon_that_is_gone_is_zapped(openrc: Guest) -> None:
    openrc.write("/run/openrc/started/hv-kvp-daemon")
    result = go(openrc, "started")
    assert (result.changed, result.error) == (True, None)
    assert [call[2] for call in openrc.calls] == ["zap", "start"]


def test_a_script_that_forks_late_is_given_time(sysv: Guest) -> None:
    def start(argv: list[str]) -> Answer:
        sysv.after(1.0, lambda: sysv.daemon("kvp", 412, BINARY))
        return Answer(0, "", "")

    sysv.commands["/etc/init.d/hypervkvpd"] = start
    assert go(sysv, "started").error is None


def test_links_of_system_v_enable_nothing_under_openrc(openrc: Guest) -> None:
    openrc.link("/etc/rc3.d/S01hv-kvp-daemon", "../init.d/hv-kvp-daemon")
    assert go(openrc, enabled=False).changed is False


def test_openrc_enables_and_disables(openrc: Guest) -> None:
    assert (go(openrc, enabled=True).changed, openrc.calls) == (
        True,
        [["rc-update", "add", "hv-kvp-daemon", "default"]],
    )
    openrc.link("/etc/runlevels/default/hv-kvp-daemon", "/etc/init.d/hv-kvp-daemon")
    assert go(openrc, enabled=True).changed is False
    assert go(openrc, enabled=False).changed is True
    assert openrc.calls[-1] == ["rc-update", "delete", "hv-kvp-daemon", "default"]


@pytest.mark.parametrize(
    ("tool", "on", "off"),
    [
        (
            "update-rc.d",
            [["update-rc.d", "hypervkvpd", "defaults"], ["update-rc.d", "hypervkvpd", "enable"]],
            [["update-rc.d", "hypervkvpd", "disable"]],
        ),
        ("chkconfig", [["chkconfig", "hypervkvpd", "on"]], [["chkconfig", "hypervkvpd", "off"]]),
    ],
)
def test_sysv_enables_and_disables_with_the_tool_at_hand(
    sysv: Guest, tool: str, on: list[list[str]], off: list[list[str]]
) -> None:
    sysv.program(f"/usr/sbin/{tool}")
    sysv.commands[tool] = done
    go(sysv, enabled=True)
    assert sysv.calls == on
    sysv.link("/etc/rc3.d/S80hypervkvpd", "../init.d/hypervkvpd")
    assert go(sysv, enabled=True).changed is False
    go(sysv, enabled=False)
    assert sysv.calls == on + off


def test_sysv_without_a_tool_says_so(sysv: Guest) -> None:
    assert message(go(sysv, enabled=True)) == "Failed to enable hypervkvpd: neither update-rc.d nor chkconfig is here"


def test_an_order_that_fails_is_told_with_its_text(openrc: Guest) -> None:
    openrc.commands["rc-update"] = lambda argv: Answer(1, "", "rc-update: no such runlevel\n")
    assert message(go(openrc, enabled=True)) == "Failed to enable hv-kvp-daemon: rc-update: no such runlevel"


@pytest.mark.parametrize(("manager", "name"), [("openrc", "openrc"), ("sysv", "sysv"), ("plain", "process")])
def test_masking_is_systemds_alone(request: pytest.FixtureRequest, manager: str, name: str) -> None:
    guest: Guest = request.getfixturevalue(manager)
    result = go(guest, masked=True)
    assert message(result) == f"Failed to mask the kvp daemon: {name} knows no masking"
    assert go(guest, masked=False).changed is False


def test_nothing_starts_a_plain_process_by_itself(plain: Guest) -> None:
    assert message(go(plain, enabled=True)) == "Failed to enable the kvp daemon: no unit or init script starts it"
    assert go(plain, enabled=False).changed is False


def test_a_plain_process_ends_by_signal_15_and_comes_with_a_new_id(plain: Guest) -> None:
    """The document's own way (R45, R47, R49)."""
    plain.daemon("kvp", 1286, BINARY)
    plain.process(9333, BINARY)
    result = go(plain, "restarted")
    assert {pid for pid, number in plain.killed if number == signal.SIGTERM} == {1286, 9333}
    assert result.rows[0]["pids"] == [500]


def test_a_command_that_fails_is_told(plain: Guest) -> None:
    plain.commands[BINARY] = lambda argv: Answer(127, "", "libc.so.6: version not found\n")
    assert message(go(plain, "started")) == "Failed to start kvp: libc.so.6: version not found"


def test_a_command_that_never_ends_is_told(plain: Guest) -> None:
    plain.commands[BINARY] = lambda argv: Answer(None, "", "", timed_out=True)
    result = go(plain, "started")
    assert result.error is not None
    assert (result.error.error_class, result.error.msg) == ("timeout", "Failed to start kvp: it did not end in time")


def test_the_last_words_come_from_the_log_file_where_there_is_no_journal(plain: Guest) -> None:
    plain.commands[BINARY] = done
    plain.write(
        "/var/log/syslog",
        "May  4 12:00:00 db kernel: error elsewhere\n"
        "May  4 12:00:01 db KVP[77]: open /dev/vmbus/hv_kvp failed; error: 16 Device or resource busy\n",
    )
    assert message(go(plain, "started")) == (
        "Failed to start the kvp daemon: it ended at once; it said "
        "'May  4 12:00:01 db KVP[77]: open /dev/vmbus/hv_kvp failed; error: 16 Device or resource busy'"
    )


def test_a_process_that_may_not_be_ended_is_told(plain: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int, number: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    plain.daemon("kvp", 412, BINARY)
    monkeypatch.setattr(plain, "_kill", refuse)
    result = go(plain, "stopped")
    assert result.error is not None
    assert result.error.error_class == "access_denied"


def test_a_netlink_kernel_needs_no_device_but_a_process_that_stays(plain: Guest) -> None:
    plain.kernel = "3.13.0-32-generic"
    plain.remove("/dev/vmbus")

    def live(argv: list[str]) -> Answer:
        plain.process(500, BINARY)
        return Answer(0, "", "")

    def die(argv: list[str]) -> Answer:
        plain.process(501, BINARY)
        plain.after(0.5, lambda: plain.end(501))
        return Answer(0, "", "")

    plain.commands[BINARY] = live
    assert go(plain, "started").error is None
    plain.end(500)
    plain.commands[BINARY] = die
    assert message(go(plain, "started")) == "Failed to start the kvp daemon: it ended at once"
