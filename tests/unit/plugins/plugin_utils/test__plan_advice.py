# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.hyperv.integration.plugins.plugin_utils import _plan_advice as say
from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import TABLES, find_row
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan import plan
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_choice import Choice
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import Policy
from ansible_collections.hyperv.integration.tests.unit.plugins.plugin_utils.update_samples import host, vm


def test_freebsd_is_told_to_update_itself() -> None:
    """R44, R59."""
    for generation in TABLES:
        assert plan(host(generation), vm("FreeBSD"))["advice"] == [
            "The integration services are part of FreeBSD since release 10; update FreeBSD itself.",
            "Microsoft tells what a release supports: https://learn.microsoft.com/windows-server/virtualization/hyper-v/"
            "supported-linux-and-freebsd-virtual-machines-for-hyper-v-on-windows",
        ]


def test_a_guest_that_is_known_but_named_nowhere_gets_plain_advice() -> None:
    found = plan(host(), vm(None), {"guest_os": {"web01": "Windows Small Business Server 2008"}})
    assert found["advice"] == [
        "The nearest row of this host's table is Windows Server 2008 (SP2): Windows Update. It makes no statement "
        "about Windows Small Business Server 2008."
    ]


def test_the_lifecycle_note_keeps_its_link() -> None:
    """R64."""
    row = find_row("win10_ws2016_ws2019", "Windows Home Server 2011")
    assert row is not None
    assert say.notes(row) == [
        {
            "text": "will not be supported in Windows Server 2016",
            "link": "https://support.microsoft.com/lifecycle?p1=15820",
        }
    ]


def test_the_footnote_belongs_to_the_marked_rows_of_the_first_table() -> None:
    """R57."""
    marked = {
        (table.generation, row.os) for table in TABLES.values() for row in table.rows if say.footnotes(row, table)
    }
    names = ("Windows 8", "Windows 7", "Windows Vista", "Windows Server 2012", "Windows Server 2008 R2")
    assert marked == {("win10_ws2016_ws2019", name) for name in names}


def test_what_is_inferred_is_said_to_be() -> None:
    found = plan(host(), vm("Windows Server 2008"), verdict="outdated")
    assert any("is not printed in the table" in line for line in found["advice"])


def test_a_plan_by_the_document_has_no_label() -> None:
    table = TABLES["win10_ws2016_ws2019"]
    assert say.labels(Choice("windows_update"), Policy(), table) == []
