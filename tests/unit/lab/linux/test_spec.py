# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a scenario may say of a guest."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux.errors import LabError
from ansible_collections.hyperv.integration.tests.lab.linux.services import KEYS, find_service
from ansible_collections.hyperv.integration.tests.lab.linux.spec import GuestSpec


def test_nothing_said_is_a_debian_guest_with_all_services() -> None:
    spec = GuestSpec.from_mapping("web01", {})
    assert (spec.root, spec.family, spec.vm_name) == ("debian-12", "debian", "web01")
    assert spec.offered() == KEYS


def test_a_guest_has_the_same_id_every_time() -> None:
    first, second = GuestSpec.from_mapping("web01", {}), GuestSpec.from_mapping("web01", {})
    assert first.vm_id == second.vm_id
    assert first.vm_id != GuestSpec.from_mapping("web02", {}).vm_id


def test_short_service_names_are_understood() -> None:
    data = {"services": {"kvp": False, "time_sync": True}, "late": {"gsi": 2}, "masked": ["backup"], "exits": ["kvp"]}
    spec = GuestSpec.from_mapping("a", data)
    assert spec.services["key_value_pair_exchange"] is False
    assert spec.late == {"guest_service_interface": 2.0}
    assert spec.masked == ("vss",)
    assert spec.offered() == ("shutdown", "time_synchronization", "heartbeat", "vss")


def test_a_guest_off_hyperv_is_offered_nothing() -> None:
    assert GuestSpec.from_mapping("a", {"hyperv": False}).offered() == ()


def test_a_guest_survives_being_written_down() -> None:
    spec = GuestSpec.from_mapping("a", {"family": "suse", "late": {"kvp": 1}, "guest_parameters": {"X": "y"}})
    assert GuestSpec.from_mapping("a", spec.to_json()) == spec


def test_the_host_tells_its_own_name_and_the_id_in_upper_case() -> None:
    spec = GuestSpec.from_mapping(
        "a", {"vm_id": "7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f", "host_name": "hv02.example.org"}
    )
    values = spec.parameters()
    assert values["VirtualMachineId"] == "7CCA3E1A-0F5C-4C9F-9D0C-0A1B2C3D4E5F"
    assert values["PhysicalHostName"] == "HV02"
    assert values["PhysicalHostNameFullyQualified"] == "hv02.example.org"
    assert len(values) >= 11


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("../etc", {}, "A guest's name must match"),
        ("a b", {}, "A guest's name must match"),
        ("A", {}, "A guest's name must match"),
        ("a", {"colour": "red"}, r"Unknown keys \['colour'\]"),
        ("a", {"family": "slackware"}, "Expected family to be one of"),
        ("a", {"hv_utils": "maybe"}, "Expected hv_utils to be one of"),
        ("a", {"services": {"ntp": True}}, "Unknown service 'ntp'"),
        ("a", {"late": {"kvp": "soon"}}, "could not convert"),
    ],
)
def test_nonsense_is_refused(name: str, data: dict[str, Any], says: str) -> None:
    with pytest.raises(LabError, match=says):
        GuestSpec.from_mapping(name, data)


def test_every_alias_finds_its_service() -> None:
    assert find_service("data_exchange").device == "hv_kvp"
    assert find_service("fcopy") is find_service("gsi")
