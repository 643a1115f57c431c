# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_packages import Package, read_packages
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import Answer
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)


def answer(guest: Guest, command: str, text: str, rc: int = 0) -> None:
    guest.commands[command] = lambda argv: Answer(rc, text, "")


def daemons(guest: Guest) -> list[Package]:
    return read_packages(guest.system).daemons


def test_debian_is_asked_only_about_what_is_there(guest: Guest) -> None:
    guest.write("/var/lib/dpkg/info/bash.list")
    assert (daemons(guest), guest.calls) == ([], [])
    guest.write("/var/lib/dpkg/info/hyperv-daemons.list")
    answer(guest, "dpkg-query", "hyperv-daemons\t6.1.192-2\tii \n")
    assert daemons(guest) == [Package("hyperv-daemons", "6.1.192-2")]
    assert guest.calls[0][-1] == "hyperv-daemons"


def test_what_left_only_its_configuration_is_not_installed(guest: Guest) -> None:
    guest.write("/var/lib/dpkg/info/hyperv-daemons.list")
    answer(guest, "dpkg-query", "hyperv-daemons\t6.1.192-2\trc \n")
    assert daemons(guest) == []


def test_ubuntu_has_packages_for_each_kernel(guest: Guest) -> None:
    for name in ("common", "6.8.0-60", "6.8.0-60-generic", "virtual"):
        guest.write(f"/var/lib/dpkg/info/linux-cloud-tools-{name}.list")
    guest.write("/var/lib/dpkg/info/linux-tools-common.list")
    guest.write("/var/lib/dpkg/info/hv-kvp-daemon-init:amd64.list")
    answer(guest, "dpkg-query", "linux-cloud-tools-virtual\t6.8.0.60\tii \nlinux-cloud-tools-common\t6.8.0-60\tii \n")
    assert [package.name for package in daemons(guest)] == [
        "linux-cloud-tools-common",
        "linux-cloud-tools-virtual",
    ]
    assert guest.calls[0][4:] == [
        "hv-kvp-daemon-init",
        "linux-cloud-tools-6.8.0-60",
        "linux-cloud-tools-6.8.0-60-generic",
        "linux-cloud-tools-common",
        "linux-cloud-tools-virtual",
    ]


@pytest.mark.parametrize(
    ("letters", "state"),
    [
        ("ii ", "installed"),
        ("hi ", "held"),
        ("iF ", "broken"),
        ("iU ", "broken"),
        ("iH ", "broken"),
        ("iHR", "broken"),
        ("hF ", "broken"),
        ("iiR", "broken"),
        ("it ", "installed"),
        ("iW ", "installed"),
    ],
)
def test_dpkg_tells_what_is_held_or_half_installed(guest: Guest, letters: str, state: str) -> None:
    guest.write("/var/lib/dpkg/info/hyperv-daemons.list")
    answer(guest, "dpkg-query", f"hyperv-daemons\t6.1.192-2\t{letters}\n")
    assert daemons(guest) == [Package("hyperv-daemons", "6.1.192-2", state)]


def test_the_kernel_is_what_follows_a_flavour(guest: Guest) -> None:
    metas = [
        "linux-azure",
        "linux-azure-lts-22.04",
        "linux-generic-hwe-22.04",
        "linux-headers-virtual-hwe-22.04-edge",
        "linux-image-azure",
        "linux-image-cloud-amd64",
        "linux-tools-virtual",
    ]
    others = (
        "linux-azure-cloud-tools-5.15.0-1063",
        "linux-azure-5.15-headers-5.15.0-1063",
        "linux-base",
        "linux-headers-6.1.0-35-common",
        "linux-image-6.1.0-35-cloud-amd64",
        "linux-image-unsigned-5.15.0-1063-azure",
        "linux-libc-dev",
        "linux-tools-common",
    )
    for name in (*metas, *others):
        guest.write(f"/var/lib/dpkg/info/{name}.list")
    answer(guest, "dpkg-query", "".join(f"{name}\t1\tii \n" for name in metas))
    assert [package.name for package in read_packages(guest.system).kernels] == metas
    assert guest.calls[0][4:] == metas


def test_a_kernel_can_be_installed_in_several_versions(guest: Guest) -> None:
    guest.folder("/var/lib/rpm")
    answer(guest, "rpm", "kernel\t5.14.0-503.el9\nkernel\t5.14.0-427.el9\nhypervkvpd\t0-0.42.el9\n", 1)
    found = read_packages(guest.system)
    assert found.daemons == [Package("hypervkvpd", "0-0.42.el9")]
    assert found.kernels == [Package("kernel", "5.14.0-427.el9"), Package("kernel", "5.14.0-503.el9")]


@pytest.mark.parametrize("database", ["/var/lib/rpm", "/usr/lib/sysimage/rpm"])
def test_rpm_tells_what_is_not_installed_in_words(guest: Guest, database: str) -> None:
    guest.folder(database)
    text = "package hyperv-daemons is not installed\nhypervkvpd\t0-0.42.20220731git.el9\n"
    answer(guest, "rpm", text + "microsoft-hyper-v\t4.3.5-20200304\n", 7)
    assert daemons(guest) == [
        Package("hypervkvpd", "0-0.42.20220731git.el9"),
        Package("microsoft-hyper-v", "4.3.5-20200304"),
    ]


def test_alpine_arch_and_gentoo(guest: Guest) -> None:
    guest.folder("/lib/apk/db")
    answer(guest, "apk", "hvtools-6.6.8-r0\nlinux-lts-6.6.32-r0\n")
    assert read_packages(guest.system).kernels == [Package("linux-lts", "6.6.32-r0")]
    assert daemons(guest) == [Package("hvtools", "6.6.8-r0")]
    guest.remove("/lib/apk/db")
    guest.folder("/var/lib/pacman/local")
    answer(guest, "pacman", "hyperv 6.15-1\nlinux 6.15.2.arch1-1\nerror: package 'linux-lts' was not found\n", 1)
    assert read_packages(guest.system).kernels == [Package("linux", "6.15.2.arch1-1")]
    assert daemons(guest) == [Package("hyperv", "6.15-1")]
    guest.remove("/var/lib/pacman/local")
    guest.folder("/var/db/pkg/app-emulation/hyperv-daemons-6.6")
    guest.folder("/var/db/pkg/app-emulation/hyperv-daemons-docs-6.6")
    assert daemons(guest) == [Package("hyperv-daemons", "6.6")]


@pytest.mark.parametrize("text", ["", "error: no such package\n", "a b c\n"])
@pytest.mark.parametrize("database", ["/lib/apk/db", "/var/lib/pacman/local", "/var/lib/rpm", "/none"])
def test_an_answer_that_is_none_is_none(guest: Guest, database: str, text: str) -> None:
    guest.folder(database)
    for command in ("apk", "pacman", "rpm"):
        answer(guest, command, text, 1)
    assert daemons(guest) == []


def test_a_manager_that_is_gone_is_no_failure(guest: Guest) -> None:
    guest.folder("/var/lib/rpm")
    assert daemons(guest) == []
