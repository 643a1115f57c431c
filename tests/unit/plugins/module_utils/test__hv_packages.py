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


def test_debian_is_asked_only_about_what_is_there(guest: Guest) -> None:
    guest.write("/var/lib/dpkg/info/bash.list")
    assert (read_packages(guest.system), guest.calls) == ([], [])
    guest.write("/var/lib/dpkg/info/hyperv-daemons.list")
    answer(guest, "dpkg-query", "hyperv-daemons\t6.1.192-2\tii \n")
    assert read_packages(guest.system) == [Package("hyperv-daemons", "6.1.192-2")]
    assert guest.calls[0][-1] == "hyperv-daemons"


def test_what_left_only_its_configuration_is_not_installed(guest: Guest) -> None:
    guest.write("/var/lib/dpkg/info/hyperv-daemons.list")
    answer(guest, "dpkg-query", "hyperv-daemons\t6.1.192-2\trc \n")
    assert read_packages(guest.system) == []


def test_ubuntu_has_packages_for_each_kernel(guest: Guest) -> None:
    for name in ("common", "6.8.0-60", "6.8.0-60-generic", "virtual"):
        guest.write(f"/var/lib/dpkg/info/linux-cloud-tools-{name}.list")
    guest.write("/var/lib/dpkg/info/linux-tools-common.list")
    guest.write("/var/lib/dpkg/info/hv-kvp-daemon-init:amd64.list")
    answer(guest, "dpkg-query", "linux-cloud-tools-virtual\t6.8.0.60\tii \nlinux-cloud-tools-common\t6.8.0-60\tii \n")
    assert [package.name for package in read_packages(guest.system)] == [
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


@pytest.mark.parametrize("database", ["/var/lib/rpm", "/usr/lib/sysimage/rpm"])
def test_rpm_tells_what_is_not_installed_in_words(guest: Guest, database: str) -> None:
    guest.folder(database)
    text = "package hyperv-daemons is not installed\nhypervkvpd\t0-0.42.20220731git.el9\n"
    answer(guest, "rpm", text + "microsoft-hyper-v\t4.3.5-20200304\n", 7)
    assert read_packages(guest.system) == [
        Package("hypervkvpd", "0-0.42.20220731git.el9"),
        Package("microsoft-hyper-v", "4.3.5-20200304"),
    ]


def test_alpine_arch_and_gentoo(guest: Guest) -> None:
    guest.folder("/lib/apk/db")
    answer(guest, "apk", "hvtools-6.6.8-r0\n")
    assert read_packages(guest.system) == [Package("hvtools", "6.6.8-r0")]
    guest.remove("/lib/apk/db")
    guest.folder("/var/lib/pacman/local")
    answer(guest, "pacman", "hyperv 6.15-1\n")
    assert read_packages(guest.system) == [Package("hyperv", "6.15-1")]
    guest.remove("/var/lib/pacman/local")
    guest.folder("/var/db/pkg/app-emulation/hyperv-daemons-6.6")
    guest.folder("/var/db/pkg/app-emulation/hyperv-daemons-docs-6.6")
    assert read_packages(guest.system) == [Package("hyperv-daemons", "6.6")]


@pytest.mark.parametrize("text", ["", "error: no such package\n", "a b c\n"])
@pytest.mark.parametrize("database", ["/lib/apk/db", "/var/lib/pacman/local", "/var/lib/rpm", "/none"])
def test_an_answer_that_is_none_is_none(guest: Guest, database: str, text: str) -> None:
    guest.folder(database)
    for command in ("apk", "pacman", "rpm"):
        answer(guest, command, text, 1)
    assert read_packages(guest.system) == []


def test_a_manager_that_is_gone_is_no_failure(guest: Guest) -> None:
    guest.folder("/var/lib/rpm")
    assert read_packages(guest.system) == []
