# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import Row
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import MECHANISMS, RESTARTS, Policy
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_steps import restart, steps

PHASES = ("preflight", "apply", "verify", "cleanup")
ROW = Row("Windows 8", "windows_update", requires_kvp=True)


@pytest.mark.parametrize("policy", [Policy(restart=word) for word in RESTARTS], ids=RESTARTS)
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_step_is_in_a_phase_on_a_machine_and_named_once(mechanism: str, policy: Policy) -> None:
    found = steps(mechanism, policy, ROW, ["enable_kvp", "start_guest_kvp"])
    assert {step["phase"] for step in found} <= set(PHASES)
    assert {step["target"] for step in found} <= {"host", "guest"}
    names = [step["id"] for step in found]
    assert len(names) == len(set(names))
    assert any(step["id"] == "verify_version" for step in found)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_nothing_changes_after_the_last_check_but_the_cleanup(mechanism: str) -> None:
    found = steps(mechanism, Policy(restart="always"), ROW, [])
    last_check = max(place for place, step in enumerate(found) if step["phase"] == "verify")
    assert {step["phase"] for step in found[last_check + 1 :]} <= {"cleanup"}


def test_every_module_is_named_in_full() -> None:
    for mechanism in MECHANISMS:
        for step in steps(mechanism, Policy(restart="always"), ROW, ["enable_kvp"]):
            assert step["module"] is None or step["module"].count(".") == 2


@pytest.mark.parametrize(
    ("manager", "module"),
    [
        ("zypper", "community.general.zypper"),
        ("apk", "community.general.apk"),
        ("dnf5", "ansible.builtin.package"),
        (None, "ansible.builtin.package"),
    ],
)
def test_the_collection_that_a_package_manager_needs_is_named(manager: str | None, module: str) -> None:
    found = steps("package_manager", Policy(), ROW, [], manager)
    assert [step["module"] for step in found if step["id"] == "install_packages"] == [module]


def test_a_repair_of_data_exchange_comes_before_the_look_at_its_effect() -> None:
    names = [step["id"] for step in steps("windows_update", Policy(), ROW, ["start_guest_kvp", "enable_kvp"])]
    assert names[:4] == ["enable_kvp", "start_guest_kvp", "check_host_version", "install_updates"]


def test_a_vm_that_is_off_is_not_restarted() -> None:
    assert "restart" not in [step["id"] for step in steps("offline", Policy(restart="always"), ROW, [])]


@pytest.mark.parametrize(
    ("mechanism", "expected"),
    [
        ("windows_update", "possible"),
        ("integration_services_disk", "required"),
        ("cab", "required"),
        ("offline", "next_start"),
        ("package_manager", "possible"),
        (None, "none"),
    ],
)
def test_the_restart_to_expect(mechanism: str | None, expected: str) -> None:
    """R74."""
    assert restart(mechanism, Policy())["expected"] == expected
