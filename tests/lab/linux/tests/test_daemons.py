# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Debian's own daemons under systemd and OpenRC: started, killed, refused, and told that their device goes."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux.guest.handle import Guest
from ansible_collections.hyperv.integration.tests.lab.linux.lab import LinuxLab
from ansible_collections.hyperv.integration.tests.lab.linux.roots.recipes import DEFAULT_ROOTS, find_recipe

SYSTEMD = [name for name in DEFAULT_ROOTS if find_recipe(name).manager == "systemd"]
OPENRC = "debian-12-openrc"


def until(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def inner_pids(guest: Guest, name: str) -> list[int]:
    """Pids, as the guest counts them, of a program; without zombies."""
    done = guest.run(["/usr/bin/pgrep", "-r", "S,R,D", "-f", f"^/usr/sbin/{name}( |$)"])
    return [int(pid) for pid in done.stdout.split()]


def unit_state(guest: Guest, unit: str = "hv-kvp-daemon") -> str:
    return guest.run(["/bin/systemctl", "is-active", unit]).stdout.strip()


@pytest.mark.parametrize("name", DEFAULT_ROOTS)
def test_each_distribution_runs_its_own_daemons(lab: LinuxLab, name: str) -> None:
    guest = lab[name]
    expected = find_recipe(name).daemons
    for daemon in ("hv_kvp_daemon", "hv_vss_daemon", "hv_fcopy_daemon", "hv_fcopy_uio_daemon"):
        assert len(inner_pids(guest, daemon)) == (1 if daemon in expected else 0), daemon
    state = guest.state()
    assert {device for device, found in state.items() if found["registered"]} == {
        daemon.service.device for daemon in guest.daemons
    }
    assert guest.offered() == list(guest.spec.services)


@pytest.mark.parametrize("name", SYSTEMD)
def test_no_unit_has_failed(lab: LinuxLab, name: str) -> None:
    assert lab[name].run(["/bin/systemctl", "--failed", "--no-legend", "--plain"]).stdout == ""


@pytest.mark.parametrize("name", SYSTEMD)
def test_a_daemon_is_killed_by_pid_and_started_again(lab: LinuxLab, name: str) -> None:
    guest = lab[name]
    (pid,) = inner_pids(guest, "hv_kvp_daemon")
    assert guest.run(["/bin/kill", "-KILL", str(pid)]).returncode == 0
    guest.await_registered("kvp", on=False)
    assert until(lambda: unit_state(guest) == "failed")
    assert guest.run(["/bin/systemctl", "start", "hv-kvp-daemon"]).returncode == 0
    guest.await_registered("kvp")
    (new,) = inner_pids(guest, "hv_kvp_daemon")
    assert new != pid


@pytest.mark.parametrize("name", SYSTEMD)
def test_a_daemon_is_stopped_and_started(lab: LinuxLab, name: str) -> None:
    guest = lab[name]
    assert guest.run(["/bin/systemctl", "stop", "hv-vss-daemon"]).returncode == 0
    guest.await_registered("vss", on=False)
    assert inner_pids(guest, "hv_vss_daemon") == []
    assert guest.run(["/bin/systemctl", "start", "hv-vss-daemon"]).returncode == 0
    guest.await_registered("vss")


@pytest.mark.parametrize("name", SYSTEMD)
def test_the_unit_follows_the_switch_of_the_host(lab: LinuxLab, name: str) -> None:
    guest = lab[name]
    others = {other: lab[other].state() for other in lab.names() if other != name}
    assert guest.switch("kvp", on=False) is True
    assert guest.switch("kvp", on=False) is False
    assert until(lambda: unit_state(guest) == "inactive")
    assert inner_pids(guest, "hv_kvp_daemon") == []
    assert guest.run(["/usr/bin/test", "-e", "/dev/vmbus/hv_kvp"]).returncode == 1
    assert "key_value_pair_exchange" not in guest.offered()
    assert guest.switch("kvp", on=True) is True
    guest.await_registered("kvp")
    assert unit_state(guest) == "active"
    # An event of one guest is nobody else's business.
    assert {other: lab[other].state() for other in others} == others


@pytest.mark.parametrize("name", SYSTEMD)
def test_a_device_that_goes_first_ends_the_daemon_itself(lab: LinuxLab, name: str) -> None:
    guest = lab[name]
    guest.switch("kvp", on=False, abrupt=True)
    assert until(lambda: unit_state(guest) == "failed")
    guest.switch("kvp", on=True)
    guest.await_registered("kvp")
    assert unit_state(guest) == "active"


def test_starting_without_a_device_is_believed_by_systemd_alone(lab: LinuxLab) -> None:
    guest = lab["debian-12"]
    guest.switch("kvp", on=False)
    started = guest.run(["/bin/systemctl", "start", "hv-kvp-daemon"])
    assert started.returncode == 0
    assert until(lambda: unit_state(guest) != "active")
    assert inner_pids(guest, "hv_kvp_daemon") == []
    guest.switch("kvp", on=True)
    guest.await_registered("kvp")


def test_a_stopped_daemon_comes_back_with_the_next_event_of_its_own_guest(lab: LinuxLab) -> None:
    guest, other = lab["debian-12"], lab["debian-13"]
    for each in (guest, other):
        each.run(["/bin/systemctl", "stop", "hv-kvp-daemon"])
        each.await_registered("kvp", on=False)
    assert guest.run(["/bin/udevadm", "trigger", "--settle"]).returncode == 0
    guest.await_registered("kvp")
    assert not other.state()["hv_kvp"]["registered"]
    other.run(["/bin/systemctl", "start", "hv-kvp-daemon"])
    other.await_registered("kvp")


@pytest.mark.parametrize("name", DEFAULT_ROOTS)
def test_a_second_daemon_is_refused_the_device(lab: LinuxLab, name: str) -> None:
    guest = lab[name]
    refused = guest.state()["hv_kvp"]["refused_count"]
    second = guest.run(["/usr/bin/timeout", "10", "/usr/sbin/hv_kvp_daemon", "-n"])
    assert second.returncode == 1
    assert guest.state()["hv_kvp"]["refused_count"] == refused + 1
    assert guest.state()["hv_kvp"]["registered"]
    assert len(inner_pids(guest, "hv_kvp_daemon")) == 1


def test_under_openrc_a_daemon_is_killed_and_started_by_its_script(lab: LinuxLab) -> None:
    guest = lab[OPENRC]
    (pid,) = inner_pids(guest, "hv_kvp_daemon")
    guest.run(["/bin/kill", "-TERM", str(pid)])
    guest.await_registered("kvp", on=False)
    assert guest.run(["/etc/init.d/hv-kvp-daemon", "start"]).returncode == 0
    guest.await_registered("kvp")
    (new,) = inner_pids(guest, "hv_kvp_daemon")
    assert new != pid


def test_under_openrc_nothing_brings_a_daemon_back(lab: LinuxLab) -> None:
    guest = lab[OPENRC]
    guest.switch("kvp", on=False)
    assert until(lambda: inner_pids(guest, "hv_kvp_daemon") == [])
    # Debian's scripts end well whatever happens without their device.
    assert guest.run(["/etc/init.d/hv-kvp-daemon", "start"]).returncode == 0
    assert guest.run(["/etc/init.d/hv-kvp-daemon", "status"]).returncode == 0
    guest.switch("kvp", on=True)
    assert not until(lambda: guest.state()["hv_kvp"]["registered"], 0.5)
    guest.run(["/bin/rm", "-f", "/run/hv_kvp_daemon.pid"])
    guest.run(["/etc/init.d/hv-kvp-daemon", "start"])
    guest.await_registered("kvp")


@pytest.mark.parametrize("name", DEFAULT_ROOTS)
def test_the_host_reads_and_writes_pairs_through_the_daemon(lab: LinuxLab, name: str) -> None:
    guest = lab[name]
    items = guest.ask("kvp_enum")
    assert list(items)[:2] == ["FullyQualifiedDomainName", "IntegrationServicesVersion"]
    assert (len(items), items["IntegrationServicesVersion"], items["OSName"]) == (10, "3.1", "Debian GNU/Linux")
    assert items["FullyQualifiedDomainName"] == f"{name}.lab.invalid"
    assert guest.ask("kvp_enum", pool="auto_external")["VirtualMachineId"] == guest.spec.vm_id.upper()
    guest.ask("kvp_set", key="note", value="größe; rm -rf /")
    pool = guest.run(["/bin/cat", "/var/lib/hyperv/.kvp_pool_0"]).stdout
    assert "größe; rm -rf /" in pool
    guest.ask("kvp_delete", key="note")
    assert guest.run(["/usr/bin/test", "-s", "/var/lib/hyperv/.kvp_pool_0"]).returncode == 1


@pytest.mark.parametrize("name", [name for name in DEFAULT_ROOTS if find_recipe(name).fcopy == "chardev"])
def test_the_host_copies_a_file_in(lab: LinuxLab, name: str) -> None:
    guest = lab[name]
    content = "".join(f"{number}\n" for number in range(3000)).encode()
    guest.copy_in("/root/in/deep", "numbers", content)
    assert guest.run(["/bin/cat", "/root/in/deep/numbers"]).stdout.encode() == content


@pytest.mark.parametrize("name", DEFAULT_ROOTS)
def test_the_host_asks_whether_a_backup_could_be_made(lab: LinuxLab, name: str) -> None:
    assert lab[name].ask("hotbackup") is None
