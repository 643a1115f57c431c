# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Guests that play other distributions, and guests with something wrong."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux.lab import LinuxLab
from ansible_collections.hyperv.integration.tests.lab.linux.spec import GuestSpec

SPECS: dict[str, dict[str, Any]] = {
    "backports": {"root": "debian-13-backports"},
    "ubuntu": {"family": "ubuntu"},
    "ubuntu-off": {"family": "ubuntu", "services": {"kvp": False}},
    "ubuntu-kernel": {"family": "ubuntu", "other_kernel": True},
    "redhat": {"family": "redhat"},
    "azure-off": {"family": "azurelinux", "root": "debian-11", "services": {"kvp": False}},
    "fedora": {"family": "fedora", "root": "debian-13-backports"},
    "suse": {"family": "suse"},
    "photon": {"family": "photon", "root": "debian-13"},
    "alpine": {"family": "alpine", "root": "debian-12-openrc"},
    "masked": {"masked": ["kvp"]},
    "broken": {"exits": ["vss"]},
    "late": {"late": {"kvp": 6}},
    "bare": {"package": False},
    "elsewhere": {"hyperv": False},
    "no-driver": {"hv_utils": "absent"},
}


@pytest.fixture(scope="module")
def scenarios(machine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinuxLab]:
    """One guest for each scenario, all at once."""
    with LinuxLab(tmp_path_factory.mktemp("scenarios"), print) as made:
        made.up(GuestSpec.from_mapping(name, data) for name, data in SPECS.items())
        yield made


def test_a_late_device_starts_its_daemon_when_it_comes(scenarios: LinuxLab) -> None:
    guest = scenarios["late"]
    guest.await_registered("kvp", seconds=20)
    assert guest.run(["/bin/systemctl", "is-active", "hv-kvp-daemon"]).stdout == "active\n"


@pytest.mark.parametrize(
    ("name", "units", "programs"),
    [
        ("backports", "hv-{}-daemon", ["/usr/sbin/hv_kvp_daemon", "/usr/sbin/hv_fcopy_uio_daemon"]),
        ("redhat", "hyperv{}d", ["/usr/sbin/hypervkvpd", "/usr/sbin/hypervvssd", "/usr/sbin/hypervfcopyd"]),
        (
            "fedora",
            "hyperv{}d",
            ["/usr/sbin/hv_kvp_daemon", "/usr/sbin/hv_vss_daemon", "/usr/sbin/hv_fcopy_uio_daemon"],
        ),
        ("suse", "hv_{}_daemon", ["/usr/lib/hyper-v/bin/hv_kvp_daemon", "/usr/lib/hyper-v/bin/hv_fcopy_daemon"]),
    ],
)
def test_a_family_runs_by_its_own_names(scenarios: LinuxLab, name: str, units: str, programs: list[str]) -> None:
    guest = scenarios[name]
    for service in ("kvp", "vss", "gsi"):
        guest.await_registered(service)
    for unit in (units.format("kvp"), units.format("vss")):
        assert guest.run(["/bin/systemctl", "is-active", unit]).stdout == "active\n"
    seen = guest.run(["/bin/sh", "-c", "readlink /proc/[0-9]*/exe"]).stdout.split()
    assert set(programs) <= set(seen)


def test_an_ubuntu_wrapper_shows_as_the_binary_of_the_kernel(scenarios: LinuxLab) -> None:
    guest = scenarios["ubuntu"]
    guest.await_registered("kvp")
    release = guest.run(["/bin/uname", "-r"]).stdout.strip()
    seen = guest.run(["/bin/sh", "-c", "readlink /proc/[0-9]*/exe"]).stdout.split()
    assert f"/usr/lib/linux-tools-{release}/hv_kvp_daemon" in seen


def test_an_ubuntu_wrapper_of_another_kernel_fails(scenarios: LinuxLab) -> None:
    done = scenarios["ubuntu-kernel"].run(["/usr/sbin/hv_kvp_daemon", "-n"])
    assert done.returncode == 2
    assert "WARNING: hv_kvp_daemon not found for kernel" in done.stderr


def test_a_unit_that_waits_for_its_device_hangs(scenarios: LinuxLab) -> None:
    guest = scenarios["azure-off"]
    done = guest.run(["/usr/bin/timeout", "2", "/bin/systemctl", "start", "hypervkvpd"])
    assert done.returncode == 124
    guest.run(["/bin/systemctl", "stop", "hypervkvpd"])
    enable = guest.run(["/bin/systemctl", "is-enabled", "hypervkvpd"])
    assert (enable.returncode, enable.stdout) == (0, "static\n")


def test_an_enabled_unit_without_a_device_holds_up_the_start(scenarios: LinuxLab) -> None:
    guest = scenarios["ubuntu-off"]
    jobs = guest.run(["/bin/systemctl", "list-jobs", "--plain", "--no-legend"]).stdout
    # It gives up after 90 seconds; a slow machine may have come that far.
    failed = guest.run(["/bin/systemctl", "is-system-running"]).stdout
    assert "sys-devices-virtual-misc-vmbus\\x21hv_kvp.device" in jobs or failed in ("running\n", "degraded\n")
    guest.await_registered("vss")


def test_a_disabled_unit_starts_when_told_to(scenarios: LinuxLab) -> None:
    guest = scenarios["photon"]
    assert not guest.state()["hv_kvp"]["registered"]
    assert guest.run(["/bin/systemctl", "is-enabled", "hv_kvp_daemon"]).stdout == "disabled\n"
    assert guest.run(["/bin/systemctl", "start", "hv_kvp_daemon"]).returncode == 0
    guest.await_registered("kvp")


def test_openrc_scripts_of_alpines_names_stop_and_start(scenarios: LinuxLab) -> None:
    guest = scenarios["alpine"]
    guest.await_registered("kvp")
    assert guest.run(["/sbin/rc-service", "hv_kvp_daemon", "stop"]).returncode == 0
    guest.await_registered("kvp", on=False)
    assert guest.run(["/sbin/rc-service", "hv_kvp_daemon", "start"]).returncode == 0
    guest.await_registered("kvp")
    assert guest.run(["/sbin/rc-service", "hv_kvp_daemon", "status"]).returncode == 0


def test_a_masked_unit_stays_down(scenarios: LinuxLab) -> None:
    guest = scenarios["masked"]
    assert guest.run(["/bin/systemctl", "is-enabled", "hv-kvp-daemon"]).stdout == "masked\n"
    assert guest.run(["/bin/udevadm", "trigger", "--settle"]).returncode == 0
    assert not guest.state()["hv_kvp"]["registered"]
    assert guest.state()["hv_vss"]["registered"]


def test_a_daemon_that_exits_at_once_leaves_a_failed_unit(scenarios: LinuxLab) -> None:
    guest = scenarios["broken"]
    assert guest.run(["/bin/systemctl", "is-active", "hv-vss-daemon"]).stdout == "failed\n"
    assert guest.state()["hv_kvp"]["registered"]


def test_a_guest_without_the_package_gets_it_without_a_network(scenarios: LinuxLab) -> None:
    guest = scenarios["bare"]
    status = ["/usr/bin/dpkg-query", "-W", "-f", "${Status}", "hyperv-daemons"]
    assert "installed" not in guest.run(status).stdout
    assert guest.run(["/usr/bin/test", "-e", "/usr/sbin/hv_kvp_daemon"]).returncode == 1
    install = guest.run(["/usr/bin/apt-get", "install", "--yes", "hyperv-daemons"], 120)
    assert install.returncode == 0, install.stdout + install.stderr
    # Its postinst triggers udev, which starts the daemons.
    guest.await_registered("kvp")
    assert guest.run(status).stdout == "install ok installed"


def test_a_guest_off_hyperv_has_no_trace_of_it(scenarios: LinuxLab) -> None:
    guest = scenarios["elsewhere"]
    for path in ("/dev/vmbus", "/sys/bus/vmbus", "/sys/module/hv_utils"):
        assert guest.run(["/usr/bin/test", "-e", path]).returncode == 1, path
    assert guest.run(["/usr/sbin/hv_kvp_daemon", "-n"]).returncode == 1


def test_channels_without_the_driver_make_no_devices(scenarios: LinuxLab) -> None:
    guest = scenarios["no-driver"]
    assert guest.state() == {}
    assert "key_value_pair_exchange" in guest.offered()
    assert guest.run(["/usr/bin/test", "-e", "/sys/bus/vmbus/drivers/hv_utils"]).returncode == 1


def test_the_host_script_plays_the_host(scenarios: LinuxLab) -> None:
    guest = scenarios["redhat"]
    script = scenarios.inventory()["redhat"]["lab_guest_host"]

    def host(*arguments: str) -> Any:
        done = subprocess.run([script, *arguments], capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)

    assert host("switch", "vss", "off") == {"changed": True}
    assert "vss" not in host("offered")
    started = time.monotonic()
    assert host("switch", "vss", "on", "--after", "1.5") == {"changed": True, "after": 1.5}
    assert time.monotonic() - started < 1.5
    assert not guest.state().get("hv_vss", {}).get("registered")
    guest.await_registered("vss", seconds=15)
    assert host("state")["hv_vss"]["registered"] is True
