# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pathlib
import re
import textwrap
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._report_rows import row_order
from ansible_collections.hyperv.integration.tests.unit.report_samples import report_of
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    make_failed_host,
    make_host,
    make_service,
    make_services,
    make_vm,
)

Data = dict[str, t.Any]
GUIDE = pathlib.Path(__file__).parents[4] / "docs/docsite/rst/guide_audit.rst"

OLD = make_vm(
    "web01",
    "6.1.7601.17514",
    os_name="Windows Server 2008 R2 Enterprise",
    os_version="6.1.7601",
    services=make_services(vss=make_service("vss", True, "no_contact")),
)


def test_the_row_in_the_guide_is_a_row() -> None:
    found = re.search(r"\.\. code-block:: json\n\n((?: {4}.*\n|\n)+)", GUIDE.read_text())
    assert found
    shown: Data = json.loads(textwrap.dedent(found[1]))
    row = report_of([make_host(vms=[OLD])])["rows"][0]
    assert list(shown) == list(row)
    assert list(shown["version"]) == list(row["version"])
    assert shown["version"]["evidence"] == row["version"]["evidence"]
    assert shown["version"]["reason"] == row["version"]["reason"]
    assert shown["version"]["next_step"] == row["version"]["next_step"]
    assert shown["update"] == row["update"]
    service = next(one for one in row["services"] if one["key"] == "vss")
    assert shown["services"] == [service]


def test_a_row_tells_how_the_inventory_calls_its_host() -> None:
    rows = report_of([make_host("HV01", target="node-a"), make_failed_host("node-b")])["rows"]
    assert [(row["host"], row["host_target"]) for row in rows] == [("HV01", "node-a"), ("node-b", "node-b")]


def test_rows_are_in_the_order_in_which_a_reader_looks_for_them() -> None:
    vms = [make_vm("b"), make_vm("A"), make_vm("a", id="ffffffff-0000-0000-0000-000000000000"), make_vm("C")]
    rows = report_of([make_host("hv10", vms=[]), make_host("HV02", vms=vms)])["rows"]
    assert [(row["host"], row["name"]) for row in rows] == [
        ("HV02", "A"),
        ("HV02", "a"),
        ("HV02", "b"),
        ("HV02", "C"),
        ("hv10", None),
    ]
    assert sorted(rows, key=row_order) == rows
