# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

from ansible_collections.hyperv.integration.plugins.plugin_utils._render_prometheus import render_prometheus
from ansible_collections.hyperv.integration.tests.unit.report_samples import hostile_report, mixed_report, report_of
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import make_failed_host, make_host

SAMPLE = re.compile(r'^hyperv_integration_[a-z_]+(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)*\})? [0-9]+$')


def test_counts_and_grades_are_samples() -> None:
    lines = render_prometheus(report_of([make_host(), make_failed_host("hv09")])).splitlines()
    assert "hyperv_integration_audit_timestamp_seconds 1777896000" in lines
    assert 'hyperv_integration_host_up{host="HV01",status="ok"} 1' in lines
    assert 'hyperv_integration_host_up{host="hv09",status="host_unreachable"} 0' in lines
    assert 'hyperv_integration_vms{state="running"} 1' in lines
    assert 'hyperv_integration_service_verdicts{service="heartbeat",verdict="ok"} 1' in lines
    assert 'hyperv_integration_version_verdicts{host="HV01",verdict="not_applicable"} 1' in lines
    assert 'hyperv_integration_problems{severity="critical"} 1' in lines
    assert any(line.startswith('hyperv_integration_vm_severity{host="HV01",vm="web01",vm_id="') for line in lines)


def test_every_line_is_a_sample_or_a_comment_whatever_the_names_are() -> None:
    for report in (mixed_report(), hostile_report()):
        text = render_prometheus(report)
        assert text.endswith("\n")
        for line in text.split("\n")[:-1]:
            assert line.startswith("# ") or SAMPLE.match(line), line


def test_every_metric_has_help_and_type_once() -> None:
    lines = render_prometheus(mixed_report()).splitlines()
    names = {re.split(r"[{ ]", line)[0] for line in lines if not line.startswith("#")}
    for name in names:
        assert sum(line.startswith(f"# HELP {name} ") for line in lines) == 1
        assert lines.count(f"# TYPE {name} gauge") == 1
