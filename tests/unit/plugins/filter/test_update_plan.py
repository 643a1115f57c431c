# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.filter.update_plan import FilterModule
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import MECHANISM_ALIASES, Policy
from ansible_collections.hyperv.integration.tests.unit.plugins.filter.example_playbook import COLLECTION, run_examples
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.update_samples import Data, host, vm

update_plan = FilterModule().filters()["update_plan"]


def snapshot(generation: str = "win10_ws2016_ws2019", *vms: Data, **more: t.Any) -> Data:
    version = {"value": "6.2.9200.16384", "source": "kvp", "reason": None}
    rows = vms or (
        vm("Windows Server 2012", id="aa", name="web01", version=version),
        vm("Windows Server 2012", id="bb", name="web02", version=version, kvp_on=False),
        vm("Linux", id="cc", name="db01", version={"value": "3.1", "source": "kvp"}),
    )
    return {
        "schema": "hyperv.integration/snapshot/1",
        "kind": "host",
        "collected_at": "2026-05-04T03:02:01Z",
        "host": host(generation),
        "vms": list(rows),
        "error": None,
        **more,
    }


def by_name(plan: Data) -> dict[str, Data]:
    return {one["name"]: one for one in plan["vms"]}


def test_one_snapshot_needs_no_list() -> None:
    assert update_plan(snapshot()) == update_plan([snapshot()])


def test_the_verdict_is_the_audits() -> None:
    found = by_name(update_plan(snapshot()))
    assert (found["web01"]["verdict"], found["web01"]["status"]) == ("outdated", "ready")
    assert (found["db01"]["verdict"], found["db01"]["status"]) == ("not_applicable", "nothing_to_do")
    found = by_name(update_plan(snapshot(), minimum_version="6.2.9200.0"))
    assert (found["web01"]["verdict"], found["web01"]["status"]) == ("current", "nothing_to_do")


def test_an_option_by_itself_counts_more_than_the_policy() -> None:
    found = update_plan(snapshot(), {"restart": "always", "allow_cab": True}, restart="window")
    assert (found["policy"]["restart"], found["policy"]["allow_cab"]) == ("window", True)


def test_guest_snapshots_are_joined() -> None:
    guest = {
        "schema": "hyperv.integration/snapshot/1",
        "kind": "guest",
        "collected_at": "2026-05-04T03:02:01Z",
        "guest": {"vm_id": "AA", "family": "windows", "restart_pending": True, "host_os_version": "10.0"},
    }
    found = by_name(update_plan([snapshot(), guest]))
    states = {row["id"]: row["state"] for row in found["web01"]["preconditions"]}
    assert (states["no_restart_pending"], states["host_version_in_guest"]) == ("unmet", "met")


def test_a_host_that_was_looked_at_and_has_no_disk_blocks_the_disk() -> None:
    """R56: the normal form of a snapshot does not tell this from a host that nobody looked at."""
    old = snapshot("win81_ws2012r2", vm("Windows 8", version={"value": "6.2.9200.16384"}))
    old["host"]["reference_version"] = "6.3.9600.18907"
    for told in (False, None):
        old["host"]["vmguest_iso"] = told
        found = update_plan(old)["vms"][0]
        assert found["status"] == "blocked"
        assert "The host has no vmguest.iso, though its generation should." in found["reasons"]
        assert any("vmguest.iso" in line and "cabinet" in line for line in found["advice"])
    old["host"]["vmguest_iso"] = True
    assert update_plan(old)["vms"][0]["status"] == "ready"
    # A collector that leaves the key out has not looked.
    del old["host"]["vmguest_iso"]
    found = update_plan(old)["vms"][0]
    assert (found["status"], {row["id"]: row["state"] for row in found["preconditions"]}["vmguest_iso_present"]) == (
        "ready",
        "unknown",
    )


def test_what_if_judges_as_the_other_generation_does() -> None:
    old = snapshot("win81_ws2012r2", vm("Windows 8", version={"value": "6.3.9600.18907"}))
    old["host"]["reference_version"] = "6.3.9600.18907"
    assert update_plan(old)["vms"][0]["status"] == "nothing_to_do"
    found = update_plan(old, host_generation="win10_ws2016_ws2019", minimum_version="6.3.9600.19456")
    assert (found["vms"][0]["verdict"], found["vms"][0]["mechanism"]) == ("outdated", "windows_update")


def test_snapshots_of_one_host_are_merged_and_the_conflict_is_told() -> None:
    older = snapshot(collected_at="2026-05-01T00:00:00Z")
    found = update_plan([older, snapshot()])
    assert (found["summary"]["vms"], len(found["conflicts"])) == (3, 1)


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        (7, {}, "update_plan: Expected a snapshot or a list of snapshots but found int"),
        ([snapshot(), {}], {}, "update_plan: Snapshot 1: schema must be 'hyperv.integration/snapshot/1' but is None"),
        (snapshot(), {"retsart": "never"}, "update_plan: 'retsart' is no option of an update plan; is restart meant?"),
        (snapshot(), {"policy": "never"}, "update_plan: the policy must be a mapping, not str"),
        (snapshot(), {"policy": {"force": "y"}}, "update_plan: force must be true or false, not 'y'"),
        (snapshot(), {"minimum_version": 6.3}, "update_plan: minimum_version must be a text, not 6.3"),
        (
            snapshot(),
            {"minimum_version": "newest"},
            "update_plan: Expected a version of two to four numbers but found 'newest'",
        ),
    ],
)
def test_a_failure_names_the_filter_and_what_the_user_wrote(given: t.Any, options: Data, message: str) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        update_plan(given, **options)
    assert str(caught.value) == message


def test_the_documentation_has_every_option_with_its_default() -> None:
    docs = yaml.safe_load((COLLECTION / "plugins/filter/update_plan.yml").read_text())["DOCUMENTATION"]["options"]
    documented = {name: spec.get("default") for name, spec in docs.items()}
    for option in dataclasses.fields(Policy):
        expected = None if option.name == "guest_os" else option.default
        assert documented.pop(option.name) == expected, option.name
    assert set(documented) == {"_input", "policy", "minimum_version"}
    assert set(MECHANISM_ALIASES) < set(docs["mechanism"]["choices"])


def test_the_examples_of_the_documentation_run(tmp_path: Path) -> None:
    shown = run_examples("update_plan", tmp_path, {"host_snapshot": snapshot()})
    assert shown[0][1].startswith("web01: windows_update (ready). The document's table for hosts with Windows 10")
    assert shown[1] == ["web01"]
    assert shown[2]["windows_update"] == 1
    assert shown[3] == "All assertions passed"
