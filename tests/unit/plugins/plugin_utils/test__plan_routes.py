# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways of an update: Windows Update with Data Exchange, the setup disk, the cabinet file, and the disk of a VM."""

from __future__ import annotations

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._plan import plan
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.update_samples import (
    guest,
    host,
    states,
    step_ids,
    vm,
)


def test_data_exchange_off_blocks_the_windows_update_route() -> None:
    """AC-MX-03, R57: the reason, the switch that helps, and the cabinet file of the footnote."""
    found = plan(host(), vm(kvp_on=False), {"guest_os": {"web01": "Windows Server 2012"}}, verdict="outdated")
    assert (found["status"], found["mechanism"]) == ("blocked", "windows_update")
    assert states(found)["kvp_enabled_on_host"] == "unmet"
    assert found["reasons"][-1] == (
        "The host has not enabled Data Exchange; Windows Update offers this guest nothing without it."
    )
    assert found["advice"] == [
        "Allow the plan to enable Data Exchange (allow_enable_kvp), or to use the cabinet file KB3071740."
    ]
    assert found["footnotes"] == [
        {
            "kind": "cab",
            "kb": "KB3071740",
            "requirement": "R57",
            "text": "This guest needs the Data Exchange integration service. If Data Exchange cannot be enabled, its "
            "integration services are available from the Download Center as a cabinet (CAB) file, KB3071740.",
        }
    ]


def test_data_exchange_is_turned_on_when_that_is_allowed() -> None:
    """AC-MX-03."""
    policy = {"guest_os": {"web01": "Windows Server 2012"}, "allow_enable_kvp": True}
    found = plan(host(), vm(kvp_on=False), policy, verdict="outdated")
    assert found["status"] == "ready"
    assert step_ids(found)[:3] == ["enable_kvp", "check_host_version", "install_updates"]
    check = next(row for row in found["preconditions"] if row["id"] == "kvp_enabled_on_host")
    assert (check["state"], check["resolved_by"]) == ("unmet", "enable_kvp")


def test_a_guest_service_that_is_disabled_is_repaired_when_that_is_allowed() -> None:
    """R34."""
    snapshot = guest()
    snapshot["services"][0].update(state="stopped", start_mode="disabled", running=False)
    found = plan(host(), vm(), {}, guest=snapshot, verdict="outdated")
    assert (found["status"], states(found)["kvp_running_in_guest"]) == ("blocked", "unmet")
    found = plan(host(), vm(), {"allow_enable_kvp": True}, guest=snapshot, verdict="outdated")
    assert (found["status"], step_ids(found)[0]) == ("ready", "start_guest_kvp")


def test_a_guest_that_does_not_know_its_hosts_version_blocks_windows_update() -> None:
    """AC-MX-04."""
    found = plan(host(), vm(), guest=guest(host_os_version=None), verdict="outdated")
    assert (found["status"], states(found)["host_version_in_guest"]) == ("blocked", "unmet")
    assert "HostingSystemOsMajor" in found["reasons"][-1]


def test_all_is_met_where_host_and_guest_were_read() -> None:
    found = plan(host(), vm(), guest=guest(), verdict="outdated")
    assert set(states(found).values()) == {"met"}


@pytest.mark.parametrize("kvp_on", [False, None])
def test_the_cabinet_file_is_used_where_data_exchange_cannot_be_enabled(kvp_on: bool | None) -> None:
    """R57, R75."""
    policy = {"guest_os": {"web01": "Windows Server 2012"}, "allow_cab": True}
    found = plan(host(), vm(kvp_on=kvp_on), policy, verdict="outdated")
    assert (found["status"], found["mechanism"]) == ("ready", "cab")
    assert step_ids(found) == ["install_package", "verify_version", "verify_services"]
    assert found["restart"]["expected"] == "required"


def test_the_cabinet_file_is_no_fallback_for_a_row_without_the_footnote() -> None:
    """The mark of the footnote is not printed for Windows Server 2008."""
    policy = {"guest_os": {"web01": "Windows Server 2008 SP2"}, "allow_cab": True}
    found = plan(host(), vm(kvp_on=False), policy, verdict="outdated")
    assert (found["status"], found["mechanism"], found["footnotes"]) == ("blocked", "windows_update", [])


def test_the_automated_setup_is_labelled_as_the_document_demands() -> None:
    """R71."""
    found = plan(host("win81_ws2012r2"), vm(), verdict="outdated")
    assert [label["text"] for label in found["labels"]] == ["unsupported by the document, documented elsewhere"]
    assert "Configuration Manager" in found["advice"][0]
    found = plan(host("win81_ws2012r2"), vm(), {"allow_online_setup": False}, verdict="outdated")
    assert found["labels"] == []
    setup = next(step for step in found["steps"] if step["id"] == "run_setup")
    assert setup["module"] is None


def test_the_disk_needs_its_file_on_the_host() -> None:
    """R56."""
    found = plan(host("win81_ws2012r2", vmguest_iso=False), vm(), verdict="outdated")
    assert (found["status"], states(found)["vmguest_iso_present"]) == ("blocked", "unmet")
    found = plan(host("win81_ws2012r2", vmguest_iso="C:\\Windows\\System32\\vmguest.iso"), vm(), verdict="outdated")
    assert (found["status"], states(found)["vmguest_iso_present"]) == ("ready", "met")


def test_a_running_vm_of_generation_1_may_have_no_drive() -> None:
    found = plan(host("win81_ws2012r2"), vm(generation=1), verdict="outdated")
    assert states(found)["dvd_drive"] == "unknown"
    assert states(plan(host("win81_ws2012r2"), vm(generation=2), verdict="outdated"))["dvd_drive"] == "met"


def test_a_vm_that_is_off_is_blocked_until_its_disk_may_be_serviced() -> None:
    """R72."""
    policy = {"guest_os": {"web01": "Windows Server 2008 R2 SP1"}}
    off = vm(None, state="off", kvp={})
    found = plan(host(), off, policy, verdict="unknown")
    assert (found["status"], states(found)["vm_running"]) == ("blocked", "unmet")
    assert found["advice"] == [
        "Start the virtual machine, or allow to service its disk while it is off (allow_offline).",
    ]
    found = plan(host(), off, {**policy, "allow_offline": True}, verdict="unknown")
    assert (found["status"], found["mechanism"]) == ("ready", "offline")
    assert step_ids(found) == ["install_offline_package", "boot_once", "verify_version"]
    assert states(found) == {
        "service_pack": "met",
        "vm_off": "met",
        "no_checkpoints": "met",
        "architecture_known": "unknown",
        "disk_serviceable": "unknown",
    }
    assert found["restart"]["expected"] == "next_start"


def test_checkpoints_block_the_offline_route() -> None:
    """AC-MX-11."""
    policy = {"guest_os": {"web01": "Windows Server 2008 R2 SP1"}, "allow_offline": True}
    found = plan(host(), vm(None, state="off", checkpoints=2), policy, verdict="unknown")
    assert (found["status"], states(found)["no_checkpoints"]) == ("blocked", "unmet")


@pytest.mark.parametrize("state", ["running", "saved", "paused", "off_critical"])
def test_only_a_vm_that_is_off_can_be_serviced_offline(state: str) -> None:
    found = plan(host(), vm("Windows Server 2012", state=state), {"mechanism": "offline"}, verdict="outdated")
    assert (found["status"], found["mechanism"], states(found)["vm_off"]) == ("blocked", "offline", "unmet")


@pytest.mark.parametrize("os", ["Windows Vista", "Windows 8.1", "Windows Server 2016", "Windows Server 2003"])
def test_a_guest_without_a_package_is_not_serviced_offline(os: str) -> None:
    found = plan(host("win81_ws2012r2"), vm(os), {"mechanism": "offline"}, verdict="outdated")
    assert found["status"] == "refused"


def test_a_host_services_only_disks_with_an_older_windows() -> None:
    found = plan(host("win8_ws2012"), vm("Windows Server 2012"), {"mechanism": "offline"}, verdict="outdated")
    assert found["status"] == "refused"
    assert "older Windows than its own" in found["reasons"][-1]


@pytest.mark.parametrize(
    ("generation", "os", "text"),
    [
        ("win81_ws2012r2", "Windows Server 2012", "Microsoft has neither tested nor supports"),
        ("win8_ws2012", "Windows Server 2008 R2", "No source states"),
        ("ws2022_plus", "Windows Server 2012", "No source states"),
        ("win10_ws2016_ws2019", "Windows Server 2008", "only for the guests of this table that need Data Exchange"),
    ],
)
def test_a_cabinet_file_where_the_document_offers_none_is_labelled(generation: str, os: str, text: str) -> None:
    found = plan(host(generation), vm(os), {"mechanism": "cab"}, verdict="outdated")
    assert (found["status"], found["mechanism"]) == ("ready", "cab")
    assert any(label["id"] == "not_stated" and text in label["text"] for label in found["labels"])


@pytest.mark.parametrize("architecture", ["12", "6"])
def test_there_is_no_cabinet_file_for_other_architectures(architecture: str) -> None:
    sample = vm()
    sample["kvp"]["ProcessorArchitecture"] = architecture
    assert plan(host(), sample, {"mechanism": "cab"}, verdict="outdated")["status"] == "refused"
