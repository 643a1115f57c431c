# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written into a guest before it starts."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux.guest import package, prepare, vmbus_tree
from ansible_collections.hyperv.integration.tests.lab.linux.guest.files import GuestFiles
from ansible_collections.hyperv.integration.tests.lab.linux.roots.recipes import RECIPES, find_recipe
from ansible_collections.hyperv.integration.tests.lab.linux.services import SERVICES, find_service
from ansible_collections.hyperv.integration.tests.lab.linux.spec import GuestSpec


def test_only_an_event_of_the_lab_starts_a_daemon() -> None:
    alias, wants = prepare.udev_rules(find_service("kvp"), "hv_kvp", "hv-kvp-daemon").splitlines()
    for rule in (alias, wants):
        assert 'KERNEL=="tty20", TEST=="/dev/vmbus/hv_kvp"' in rule
    assert 'ENV{SYSTEMD_ALIAS}+="/sys/devices/virtual/misc/vmbus!hv_kvp"' in alias
    assert "HYPERV_LAB" not in alias
    assert 'ENV{HYPERV_LAB}=="1", ENV{SYSTEMD_WANTS}+="hv-kvp-daemon.service"' in wants
    assert prepare.udev_rules(find_service("kvp"), "hv_kvp", None) == alias + "\n"


@pytest.mark.parametrize(
    ("root", "hv_utils", "devices"),
    [
        ("debian-11", "module", ["hv_kvp", "hv_vss", "hv_fcopy"]),
        ("debian-13", "builtin", ["hv_kvp", "hv_vss", "uio0"]),
        ("debian-12", "absent", []),
    ],
)
def test_a_guest_has_the_devices_of_its_kernel(root: str, hv_utils: str, devices: list[str]) -> None:
    spec = GuestSpec.from_mapping("a", {"root": root, "hv_utils": hv_utils})
    found = [prepare.device_of(spec, find_recipe(root), service) for service in SERVICES]
    assert [device for device in found if device] == devices


def test_pool_records_are_padded() -> None:
    data = prepare.pool([("HostName", "hv01"), ("ä", "b")])
    assert len(data) == 2 * 2560
    assert data[:9] == b"HostName\0"
    assert data[512:517] == b"hv01\0"
    assert data[2560:2563] == "ä\0".encode()


STATUS = "Package: aa\nStatus: x\n\nPackage: hyperv-daemons\nStatus: y\n\nPackage: hyperv-daemons-extra\nStatus: z\n"


def test_only_the_package_itself_leaves_the_status() -> None:
    assert package.remove_stanza(STATUS, "hyperv-daemons") == (
        "Package: aa\nStatus: x\n\nPackage: hyperv-daemons-extra\nStatus: z\n"
    )


def test_a_stripped_package_leaves_nothing(tmp_path: Path) -> None:
    files = GuestFiles(tmp_path)
    files.write("/var/lib/dpkg/status", STATUS)
    files.write("/var/lib/dpkg/info/hyperv-daemons.list", "/.\n/usr\n/usr/sbin\n/usr/sbin/hv_kvp_daemon\n/usr/gone\n")
    files.write("/usr/sbin/hv_kvp_daemon", "")
    files.write("/usr/sbin/other", "")
    files.link("/etc/rc2.d/S01hv-kvp-daemon", "../init.d/hv-kvp-daemon")
    files.link("/etc/rc2.d/S01ssh", "../init.d/ssh")
    files.link("/etc/systemd/system/multi-user.target.wants/hv-fcopy-uio-daemon.service", "/nowhere")
    package.strip_package(files)
    assert files.names("/usr/sbin") == ["other"]
    assert files.names("/etc/rc2.d") == ["S01ssh"]
    assert files.names("/etc/systemd/system/multi-user.target.wants") == []
    assert files.names("/var/lib/dpkg/info") == []


def test_a_channel_comes_whole_and_goes(tmp_path: Path) -> None:
    bus = tmp_path / "bus"
    vmbus_tree.make_bus(bus, "module")
    kvp = find_service("kvp")
    assert vmbus_tree.offer(bus, kvp, uio=False) is True
    assert vmbus_tree.offer(bus, kvp, uio=False) is False
    folder = bus / "vmbus/devices" / kvp.instance_id
    assert (folder / "class_id").read_text() == "{a9a0f4e7-5a45-4d96-b827-8a841e8c03e6}\n"
    assert (folder / "id").read_text() == "4\n"
    assert vmbus_tree.rescind(bus, kvp) is True
    assert vmbus_tree.rescind(bus, kvp) is False
    assert list((bus / "vmbus/devices").iterdir()) == []


def test_a_uio_channel_has_a_ring(tmp_path: Path) -> None:
    vmbus_tree.make_bus(tmp_path / "bus", "absent")
    vmbus_tree.offer(tmp_path / "bus", find_service("gsi"), uio=True)
    folder = tmp_path / "bus/vmbus/devices/eb765408-105f-49b6-b4aa-c123b64d17d4"
    assert (folder / "channels/6/ring").stat().st_size == 32768
    assert (folder / "uio/uio0").is_dir()
    assert not (tmp_path / "bus/vmbus/drivers/hv_utils").exists()


@pytest.mark.parametrize(
    ("hv_utils", "folders", "listed", "loaded"),
    [
        ("module", ["hv_utils", "hv_vmbus"], 2, True),
        ("builtin", ["hv_utils", "hv_vmbus"], 0, False),
        ("absent", [], 0, False),
    ],
)
def test_hv_utils_is_told_as_a_kernel_tells_it(
    tmp_path: Path, hv_utils: str, folders: list[str], listed: int, loaded: bool
) -> None:
    vmbus_tree.make_modules(tmp_path / "module", tmp_path / "modules", hv_utils)
    assert sorted(path.name for path in (tmp_path / "module").iterdir()) == folders
    assert len((tmp_path / "modules").read_text().splitlines()) == listed
    assert (tmp_path / "module/hv_utils/initstate").exists() is loaded


def test_a_recipe_that_changes_is_built_anew() -> None:
    recipe = RECIPES["debian-12"]
    assert recipe.stamp() == dataclasses.replace(recipe).stamp()
    assert recipe.stamp() != dataclasses.replace(recipe, packages=(*recipe.packages, "vim")).stamp()
    assert len({recipe.directory() for recipe in RECIPES.values()}) == len(RECIPES)
