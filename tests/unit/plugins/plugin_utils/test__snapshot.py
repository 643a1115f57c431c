# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import json
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import (
    SnapshotError,
    failed_snapshot,
    read_snapshot,
)
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    make_failed_host,
    make_fleet,
    make_guest,
    make_guest_service,
    make_host,
    make_vm,
)

Data = dict[str, t.Any]


def changed(path: str, value: t.Any) -> Data:
    """A snapshot of one VM with one value put somewhere."""
    snapshot = copy.deepcopy(make_host())
    place: t.Any = snapshot
    steps: list[t.Any] = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    return snapshot


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "schema",
            "hyperv.integration/snapshot/2",
            "schema must be .*snapshot/1' but is .*/2'; read it with the release",
        ),
        ("schema", None, "schema must be 'hyperv.integration/snapshot/1' but is None$"),
        ("kind", "cluster", "kind must be 'host' or 'guest' but is 'cluster'"),
        ("host", ["x"], "host must be a mapping but is"),
        ("host.os_build", "17763", "host.os_build must be a whole number but is '17763'"),
        ("host.os_build", True, "host.os_build must be a whole number but is True"),
        ("host.name", 5, "host.name must be a text but is 5"),
        ("vms", {}, "vms must be a list but is {}"),
        ("vms.0", "web01", r"vms\[0\] must be a mapping but is 'web01'"),
        ("vms.0.checkpoints", "1", r"vms\[0\].checkpoints must be a whole number but is '1'"),
        ("vms.0.guest", "x", r"vms\[0\].guest must be a mapping but is 'x'"),
        ("vms.0.guest.ipv4", "10.0.0.5", r"vms\[0\].guest.ipv4 must be a list but is '10.0.0.5'"),
        ("vms.0.guest.ipv4", [10], r"vms\[0\].guest.ipv4\[0\] must be a text but is 10"),
        ("vms.0.kvp", ["a"], r"vms\[0\].kvp must be a mapping"),
        ("vms.0.version", "10.0", r"vms\[0\].version must be a mapping but is '10.0'"),
        ("vms.0.services", {"heartbeat": True}, r"vms\[0\].services must be a list"),
        ("vms.0.services.1.enabled", "yes", r"vms\[0\].services\[1\].enabled must be true or false but is 'yes'"),
        ("vms.0.services.1.key", None, r"vms\[0\].services\[1\].key is missing"),
        ("vms.0.error", "boom", r"vms\[0\].error must be a mapping but is 'boom'"),
        ("error", 7, "error must be a mapping but is 7"),
        ("collected_at", 7, "The snapshot.collected_at must be a text but is 7"),
        ("vms", "x" * 500, r"vms must be a list but is 'x{59}\.\.\.$"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(path: str, value: t.Any, message: str) -> None:
    with pytest.raises(SnapshotError, match=message):
        read_snapshot(changed(path, value))


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_what_is_no_mapping_is_no_snapshot(value: t.Any) -> None:
    with pytest.raises(SnapshotError, match="The snapshot must be a mapping"):
        read_snapshot(value)


def test_a_vm_without_id_and_name_is_refused() -> None:
    with pytest.raises(SnapshotError, match=r"vms\[0\] has neither id nor name"):
        read_snapshot(make_host(vms=[{"state": "off"}]))


def test_keys_that_are_not_there_become_null_and_lists_become_empty() -> None:
    snapshot = read_snapshot({"schema": "hyperv.integration/snapshot/1", "kind": "host", "vms": [{"name": "a"}]})
    vm = snapshot["vms"][0]
    assert (vm["id"], vm["state"], vm["version"]["value"], vm["error"]) == (None, None, None, None)
    assert (vm["services"], vm["kvp"], vm["guest"]["ipv4"]) == ([], {}, [])
    assert (snapshot["host"]["name"], snapshot["target"], snapshot["error"]) == (None, None, None)


def test_null_for_a_list_is_an_empty_list() -> None:
    assert read_snapshot(changed("vms", None))["vms"] == []
    assert read_snapshot(changed("vms.0.services", None))["vms"][0]["services"] == []


def test_keys_of_a_newer_collector_are_dropped() -> None:
    assert "colour" not in read_snapshot(changed("vms.0.colour", "blue"))["vms"][0]


def test_ids_and_enums_are_lower_case() -> None:
    vm = make_vm("a", id="{7CCA3E1A-0F5C-4C9F-9D0C-0A1B2C3D4E5F}", state="Running", heartbeat="OK")
    vm["services"][0] = {**vm["services"][0], "key": "VSS", "primary_status": "NO_CONTACT", "id": "5CED1297"}
    read = read_snapshot(make_host(vms=[vm]))["vms"][0]
    assert (read["id"], read["state"], read["heartbeat"]) == ("7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f", "running", "ok")
    service = read["services"][0]
    assert (service["key"], service["primary_status"], service["id"]) == ("vss", "no_contact", "5ced1297")


def test_whether_the_disk_is_there_may_be_a_path_or_a_truth() -> None:
    assert read_snapshot(changed("host.vmguest_iso", True))["host"]["vmguest_iso"] == "present"
    assert read_snapshot(changed("host.vmguest_iso", False))["host"]["vmguest_iso"] is None
    assert read_snapshot(changed("host.vmguest_iso", "C:\\x.iso"))["host"]["vmguest_iso"] == "C:\\x.iso"


def test_an_error_of_unknown_class_is_unexpected_and_never_without_message() -> None:
    error = read_snapshot(changed("error", {"error_class": "flood"}))["error"]
    assert error == {"error_class": "unexpected", "msg": "No message was given", "hint": None}


def test_a_target_that_failed_has_a_snapshot_of_its_own() -> None:
    error = {"error_class": "host_unreachable", "msg": "no route", "hint": "look"}
    snapshot = failed_snapshot("hv09", error, None)
    assert (snapshot["target"], snapshot["kind"], snapshot["vms"], snapshot["error"]) == ("hv09", "host", [], error)
    assert read_snapshot(make_failed_host("hv09"))["error"]["error_class"] == "host_unreachable"


def test_a_guest_snapshot_has_its_own_parts() -> None:
    vm = make_vm()
    guest = make_guest(vm, [make_guest_service("vss", start_mode="Manual")], channels={"vss": True})
    read = read_snapshot(guest)
    assert read["guest"]["vm_id"] == vm["id"]
    assert read["services"][0]["start_mode"] == "manual"
    assert read["channels"] == {"vss": True}
    with pytest.raises(SnapshotError, match=r"channels\.vss must be true or false but is 1"):
        read_snapshot({**guest, "channels": {"vss": 1}})
    with pytest.raises(SnapshotError, match=r"services\[0\].key is missing"):
        read_snapshot({**guest, "services": [{"name": "vmicvss"}]})


def test_the_normal_form_is_read_unchanged() -> None:
    for snapshot in make_fleet(6, 4):
        once = read_snapshot(json.loads(json.dumps(snapshot)))
        assert read_snapshot(once) == once
