# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each family of distributions as its packages lay it out: the daemons are found, whatever their names are."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_discovery import find_companions
from ansible_collections.hyperv.integration.plugins.module_utils._hv_distribution import package_advice
from ansible_collections.hyperv.integration.plugins.module_utils._hv_status import survey
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import Answer
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import STATIC_UNIT, Guest

KEYS = ("kvp", "vss", "fcopy")
# manager, unit or script, program, reason
Expected = t.Dict[str, t.Tuple[t.Any, t.Any, t.Any, t.Any]]
NOTHING = (None, None, None, "not_installed")


def os_release(guest: Guest, name: str, like: str = "") -> None:
    guest.write("/etc/os-release", f'NAME="{name}"\nID={name}\nID_LIKE="{like}"\nVERSION_ID="1"\n')


def debian_11(guest: Guest) -> Expected:
    guest.kernel = "5.10.0-32-amd64"
    guest.on_hyperv().boot_systemd()
    expected = {}
    for key in KEYS:
        binary = guest.program(f"/usr/sbin/hv_{key}_daemon")
        unit = guest.debian_unit(key, binary)
        guest.program(f"/etc/init.d/hv-{key}-daemon", f"#!/bin/sh\nDAEMON={binary}\n")
        expected[key] = ("systemd", unit, binary, None)
    return expected


def debian_12_split_usr(guest: Guest) -> Expected:
    expected = debian_11(guest)
    guest.kernel = "6.1.0-35-amd64"
    guest.program("/usr/libexec/hypervkvpd/hv_get_dhcp_info", "#!/bin/sh\n")
    return expected


def debian_13(guest: Guest) -> Expected:
    guest.kernel = "6.12.0-1-amd64"
    guest.on_hyperv().boot_systemd()
    guest.uio()
    for key in ("kvp", "vss"):
        guest.debian_unit(key, guest.program(f"/usr/sbin/hv_{key}_daemon"))
    return {
        "kvp": ("systemd", "hv-kvp-daemon.service", "/usr/sbin/hv_kvp_daemon", None),
        "vss": ("systemd", "hv-vss-daemon.service", "/usr/sbin/hv_vss_daemon", None),
        "fcopy": NOTHING,
    }


def debian_backports(guest: Guest) -> Expected:
    expected = debian_13(guest)
    binary = guest.program("/usr/sbin/hv_fcopy_uio_daemon")
    guest.unit(
        "hv-fcopy-uio-daemon.service",
        "[Unit]\nConditionPathIsDirectory=/sys/bus/vmbus/devices/eb765408-105f-49b6-b4aa-c123b64d17d4/uio/\n"
        f"[Service]\nExecStart={binary} -n\n[Install]\nWantedBy=multi-user.target\n",
        file_state="enabled",
    )
    return {**expected, "fcopy": ("systemd", "hv-fcopy-uio-daemon.service", binary, None)}


def debian_before_5_8(guest: Guest) -> Expected:
    guest.kernel = "4.19.0-27-amd64"
    guest.on_hyperv().boot_systemd()
    binary = guest.program("/usr/sbin/hv_kvp_daemon")
    unit = guest.debian_unit("kvp", binary, "hyperv-daemons.hv-kvp-daemon.service")
    return {"kvp": ("systemd", unit, binary, None), "vss": NOTHING, "fcopy": NOTHING}


def ubuntu(guest: Guest) -> Expected:
    guest.kernel = "6.8.0-60-generic"
    guest.on_hyperv().boot_systemd()
    os_release(guest, "ubuntu", "debian")
    expected = {}
    for key in KEYS:
        name = f"hv_{key}_daemon"
        wrapper = guest.program(f"/usr/sbin/{name}", "#!/bin/bash\nexec /usr/lib/linux-tools/$full_version/$name\n")
        guest.program(f"/usr/lib/linux-tools-6.8.0-60/{name}")
        guest.link(f"/usr/lib/linux-tools/6.8.0-60-generic/{name}", f"../../linux-tools-6.8.0-60/{name}")
        guest.unit(
            f"hv-{key}-daemon.service",
            f"[Unit]\nConditionVirtualization=microsoft\nConditionPathExists=/dev/vmbus/hv_{key}\n"
            f"BindsTo=sys-devices-virtual-misc-vmbus\\x21hv_{key}.device\nBefore=cloud-init-local.service\n"
            f"[Service]\nExecStart={wrapper} -n\n[Install]\nWantedBy=multi-user.target\n",
            file_state="enabled",
        )
        expected[key] = (
            "systemd",
            f"hv-{key}-daemon.service",
            f"/usr/lib/linux-tools/6.8.0-60-generic/{name}",
            None,
        )
    return expected


def ubuntu_tools_of_another_kernel(guest: Guest) -> Expected:
    expected = ubuntu(guest)
    guest.kernel = "6.8.0-64-generic"
    return {key: (row[0], row[1], f"/usr/sbin/hv_{key}_daemon", "not_for_this_kernel") for key, row in expected.items()}


def _red_hat(guest: Guest, kernel: str, binaries: dict[str, str], unit_text: str = STATIC_UNIT) -> Expected:
    guest.kernel = kernel
    guest.on_hyperv().boot_systemd()
    os_release(guest, "rhel", "fedora")
    expected = {}
    for key, base in binaries.items():
        binary = guest.program(f"/usr/sbin/{base}")
        unit = f"hyperv{key}d.service"
        guest.unit(unit, unit_text.format(key=key, binary=binary), file_state="static")
        guest.write(f"/usr/lib/udev/rules.d/70-hyperv{key}.rules", f'ENV{{SYSTEMD_WANTS}}="{unit}"\n')
        expected[key] = ("systemd", unit, binary, None)
    return expected


RED_HAT_BINARIES = {"kvp": "hypervkvpd", "vss": "hypervvssd", "fcopy": "hypervfcopyd"}


def red_hat_7(guest: Guest) -> Expected:
    return _red_hat(guest, "3.10.0-1160.el7.x86_64", RED_HAT_BINARIES)


def red_hat_9(guest: Guest) -> Expected:
    return _red_hat(guest, "5.14.0-427.el9.x86_64", RED_HAT_BINARIES)


def azure_linux_3(guest: Guest) -> Expected:
    return _red_hat(guest, "6.6.96.2-1.azl3", RED_HAT_BINARIES)


def red_hat_6(guest: Guest) -> Expected:
    guest.kernel = "2.6.32-754.el6.x86_64"
    guest.on_hyperv()
    binary = guest.program("/usr/sbin/hypervkvpd")
    guest.program("/etc/rc.d/init.d/hypervkvpd", f"#!/bin/sh\n# chkconfig: 2345 80 20\ndaemon {binary}\n")
    guest.link("/etc/rc.d/rc3.d/S80hypervkvpd", "../init.d/hypervkvpd")
    return {"kvp": ("sysv", "hypervkvpd", binary, None), "vss": NOTHING, "fcopy": NOTHING}


def fedora_41(guest: Guest) -> Expected:
    binaries = {"kvp": "hv_kvp_daemon", "vss": "hv_vss_daemon", "fcopy": "hv_fcopy_uio_daemon"}
    expected = _red_hat(guest, "6.12.5-200.fc41.x86_64", binaries)
    guest.uio()
    return expected


def azure_linux_4(guest: Guest) -> Expected:
    return fedora_41(guest)


def suse(guest: Guest) -> Expected:
    guest.kernel = "6.4.0-150600.23-default"
    guest.on_hyperv().boot_systemd()
    os_release(guest, "sles", "suse")
    expected = {}
    for name in ("hv_kvp_daemon", "hv_vss_daemon", "hv_fcopy_daemon", "hv_fcopy_uio_daemon"):
        binary = guest.program(f"/usr/lib/hyper-v/bin/{name}")
        text = f"[Unit]\nConditionVirtualization=microsoft\n[Service]\nExecStart={binary} -n\nRestart=on-failure\n"
        guest.unit(f"{name}.service", text + "[Install]\nWantedBy=default.target\n", file_state="enabled")
        if "uio" not in name:
            expected[name.split("_")[1]] = ("systemd", f"{name}.service", binary, None)
    return expected


def suse_with_uio(guest: Guest) -> Expected:
    expected = suse(guest)
    guest.kernel = "6.12.0-160000.5-default"
    guest.uio()
    name = "hv_fcopy_uio_daemon"
    return {**expected, "fcopy": ("systemd", f"{name}.service", f"/usr/lib/hyper-v/bin/{name}", None)}


def photon(guest: Guest) -> Expected:
    guest.on_hyperv().boot_systemd()
    expected = {}
    for key in KEYS:
        binary = guest.program(f"/usr/bin/hv_{key}_daemon")
        text = f"[Unit]\nConditionVirtualization=microsoft\n[Service]\nExecStart={binary} -n\n"
        guest.unit(f"hv_{key}_daemon.service", text + "[Install]\nWantedBy=multi-user.target\n")
        expected[key] = ("systemd", f"hv_{key}_daemon.service", binary, None)
    return expected


def arch(guest: Guest) -> Expected:
    """The file copy daemon is there, but no unit of it since 6.10."""
    guest.kernel = "6.15.2-arch1-1"
    guest.on_hyperv().boot_systemd()
    guest.uio()
    expected = {}
    for key in ("kvp", "vss"):
        binary = guest.program(f"/usr/bin/hv_{key}_daemon")
        text = f"[Service]\nExecStart={binary} -n\n[Install]\nWantedBy=multi-user.target\n"
        guest.unit(f"hv_{key}_daemon.service", text, file_state="enabled")
        expected[key] = ("systemd", f"hv_{key}_daemon.service", binary, None)
    binary = guest.program("/usr/bin/hv_fcopy_uio_daemon")
    return {**expected, "fcopy": ("process", None, binary, None)}


def _openrc(guest: Guest, folder: str) -> Expected:
    guest.on_hyperv()
    guest.write("/run/openrc/softlevel", "default")
    expected = {}
    for key in KEYS:
        binary = guest.program(f"{folder}/hv_{key}_daemon")
        text = f'#!/sbin/openrc-run\ncommand="{binary}"\ndepend() {{\n need localmount net\n}}\n'
        guest.program(f"/etc/init.d/hv_{key}_daemon", text)
        guest.link(f"/etc/runlevels/default/hv_{key}_daemon", f"/etc/init.d/hv_{key}_daemon")
        expected[key] = ("openrc", f"hv_{key}_daemon", binary, None)
    return expected


def gentoo(guest: Guest) -> Expected:
    return _openrc(guest, "/usr/sbin")


def alpine(guest: Guest) -> Expected:
    return _openrc(guest, "/usr/bin")


def debian_with_openrc(guest: Guest) -> Expected:
    expected = debian_12_split_usr(guest)
    guest.remove("/run/systemd")
    guest.write("/run/openrc/softlevel", "default")
    return {key: ("openrc", f"hv-{key}-daemon", row[2], None) for key, row in expected.items()}


def nixos(guest: Guest) -> Expected:
    guest.on_hyperv().boot_systemd()
    expected = {}
    for key in KEYS:
        binary = guest.program(f"/nix/store/abc-hyperv-daemons-6.1/bin/hv_{key}_daemon")
        guest.write(f"/nix/store/def-unit/hv-{key}.service", f"[Service]\nExecStart={binary} -n\n")
        guest.link(f"/etc/systemd/system/hv-{key}.service", f"/nix/store/def-unit/hv-{key}.service")
        expected[key] = ("systemd", f"hv-{key}.service", binary, None)
    return expected


def buildroot(guest: Guest) -> Expected:
    """One script starts all of them, so none can be started by it alone."""
    guest.on_hyperv()
    lines = "".join(f"start-stop-daemon -S -q -x /usr/sbin/hyperv{key}d\n" for key in KEYS)
    guest.program("/etc/init.d/S10hyperv", f"#!/bin/sh\n{lines}")
    return {key: ("process", None, guest.program(f"/usr/sbin/hyperv{key}d"), None) for key in KEYS}


def lis_package(guest: Guest) -> Expected:
    guest.kernel = "3.10.0-514.el7.x86_64"
    guest.on_hyperv().boot_systemd()
    expected = {}
    for key in KEYS:
        binary = guest.program(f"/usr/sbin/hv_{key}_daemon")
        guest.unit(
            f"hv_{key}_daemon.service", f"[Service]\nExecStart={binary}\n[Install]\nWantedBy=multi-user.target\n"
        )
        expected[key] = ("systemd", f"hv_{key}_daemon.service", binary, None)
    return expected


def by_hand(guest: Guest) -> Expected:
    """A program that somebody copied there, with nothing that starts it."""
    guest.on_hyperv().boot_systemd()
    binary = guest.program("/usr/local/sbin/hv_kvp_daemon")
    return {"kvp": ("process", None, binary, None), "vss": NOTHING, "fcopy": NOTHING}


def freebsd(guest: Guest) -> Expected:
    guest.sysname = "FreeBSD"
    guest.kernel = "14.2-RELEASE"
    guest.commands["sysctl"] = lambda argv: Answer(0, "hv\n0\n", "")
    guest.write("/dev/hv_kvp_dev")
    guest.write("/dev/hv_fsvss_dev")
    kvp, vss = guest.program("/usr/sbin/hv_kvp_daemon"), guest.program("/usr/sbin/hv_vss_daemon")
    return {
        "kvp": ("process", None, kvp, None),
        "vss": ("process", None, vss, None),
        "fcopy": (None, None, None, "unsupported"),
    }


FAMILIES = [
    debian_11,
    debian_12_split_usr,
    debian_13,
    debian_backports,
    debian_before_5_8,
    ubuntu,
    ubuntu_tools_of_another_kernel,
    red_hat_6,
    red_hat_7,
    red_hat_9,
    fedora_41,
    azure_linux_3,
    azure_linux_4,
    suse,
    suse_with_uio,
    photon,
    arch,
    gentoo,
    alpine,
    debian_with_openrc,
    nixos,
    buildroot,
    lis_package,
    by_hand,
    freebsd,
]


@pytest.mark.parametrize("build", FAMILIES, ids=lambda build: build.__name__)
def test_the_daemons_of_a_family_are_found(tmp_path: Path, build: t.Callable[[Guest], Expected]) -> None:
    guest = Guest(tmp_path)
    expected = build(guest)
    found = survey(guest.system, KEYS).daemons
    rows = {key: daemon.row() for key, daemon in found.items()}
    actual = {key: (row["manager"], row["unit"], row["binary"], row["reason"]) for key, row in rows.items()}
    assert actual == expected


@pytest.mark.parametrize("build", FAMILIES, ids=lambda build: build.__name__)
def test_a_family_costs_one_question_to_systemd(tmp_path: Path, build: t.Callable[[Guest], Expected]) -> None:
    guest = Guest(tmp_path)
    build(guest)
    survey(guest.system, KEYS)
    assert [call[0] for call in guest.calls if call[0] not in ("sysctl", "ps")] in ([], ["systemctl"])


@pytest.mark.parametrize(
    ("name", "like", "words"),
    [
        ("debian", "", "hyperv-daemons"),
        ("ubuntu", "debian", "linux-cloud-tools-6.1.0-35-cloud-amd64"),
        ("rocky", "rhel centos fedora", "hyperv-daemons"),
        ("ol", "fedora", "hyperv-daemons"),
        ("azurelinux", "", "hyperv-daemons"),
        ("opensuse-leap", "suse opensuse", "hyper-v"),
        ("photon", "", "hyper-v"),
        ("alpine", "", "hvtools"),
        ("manjaro", "arch", "hyperv"),
        ("nixos", "", "virtualisation.hypervGuest.enable"),
        ("plan9", "", "learn.microsoft.com"),
    ],
)
def test_the_advice_names_the_package_of_the_family(tmp_path: Path, name: str, like: str, words: str) -> None:
    guest = Guest(tmp_path)
    os_release(guest, name, like)
    assert words in package_advice(guest.system)


def test_the_scripts_beside_the_daemon_are_told_from_daemons(tmp_path: Path) -> None:
    """Debian ships two of three; SUSE has them on PATH (R42)."""
    guest = Guest(tmp_path).on_hyperv()
    guest.program("/usr/libexec/hypervkvpd/hv_get_dhcp_info")
    guest.program("/usr/sbin/hv_get_dns_info")
    guest.write("/usr/sbin/hv_set_ifconfig")
    assert find_companions(guest.system) == {
        "hv_get_dhcp_info": "/usr/libexec/hypervkvpd/hv_get_dhcp_info",
        "hv_get_dns_info": "/usr/sbin/hv_get_dns_info",
        "hv_set_ifconfig": None,
    }
    assert [daemon.installation.present for daemon in survey(guest.system, KEYS).daemons.values()] == [False] * 3
