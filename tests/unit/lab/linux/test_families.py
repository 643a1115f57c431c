# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names and guards of other distributions."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux.guest import families
from ansible_collections.hyperv.integration.tests.lab.linux.guest.files import GuestFiles

OLD = families.debian_daemons(("hv_kvp_daemon", "hv_vss_daemon", "hv_fcopy_daemon"))
NEW = families.debian_daemons(("hv_kvp_daemon", "hv_vss_daemon", "hv_fcopy_uio_daemon"))


def test_debian_calls_units_by_dashes() -> None:
    assert [(d.unit, d.binary) for d in NEW] == [
        ("hv-kvp-daemon", "/usr/sbin/hv_kvp_daemon"),
        ("hv-vss-daemon", "/usr/sbin/hv_vss_daemon"),
        ("hv-fcopy-uio-daemon", "/usr/sbin/hv_fcopy_uio_daemon"),
    ]


@pytest.mark.parametrize(
    ("family", "daemons", "unit", "binaries"),
    [
        ("redhat", OLD, "hypervkvpd", ["/usr/sbin/hypervkvpd", "/usr/sbin/hypervvssd", "/usr/sbin/hypervfcopyd"]),
        ("fedora", NEW, "hypervkvpd", [d.binary for d in NEW]),
        ("suse", NEW, "hv_kvp_daemon", [f"/usr/lib/hyper-v/bin/{d.binary.split('/')[-1]}" for d in NEW]),
        ("photon", OLD, "hv_kvp_daemon", [f"/usr/bin/{d.binary.split('/')[-1]}" for d in OLD]),
        ("ubuntu", OLD, "hv-kvp-daemon", [d.binary for d in OLD]),
    ],
)
def test_each_family_has_its_names(
    family: str, daemons: tuple[families.Daemon, ...], unit: str, binaries: list[str]
) -> None:
    named = families.family_daemons(families.FAMILIES[family], daemons)
    assert named[0].unit == unit
    assert [daemon.binary for daemon in named] == binaries


def unit(family: str, index: int = 0) -> list[str]:
    chosen = families.FAMILIES[family]
    return families.unit_text(chosen, families.family_daemons(chosen, OLD)[index]).splitlines()


DEVICE = "sys-devices-virtual-misc-vmbus\\x21hv_kvp.device"


def test_red_hat_units_are_static_and_the_one_of_kvp_waits_for_its_device() -> None:
    assert f"BindsTo={DEVICE}" in unit("redhat")
    assert f"After={DEVICE}" in unit("redhat")
    assert "[Install]" not in unit("redhat")
    assert not [line for line in unit("azurelinux", 1) if line.startswith("After=")]


def test_suse_units_are_skipped_without_their_device() -> None:
    lines = unit("suse")
    assert "ConditionPathExists=/dev/vmbus/hv_kvp" in lines
    assert "Restart=on-failure" in lines
    assert not [line for line in lines if line.startswith("BindsTo=")]
    assert lines[-1] == "WantedBy=default.target"


@pytest.mark.parametrize(
    ("family", "off", "hangs"),
    [
        ("ubuntu", ["key_value_pair_exchange"], True),
        ("ubuntu", ["heartbeat"], False),
        ("redhat", ["key_value_pair_exchange"], False),
        ("suse", ["key_value_pair_exchange"], False),
        ("debian", ["key_value_pair_exchange"], False),
    ],
)
def test_only_enabled_units_that_wait_for_a_device_hold_up_a_start(family: str, off: list[str], hangs: bool) -> None:
    assert families.hangs_without_device(family, off) is hangs


def root(tmp_path: Path) -> GuestFiles:
    files = GuestFiles(tmp_path)
    for daemon in OLD:
        files.write(daemon.binary, f'#!/bin/sh\necho {daemon.unit} "$@"\n', 0o755)
    return files


def test_an_ubuntu_wrapper_runs_the_binary_of_the_running_kernel(tmp_path: Path) -> None:
    files, family = root(tmp_path), families.FAMILIES["ubuntu"]
    daemons = families.install(files, family, OLD, os.uname().release)
    families.write_units(files, family, daemons, "systemd")
    real = f"/usr/lib/linux-tools/{os.uname().release}/hv_kvp_daemon"
    assert (tmp_path / real.lstrip("/")).resolve().is_file()
    # Only the root is elsewhere here.
    script = files.read("/usr/sbin/hv_kvp_daemon").replace("/usr/lib/", f"{tmp_path}/usr/lib/")
    done = subprocess.run(["bash", "-c", script, "x", "-n"], capture_output=True, text=True, timeout=10, check=False)
    assert (done.returncode, done.stdout) == (0, "hv-kvp-daemon -n\n")
    link = tmp_path / "etc/systemd/system/multi-user.target.wants/hv-kvp-daemon.service"
    assert os.readlink(link) == "/usr/lib/systemd/system/hv-kvp-daemon.service"


def test_an_ubuntu_wrapper_says_which_kernel_it_has_nothing_for(tmp_path: Path) -> None:
    files, family = root(tmp_path), families.FAMILIES["ubuntu"]
    daemons = families.install(files, family, OLD, "5.4.0-150-generic")
    families.write_units(files, family, daemons, "systemd")
    script = files.read("/usr/sbin/hv_kvp_daemon")
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 2
    assert f"not found for kernel {os.uname().release}" in done.stderr


def test_alpine_scripts_are_in_the_default_runlevel(tmp_path: Path) -> None:
    files, family = root(tmp_path), families.FAMILIES["alpine"]
    families.write_units(files, family, families.install(files, family, OLD, "x"), "openrc")
    assert files.names("/etc/runlevels/default") == ["hv_fcopy_daemon", "hv_kvp_daemon", "hv_vss_daemon"]
    assert files.read("/etc/init.d/hv_kvp_daemon").startswith("#!/sbin/openrc-run\n")
    assert "ID=alpine" in files.read("/etc/os-release")
