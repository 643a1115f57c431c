# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_channels import read_channels
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import Answer
from ansible_collections.hyperv.integration.plugins.module_utils._hv_virtualization import Virtualization, detect
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest

DMI = "/sys/class/dmi/id"


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)


def look(guest: Guest) -> Virtualization:
    return detect(guest.system, read_channels(guest.system))


@pytest.mark.parametrize(
    ("vendor", "product", "hyperv", "kind"),
    [
        ("Microsoft Corporation", "Virtual Machine", True, "hyperv"),
        ("Microsoft Corporation", "Surface Laptop 5", False, "none"),
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)", False, "kvm"),
        ("VMware, Inc.", "VMware Virtual Platform", False, "vmware"),
        ("innotek GmbH", "VirtualBox", False, "virtualbox"),
        ("Xen", "HVM domU", False, "xen"),
        ("Amazon EC2", "m5.large", False, "amazon"),
        ("Google", "Google Compute Engine", False, "google"),
        ("Dell Inc.", "PowerEdge R740", False, "none"),
    ],
)
def test_the_maker_of_the_machine_is_told(guest: Guest, vendor: str, product: str, hyperv: bool, kind: str) -> None:
    guest.write(f"{DMI}/sys_vendor", f"{vendor}\n")
    guest.write(f"{DMI}/product_name", f"{product}\n")
    found = look(guest)
    assert (found.hyperv, found.type, found.vendor, found.product) == (hyperv, kind, vendor, product)


def test_a_vmbus_with_devices_tells_without_the_maker(guest: Guest) -> None:
    guest.offer("heartbeat")
    assert (look(guest).hyperv, look(guest).vendor) == (True, None)


def test_an_empty_vmbus_tells_nothing(guest: Guest) -> None:
    guest.folder("/sys/bus/vmbus/devices")
    assert look(guest).hyperv is False


def test_an_unknown_hypervisor_is_told_from_bare_metal(guest: Guest) -> None:
    assert look(guest).type == "none"
    guest.write("/proc/cpuinfo", "processor : 0\nflags\t\t: fpu vme hypervisor lahf_lm\n")
    assert look(guest).type == "other"


@pytest.mark.parametrize(
    ("name", "text", "container"),
    [
        ("/.dockerenv", "", "docker"),
        ("/run/.containerenv", "", "podman"),
        ("/run/systemd/container", "systemd-nspawn\n", "systemd-nspawn"),
        ("/proc/1/environ", "PATH=/bin\0container=lxc\0TERM=x\0", "lxc"),
        ("/proc/1/cgroup", "0::/kubepods/besteffort/pod1/abc\n", "kubepods"),
        ("/proc/1/cgroup", "5:cpu:/docker/0123abc\n", "docker"),
        ("/proc/1/cgroup", "0::/init.scope\n", None),
        ("/proc/vz/x", "", "openvz"),
        ("/proc/1/environ", "mycontainer=lxc\0", None),
    ],
)
def test_the_kind_of_container_is_told(guest: Guest, name: str, text: str, container: str | None) -> None:
    guest.write(name, text)
    assert look(guest).container == container


@pytest.mark.parametrize(
    ("group", "confidential"), [("0xba2", "snp"), ("0x3", "tdx"), ("0x1", "vbs"), ("0x0", None), ("0x7", None)]
)
@pytest.mark.parametrize("name", ["/dev/kmsg", "/var/log/dmesg"])
def test_the_isolation_of_a_confidential_vm_is_read_from_the_log(
    guest: Guest, name: str, group: str, confidential: str | None
) -> None:
    guest.offer("heartbeat")
    guest.write(name, f"6,1,0,-;Hyper-V: Isolation Config: Group A 0x1, Group B {group}\n")
    assert look(guest).confidential == confidential


@pytest.mark.parametrize(("device", "confidential"), [("/dev/sev-guest", "snp"), ("/dev/tdx_guest", "tdx")])
def test_a_confidential_vm_is_known_by_its_device(guest: Guest, device: str, confidential: str) -> None:
    guest.offer("heartbeat")
    guest.write(device)
    assert look(guest).confidential == confidential


def test_a_channel_that_isolation_forbids_spares_the_log(guest: Guest) -> None:
    guest.on_hyperv()
    guest.write("/dev/kmsg", "6,1,0,-;Hyper-V: Isolation Config: Group A 0x1, Group B 0xba2\n")
    assert look(guest).confidential is None


def test_elsewhere_nothing_is_confidential_to_hyper_v(guest: Guest) -> None:
    guest.write("/dev/sev-guest")
    assert look(guest).confidential is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("hv\n0\n", (True, "hyperv", None)), ("none\n0\n", (False, "none", None)), ("hv\n1\n", (True, "hyperv", "jail"))],
)
def test_freebsd_is_asked_by_sysctl(guest: Guest, answer: str, expected: tuple[bool, str, str | None]) -> None:
    guest.sysname = "FreeBSD"
    guest.commands["sysctl"] = lambda argv: Answer(0, answer, "")
    found = look(guest)
    assert (found.hyperv, found.type, found.container) == expected


def test_freebsd_without_an_answer_is_no_guest(guest: Guest) -> None:
    guest.sysname = "FreeBSD"
    assert (look(guest).hyperv, look(guest).type) == (False, "none")
