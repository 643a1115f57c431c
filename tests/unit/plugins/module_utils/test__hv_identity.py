# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_identity import identity, restart_pending
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)


def test_a_guest_is_told_with_what_its_host_said(guest: Guest) -> None:
    guest.write("/proc/sys/kernel/hostname", "db03\n")
    guest.write("/etc/machine-id", "8f3c2c5a1d0e4c6e9a0b7d5e3f2a1c4b\n")
    guest.write("/etc/os-release", 'NAME="Rocky Linux"\nVERSION_ID="9.4"\n')
    assert identity(guest.system, {"vm_id": "1", "vm_name": None, "host_name": None}) == {
        "name": "db03",
        "machine_id": "8f3c2c5a1d0e4c6e9a0b7d5e3f2a1c4b",
        "family": "linux",
        "os_name": "Rocky Linux",
        "os_version": "9.4",
        "kernel": "6.1.0-35-cloud-amd64",
        "architecture": "x86_64",
        "restart_pending": False,
        "vm_id": "1",
        "vm_name": None,
        "host_name": None,
    }


def test_a_guest_that_tells_nothing_has_nothing_made_up(guest: Guest) -> None:
    guest.sysname = "FreeBSD"
    row = identity(guest.system, {})
    assert (row["name"], row["machine_id"], row["os_name"], row["family"]) == (None, None, None, "freebsd")


@pytest.mark.parametrize(
    ("names", "pending"),
    [
        ([], False),
        (["/run/reboot-required"], True),
        (["/var/run/reboot-required"], True),
        (["/lib/modules/6.1.0-35-cloud-amd64/x"], False),
        (["/lib/modules/6.1.0-36-cloud-amd64/x"], True),
        (["/lib/modules/6.1.0-36-cloud-amd64/x", "/lib/modules/6.1.0-35-cloud-amd64/x"], False),
    ],
)
def test_a_restart_is_pending_if_told_or_if_the_modules_are_gone(guest: Guest, names: list[str], pending: bool) -> None:
    for name in names:
        guest.write(name)
    assert restart_pending(guest.system) is pending
