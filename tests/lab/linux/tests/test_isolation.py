# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a guest can see and do of the machine that it runs on: as little as possible."""

from __future__ import annotations

import os
import subprocess

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux import cgroups
from ansible_collections.hyperv.integration.tests.lab.linux.lab import LinuxLab
from ansible_collections.hyperv.integration.tests.lab.linux.roots.recipes import DEFAULT_ROOTS

pytestmark = pytest.mark.parametrize("name", DEFAULT_ROOTS)
NAMESPACES = ("pid", "mnt", "net", "uts", "ipc", "cgroup")


def test_a_guest_shares_no_namespace_with_the_machine_or_another_guest(lab: LinuxLab, name: str) -> None:
    init = lab[name].init.pid
    others = [os.getpid(), *(lab[other].init.pid for other in lab.names() if other != name)]
    for kind in NAMESPACES:
        own = os.readlink(f"/proc/{init}/ns/{kind}")
        assert own not in {os.readlink(f"/proc/{pid}/ns/{kind}") for pid in others}, kind


def test_what_is_run_from_outside_is_inside_of_all_of_them(lab: LinuxLab, name: str) -> None:
    for kind in NAMESPACES:
        inside = lab[name].run(["/bin/readlink", f"/proc/self/ns/{kind}"]).stdout.strip()
        assert inside == os.readlink(f"/proc/{lab[name].init.pid}/ns/{kind}")


def test_the_only_network_is_the_loopback(lab: LinuxLab, name: str) -> None:
    links = lab[name].run(["/sbin/ip", "-o", "link"]).stdout.splitlines()
    assert [line.split()[1] for line in links] == ["lo:"]
    assert "UP" in links[0]
    assert lab[name].run(["/sbin/ip", "route"]).stdout == ""


def test_sysctls_of_the_machine_cannot_be_written(lab: LinuxLab, name: str) -> None:
    done = lab[name].run(["/bin/sh", "-c", "echo 1 > /proc/sys/vm/drop_caches"])
    assert done.returncode != 0
    assert "Read-only" in done.stderr


def test_the_machine_cannot_be_reset(lab: LinuxLab, name: str) -> None:
    # Looked at, not tried.
    trigger = lab[name].run(["/usr/bin/stat", "-c", "%t:%T", "/proc/sysrq-trigger"])
    assert trigger.stdout.strip() in ("1:3", "")


@pytest.mark.parametrize("pid", ["1", "self"])
def test_modules_raw_access_and_the_clock_are_out_of_reach(lab: LinuxLab, name: str, pid: str) -> None:
    status = lab[name].run(["/bin/cat", f"/proc/{pid}/status"]).stdout
    effective = int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")), 16)
    assert effective & (1 << 16 | 1 << 17 | 1 << 25) == 0
    assert effective & (1 << 21), "CAP_SYS_ADMIN is needed for everything else"


def test_the_cgroup_has_no_process_of_outside(lab: LinuxLab, name: str) -> None:
    guest = lab[name]
    # A process of another pid namespace would show as 0, at which systemd fails.
    seen = guest.run(
        ["/usr/bin/find", "/sys/fs/cgroup", "-name", "cgroup.procs", "-exec", "cat", "{}", "+"]
    ).stdout.split()
    assert seen
    assert "0" not in seen
    assert guest.init.pid in cgroups.processes(guest.place.cgroup)


def test_a_guest_is_reached_by_ssh_without_a_network(lab: LinuxLab, name: str) -> None:
    variables = lab.inventory()[name]
    proxy = f"ProxyCommand={variables['lab_guest_dir']}/connect"
    command = ["ssh", "-F", "none", "-i", variables["ansible_ssh_private_key_file"], "-o", proxy]
    for option in ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "IdentitiesOnly=yes"):
        command += ["-o", option]
    command += [f"root@{variables['ansible_host']}", "hostname; id -u; cat /proc/self/cgroup"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    host, user, *rest = done.stdout.splitlines()
    assert (host, user) == (name, "0")
    assert "0::/lab.connections" in rest
