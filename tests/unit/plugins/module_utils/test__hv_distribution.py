# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_distribution import (
    distribution,
    installed_kernels,
    os_release,
    package_advice,
)
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)


def test_os_release_is_read_as_a_shell_would_quote_it(guest: Guest) -> None:
    guest.write(
        "/etc/os-release", '# comment\nNAME="Debian GNU/Linux"\nID=debian\nVERSION_ID=\'12\'\nX=\nBAD="a\nnothing\n'
    )
    assert os_release(guest.system) == {
        "NAME": "Debian GNU/Linux",
        "ID": "debian",
        "VERSION_ID": "12",
        "X": "",
        "BAD": '"a',
    }


def test_the_vendors_file_counts_where_there_is_no_other(guest: Guest) -> None:
    assert os_release(guest.system) == {}
    guest.write("/usr/lib/os-release", "ID=photon\n")
    assert os_release(guest.system) == {"ID": "photon"}


@pytest.mark.parametrize(
    ("programs", "manager"),
    [
        ([], None),
        (["/usr/bin/apt-get"], "apt"),
        (["/usr/bin/dnf", "/usr/bin/yum"], "dnf"),
        (["/usr/bin/dnf-3"], "dnf"),
        (["/usr/bin/dnf5", "/usr/bin/dnf", "/usr/bin/yum"], "dnf5"),
        (["/usr/bin/tdnf"], "tdnf"),
        (["/usr/bin/tdnf", "/usr/bin/dnf"], "dnf"),
        (["/usr/bin/yum"], "yum"),
        (["/usr/bin/zypper", "/usr/bin/apt-get"], "zypper"),
        (["/sbin/apk"], "apk"),
        (["/usr/bin/pacman"], "pacman"),
        (["/usr/bin/emerge"], "portage"),
    ],
)
def test_the_package_manager_is_the_one_that_ansible_prefers(
    guest: Guest, programs: list[str], manager: str | None
) -> None:
    for program in programs:
        guest.program(program)
    assert distribution(guest.system)["package_manager"] == manager


def test_a_distribution_tells_what_it_is_like(guest: Guest) -> None:
    guest.write("/etc/os-release", 'ID="rocky"\nID_LIKE="rhel centos fedora"\n')
    assert distribution(guest.system) == {
        "id": "rocky",
        "like": ["rhel", "centos", "fedora"],
        "package_manager": None,
        "image": False,
    }


def test_an_image_of_ostree_is_told(guest: Guest) -> None:
    guest.write("/run/ostree-booted")
    assert distribution(guest.system)["image"] is True


def test_freebsd_has_an_id_of_its_own(guest: Guest) -> None:
    guest.sysname = "FreeBSD"
    assert distribution(guest.system)["id"] == "freebsd"


def test_a_kernel_is_installed_if_its_package_is(guest: Guest) -> None:
    guest.write("/lib/modules/6.1.0-37-cloud-amd64/modules.builtin")
    guest.write("/lib/modules/6.1.0-35-cloud-amd64/modules.builtin")
    guest.write("/lib/modules/6.1.0-30-cloud-amd64/updates/dkms/x.ko")
    guest.write("/lib/modules/6.1.0-30-cloud-amd64/modules.dep")
    assert installed_kernels(guest.system) == ["6.1.0-35-cloud-amd64", "6.1.0-37-cloud-amd64"]


def test_a_system_without_kernels_has_none(guest: Guest) -> None:
    assert installed_kernels(guest.system) == []


def test_nothing_is_advised_where_nothing_is_known(guest: Guest) -> None:
    guest.write("/etc/os-release", 'ID="amzn"\nID_LIKE="fedora"\n')
    assert package_advice(guest.system).startswith("See https://learn.microsoft.com/")
