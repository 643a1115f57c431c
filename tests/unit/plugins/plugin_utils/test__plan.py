# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of one virtual machine. Each row of each table is a test (R60-R66)."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import TABLES, Row, Table
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan import STATUSES, plan
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import MECHANISMS, PolicyError
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.test__guest_os import HOSTILE
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.test__matrix import WRITTEN_ROWS
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.update_samples import (
    GUESTS,
    guest,
    host,
    states,
    step_ids,
    vm,
)

STEPS = {
    "windows_update": ["install_updates", "verify_version", "verify_services"],
    "integration_services_disk": ["insert_disk", "run_setup", "verify_version", "verify_services", "eject_disk"],
    "package_manager": ["install_packages", "verify_daemons", "verify_version"],
}


def params(rows: t.Iterable[tuple[Table, Row]]) -> list[t.Any]:
    return [pytest.param(table, row, id=f"{table.requirement}-{table.generation}-{row.os}") for table, row in rows]


ROWS = [(table, row) for table in TABLES.values() for row in table.rows]
EVERY_ROW = params(ROWS)
ROWS_WITH_SERVICE_PACK = params((table, row) for table, row in ROWS if row.service_packs)


def without_build(sample: dict[str, t.Any]) -> str:
    return str(sample["kvp"]["OSVersion"]).rpartition(".")[0]


@pytest.mark.parametrize(("generation", "written"), WRITTEN_ROWS)
def test_a_row_of_the_document_gives_its_mechanism(generation: str, written: dict[str, t.Any]) -> None:
    """R60-R63, R66, AC-MX-01."""
    iso = True if generation in ("win8_ws2012", "win81_ws2012r2") else None
    found = plan(host(generation, vmguest_iso=iso), vm(written["os"]), verdict="outdated")
    assert (found["mechanism"], found["status"]) == (written["mechanism"], "ready")
    assert (found["source"], found["requirement"]) == ("document", TABLES[generation].requirement)
    assert [note["text"] for note in found["notes"]] == ([written["note"]] if written["note"] else [])
    assert bool(found["footnotes"]) is written["requires_kvp_exchange"]


@pytest.mark.parametrize(("table", "row"), EVERY_ROW)
def test_a_row_that_needs_data_exchange_checks_it_and_no_other_does(table: Table, row: Row) -> None:
    """R57."""
    found = plan(host(table.generation), vm(row.os), verdict="outdated")
    assert ("kvp_enabled_on_host" in states(found)) is row.needs_kvp
    expected = STEPS[row.mechanism]
    assert step_ids(found) == (["check_host_version", *expected] if row.needs_kvp else expected)


@pytest.mark.parametrize(("table", "row"), ROWS_WITH_SERVICE_PACK)
def test_a_service_pack_that_the_row_does_not_name_is_not_in_the_matrix(table: Table, row: Row) -> None:
    """R65, R59."""
    sample = vm(row.os)
    # A build of none of the service packs, since a build may tell its service pack by itself.
    sample["kvp"].update(ServicePackMajor="0", CSDVersion="", OSBuildNumber="6000", OSVersion=without_build(sample))
    found = plan(host(table.generation), sample, verdict="outdated")
    assert (found["status"], found["mechanism"], found["steps"]) == ("unsupported", "unsupported", [])
    assert found["reasons"][0] == f"Not in the matrix: The table names {row.label}; the guest has no service pack."
    assert found["advice"] == [f"Install Service Pack {row.service_packs[-1]} in the guest, then plan again."]


@pytest.mark.parametrize(("table", "row"), ROWS_WITH_SERVICE_PACK)
def test_a_service_pack_that_is_not_known_stays_a_precondition(table: Table, row: Row) -> None:
    sample = vm(row.os)
    sample["kvp"].update(ServicePackMajor="", CSDVersion="", OSBuildNumber="", OSVersion=without_build(sample))
    found = plan(host(table.generation), sample, verdict="outdated")
    assert (found["mechanism"], states(found)["service_pack"]) == (row.mechanism, "unknown")


PAIRS_OUTSIDE = [(table, os) for table in TABLES.values() for os in GUESTS if os not in {row.os for row in table.rows}]


@pytest.mark.parametrize(("table", "os"), PAIRS_OUTSIDE, ids=lambda value: getattr(value, "generation", value))
def test_a_pair_outside_the_tables_is_unsupported_with_advice(table: Table, os: str) -> None:
    """R59, AC-MX-02."""
    found = plan(host(table.generation), vm(os), verdict="outdated")
    assert (found["status"], found["mechanism"], found["steps"]) == ("unsupported", "unsupported", [])
    assert found["reasons"][0] == f"Not in the matrix: No row of the table for {table.title} names {os}."
    assert found["table_mechanism"] is None
    assert found["advice"]


def test_the_advice_names_the_hosts_that_the_tables_name_for_the_guest() -> None:
    advice = plan(host("win8_ws2012"), vm("Windows Server 2016"))["advice"]
    assert advice[0] == (
        "Windows Server 2016 is named for other hosts: Windows 10 / Windows Server 2016 / Windows Server 2019 by "
        "Windows Update; Windows 8.1 / Windows Server 2012 R2 by Windows Update; Windows Server 2022 / Windows Server "
        "2025 (extension) by Windows Update. Moving the virtual machine there is the way."
    )


def test_the_advice_names_the_nearest_row_but_does_not_follow_it() -> None:
    found = plan(host(), vm("Windows Server 2019"), verdict="unknown")
    assert found["mechanism"] == "unsupported"
    assert found["advice"][1:] == [
        "The nearest row of this host's table is Windows Server 2016: Windows Update. It makes no statement about "
        "Windows Server 2019.",
        "Windows 10, Windows Server 2016 and later carry their integration services; these come with the updates of "
        "Windows itself.",
    ]


@pytest.mark.parametrize("verdict", ["current", "newer", "not_applicable"])
@pytest.mark.parametrize(("table", "row"), EVERY_ROW)
def test_there_is_nothing_to_do_where_the_verdict_says_so(table: Table, row: Row, verdict: str) -> None:
    """AC-UP-01, AC-UP-02, AC-UP-05."""
    found = plan(host(table.generation), vm(row.os), verdict={"verdict": verdict, "reason": "because"})
    assert (found["status"], found["mechanism"], found["steps"]) == ("nothing_to_do", "none", [])
    assert found["restart"]["expected"] == "none"
    assert found["table_mechanism"] == row.mechanism
    assert found["verdict_reason"] == "because"


def test_there_is_nothing_to_do_for_a_current_guest_outside_the_tables() -> None:
    assert plan(host(), vm("Windows 11"), verdict="not_applicable")["status"] == "nothing_to_do"


def test_optional_updates_of_linux_are_planned_on_demand() -> None:
    """R58."""
    found = plan(host(), vm("Linux"), verdict="not_applicable")
    assert "Optional updates may exist; the plan includes them on demand (optional_updates)." in found["advice"]
    found = plan(host(), vm("Linux"), {"optional_updates": True}, verdict="not_applicable")
    assert (found["status"], found["mechanism"]) == ("ready", "package_manager")


@pytest.mark.parametrize("generation", ["win10_ws2016_ws2019", "ws2022_plus"])
@pytest.mark.parametrize("force", [False, True])
def test_the_disk_is_refused_on_hosts_without_it_and_the_alternative_is_named(generation: str, force: bool) -> None:
    """R55, R76, AC-MX-12: not even force brings a disk to a host that has none."""
    policy = {"mechanism": "integration_services_disk", "force": force}
    found = plan(host(generation), vm(), policy, verdict="outdated")
    assert (found["status"], found["mechanism"], found["steps"]) == ("refused", "refused", [])
    assert f"A host with {TABLES[generation].title} has no vmguest.iso" in found["reasons"][-1]
    assert found["advice"] == ["Use Windows Update (windows_update)."]


def test_windows_update_against_the_table_needs_force() -> None:
    policy = {"mechanism": "windows_update"}
    found = plan(host("win81_ws2012r2"), vm(), policy, verdict="outdated")
    assert (found["status"], found["advice"]) == (
        "refused",
        ["Use the integration services setup disk (integration_services_disk)."],
    )
    found = plan(host("win81_ws2012r2"), vm(), {**policy, "force": True}, verdict="outdated")
    assert (found["status"], found["mechanism"]) == ("ready", "windows_update")
    assert found["labels"][0]["id"] == "against_table"


@pytest.mark.parametrize("mechanism", ["windows_update", "integration_services_disk", "cab", "offline"])
def test_a_mechanism_of_windows_is_refused_for_linux(mechanism: str) -> None:
    """AC-UP-06."""
    found = plan(host("win81_ws2012r2"), vm("Linux"), {"mechanism": mechanism, "force": True}, verdict="unknown")
    assert found["status"] == "refused"
    assert "The guest runs Linux; this mechanism is for Windows guests only." in found["reasons"][-1]


def test_the_package_manager_is_refused_for_windows() -> None:
    assert plan(host(), vm(), {"mechanism": "package_manager"}, verdict="outdated")["status"] == "refused"


@pytest.mark.parametrize(("table", "row"), EVERY_ROW)
def test_every_other_mechanism_is_rejected_with_a_reason(table: Table, row: Row) -> None:
    found = plan(host(table.generation), vm(row.os), verdict="outdated")
    assert [other["mechanism"] for other in found["rejected"]] == [one for one in MECHANISMS if one != row.mechanism]
    assert all(other["reason"].endswith(".") for other in found["rejected"])


def test_a_pending_restart_blocks_unless_it_is_allowed() -> None:
    """AC-UP-10."""
    pending = guest(restart_pending=True)
    found = plan(host(), vm(), guest=pending, verdict="outdated")
    assert (found["status"], states(found)["no_restart_pending"]) == ("blocked", "unmet")
    found = plan(host(), vm(), {"allow_pending_restart": True}, guest=pending, verdict="outdated")
    assert found["status"] == "ready"
    assert "A restart is pending from before; the policy goes on all the same." in found["advice"]


@pytest.mark.parametrize("restart", ["if_required", "always", "window"])
def test_a_pending_restart_is_done_first_where_the_plan_may_restart(restart: str) -> None:
    """AC-UP-10."""
    pending = guest(restart_pending=True)
    found = plan(host(), vm(), {"restart": restart}, guest=pending, verdict="outdated")
    assert (found["status"], found["steps"][0]["id"]) == ("ready", "restart_first")
    assert [step["id"] for step in found["steps"]].count("restart") == 1
    found = plan(host(), vm(), {"restart": restart}, guest=guest(restart_pending=False), verdict="outdated")
    assert "restart_first" not in [step["id"] for step in found["steps"]]


def test_a_first_installation_must_be_allowed() -> None:
    """AC-UP-04."""
    bare = {**guest(), "version": {"value": None, "reason": "not_installed"}}
    found = plan(host("win81_ws2012r2"), vm(), guest=bare, verdict="not_reported")
    assert (found["status"], states(found)["install_allowed"]) == ("blocked", "unmet")
    found = plan(host("win81_ws2012r2"), vm(), {"allow_install": True}, guest=bare, verdict="not_reported")
    assert (found["status"], states(found)["install_allowed"]) == ("ready", "met")
    assert states(plan(host("win81_ws2012r2"), vm(), verdict="not_reported"))["install_allowed"] == "unknown"


def test_a_guest_that_could_not_be_read_blocks() -> None:
    failed = {"guest": {}, "services": [], "error": {"error_class": "guest_unreachable", "msg": "no route"}}
    found = plan(host(), vm(), guest=failed, verdict="outdated")
    assert (found["status"], states(found)["guest_reachable"]) == ("blocked", "unmet")


def test_a_vm_that_the_host_could_not_read_is_unknown() -> None:
    """R82."""
    found = plan(host(), vm(error={"error_class": "vm_busy", "msg": "busy"}), verdict="current")
    assert (found["status"], found["mechanism"]) == ("unknown", "unknown")
    assert found["reasons"] == ["The host could not read the virtual machine (vm_busy)."]


def test_a_guest_that_is_not_known_is_unknown_and_told_how_to_become_known() -> None:
    found = plan(host(), vm(None, kvp_on=False, state="off"))
    assert (found["status"], found["mechanism"]) == ("unknown", "unknown")
    assert found["advice"] == [
        "Enable Data Exchange, so that the guest can report its operating system.",
        "Start the virtual machine; only a running guest reports its operating system.",
        "Or read the guest itself, or state its operating system in the policy (guest_os).",
    ]


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"os_build": 7601}, "unsupported"),
        ({"os_build": 26100, "os_caption": "Microsoft Windows 11 Pro"}, "unsupported"),
        ({"os_build": None, "generation": "ws2099"}, "unknown"),
    ],
)
def test_a_host_outside_the_tables(facts: dict[str, t.Any], status: str) -> None:
    found = plan({**host(), **facts}, vm(), verdict="outdated")
    assert (found["status"], found["mechanism"], found["steps"]) == (status, status, [])


def test_what_if_the_host_were_newer() -> None:
    """R54: the override counts for everything that the generation decides."""
    old = host("win81_ws2012r2", vmguest_iso=True)
    found = plan(old, vm(), {"host_generation": "win10_ws2016_ws2019"}, verdict="outdated")
    assert (found["mechanism"], found["host_generation_source"]) == ("windows_update", "override")
    assert found["labels"][-1]["text"] == ("as if the host were Windows 10 / Windows Server 2016 / Windows Server 2019")


def test_what_if_the_host_were_older_does_not_look_for_the_disk_of_the_real_one() -> None:
    found = plan(host(vmguest_iso=False), vm(), {"host_generation": "win8_ws2012"}, verdict="outdated")
    assert (found["status"], states(found)["vmguest_iso_present"]) == ("ready", "unknown")


def test_the_extension_is_labelled() -> None:
    found = plan(host("ws2022_plus"), vm("Windows Server 2012 R2"), verdict="outdated")
    assert (found["source"], found["labels"][0]["id"]) == ("extension", "extension")


@pytest.mark.parametrize(
    ("restart", "ids"),
    [
        ("never", ["install_updates", "verify_version", "verify_services"]),
        ("if_required", ["install_updates", "restart", "verify_version", "verify_services"]),
        ("always", ["install_updates", "restart", "verify_version", "verify_services"]),
        ("window", ["install_updates", "restart", "verify_version", "verify_services"]),
    ],
)
def test_the_restart_follows_the_policy(restart: str, ids: list[str]) -> None:
    """R74, AC-UP-09."""
    found = plan(host(), vm("Windows 10"), {"restart": restart}, verdict="outdated")
    assert step_ids(found) == ids
    assert found["restart"]["policy"] == restart
    assert ("may be left pending" in found["restart"]["text"]) is (restart == "never")


def test_the_disk_is_given_back_last_and_in_any_case() -> None:
    found = plan(host("win8_ws2012"), vm(), {"restart": "always"}, verdict="outdated")
    assert [(step["id"], step["phase"]) for step in found["steps"]][-1] == ("eject_disk", "cleanup")
    assert step_ids(found).index("restart") < step_ids(found).index("verify_version")


def test_the_same_facts_give_the_same_hash_and_other_facts_another() -> None:
    first = plan(host(), vm(), verdict="outdated")
    assert plan(host(), vm(), {}, verdict={"verdict": "outdated"})["hash"] == first["hash"]
    others = [
        plan(host(), vm(), {"restart": "always"}, verdict="outdated"),
        plan(host(name="HV02"), vm(), verdict="outdated"),
        plan(host(), vm(name="web02"), verdict="outdated"),
        plan(host(), vm(state="off"), verdict="outdated"),
        plan(host(), vm(), verdict="unknown"),
        plan(host(), vm("Windows Server 2008 R2"), verdict="outdated"),
    ]
    assert len({first["hash"], *(other["hash"] for other in others)}) == len(others) + 1


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({"alow_cab": True}, "'alow_cab' is no option of an update plan; is allow_cab meant?"),
        ({"zzz": True}, "'zzz' is no option of an update plan"),
        ({"allow_cab": "yes"}, "allow_cab must be true or false, not 'yes'"),
        ("disk", "the policy must be a mapping, not str"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(policy: t.Any, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        plan(host(), vm(), policy)
    assert str(caught.value) == message


def test_no_hostile_input_raises_or_leaves_the_vocabulary() -> None:
    keys = ("id", "name", "state", "generation", "checkpoints", "guest", "kvp", "version", "services", "error")
    for value in HOSTILE:
        rows = [value, *({**vm(), key: value} for key in keys), vm(services=[value]), vm(kvp={"OSName": value})]
        for row in rows:
            for own in (None, value, {"guest": value, "services": value, "version": value}):
                found = plan(host(), row, guest=own, verdict=value)
                assert found["status"] in STATUSES
                json.dumps(found)
        for facts in (value, {"os_build": value, "os_version": value, "os_caption": value, "name": value}):
            json.dumps(plan(facts, vm(), verdict="outdated"))
