# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the short form of a scenario to the state of its nodes."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hyperv.integration.tests.lab import inventory, scenario, vocabulary
from ansible_collections.hyperv.integration.tests.lab.errors import ScenarioError

AUTO = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Virtual Machine\Auto"
PARAMETERS = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Virtual Machine\Guest\Parameters"


def host(**keys: Any) -> scenario.Node:
    return scenario.parse({"hosts": [{"name": "hv01", **keys}]}).node("hv01")


def machine(generation: Any = 2019, **keys: Any) -> dict[str, Any]:
    vm: dict[str, Any] = host(generation=generation, vms=[{"name": "web01", **keys}]).state["vms"][0]
    return vm


@pytest.mark.parametrize(
    ("generation", "build", "module", "configuration"),
    [
        (2012, 9200, "1.1", "4.0"),
        ("2012R2", 9600, "1.1", "5.0"),
        (2016, 14393, "2.0.0.0", "8.0"),
        (2019, 17763, "2.0.0.0", "9.0"),
        (2022, 20348, "2.0.0.0", "10.0"),
        (2025, 26100, "2.0.0.0", "12.0"),
    ],
)
def test_a_generation_decides_what_the_host_is(generation: Any, build: int, module: str, configuration: str) -> None:
    node = host(generation=generation, vms=[{"name": "web01"}])
    assert node.state["os"]["build"] == build
    assert node.state["module"] == module
    assert node.state["vms"][0]["version"] == configuration
    assert node.state["vmguestIso"] == (build < 14393)


def test_a_reference_version_can_be_another_one_or_none() -> None:
    assert host(generation=2012, reference_version="6.2.9200.1").state["referenceVersion"] == "6.2.9200.1"
    (values,) = host(generation=2012, reference_version=None).state["registry"].values()
    assert values == {}


def test_a_host_of_2012_does_not_offer_the_guest_service_interface() -> None:
    assert "GuestServiceInterface" not in machine(2012)["services"]
    assert machine("2012r2")["services"]["GuestServiceInterface"] == {"enabled": False}


def test_services_have_the_defaults_of_a_new_vm() -> None:
    services = machine()["services"]
    assert {key for key, service in services.items() if service["enabled"]} == {
        "Heartbeat",
        "KeyValuePairExchange",
        "Shutdown",
        "TimeSynchronization",
        "VSS",
    }


def test_services_are_switched_spoilt_and_left_out() -> None:
    given = {"guest_service_interface": True, "heartbeat": {"primary": "NoContact", "contact_in": 2}, "vss": None}
    services = machine(services=given)["services"]
    assert services["GuestServiceInterface"] == {"enabled": True}
    assert services["Heartbeat"] == {"enabled": True, "primary": "NoContact", "contactIn": 2}
    assert "VSS" not in services


@pytest.mark.parametrize(
    ("given", "state"),
    [("running", "Running"), (False, "Off"), ("off", "Off"), ("fast_saved", "FastSaved"), ("Paused", "Paused")],
)
def test_states_are_written_in_small_letters_and_off_may_be_bare(given: Any, state: str) -> None:
    assert machine(state=given)["state"] == state


def test_ids_are_the_same_in_each_run_and_differ_for_equal_names() -> None:
    rows = [{"name": "twin"}, {"name": "twin"}, {"name": "Twin"}]
    first = [vm["id"] for vm in host(vms=rows).state["vms"]]
    assert first == [vm["id"] for vm in host(vms=rows).state["vms"]]
    assert len(set(first)) == 3
    assert all(str(uuid.UUID(one)) == one for one in first)


def test_a_row_is_repeated() -> None:
    names = [vm["name"] for vm in host(vms=[{"name": "web", "count": 3}]).state["vms"]]
    assert names == ["web0001", "web0002", "web0003"]


def test_a_down_level_guest_mismatches_on_a_host_that_does_not_compare() -> None:
    assert machine(2016, guest="windows_server_2012_r2")["protocolMismatch"] is True
    assert "protocolMismatch" not in machine("2012r2", guest="windows_server_2008_r2")
    assert "protocolMismatch" not in machine(2016, guest="windows_server_2016")
    assert "protocolMismatch" not in machine(2016, guest="debian_12")


@pytest.mark.parametrize(
    ("generation", "guest", "version", "level", "outdated"),
    [
        (2012, "windows_server_2008_r2", None, "6.1.7601.17514", True),
        (2012, "windows_server_2008_r2", "current", "6.2.9200.16433", False),
        ("2012r2", "windows_server_2012", "6.3.9600.16384", "6.3.9600.16384", False),
        ("2012r2", "windows_server_2016", "current", "10.0.14393", False),
        (2019, "windows_server_2012", "current", "6.3.9600.18907", None),
        (2019, "windows_server_2019", None, "10.0.17763", None),
        (2019, "debian_12", None, "3.1", None),
    ],
)
def test_a_guest_reports_its_version(
    generation: Any, guest: str, version: str | None, level: str, outdated: bool | None
) -> None:
    keys = {"version": version} if version else {}
    vm = machine(generation, guest=guest, **keys)
    assert vm["kvp"]["intrinsic"]["IntegrationServicesVersion"] == vm["icVersion"] == level
    assert vm.get("outdated") is outdated


def test_items_are_added_taken_away_and_silenced() -> None:
    items = machine(guest="debian_12", kvp={"OSName": "CentOS Linux", "OSMinorVersion": None})["kvp"]["intrinsic"]
    assert items["OSName"] == "CentOS Linux"
    assert "OSMinorVersion" not in items
    assert machine(guest="windows_10", kvp=False)["kvp"] == {"intrinsic": {}}
    both = machine(guest="windows_10", kvp={"host": {"a": 1}, "host_only": {"b": "2"}})["kvp"]
    assert (both["host"], both["hostOnly"]) == ({"a": "1"}, {"b": "2"})
    assert both["intrinsic"]["OSName"] == "Windows 10 Pro"


def test_a_hostile_name_is_kept_but_is_no_computer_name() -> None:
    vm = host(vms=[{"name": "a[b]*?", "guest": "windows_10"}]).state["vms"][0]
    assert vm["name"] == "a[b]*?"
    assert re.fullmatch(r"vm-[0-9a-f]{8}\.lab\.example", vm["kvp"]["intrinsic"]["FullyQualifiedDomainName"])


def test_keys_of_the_state_pass_in_both_spellings_and_raw_unseen() -> None:
    vm = machine(read_error="torn", writeError="no", raw={"somethingNew": 1})
    assert (vm["readError"], vm["writeError"], vm["somethingNew"]) == ("torn", "no", 1)
    node = host(contact_after_reads=3, listShowsNoStatus=True, raw={"odd": {}}, vars={"x": 1})
    assert (node.state["contactAfterReads"], node.state["listShowsNoStatus"], node.state["odd"]) == (3, True, {})
    assert node.variables == {"x": 1}


def test_a_registry_of_a_scenario_is_added_to_the_hosts_own() -> None:
    node = host(reference_version=None, registry={r"HKEY_LOCAL_MACHINE\SOFTWARE\x": {"y": 1}})
    assert len(node.state["registry"]) == 2


def test_the_hosts_of_a_cluster_see_all_of_its_groups() -> None:
    rows = [
        {"name": "n1", "cluster": "CL1", "vms": [{"name": "a", "clustered": True}, {"name": "local"}]},
        {"name": "n2", "cluster": {"name": "CL1"}, "vms": [{"name": "b", "state": "off"}]},
    ]
    made = scenario.parse({"hosts": rows})
    for name in ("n1", "n2"):
        groups = made.node(name).state["cluster"]["groups"]
        assert [(group["name"], group["owner"], group["state"]) for group in groups] == [("a", "n1", 0), ("b", "n2", 1)]
    assert [vm.get("clustered", False) for vm in made.node("n1").state["vms"]] == [True, False]


def test_a_guest_node_is_tied_to_its_vm() -> None:
    vm = {"name": "web01", "guest": "windows_server_2012_r2", "services": {"vss": False}}
    row = {
        "name": "web01-guest",
        "vm": "hv01/web01",
        "os": "windows_server_2012_r2",
        "version": "current",
        "services": {"vmicheartbeat": {"start_type": "Disabled"}},
    }
    made = scenario.parse({"hosts": [{"name": "hv01", "generation": 2016, "vms": [vm]}], "guests": [row]})
    machine_row = made.node("hv01").state["vms"][0]
    guest = made.node("web01-guest")
    assert machine_row["guest"] == guest.name
    assert guest.group == "windows_guests"
    assert guest.state["hostLink"] == {"node": "hv01", "vmId": machine_row["id"]}
    states = {service["name"]: service["status"] for service in guest.state["services"]}
    assert states["vmicheartbeat"] == states["vmicrdv"] == "Running"
    assert states["vmicvss"] == states["vmicguestinterface"] == "Stopped"
    assert "vmicvmsession" not in states
    starts = {service["name"]: service["startType"] for service in guest.state["services"]}
    assert (starts["vmicheartbeat"], starts["vmicshutdown"]) == ("Disabled", "Manual")
    assert guest.state["registry"][AUTO] == {"IntegrationServicesVersion": "6.3.9600.18907"}
    assert guest.state["registry"][PARAMETERS]["VirtualMachineId"] == machine_row["id"].upper()
    assert guest.state["registry"][PARAMETERS]["HostingSystemOsMajor"] == "10"


def test_a_guest_whose_data_exchange_is_off_has_no_keys() -> None:
    vm = {"name": "web01", "services": {"key_value_pair_exchange": False}}
    guest = {"name": "g", "vm": "hv01/web01", "services": {"vmicvss": {"status": "Stopped"}}}
    made = scenario.parse({"hosts": [{"name": "hv01", "vms": [vm]}], "guests": [guest]})
    assert "registry" not in made.node("g").state


def test_services_of_a_guest_that_nobody_changes_are_left_to_the_simulation() -> None:
    assert "services" not in scenario.parse({"guests": [{"name": "g"}]}).node("g").state


def test_a_guest_may_be_no_guest_at_all() -> None:
    row = {"name": "pc", "os": "windows_7", "services": {"vmicvss": {"startType": "Disabled"}}}
    node = scenario.parse({"guests": [row]}).node("pc")
    assert "hostLink" not in node.state
    starts = {service["name"]: service["startType"] for service in node.state["services"]}
    assert (starts["vmicvss"], starts["vmicheartbeat"]) == ("Disabled", "Automatic")
    assert {service["status"] for service in node.state["services"]} == {"Stopped"}


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (None, {"ansible_connection": "winrm", "ansible_port": 1, "ansible_winrm_path": "/g/wsman"}),
        ("psrp", {"ansible_connection": "psrp", "ansible_port": 1, "ansible_psrp_path": "g/wsman"}),
        ("ssh", {"ansible_connection": "ssh", "ansible_port": 3, "ansible_user": "g"}),
    ],
)
def test_a_node_is_reached_in_the_way_that_its_row_names(way: str | None, expected: dict[str, Any]) -> None:
    made = scenario.parse({"guests": [{"name": "g", **({"connection": way} if way else {})}]})
    told = inventory.document(made, Path("/lab/nodes"), {"wsman": 1, "dead": 2, "ssh": 3}, "secret", {})
    node = told["all"]["children"]["windows_guests"]["hosts"]["g"]
    assert {key: node[key] for key in expected} == expected


def test_a_way_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ScenarioError, match=r"guests\[0\].connection: .*telnet.*winrm, psrp, ssh"):
        scenario.parse({"guests": [{"name": "g", "connection": "telnet"}]}, "x.yml")


def test_a_file_that_cannot_be_read_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"missing\.yml"):
        scenario.load(tmp_path / "missing.yml")
    torn = tmp_path / "torn.yml"
    torn.write_text("hosts: [", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"torn\.yml"):
        scenario.load(torn)


def test_every_state_and_status_has_its_name() -> None:
    assert vocabulary.STATES["off_critical"] == "OffCritical"
    assert "ProtocolMismatch" in vocabulary.STATUSES


@pytest.mark.parametrize("path", sorted((Path(scenario.__file__).parent / "scenarios").glob("*.yml")))
def test_the_scenarios_that_come_with_the_lab_are_right(path: Path) -> None:
    assert scenario.load(path).nodes
