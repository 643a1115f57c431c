# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils import _hv_channels, _hv_kernel
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import (
    CLASS_IDS,
    FCOPY_INSTANCE,
    Guest,
)


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)


def test_without_a_vmbus_nothing_is_known_about_offers(guest: Guest) -> None:
    assert _hv_channels.read_channels(guest.system) is None
    assert _hv_channels.offered(None) is None


def test_a_host_that_offers_nothing_is_not_the_same(guest: Guest) -> None:
    guest.folder("/sys/bus/vmbus/devices")
    offers = _hv_channels.offered(_hv_channels.read_channels(guest.system))
    assert offers is not None
    assert set(offers.values()) == {False}
    assert len(offers) == 7


def test_each_service_is_known_by_its_class(guest: Guest) -> None:
    guest.on_hyperv()
    channels = _hv_channels.read_channels(guest.system)
    assert channels is not None
    assert {channel.key: channel.class_id for channel in channels} == CLASS_IDS
    assert {channel.driver for channel in channels} == {"hv_utils"}
    fcopy = next(channel for channel in channels if channel.key == "guest_service_interface")
    assert fcopy.instance_id == FCOPY_INSTANCE


def test_capitals_braces_and_what_nobody_knows(guest: Guest) -> None:
    folder = "/sys/bus/vmbus/devices"
    guest.write(f"{folder}/a/class_id", "{F8615163-DF3E-46C5-913F-F2D2F965ED0E}\n")
    guest.write(f"{folder}/b/class_id", "{11111111-2222-3333-4444-555555555555}\n")
    guest.folder(f"{folder}/c")
    channels = _hv_channels.read_channels(guest.system) or []
    assert [channel.key for channel in channels] == ["network", "11111111-2222-3333-4444-555555555555", "c"]
    assert [(channel.driver, channel.instance_id) for channel in channels] == [(None, "a"), (None, "b"), (None, "c")]


@pytest.mark.parametrize(
    ("files", "state"),
    [
        (["/sys/module/hv_utils/initstate"], "loaded"),
        (["/sys/module/hv_utils/coresize"], "loaded"),
        (["/sys/module/hv_utils/parameters/timesync_implicit"], "builtin"),
        (["/sys/bus/vmbus/drivers/hv_utils/bind"], "builtin"),
        (["/lib/modules/6.1.0/modules.builtin"], "builtin"),
        (["/usr/lib/modules/6.1.0/modules.builtin"], "builtin"),
        (["/lib/modules/6.1.0/modules.dep"], "absent"),
        (["/lib/modules/5.0.0/modules.builtin"], "absent"),
        ([], "absent"),
    ],
)
def test_the_driver_is_told_without_the_list_of_modules(guest: Guest, files: list[str], state: str) -> None:
    guest.kernel = "6.1.0"
    for name in files:
        guest.write(name, "kernel/drivers/hv/hv_vmbus.ko\nkernel/drivers/hv/hv_utils.ko\n")
    assert _hv_kernel.hv_utils(guest.system) == state


def test_a_driver_that_waits_on_the_disk_is_told(guest: Guest) -> None:
    guest.kernel = "6.1.0"
    guest.write("/lib/modules/6.1.0/modules.dep", "kernel/drivers/hv/xhv_utils.ko:\n")
    assert not _hv_kernel.hv_utils_on_disk(guest.system)
    guest.write(
        "/lib/modules/6.1.0/modules.dep", "kernel/drivers/hv/hv_utils.ko.zst: kernel/drivers/hv/hv_vmbus.ko.zst\n"
    )
    assert _hv_kernel.hv_utils_on_disk(guest.system)


@pytest.mark.parametrize(
    ("kernel", "interface"),
    [("5.10.0-32", "chardev"), ("6.9.12", "chardev"), ("6.10.0-rc1", "uio"), ("6.12.107", "uio"), ("7.3.4", "uio")],
)
def test_without_better_signs_the_version_tells_the_interface(guest: Guest, kernel: str, interface: str) -> None:
    guest.kernel = kernel
    assert _hv_kernel.fcopy_interface(guest.system, None) == interface


def test_a_device_or_an_alias_tells_it_better(guest: Guest) -> None:
    guest.kernel = "6.12.0"
    alias = "alias vmbus:e34bd134e4dec8419ae76b174977c192 hv_utils\n"
    guest.write("/lib/modules/6.12.0/modules.alias", "alias vmbus:31605b0e hv_utils\n" + alias)
    assert _hv_kernel.fcopy_interface(guest.system, None) == "chardev"
    guest.kernel = "5.14.0-570.el9"
    guest.write(f"/lib/modules/{guest.kernel}/modules.alias", "alias vmbus:31605b0e hv_utils\n")
    assert _hv_kernel.fcopy_interface(guest.system, None) == "uio"
    guest.write("/dev/vmbus/hv_fcopy")
    assert _hv_kernel.fcopy_interface(guest.system, None) == "chardev"


@pytest.mark.parametrize(
    ("kernel", "devices"), [("4.1.0", False), ("4.2.0", True), ("3.10.0-1160.el7", False), ("?", False)]
)
def test_kernels_before_4_2_have_no_devices(guest: Guest, kernel: str, devices: bool) -> None:
    guest.kernel = kernel
    assert _hv_kernel.has_devices(guest.system) is devices


def test_a_kernel_that_a_distribution_gave_devices_has_them(guest: Guest) -> None:
    guest.kernel = "3.10.0-1160.el7.x86_64"
    guest.folder("/dev/vmbus")
    assert _hv_kernel.device_of(guest.system, "kvp", None) == "/dev/vmbus/hv_kvp"


def test_freebsd_has_devices_of_its_own(guest: Guest) -> None:
    guest.sysname = "FreeBSD"
    names = [_hv_kernel.device_of(guest.system, key, None) for key in ("kvp", "vss", "fcopy")]
    assert names == ["/dev/hv_kvp_dev", "/dev/hv_fsvss_dev", None]
    assert _hv_kernel.hv_utils(guest.system) == "absent"
    guest.write("/dev/hv_kvp_dev")
    assert _hv_kernel.hv_utils(guest.system) == "builtin"
