# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils import _audit as audit
from ansible_collections.hyperv.integration.plugins.plugin_utils._report import Options
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import read_snapshot
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    NOON,
    make_failed_host,
    make_fleet,
    make_host,
)

Data = dict[str, t.Any]


def audit_of(snapshots: t.Iterable[Data], previous: Data | None = None, **options: t.Any) -> audit.Audit:
    return audit.make_audit([read_snapshot(one) for one in snapshots], Options(**options), NOON, previous)


def test_every_format_is_a_file_of_its_own() -> None:
    files = audit.render(audit_of([make_host()]).report, audit.FORMATS)
    assert sorted(files) == ["junit.xml", "report.csv", "report.html", "report.json", "report.md", "report.prom"]
    assert all(files.values())
    assert [audit.file_name(name) for name in ("csv", "html")] == ["report.csv", "report.html"]


def test_only_the_chosen_formats_are_made() -> None:
    assert list(audit.render(audit_of([make_host()]).report, ["csv", "csv"])) == ["report.csv"]


def test_a_query_chooses_rows_but_the_baseline_holds_all_vms() -> None:
    pytest.importorskip("jmespath")
    made = audit_of(make_fleet(3, 4), query="[?host=='HV01']")
    assert {row["host"] for row in made.report["rows"]} == {"HV01"}
    assert made.answer == made.report["rows"]
    assert len(made.baseline["vms"]) == 12
    assert audit_of(make_fleet(3, 4), made.baseline, query="[?host=='HV02']").report["drift"]["changes"] == []


def test_without_a_query_there_is_no_answer() -> None:
    assert audit_of([make_host()]).answer == []


def test_the_summary_fits_a_terminal() -> None:
    report = audit_of([make_host(), make_failed_host("hv09", "access_denied", "rejected")]).report
    lines = audit.summary_lines(report)
    assert lines[0] == "1 of 2 hosts could not be read."
    assert "Hosts read                  1 of 2" in lines
    assert "Heartbeat                   1 ok" in lines
    assert "  critical: Access denied (1)" in lines
    assert "  hv09: access_denied: rejected" in lines


def test_the_summary_tells_changes_and_query() -> None:
    pytest.importorskip("jmespath")
    first = audit_of([make_host()])
    lines = audit.summary_lines(audit_of([make_host(vms=[])], first.baseline, query="[?name=='x']").report)
    assert f"Since the last report       1 change (since {NOON})" in lines
    assert "Query                       0 of 1: [?name=='x']" in lines


def test_long_lists_end_with_what_is_left_out() -> None:
    lines = audit.summary_lines(audit_of([make_failed_host(f"hv{number:02d}") for number in range(30)]).report)
    assert "  ... and 20 more" in lines
    assert len(lines) < 40


def test_five_thousand_vms_take_seconds() -> None:
    snapshots = make_fleet(50, 100)
    start = time.process_time()
    audit.render(audit_of(snapshots).report, audit.FORMATS)
    # About one second where nothing else runs; this is an alarm for something that became ten times slower.
    assert time.process_time() - start < 10
