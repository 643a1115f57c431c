# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Guests that restart themselves: the disk and the host stay, all that ran is new, and nothing is left behind."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux import cgroups
from ansible_collections.hyperv.integration.tests.lab.linux.errors import GuestDownError
from ansible_collections.hyperv.integration.tests.lab.linux.guest.handle import Guest
from ansible_collections.hyperv.integration.tests.lab.linux.identity import wait_gone
from ansible_collections.hyperv.integration.tests.lab.linux.lab import LinuxLab
from ansible_collections.hyperv.integration.tests.lab.linux.spec import GuestSpec
from ansible_collections.hyperv.integration.tests.lab.linux.state import identities

from .test_traces import assert_no_trace, running_in

SPECS: dict[str, dict[str, Any]] = {
    "systemd-247": {"root": "debian-11"},
    "systemd-252": {"root": "debian-12"},
    "systemd-257": {"root": "debian-13-backports"},
    "openrc": {"root": "debian-12-openrc"},
}
# A restart takes half a second on a machine that does nothing else.
SECONDS = 60.0


@pytest.fixture(scope="module")
def restarting(machine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinuxLab]:
    """A guest of each service manager and version."""
    with LinuxLab(tmp_path_factory.mktemp("restarting"), print) as made:
        made.up(GuestSpec.from_mapping(name, data) for name, data in SPECS.items())
        yield made


def ssh(lab: LinuxLab, name: str, *argv: str) -> list[str]:
    variables = lab.inventory()[name]
    command = ["ssh", "-F", "none", "-i", variables["ansible_ssh_private_key_file"]]
    for option in (
        f"ProxyCommand={variables['lab_guest_dir']}/connect",
        "ConnectTimeout=10",
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
        "LogLevel=ERROR",
    ):
        command += ["-o", option]
    return [*command, f"root@{variables['ansible_host']}", *argv]


def by_ssh(lab: LinuxLab, name: str, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(ssh(lab, name, *argv), capture_output=True, text=True, timeout=20, check=False)


def boot_id(lab: LinuxLab, name: str) -> str:
    """What the guest says by ssh, or nothing while it cannot be reached."""
    done = by_ssh(lab, name, "cat /proc/sys/kernel/random/boot_id")
    return done.stdout.strip() if done.returncode == 0 else ""


def await_restart(lab: LinuxLab, name: str, before: str) -> Guest:
    """Try to get in all the time, as Ansible does, until the guest is another one."""
    deadline = time.monotonic() + SECONDS
    while boot_id(lab, name) in ("", before):
        assert time.monotonic() < deadline, f"{name} was not back after {SECONDS:g} seconds"
    return lab[name]


@pytest.mark.parametrize("name", SPECS)
def test_a_guest_restarts_and_has_its_disk_its_daemons_and_its_host(restarting: LinuxLab, name: str) -> None:
    guest = restarting[name]
    guest.run(["/bin/touch", "/root/on-disk", "/run/in-memory"])
    seen = {boot_id(restarting, name)}
    first = guest.init
    for round_ in range(2):
        # Somebody is logged in, and stays there.
        with subprocess.Popen(ssh(restarting, name, "sleep 60"), stderr=subprocess.DEVNULL) as session:
            before = boot_id(restarting, name)
            asked = by_ssh(restarting, name, "shutdown -r 0 'for a test'" if round_ == 0 else "reboot")
            guest = await_restart(restarting, name, before)
            assert asked.returncode in (0, 255), asked.stderr
            assert session.wait(10) == 255
        for service in ("kvp", "vss"):
            guest.await_registered(service)
        seen.add(boot_id(restarting, name))
    assert len(seen) == 3
    assert not first.alive()
    assert guest.init.pid in cgroups.processes(guest.place.cgroup)
    assert guest.run(["/bin/ls", "/root/on-disk", "/run/in-memory"]).stdout == "/root/on-disk\n"
    assert guest.ask("kvp_enum")
    assert guest.switch("kvp", on=False) is True
    guest.await_registered("kvp", on=False)
    assert guest.switch("kvp", on=True) is True
    if guest.manager == "systemd":
        guest.await_registered("kvp")
        assert guest.run(["/bin/systemctl", "--failed", "--no-legend"]).stdout == ""


def test_a_switch_that_is_thrown_during_a_restart_counts_after_it(restarting: LinuxLab) -> None:
    name = "systemd-252"
    before = boot_id(restarting, name)
    restarting[name].run(["/sbin/reboot"])
    deadline = time.monotonic() + SECONDS
    down = False
    while not down and time.monotonic() < deadline:
        try:
            restarting[name].run(["/bin/true"])
        except GuestDownError:
            down = True
    restarting[name].switch("vss", on=False)
    guest = await_restart(restarting, name, before)
    guest.await_registered("kvp")
    assert down
    assert "hv_vss" not in guest.state()
    assert guest.run(["/bin/systemctl", "is-active", "hv-vss-daemon"]).stdout == "inactive\n"
    guest.switch("vss", on=True)
    guest.await_registered("vss")


def test_nobody_gets_in_while_ssh_is_not_up(restarting: LinuxLab) -> None:
    guest = restarting["systemd-257"]
    guest.run(["/bin/systemctl", "stop", "hyperv-lab-ssh"])
    started = time.monotonic()
    refused = by_ssh(restarting, "systemd-257", "true")
    assert (refused.returncode, refused.stderr.splitlines()[0]) == (255, "the guest is not up")
    assert time.monotonic() - started < 5
    guest.run(["/bin/systemctl", "start", "hyperv-lab-ssh"])
    assert by_ssh(restarting, "systemd-257", "true").returncode == 0


@pytest.mark.parametrize("seconds", [0.1, 0.3])
def test_a_guest_is_taken_down_in_the_middle_of_a_restart(machine: None, tmp_path: Path, seconds: float) -> None:
    lab = LinuxLab(tmp_path)
    with lab:
        lab.up([GuestSpec.from_mapping("a", {}), GuestSpec.from_mapping("b", {"root": "debian-12-openrc"})])
        known = [process for entry in lab.state.read().values() for process in identities(entry)]
        for name in lab.names():
            lab[name].run(["/sbin/reboot"])
        time.sleep(seconds)
        known += [lab[name].init for name in lab.names()]
    assert wait_gone(known, 0) == []
    assert running_in(tmp_path) == []
    assert_no_trace(lab, tmp_path)


def test_a_guest_that_is_turned_off_stays_off(machine: None, tmp_path: Path) -> None:
    with LinuxLab(tmp_path) as lab:
        lab.up([GuestSpec.from_mapping("a", {})])
        guest = lab["a"]
        guest.run(["/sbin/shutdown", "-h", "now"])
        assert wait_gone([guest.init, guest.launcher], SECONDS) == []
        with pytest.raises(GuestDownError, match="the guest is gone"):
            lab["a"].run(["/bin/true"])
        refused = by_ssh(lab, "a", "true")
        assert refused.returncode == 255
        assert refused.stderr.startswith("the guest is gone")
    assert_no_trace(lab, tmp_path)
