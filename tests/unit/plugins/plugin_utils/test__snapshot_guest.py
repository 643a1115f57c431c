# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SnapshotError, read_snapshot
from ansible_collections.hyperv.integration.plugins.plugin_utils._verdict import judge_services
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    make_host,
    make_service,
    make_services,
    make_vm,
)

Data = dict[str, t.Any]

# As linux_hv_daemon_info returns it, shortened to what a snapshot keeps.
LINUX: Data = {
    "schema": "hyperv.integration/snapshot/1",
    "kind": "guest",
    "collected_at": "2026-05-04T03:02:01Z",
    "guest": {
        "name": "db03",
        "family": "linux",
        "os_name": "Debian GNU/Linux",
        "os_version": "12",
        "kernel": "6.1.0-35-cloud-amd64",
        "vm_id": "{7CCA3E1A-0F5C-4C9F-9D0C-0A1B2C3D4E5F}",
    },
    "version": {"value": "6.1.0-35-cloud-amd64", "source": "kernel", "flavour": "inbox", "reason": None},
    "hv_utils": "loaded",
    "channels": {"vss": True, "heartbeat": True, "network": True, "guest_service_interface": False},
    "daemons": [
        {
            "key": "vss",
            "service": "vss",
            "installed": True,
            "available": True,
            "reason": None,
            "hint": None,
            "unit": "hv-vss-daemon.service",
            "running": True,
            "pids": [412],
            "healthy": False,
            "problems": ["not_connected"],
            "masked": False,
        },
        {
            "key": "kvp",
            "service": "key_value_pair_exchange",
            "available": False,
            "reason": "not_installed",
            "hint": "Install hyperv-daemons",
            "unit": None,
            "running": False,
            "healthy": False,
            "masked": None,
        },
    ],
    "error": None,
}


def linux(**changes: t.Any) -> Data:
    return read_snapshot({**LINUX, **changes})


def by_key(snapshot: Data) -> dict[str, Data]:
    return {service["key"]: service for service in snapshot["services"]}


def judged(service: str, guest: Data, status: str | None = "no_contact") -> tuple[str, str]:
    vm = make_vm("db03", services=make_services(**{service: make_service(service, True, status)}))
    host = read_snapshot(make_host(vms=[vm]))
    verdicts = {one["key"]: one for one in judge_services(host["vms"][0], guest)}
    return verdicts[service]["verdict"], verdicts[service]["cause"]


def test_a_daemon_is_a_row_of_the_service_that_it_belongs_to() -> None:
    services = by_key(linux())
    assert services["vss"] == {
        "key": "vss",
        "name": "hv-vss-daemon.service",
        "state": "running",
        "start_mode": None,
        "available": True,
        "running": True,
        "healthy": False,
        "reason": "not_connected",
        "hint": None,
    }
    assert services["key_value_pair_exchange"]["reason"] == "not_installed"
    assert linux()["guest"]["vm_id"] == "7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f"


@pytest.mark.parametrize(("driver", "running"), [("loaded", True), ("builtin", True), ("absent", False)])
def test_the_driver_is_a_row_of_each_service_that_it_does_itself(driver: str, running: bool) -> None:
    services = by_key(linux(hv_utils=driver))
    for key in ("heartbeat", "shutdown", "time_synchronization"):
        assert (services[key]["running"], services[key]["name"]) == (running, "hv_utils")


def test_a_guest_that_tells_nothing_of_its_driver_has_no_such_rows() -> None:
    assert set(by_key(linux(hv_utils=None))) == {"vss", "key_value_pair_exchange"}


def test_the_normal_form_is_read_unchanged() -> None:
    assert read_snapshot(linux()) == linux()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hv_utils": 5}, "hv_utils must be a text but is 5"),
        ({"daemons": "vss"}, "daemons must be a list but is 'vss'"),
        ({"daemons": [{"key": "vss"}]}, r"daemons\[0\].service is missing"),
        ({"daemons": [{"service": "vss", "running": "yes"}]}, r"daemons\[0\].running must be true or false"),
        ({"daemons": [{"service": "vss", "problems": [1]}]}, r"daemons\[0\].problems\[0\] must be a text"),
        ({"channels": {"vss": "yes"}}, "channels.vss must be true or false but is 'yes'"),
        ({"not_in_this_windows": "vss"}, "not_in_this_windows must be a list"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(changes: Data, message: str) -> None:
    with pytest.raises(SnapshotError, match=message):
        linux(**changes)


@pytest.mark.parametrize(
    ("reason", "verdict", "cause"),
    [
        ("not_installed", "guest_missing", "guest_service_missing"),
        ("binary_missing", "guest_missing", "guest_service_missing"),
        ("off_on_host", "no_contact", "guest_channel_missing"),
        ("driver_absent", "guest_missing", "guest_driver_absent"),
        ("not_for_this_kernel", "no_contact", "guest_service_unusable"),
        ("uio_not_bound", "no_contact", "guest_service_unusable"),
        ("confidential_vm", "not_available", "guest_cannot_have_it"),
        ("container", "not_available", "guest_cannot_have_it"),
        ("unsupported", "not_available", "guest_cannot_have_it"),
        (None, "guest_missing", "guest_service_missing"),
    ],
)
def test_why_a_daemon_cannot_work_is_the_cause(reason: str | None, verdict: str, cause: str) -> None:
    daemon = {"service": "vss", "available": False, "running": False, "reason": reason}
    assert judged("vss", linux(daemons=[daemon])) == (verdict, cause)


def test_a_service_without_its_channel_is_told_even_if_the_daemon_says_nothing() -> None:
    assert judged("vss", linux(channels={"vss": False}, daemons=[])) == ("no_contact", "guest_channel_missing")
    assert judged("heartbeat", linux(channels={"heartbeat": False})) == ("no_contact", "guest_channel_missing")


def test_a_driver_that_is_not_loaded_explains_a_heartbeat_without_contact() -> None:
    assert judged("heartbeat", linux(hv_utils="absent")) == ("guest_missing", "guest_driver_absent")
    assert judged("heartbeat", linux(), "ok") == ("ok", "working")


def test_a_masked_daemon_is_disabled() -> None:
    daemon = {"service": "vss", "available": True, "running": False, "masked": True}
    assert judged("vss", linux(daemons=[daemon])) == ("guest_off", "guest_service_disabled")


def test_a_service_that_only_a_newer_windows_has_is_nothing_to_repair() -> None:
    guest = read_snapshot(
        {
            "schema": "hyperv.integration/snapshot/1",
            "kind": "guest",
            "services": [],
            "not_in_this_windows": ["guest_service_interface", "powershell_direct"],
        }
    )
    assert judged("guest_service_interface", guest) == ("not_available", "guest_too_old")
