# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import Answer, HvError
from ansible_collections.hyperv.integration.plugins.module_utils._hv_version import (
    Finding,
    compare,
    find_version,
    is_windows_version,
    judge,
    numbers,
)
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path).on_hyperv()


def lis(guest: Guest, version: str) -> None:
    guest.kernel = "3.10.0-514.el7.x86_64"
    guest.folder("/var/lib/rpm")
    guest.commands["rpm"] = lambda argv: Answer(0, f"microsoft-hyper-v\t{version}\n", "")


def short(finding: Finding) -> tuple[str | None, str | None, str | None, str | None]:
    return finding[:4]


def test_the_kernels_own_services_have_the_kernels_version(guest: Guest) -> None:
    assert short(find_version(guest.system)) == ("6.1.0-35-cloud-amd64", "kernel", "inbox", None)


def test_the_constant_that_linux_tells_its_host_is_never_the_version(guest: Guest) -> None:
    """3.1 has no meaning (HV_DRV_VERSION)."""
    record = b"IntegrationServicesVersion".ljust(512, b"\0") + b"3.1".ljust(2048, b"\0")
    guest.write("/var/lib/hyperv/.kvp_pool_2", record)
    finding = find_version(guest.system)
    assert "3.1" not in [finding.version, *finding.evidence.values()]


def test_the_old_package_has_a_version_of_its_own(guest: Guest) -> None:
    lis(guest, "4.3.5-20200304")
    guest.write("/sys/module/hv_vmbus/version", "4.3.5\n")
    finding = find_version(guest.system)
    assert short(finding) == ("4.3.5-20200304", "package", "lis_package", None)
    assert (finding.evidence["loaded_version"], finding.evidence["restart_required"]) == ("4.3.5", False)


def test_a_package_that_waits_for_a_restart_is_not_yet_the_version(guest: Guest) -> None:
    """What is loaded counts, and that is the kernel's own driver still."""
    lis(guest, "4.3.5-20200304")
    finding = find_version(guest.system)
    assert short(finding) == ("3.10.0-514.el7.x86_64", "kernel", "inbox", "package_not_loaded")
    assert finding.evidence["restart_required"] is True


def test_an_upgraded_package_tells_that_the_old_one_is_loaded(guest: Guest) -> None:
    lis(guest, "4.3.5-20200304")
    guest.write("/sys/module/hv_utils/version", "4.3.4\n")
    assert find_version(guest.system).evidence["restart_required"] is True


def test_a_small_release_of_the_package_is_seen_though_the_modules_say_the_same(guest: Guest) -> None:
    guest.write("/sys/module/hv_vmbus/version", "4.3.5\n")
    lis(guest, "4.3.5-20200401")
    verdict = judge(find_version(guest.system), "4.3.5-20200304")
    assert verdict == ("current", None)
    lis(guest, "4.3.5-20190101")
    assert judge(find_version(guest.system), "4.3.5-20200304") == ("outdated", None)


def test_a_kernel_without_the_driver_has_no_version(guest: Guest) -> None:
    guest.remove("/sys/module/hv_utils")
    finding = find_version(guest.system)
    assert short(finding) == (None, None, None, "driver_absent")
    assert judge(finding, "5.10") == ("not_reported", "driver_absent")


def test_a_driver_that_could_be_loaded_is_the_kernels(guest: Guest) -> None:
    guest.remove("/sys/module/hv_utils")
    guest.write(f"/lib/modules/{guest.kernel}/modules.dep", "kernel/drivers/hv/hv_utils.ko:\n")
    assert short(find_version(guest.system)) == (guest.kernel, "kernel", "inbox", "driver_not_loaded")


def test_elsewhere_there_is_nothing_to_compare(tmp_path: Path) -> None:
    finding = find_version(Guest(tmp_path).system)
    assert short(finding) == (None, None, None, "not_a_guest")
    assert (judge(finding, "5.10"), judge(finding, None)) == (("not_applicable", "not_a_guest"), (None, "not_a_guest"))


@pytest.mark.parametrize(
    ("version", "parts"),
    [
        ("6.1.0-35-cloud-amd64", (6, 1, 0, 35)),
        ("5.14.0-427.13.1.el9_4.x86_64", (5, 14, 0, 427, 13, 1)),
        ("4.3.5-20200304", (4, 3, 5, 20200304)),
        ("6.12-rc3", (6, 12, -1, 3)),
        ("7.2~rc3-1~exp1", (7, 2, -1, 3, 1)),
        ("6.6.96.2-1.azl3", (6, 6, 96, 2, 1)),
        (" 5.10 ", (5, 10)),
        ("14.2-RELEASE-p1", (14, 2)),
    ],
)
def test_the_leading_numbers_of_a_version_count(version: str, parts: tuple[int, ...]) -> None:
    assert numbers(version) == parts


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("6.1.0-35-amd64", "6.1", 1),
        ("6.1.0-amd64", "6.1", 0),
        ("6.1.0", "6.10", -1),
        ("6.12-rc3", "6.12", -1),
        ("6.12-rc3", "6.11.9", 1),
        ("3.10.0-514.el7", "3.10.0-514", 0),
        ("3.10.0-327.el7", "3.10.0-514", -1),
        ("10.0", "9.99.99", 1),
    ],
)
def test_versions_are_compared_as_numbers(left: str, right: str, expected: int) -> None:
    assert (compare(left, right), compare(right, left)) == (expected, -expected)


@pytest.mark.parametrize(
    ("minimum", "windows"),
    [
        ("10.0.17763", True),
        ("6.3.9600.18907", True),
        ("6.1.7601", True),
        ("5.10.0", False),
        ("3.10.0-1160", False),
        ("6.1", False),
        ("4.19.325", False),
    ],
)
def test_a_version_of_windows_is_recognized(minimum: str, windows: bool) -> None:
    assert is_windows_version(minimum) is windows


def test_a_minimum_for_windows_does_not_judge_a_kernel(guest: Guest) -> None:
    assert judge(find_version(guest.system), "10.0.17763") == ("not_applicable", "minimum_is_for_windows")


@pytest.mark.parametrize("minimum", ["latest", "", "v6", "-1"])
def test_a_minimum_that_is_no_version_is_refused(guest: Guest, minimum: str) -> None:
    with pytest.raises(HvError, match="does not begin with a number"):
        judge(find_version(guest.system), minimum)
