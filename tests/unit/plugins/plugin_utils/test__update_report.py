# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import time
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_fleet import GROUPS
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import MECHANISM_NAMES
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_formats import FILES, render_update
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report import (
    SCHEMA,
    Material,
    build_update_report,
    unfinished,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_rows import NEEDS
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_words import (
    duration,
    headline,
    summary_lines,
)
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import make_failed_host
from ansible_collections.hyperv.integration.tests.unit.update_report_samples import (
    AT,
    NEW,
    RUN,
    entry_of,
    moment,
    night,
    old_fleet,
    plan_of,
    report_of,
    saved_plan,
)

Data = dict[str, t.Any]

PLAN = saved_plan(old_fleet("a", "b", "c"), {"canary": 1, "batch": [2]})
BUSY: Data = {"msg": "Another run has it", "error_class": "vm_busy", "hint": "Wait"}
SECONDS = 0.8  # of one processor for a thousand VMs; about a tenth where nothing else runs


def done(name: str, **ends: t.Any) -> Data:
    return entry_of(plan_of(PLAN, name), **ends)


def counts(report: Data) -> Data:
    return {outcome: count for outcome, count in report["summary"]["by_outcome"].items() if count}


def test_a_night_has_all_its_parts() -> None:
    report = build_update_report(night(), AT)
    assert report["schema"] == SCHEMA
    summary = report["summary"]
    assert summary["vms"] == len(report["rows"]) == sum(summary["by_outcome"].values())
    assert sum(summary["by_severity"].values()) == summary["vms"]
    for outcome, count in summary["by_outcome"].items():
        assert sum(found[outcome] for found in summary["by_mechanism"].values()) == count
    assert set(counts(report)) == {
        "updated", "unchanged", "failed", "cut_off", "not_run", "blocked", "unsupported", "nothing_to_do"
    }  # fmt: skip
    assert summary["hosts"] == {"total": 12, "not_read": 1}
    assert sum(pair["vms"] for pair in summary["versions"]) == summary["by_outcome"]["updated"]
    assert sum(wave["vms"] for wave in report["waves"]) == summary["to_update"] - 2
    assert [action["cause"] for action in report["actions"]] == [
        need for need in NEEDS if need in {action["cause"] for action in report["actions"]}
    ]


def test_the_same_material_gives_the_same_report_and_is_left_as_it_was() -> None:
    material = night()
    before = json.dumps([material.plan, list(material.entries)])
    texts = [json.dumps(build_update_report(material, AT)) for _unused in range(2)]
    assert texts[0] == texts[1]
    assert json.dumps([material.plan, list(material.entries)]) == before


def test_the_run_is_told() -> None:
    run = report_of(PLAN, [done("a", start=5), done("b", start=20)], stopped="Too many")["run"]
    assert run == {
        "id": RUN,
        "generated_at": AT,
        "planned_at": PLAN["planned_at"],
        "started_at": moment(5),
        "ended_at": moment(23),
        "seconds": 18 * 60,
        "plan_hash": PLAN["hash"],
        "what_if": False,
        "begun": True,
        "check_mode": False,
        "stopped": "Too many",
    }


def test_waves_tell_their_outcomes_and_their_time() -> None:
    waves = report_of(PLAN, [done("a"), done("b", start=10)])["waves"]
    assert [(wave["number"], wave["kind"], wave["vms"]) for wave in waves] == [(1, "canary", 1), (2, "batch", 2)]
    assert (waves[0]["by_outcome"]["updated"], waves[0]["seconds"]) == (1, 180)
    assert (waves[1]["by_outcome"]["updated"], waves[1]["by_outcome"]["not_run"]) == (1, 1)
    assert (waves[1]["started_at"], waves[1]["max_failures"]) == (moment(10), 10.0)


def test_versions_are_counted_in_pairs_the_most_frequent_first() -> None:
    entries = [done("a"), done("b"), done("c", version_after="6.3.9600.18692")]
    assert report_of(PLAN, entries)["summary"]["versions"] == [
        {"before": "6.2.9200.16384", "after": NEW, "vms": 2},
        {"before": "6.2.9200.16384", "after": "6.3.9600.18692", "vms": 1},
    ]


def test_one_thing_to_do_for_all_is_said_once_and_others_each() -> None:
    same = report_of(PLAN, failures={one["id"]: BUSY for one in PLAN["vms"]})["actions"]
    assert [(one["cause"], one["next_step"], len(one["targets"])) for one in same] == [("failed", "Wait", 3)]
    failures = {one["id"]: {**BUSY, "hint": one["name"]} for one in PLAN["vms"]}
    other = report_of(PLAN, failures=failures)["actions"][0]
    assert (other["next_step"], [one["next_step"] for one in other["targets"]]) == (None, ["a", "b", "c"])


def test_hosts_that_could_not_be_read_are_told() -> None:
    plan = saved_plan([*old_fleet("a"), make_failed_host("hv09", msg="no route")])
    action = report_of(plan)["actions"][0]
    assert (action["cause"], action["subject"], action["severity"]) == ("host_not_read", "host", "critical")
    assert [(one["host"], one["reason"]) for one in action["targets"]] == [("hv09", "no route")]


def test_a_run_that_began_with_nothing_shows_what_it_would_do() -> None:
    for report in (report_of(PLAN), report_of(PLAN, check_mode=True), report_of({**PLAN, "run": None})):
        assert counts(report) == {"planned": 3}
        assert (report["run"]["begun"], report["actions"]) == (False, [])
    assert counts(report_of(PLAN, check_mode=True, failures={PLAN["vms"][0]["id"]: BUSY})) == {
        "planned": 2,
        "failed": 1,
    }


def test_check_mode_on_the_report_of_a_real_run_tells_that_run() -> None:
    assert counts(report_of(PLAN, [done("a")], check_mode=True)) == {"updated": 1, "not_run": 2}


def test_what_nobody_may_leave_as_it_is() -> None:
    report = build_update_report(night(), AT)
    assert {row["outcome"] for row in unfinished(report)} == {"failed", "cut_off"}
    left = report_of(PLAN, [entry_of(plan_of(PLAN, "a"), [("insert_disk", "done")], "released")])
    assert [row["name"] for row in unfinished(left)] == ["a"]


@pytest.mark.parametrize(
    ("entries", "more", "said"),
    [
        ([], {}, "3 VMs would be updated."),
        ([done("a"), done("b"), done("c", changed=False)], {}, "All 3 VMs are done."),
        ([done("a"), done("b"), done("c", restart_pending=True)], {}, "All 3 VMs are done; 1 waits for a restart."),
        ([done("a")], {}, "1 of 3 VMs is done; 2 not begun."),
        ([done("a"), entry_of(plan_of(PLAN, "b"), [], None)], {}, "1 of 3 VMs is done; 1 cut off; 1 not begun."),
        ([done("a")], {"failures": {PLAN["vms"][1]["id"]: BUSY}}, "1 of 3 VMs is done; 1 failed; 1 not begun."),
    ],
)
def test_the_headline_says_it_in_one_sentence(entries: list[Data], more: Data, said: str) -> None:
    assert headline(report_of(PLAN, entries, **more)) == said


def test_the_headline_of_nothing() -> None:
    plan = saved_plan(old_fleet("a"))
    assert headline(report_of({**plan, "vms": [], "waves": []})) == "The plan has no virtual machine."
    nothing = [{**one, "status": "nothing_to_do", "mechanism": "none"} for one in plan["vms"]]
    assert headline(report_of({**plan, "vms": nothing, "waves": []})) == "There is nothing to update."


def test_the_lines_fit_a_terminal() -> None:
    lines = summary_lines(build_update_report(night(stopped="Wave 4: 5 of 20 failed"), AT))
    assert "Stopped                     Wave 4: 5 of 20 failed" in lines
    assert "Wave 1, canary              3 updated" in lines
    assert any(line.startswith("critical: Update failed (") for line in lines)
    assert any(line.startswith("  ... and ") for line in lines)


def test_no_line_holds_what_a_terminal_obeys() -> None:
    plan = saved_plan(old_fleet("\x1b[2J\r\nevil"))
    lines = summary_lines(report_of(plan, failures={plan["vms"][0]["id"]: {**BUSY, "msg": "\x07\x1b]0;x"}}))
    assert all(line.isprintable() for line in lines)


def test_every_mechanism_of_a_plan_has_a_name() -> None:
    assert set(MECHANISM_NAMES) == set(GROUPS)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, ""), (0, "0 s"), (59, "59 s"), (61, "1 min 01 s"), (3600, "1 h 00 min"), (9000, "2 h 30 min")],
)
def test_a_span_of_time_reads_well(seconds: int | None, said: str) -> None:
    assert duration(seconds) == said


def test_ten_thousand_vms_take_seconds_and_the_time_grows_as_the_fleet_does() -> None:
    def seconds(material: Material) -> float:
        start = time.process_time()
        report = build_update_report(material, AT)
        render_update(report, FILES)
        summary_lines(report)
        return time.process_time() - start

    small, large = night(10, 100), night(100, 100)
    first = min(seconds(small) for _unused in range(3))
    whole = seconds(large)
    assert len(large.plan["vms"]) == 9900
    assert whole < 10 * SECONDS
    assert whole < 10 * first * 4
