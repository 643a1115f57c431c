# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_units import Unit, find_units, unmet_condition
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest

NAME = "hv-kvp-daemon.service"
PLAIN = (
    "[Unit]\nBindsTo=a.device\n[Service]\nExecStart=/usr/sbin/hv_kvp_daemon -n\n[Install]\nWantedBy=multi-user.target\n"
)


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)


def only(guest: Guest) -> Unit:
    (unit,) = find_units(guest.system)
    return unit


def test_a_unit_is_read(guest: Guest) -> None:
    guest.unit(NAME, PLAIN)
    unit = only(guest)
    assert (unit.name, unit.key, unit.binary) == (NAME, "kvp", "/usr/sbin/hv_kvp_daemon")
    assert (unit.installable, unit.wanted, unit.udev, unit.masked) == (True, False, False, False)


@pytest.mark.parametrize(
    ("command", "binary"),
    [
        ("/usr/sbin/hv_kvp_daemon -n", "/usr/sbin/hv_kvp_daemon"),
        ("-/usr/sbin/hv_kvp_daemon", "/usr/sbin/hv_kvp_daemon"),
        ("@/usr/sbin/hv_kvp_daemon hv", "/usr/sbin/hv_kvp_daemon"),
        ("!!/opt/a/hypervkvpd --no-daemon", "/opt/a/hypervkvpd"),
        ('"/opt/with space"', None),
        ("/bin/sh -c 'exec /usr/sbin/hv_kvp_daemon -n'", "/usr/sbin/hv_kvp_daemon"),
        ("/usr/bin/nice -n 5 /usr/bin/hv_kvp_daemon -n", "/usr/bin/hv_kvp_daemon"),
        ("/bin/true \\\n   --x", "/bin/true"),
        ("hv_kvp_daemon -n", None),
        ('/usr/sbin/hv_kvp_daemon "unclosed', "/usr/sbin/hv_kvp_daemon"),
    ],
)
def test_the_program_is_found_in_any_command(guest: Guest, command: str, binary: str | None) -> None:
    guest.unit(NAME, f"[Service]\nExecStart={command}\n")
    found = only(guest).binary
    assert found == binary if binary is not None else found in (None, "/opt/with")


def test_a_unit_is_known_by_what_it_starts_not_by_its_name(guest: Guest) -> None:
    guest.unit("my-kvp.service", "[Service]\nExecStart=/opt/hv_vss_daemon\n")
    assert only(guest).key == "vss"


@pytest.mark.parametrize("name", ["kvpress.service", "libvirt-fcopy.service", "hyperv-exporter.service"])
def test_a_unit_of_something_else_is_left_alone(guest: Guest, name: str) -> None:
    guest.unit(name, "[Service]\nExecStart=/usr/bin/other\n")
    assert find_units(guest.system) == []


@pytest.mark.parametrize(
    "name",
    [
        "hv-kvp-daemon",
        "hv_kvp_daemon",
        "hypervkvpd",
        "hv-kvp",
        "hyperv-daemons.hv-kvp-daemon",
        "hv-kvp-daemon-init",
    ],
)
def test_a_masked_unit_without_a_file_is_known_by_the_families_names(guest: Guest, name: str) -> None:
    guest.link(f"/etc/systemd/system/{name}.service", "/dev/null")
    unit = only(guest)
    assert (unit.key, unit.masked, unit.path, unit.binary) == ("kvp", True, None, None)


def test_an_empty_file_masks_too(guest: Guest) -> None:
    guest.unit(NAME, PLAIN)
    guest.write(f"/etc/systemd/system/{NAME}")
    assert (only(guest).masked, only(guest).binary) == (True, "/usr/sbin/hv_kvp_daemon")


def test_the_first_folder_counts(guest: Guest) -> None:
    guest.unit(NAME, PLAIN)
    guest.unit(NAME, PLAIN.replace("/usr/sbin", "/opt"), "/etc/systemd/system")
    assert only(guest).binary == "/opt/hv_kvp_daemon"


def test_a_name_that_only_leads_to_another_is_no_unit_of_its_own(guest: Guest) -> None:
    guest.unit(NAME, PLAIN)
    guest.link("/etc/systemd/system/kvp.service", f"/usr/lib/systemd/system/{NAME}")
    assert only(guest).name == NAME


def test_a_drop_in_replaces_the_command(guest: Guest) -> None:
    guest.unit(NAME, PLAIN)
    guest.write(f"/etc/systemd/system/{NAME}.d/10.conf", "[Service]\nExecStart=\nExecStart=/opt/hv_kvp_daemon\n")
    assert only(guest).binary == "/opt/hv_kvp_daemon"


def test_of_two_drop_ins_with_one_name_the_administrators_counts(guest: Guest) -> None:
    guest.unit(NAME, PLAIN)
    for folder, path in (("/usr/lib", "/opt/package"), ("/etc", "/opt/admin")):
        text = f"[Service]\nExecStart=\nExecStart={path}/hv_kvp_daemon\n"
        guest.write(f"{folder}/systemd/system/{NAME}.d/10.conf", text)
    assert only(guest).binary == "/opt/admin/hv_kvp_daemon"


def test_a_drop_in_for_all_units_with_a_prefix_is_read(guest: Guest) -> None:
    guest.unit(NAME, PLAIN)
    guest.write("/etc/systemd/system/hv-.service.d/a.conf", "[Service]\nExecStart=\nExecStart=/opt/hv_kvp_daemon\n")
    assert only(guest).binary == "/opt/hv_kvp_daemon"


def test_a_drop_in_that_was_masked_is_not_read(guest: Guest) -> None:
    guest.unit(NAME, PLAIN)
    guest.write(f"/usr/lib/systemd/system/{NAME}.d/a.conf", "[Service]\nExecStart=\nExecStart=/opt/hv_kvp_daemon\n")
    guest.link(f"/etc/systemd/system/{NAME}.d/a.conf", "/dev/null")
    assert only(guest).binary == "/usr/sbin/hv_kvp_daemon"


def test_an_empty_condition_takes_all_back(guest: Guest) -> None:
    guest.unit(NAME, PLAIN.replace("BindsTo", "ConditionVirtualization=microsoft\nConditionPathExists=/dev/x\nBindsTo"))
    assert len(only(guest).conditions) == 2
    guest.write(f"/etc/systemd/system/{NAME}.d/a.conf", "[Unit]\nConditionVirtualization=\n")
    assert only(guest).conditions == ()


def test_comments_and_other_sections_are_skipped(guest: Guest) -> None:
    guest.unit(
        NAME, "; a\n# b\n[Unit]\nExecStart=/no\n\n[Service]\n#ExecStart=/no\nExecStart = /opt/hv_kvp_daemon\nbroken\n"
    )
    assert only(guest).binary == "/opt/hv_kvp_daemon"


@pytest.mark.parametrize("folder", ["/etc/systemd/system", "/usr/lib/systemd/system"])
@pytest.mark.parametrize("kind", ["wants", "requires"])
def test_a_link_of_a_target_or_a_device_is_what_wants_it(guest: Guest, folder: str, kind: str) -> None:
    guest.unit(NAME, PLAIN)
    guest.link(f"{folder}/sys-devices-x.device.{kind}/{NAME}", f"/usr/lib/systemd/system/{NAME}")
    assert only(guest).wanted


@pytest.mark.parametrize(
    ("condition", "unmet"),
    [
        ("ConditionPathExists=/there", None),
        ("ConditionPathExists=/missing", "ConditionPathExists=/missing"),
        ("ConditionPathExists=!/there", "ConditionPathExists=!/there"),
        ("ConditionPathExists=!/missing", None),
        ("ConditionPathIsDirectory=/there", "ConditionPathIsDirectory=/there"),
        ("ConditionPathIsDirectory=/folder/", None),
        ("ConditionVirtualization=microsoft", None),
    ],
)
def test_the_condition_that_does_not_hold_is_found(guest: Guest, condition: str, unmet: str | None) -> None:
    guest.write("/there")
    guest.folder("/folder")
    guest.unit(NAME, f"[Unit]\n{condition}\n[Service]\nExecStart=/opt/hv_kvp_daemon\n")
    assert unmet_condition(guest.system, only(guest)) == unmet
