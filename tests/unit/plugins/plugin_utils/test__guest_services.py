# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_services import (
    GuestServicesError,
    host_switches,
    plan_guest,
)
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import make_host, make_vm

ID = "7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f"
SWITCHES = {ID: {"vss": True, "heartbeat": False, "key_value_pair_exchange": True}}


def windows(key: str, **changes: t.Any) -> dict[str, t.Any]:
    service = {
        "key": key,
        "name": f"vmic{key}",
        "available": True,
        "running": True,
        "start_mode": "manual",
        "reason": None,
    }
    return {"kind": "guest", "guest": {"family": "windows", "vm_id": ID.upper()}, "services": [{**service, **changes}]}


def linux(
    key: str, channels: dict[str, bool] | None = None, hv_utils: str = "loaded", **changes: t.Any
) -> dict[str, t.Any]:
    daemon = {"key": key, "available": True, "running": True, "healthy": True, "masked": False, "reason": None}
    return {
        "kind": "guest",
        "guest": {"family": "linux", "vm_id": ID},
        "channels": channels,
        "hv_utils": hv_utils,
        "daemons": [{**daemon, **changes}],
    }


def row(guest: dict[str, t.Any], key: str, switches: t.Any = None, stop: bool = False) -> tuple[str, str | None]:
    found = plan_guest(guest, switches, services=[key], stop=[key] if stop else [])["rows"]
    assert [one["key"] for one in found] == [key]
    return found[0]["verdict"], found[0]["action"]


STOPPED: dict[str, t.Any] = {"running": False}
DISABLED: dict[str, t.Any] = {"running": False, "start_mode": "disabled", "reason": "start_disabled"}
ABSENT: dict[str, t.Any] = {"available": False, "running": False, "start_mode": None, "reason": "not_installed"}


@pytest.mark.parametrize(
    ("key", "changes", "switches", "expected"),
    [
        ("vss", {}, SWITCHES, ("ok", None)),
        ("vss", STOPPED, SWITCHES, ("guest_off", "start")),
        ("vss", DISABLED, SWITCHES, ("guest_off", "start")),
        ("vss", {**DISABLED, "running": True}, SWITCHES, ("guest_off", "start")),
        ("vss", ABSENT, SWITCHES, ("guest_missing", None)),
        ("heartbeat", {}, SWITCHES, ("drift", None)),
        ("heartbeat", STOPPED, SWITCHES, ("host_off", None)),
        ("heartbeat", DISABLED, SWITCHES, ("host_off", None)),
        ("heartbeat", ABSENT, SWITCHES, ("host_off", None)),
        ("vss", {}, None, ("ok", None)),
        ("vss", STOPPED, None, ("unknown", None)),
        ("vss", DISABLED, None, ("guest_off", "repair")),
        ("vss", STOPPED, {"another": {"vss": True}}, ("unknown", None)),
    ],
)
def test_a_windows_service_follows_its_host(
    key: str, changes: dict[str, t.Any], switches: t.Any, expected: tuple[str, str | None]
) -> None:
    assert row(windows(key, **changes), key, switches) == expected


@pytest.mark.parametrize(
    ("changes", "channels", "expected"),
    [
        ({}, {"vss": True}, ("ok", None)),
        ({"running": False}, {"vss": True}, ("guest_off", "start")),
        ({"masked": True, "running": False}, {"vss": True}, ("guest_off", "start")),
        ({"healthy": False}, {"vss": True}, ("guest_off", "start")),
        ({"healthy": None}, {"vss": True}, ("ok", None)),
        (
            {"running": False, "available": False, "reason": "not_installed"},
            {"vss": True},
            ("guest_missing", "install"),
        ),
        ({"running": False, "available": False, "reason": "unsupported"}, {"vss": True}, ("guest_missing", None)),
        ({"running": False, "available": False, "reason": "confidential_vm"}, None, ("guest_missing", None)),
        ({"running": False, "available": False, "reason": "off_on_host"}, {"vss": False}, ("host_off", None)),
        ({"running": False, "available": False, "reason": "not_installed"}, {"vss": False}, ("host_off", None)),
        ({"running": False}, None, ("guest_off", "start")),
    ],
)
def test_a_linux_daemon_follows_the_channels_that_its_host_offers(
    changes: dict[str, t.Any], channels: dict[str, bool] | None, expected: tuple[str, str | None]
) -> None:
    assert row(linux("vss", channels, **changes), "vss") == expected


def test_the_switch_at_the_host_outweighs_the_channel() -> None:
    assert row(linux("vss", {"vss": False}, running=False), "vss", SWITCHES) == ("guest_off", "start")


@pytest.mark.parametrize(
    ("hv_utils", "channels", "expected"),
    [
        ("builtin", {"shutdown": True}, ("ok", None)),
        ("absent", {"shutdown": True}, ("guest_missing", None)),
        ("loaded", {"shutdown": False}, ("host_off", None)),
    ],
)
def test_a_service_of_the_kernel_needs_its_driver(
    hv_utils: str, channels: dict[str, bool], expected: tuple[str, str | None]
) -> None:
    assert row(linux("kvp", channels, hv_utils), "shutdown") == expected


@pytest.mark.parametrize(
    ("guest", "key", "expected"),
    [
        (windows("vss"), "vss", ("guest_on", "stop")),
        (windows("vss", **STOPPED), "vss", ("guest_on", "stop")),
        (windows("vss", **DISABLED), "vss", ("ok", None)),
        (windows("vss", **ABSENT), "vss", ("ok", None)),
        (windows("heartbeat", **STOPPED), "heartbeat", ("guest_on", "stop")),
        (linux("vss"), "vss", ("guest_on", "stop")),
        (linux("vss", running=False), "vss", ("guest_on", "stop")),
        (linux("vss", running=False, masked=True), "vss", ("ok", None)),
        (linux("vss", running=False, masked=None), "vss", ("ok", None)),
        (linux("kvp"), "shutdown", ("not_stoppable", None)),
    ],
)
def test_only_what_somebody_asked_to_stop_is_stopped(
    guest: dict[str, t.Any], key: str, expected: tuple[str, str | None]
) -> None:
    assert row(guest, key, SWITCHES, stop=True) == expected
    assert row(guest, key, SWITCHES)[1] != "stop"


def test_names_are_those_of_the_modules() -> None:
    plan = plan_guest(windows("vss", **DISABLED), SWITCHES)
    assert (plan["start"], plan["repair"], plan["stop"], plan["install"]) == (["vmicvss"], [], [], False)
    plan = plan_guest(linux("kvp", running=False, available=False, reason="not_installed"), SWITCHES)
    assert (plan["start"], plan["install"], plan["open"]) == (["kvp"], True, ["key_value_pair_exchange"])


def test_switches_are_found_by_id_and_the_newer_snapshot_wins() -> None:
    vm = make_vm("web01")
    off = {**vm, "services": [{**one, "enabled": False} for one in vm["services"]]}
    old = {**make_host("HV01", vms=[vm]), "collected_at": "2026-05-04T03:02:01Z"}
    new = {**make_host("HV02", vms=[off]), "collected_at": "2026-05-05T03:02:01Z"}
    for order in ([old, new], [new, old]):
        assert not any(host_switches(order)[vm["id"].lower()].values())
    assert host_switches([old])[vm["id"].lower()]["heartbeat"] is True


def test_what_is_no_host_snapshot_counts_for_nothing() -> None:
    vm = make_vm("web01")
    failed = {**make_host("HV01", vms=[vm]), "error": {"error_class": "timeout", "msg": "m", "hint": None}}
    unread = make_host("HV02", vms=[{**vm, "error": {"error_class": "timeout", "msg": "m", "hint": None}}])
    assert host_switches([failed, unread, {"schema": "hyperv.integration/report/1"}, "text", 7]) == {}


@pytest.mark.parametrize("wrong", [None, "text", {}])
def test_snapshots_must_be_a_list(wrong: t.Any) -> None:
    with pytest.raises(GuestServicesError, match="list"):
        host_switches(wrong)


def test_a_broken_snapshot_is_named() -> None:
    with pytest.raises(GuestServicesError, match="vms"):
        host_switches([{**make_host("HV01"), "vms": "all"}])


@pytest.mark.parametrize(
    ("guest", "services", "word"),
    [
        ("text", ["vss"], "windows_vmic_service_info"),
        ({"kind": "host"}, ["vss"], "linux_hv_daemon_info"),
        (windows("vss"), ["vs"], "'vs'"),
    ],
)
def test_wrong_input_is_refused(guest: t.Any, services: list[str], word: str) -> None:
    with pytest.raises(GuestServicesError, match=word):
        plan_guest(guest, None, services)
