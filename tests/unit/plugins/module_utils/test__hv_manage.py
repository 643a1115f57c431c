# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import Answer
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.hv_manage_case import (
    BINARY,
    UNIT,
    debian_guest,
    each,
    error,
    go,
    orders,
)
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import STATIC_UNIT, Guest

SERVICE = "key_value_pair_exchange"


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return debian_guest(tmp_path)


# Start


def test_start_and_start_again(guest: Guest) -> None:
    first = go(guest, "started")
    assert (first.changed, first.error, first.rows[0]["pids"]) == (True, None, [412])
    assert (first.before, first.after) == ({"kvp": {"state": "stopped"}}, {"kvp": {"state": "started"}})
    assert orders(guest) == [f"start --no-block -- {UNIT}"]
    again = go(guest, "started")
    assert (again.changed, again.error, again.before, again.rows[0]["actions"]) == (False, None, {}, [])


def test_check_mode_tells_and_does_nothing(guest: Guest) -> None:
    result = go(guest, "started", check_mode=True)
    assert (result.changed, result.after, result.rows[0]["actions"]) == (True, {"kvp": {"state": "started"}}, ["start"])
    assert (orders(guest), result.rows[0]["running"]) == ([], False)


def test_a_start_without_the_device_is_not_even_tried(guest: Guest) -> None:
    """systemd would answer 0 and stop the unit at once, or hang for 90 s."""
    guest.remove("/dev/vmbus/hv_kvp")
    result = go(guest, "started", timeout=10)
    assert error(result) == ("timeout", "Failed to start the kvp daemon: the device /dev/vmbus/hv_kvp is missing")
    assert (result.changed, orders(guest)) == (False, [])
    assert 1010 <= guest.clock < 1011


def test_a_service_that_is_off_on_the_host_is_not_waited_for_long(guest: Guest) -> None:
    guest.rescind(SERVICE)
    result = go(guest, "started", timeout=300)
    assert error(result) == (
        "service_not_offered",
        "Failed to start the kvp daemon: the host does not offer the service",
    )
    assert result.error is not None
    assert result.error.hint == "Turn on Key-Value Pair Exchange for this VM on its host"
    assert (result.changed, guest.clock < 1006) == (False, True)


def test_a_device_that_comes_late_is_waited_for(guest: Guest) -> None:
    guest.remove("/dev/vmbus/hv_kvp")
    guest.after(20, lambda: guest.write("/dev/vmbus/hv_kvp"))
    result = go(guest, "started", timeout=40)
    assert (result.changed, result.error, result.rows[0]["healthy"]) == (True, None, True)
    assert 1020 <= guest.clock < 1022


def test_udev_may_start_the_daemon_with_the_device_that_was_waited_for(guest: Guest) -> None:
    def arrive() -> None:
        guest.write("/dev/vmbus/hv_kvp")
        guest.daemon("kvp", 700, BINARY, UNIT)

    guest.remove("/dev/vmbus/hv_kvp")
    guest.on_start[UNIT] = lambda: None
    guest.after(3, arrive)
    result = go(guest, "started")
    assert (result.error, result.rows[0]["pids"]) == (None, [700])


def test_a_unit_that_systemd_stops_again_is_no_success(guest: Guest) -> None:
    guest.on_start[UNIT] = lambda: guest.states[UNIT].update(ActiveState="inactive", Result="success")
    result = go(guest, "started")
    assert error(result) == ("unexpected", f"Failed to start the kvp daemon: systemd stopped {UNIT} again")
    assert result.changed is False
    # No more, since systemd refuses the sixth start within ten seconds.
    assert orders(guest).count(f"start --no-block -- {UNIT}") == 4


def test_a_daemon_that_exits_at_once_is_a_failure_with_its_last_words(guest: Guest) -> None:
    def fail() -> None:
        guest.states[UNIT].update(ActiveState="failed", Result="exit-code", ExecMainStatus="1")

    guest.program("/usr/bin/journalctl")
    guest.commands["journalctl"] = lambda argv: Answer(0, "KVP starting; pid is:9\nread failed; error: 5\n", "")
    guest.on_start[UNIT] = fail
    assert error(go(guest, "started")) == (
        "unexpected",
        f"Failed to start the kvp daemon: {UNIT} failed with exit-code, exit status 1; it said 'read failed; error: 5'",
    )


def test_a_device_that_another_process_holds_is_named_with_it(guest: Guest) -> None:
    guest.process(55, "/opt/stray", opens=["/dev/vmbus/hv_kvp"])
    guest.on_start[UNIT] = lambda: guest.states[UNIT].update(ActiveState="failed", Result="exit-code")
    assert error(go(guest, "started")) == (
        "blocked",
        "Failed to start the kvp daemon: /dev/vmbus/hv_kvp is open in process 55",
    )


def test_a_start_job_that_waits_is_cancelled_in_time(guest: Guest) -> None:
    """The device is there but systemd does not know its device unit, so BindsTo= with After= would wait 90 s."""
    guest.unit(UNIT, STATIC_UNIT.format(key="kvp", binary=BINARY), "/etc/systemd/system", "static")
    guest.on_start[UNIT] = lambda: guest.states[UNIT].update(ActiveState="inactive", Job="77 /org/job/77")
    result = go(guest, "started", timeout=8)
    assert error(result)[0] == "timeout"
    assert orders(guest)[-1] == "cancel 77"
    assert guest.clock < 1009


def test_a_condition_that_is_not_met_is_quoted(guest: Guest) -> None:
    text = f"[Unit]\nConditionPathExists=/etc/allow\n[Service]\nExecStart={BINARY}\n"
    guest.unit(UNIT, text, "/etc/systemd/system", "static")
    guest.on_start[UNIT] = lambda: guest.states[UNIT].update(ConditionResult="no")
    assert error(go(guest, "started")) == (
        "unexpected",
        f"Failed to start the kvp daemon: a condition of {UNIT} is not met, ConditionPathExists=/etc/allow",
    )


@pytest.mark.parametrize(
    ("refusals", "state"), [(1, {"ConditionResult": "no"}), (2, {"ActiveState": "inactive", "Result": "success"})]
)
def test_a_start_that_systemd_took_back_is_tried_again(guest: Guest, refusals: int, state: dict[str, str]) -> None:
    """The device came after systemd had looked for it, or systemd has not heard of it yet."""
    text = f"[Unit]\nConditionPathExists=/dev/vmbus/hv_kvp\n[Service]\nExecStart={BINARY}\n"
    guest.unit(UNIT, text, "/etc/systemd/system", "static")

    def start() -> None:
        if len([line for line in orders(guest) if line.startswith("start ")]) <= refusals:
            guest.states[UNIT].update(state)
            return
        guest.states[UNIT].update(ConditionResult="yes")
        guest.runs_in(UNIT, 412)
        guest.daemon("kvp", 412, BINARY)

    guest.on_start[UNIT] = start
    assert go(guest, "started").error is None
    assert orders(guest).count(f"start --no-block -- {UNIT}") == refusals + 1


def test_a_condition_that_stays_unmet_is_not_tried_for_ever(guest: Guest) -> None:
    guest.unit(UNIT, f"[Service]\nExecStart={BINARY}\n", "/etc/systemd/system", "static")
    guest.on_start[UNIT] = lambda: guest.states[UNIT].update(ConditionResult="no")
    assert error(go(guest, "started"))[1] == f"Failed to start the kvp daemon: a condition of {UNIT} is not met"
    assert orders(guest).count(f"start --no-block -- {UNIT}") == 4


def test_a_stop_starts_nothing_although_a_condition_is_not_met(guest: Guest) -> None:
    guest.daemon("kvp", 300, BINARY, UNIT)
    guest.states[UNIT].update(ConditionResult="no")
    result = go(guest, "stopped")
    assert (result.changed, result.error, result.rows[0]["running"]) == (True, None, False)
    assert orders(guest) == [f"stop --no-block -- {UNIT}"]


def test_a_daemon_that_lives_without_its_device_is_no_success(guest: Guest) -> None:
    guest.on_start[UNIT] = each(lambda: guest.process(412, BINARY, unit=UNIT), lambda: guest.runs_in(UNIT, 412))
    assert error(go(guest, "started", timeout=6)) == (
        "timeout",
        "Failed to start the kvp daemon: it is not connected to /dev/vmbus/hv_kvp in time",
    )


def test_a_host_that_switches_off_during_the_start_is_named(guest: Guest) -> None:
    def start() -> None:
        guest.rescind(SERVICE)
        guest.states[UNIT].update(ActiveState="inactive")

    guest.on_start[UNIT] = start
    assert error(go(guest, "started"))[0] == "service_not_offered"


def test_a_host_that_switches_off_right_after_the_start_is_named(guest: Guest) -> None:
    def switch_off() -> None:
        guest.rescind(SERVICE)
        guest.end(412)

    guest.debian_unit("vss", guest.program("/usr/sbin/hv_vss_daemon"))
    guest.on_start["hv-vss-daemon.service"] = each(
        switch_off, lambda: guest.daemon("vss", 413, "/usr/sbin/hv_vss_daemon", "hv-vss-daemon.service")
    )
    result = go(guest, "started", keys=("kvp", "vss"))
    assert error(result) == (
        "service_not_offered",
        "Failed to keep the kvp daemon running: it ended after its start; vss went well",
    )


def test_a_failed_unit_is_reset_before_it_is_started(guest: Guest) -> None:
    guest.states[UNIT].update(ActiveState="failed", Result="start-limit-hit")
    assert go(guest, "started").error is None
    assert orders(guest) == [f"reset-failed -- {UNIT}", f"start --no-block -- {UNIT}"]


@pytest.mark.parametrize("state", ["started", "restarted"])
def test_a_masked_unit_is_not_started_but_named(guest: Guest, state: str) -> None:
    guest.link(f"/etc/systemd/system/{UNIT}", "/dev/null")
    assert error(go(guest, state)) == ("blocked", f"Failed to start the kvp daemon: its unit {UNIT} is masked")


def test_what_is_not_installed_is_named_with_its_package(tmp_path: Path) -> None:
    guest = Guest(tmp_path).on_hyperv().boot_systemd()
    guest.write("/etc/os-release", "ID=debian\n")
    result = go(guest, "started")
    assert error(result) == ("blocked", "Failed to start the kvp daemon: it is not installed")
    assert result.error is not None
    assert result.error.hint == "Install the package hyperv-daemons"


def test_a_program_that_is_missing_is_not_waited_for(guest: Guest) -> None:
    guest.rescind(SERVICE)
    guest.remove(BINARY)
    guest.write("/etc/os-release", "ID=debian\n")
    result = go(guest, "started")
    assert error(result) == ("blocked", f"Failed to start the kvp daemon: its program {BINARY} is missing")
    assert result.error is not None
    assert str(result.error.hint).endswith("Install the package hyperv-daemons")
    assert (result.rows[0]["reason"], guest.clock) == ("off_on_host", 1000.0)


@pytest.mark.parametrize("state", ["started", "restarted"])
def test_off_hyper_v_a_start_is_refused(tmp_path: Path, state: str) -> None:
    guest = Guest(tmp_path).boot_systemd()
    guest.debian_unit("kvp", guest.program(BINARY))
    assert error(go(guest, state))[0] == "not_a_guest"


def test_without_root_nothing_is_tried(guest: Guest) -> None:
    guest.is_root = False
    assert error(go(guest, "started")) == ("access_denied", "Failed to start the kvp daemon: this needs root rights")
    assert orders(guest) == []


def test_without_root_what_is_right_already_is_right(guest: Guest) -> None:
    guest.is_root = False
    guest.daemon("kvp", 412, BINARY, UNIT)
    guest.remove("/proc/412/fd")
    result = go(guest, "started")
    assert (result.changed, result.error) == (False, None)


# A daemon that runs but is not well


@pytest.mark.parametrize("problem", ["several", "deleted", "unconnected", "outside", "pools"])
def test_a_daemon_that_is_not_well_is_restarted(guest: Guest, problem: str) -> None:
    guest.daemon("kvp", 300, BINARY, UNIT)
    if problem == "several":
        guest.process(301, BINARY)
    elif problem == "deleted":
        guest.daemon("kvp", 300, f"{BINARY} (deleted)", UNIT)
    elif problem == "unconnected":
        guest.remove("/proc/300/fd/4")
    elif problem == "outside":
        guest.states[UNIT].update(ActiveState="inactive", MainPID="0")
        guest.process(300, BINARY, opens=["/dev/vmbus/hv_kvp"])
    else:
        guest.remove("/var/lib/hyperv")
        guest.on_start[UNIT] = each(guest.pools, lambda: guest.daemon("kvp", 412, BINARY, UNIT))
    result = go(guest, "started")
    assert (result.changed, result.error, result.rows[0]["actions"]) == (True, None, ["restart"])
    assert (result.rows[0]["pids"], result.rows[0]["healthy"]) == ([412], True)
    assert "runs but not well, so it is restarted" in result.warnings[0]
    assert go(guest, "started").changed is False


def test_the_last_process_of_a_removed_package_is_left_alone(guest: Guest) -> None:
    guest.daemon("kvp", 300, f"{BINARY} (deleted)", UNIT)
    guest.remove(BINARY)
    result = go(guest, "started")
    assert (result.changed, result.error, guest.killed) == (False, None, [])
    assert result.warnings == ["The kvp daemon runs but cannot be started again: deleted binary."]


# Stop


def test_stop_and_stop_again(guest: Guest) -> None:
    guest.daemon("kvp", 412, BINARY, UNIT)
    first = go(guest, "stopped")
    assert (first.changed, first.error, first.rows[0]["pids"], guest.killed) == (True, None, [], [])
    assert (first.before, first.after) == ({"kvp": {"state": "started"}}, {"kvp": {"state": "stopped"}})
    assert go(guest, "stopped").changed is False


def test_each_process_is_stopped_that_of_the_unit_and_the_others(guest: Guest) -> None:
    guest.daemon("kvp", 412, BINARY, UNIT)
    guest.process(413, BINARY)
    result = go(guest, "stopped")
    assert (result.changed, result.error, guest.killed) == (True, None, [(413, signal.SIGTERM)])


def test_zombies_and_containers_are_left_alone(guest: Guest) -> None:
    guest.process(412, BINARY, state="Z")
    guest.process(413, BINARY, namespaces=[5], opens=["/dev/vmbus/hv_kvp"])
    result = go(guest, "stopped")
    assert (result.changed, result.error, guest.killed) == (False, None, [])


def test_a_process_that_does_not_end_is_a_failure(guest: Guest) -> None:
    guest.process(413, BINARY)
    guest.immortal.add(413)
    result = go(guest, "stopped", timeout=5)
    assert error(result) == ("timeout", "Failed to stop the kvp daemon: processes 413 are still there")
    assert guest.killed == [(413, signal.SIGTERM)]


@pytest.mark.parametrize("on_hyperv", [True, False])
def test_stopped_is_right_where_nothing_is_installed(tmp_path: Path, on_hyperv: bool) -> None:
    guest = Guest(tmp_path).boot_systemd()
    if on_hyperv:
        guest.on_hyperv()
    result = go(guest, "stopped", enabled=False, masked=False)
    assert (result.changed, result.error, result.warnings) == (False, None, [])


def test_a_unit_without_a_process_is_stopped_too(guest: Guest) -> None:
    guest.states[UNIT].update(ActiveState="activating", Job="5")
    guest.on_stop[UNIT] = each(lambda: guest.states[UNIT].pop("Job"))
    result = go(guest, "stopped")
    assert (result.changed, result.error) == (True, None)


def test_an_event_that_starts_it_again_is_told_with_what_helps(guest: Guest) -> None:
    """Between the stop and the last look some package's script ran udevadm trigger."""
    guest.debian_unit("vss", guest.program("/usr/sbin/hv_vss_daemon"))
    guest.daemon("kvp", 412, BINARY, UNIT)
    guest.daemon("vss", 413, "/usr/sbin/hv_vss_daemon", "hv-vss-daemon.service")
    guest.on_stop["hv-vss-daemon.service"] = lambda: guest.daemon("kvp", 500, BINARY, UNIT)
    result = go(guest, "stopped", keys=("kvp", "vss"))
    assert error(result)[1].startswith(
        "Failed to keep the kvp daemon stopped: something started it again as process 500"
    )
    assert result.error is not None
    assert str(result.error.hint).startswith("Set masked: true")


# Restart


def test_restart_brings_a_new_process(guest: Guest) -> None:
    guest.daemon("kvp", 300, BINARY, UNIT)
    result = go(guest, "restarted")
    assert (result.changed, result.rows[0]["pids"], result.rows[0]["actions"]) == (True, [412], ["restart"])
    assert (result.before, result.after) == ({"kvp": {"state": "started"}}, {"kvp": {"state": "restarted"}})


def test_restart_starts_what_does_not_run(guest: Guest) -> None:
    assert go(guest, "restarted").rows[0]["actions"] == ["start"]


def test_a_restart_that_only_stopped_is_a_change_and_a_failure(guest: Guest) -> None:
    guest.daemon("kvp", 300, BINARY, UNIT)
    guest.on_start[UNIT] = lambda: guest.states[UNIT].update(ActiveState="failed", Result="exit-code")
    result = go(guest, "restarted")
    assert (result.changed, result.rows[0]["actions"]) == (True, ["stop"])
    assert error(result)[0] == "unexpected"


# Several


def test_one_that_fails_does_not_hide_the_other(guest: Guest) -> None:
    result = go(guest, "started", keys=("vss", "kvp"))
    assert [(row["key"], row["changed"], row["error"] is None) for row in result.rows] == [
        ("vss", False, False),
        ("kvp", True, True),
    ]
    assert error(result) == ("blocked", "Failed to start the vss daemon: it is not installed; kvp went well")
