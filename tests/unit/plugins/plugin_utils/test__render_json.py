# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

from ansible_collections.hyperv.integration.plugins.plugin_utils._render_json import render_json
from ansible_collections.hyperv.integration.tests.unit.report_samples import hostile_report, mixed_report, report_of


def test_the_file_holds_the_whole_report() -> None:
    for report in (mixed_report(), hostile_report(), report_of([])):
        assert json.loads(render_json(report)) == report


def test_each_row_stands_on_a_line_of_its_own() -> None:
    report = mixed_report()
    lines = render_json(report).splitlines()
    rows = [line for line in lines if line.startswith('  {"kind": ')]
    assert len(rows) == len(report["rows"])


def test_the_schema_comes_first() -> None:
    assert render_json(report_of([])).startswith('{\n "schema": "hyperv.integration/report/1"')
