# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The report of an update as one HTML file."""

from __future__ import annotations

from ansible_collections.hyperv.integration.plugins.plugin_utils._html_page import render_page
from ansible_collections.hyperv.integration.plugins.plugin_utils._html_parts import actions, text, vm_table
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_html_data import page_data
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_html_sections import (
    charts,
    overview,
    top,
    versions,
    waves,
)

_HEADS = (
    ("severity", "Outcome", ""),
    ("name", "VM", ""),
    ("host", "Host", ""),
    ("wave", "Wave", "wide number"),
    ("mechanism", "Mechanism", "medium"),
    ("os", "Guest", "wide"),
    ("before", "Before", "medium"),
    ("after", "After", ""),
    ("note", "Reason, or what is left to do", "medium"),
)
_SELECTS = (
    ("outcome", "Any outcome"),
    ("mechanism", "Any mechanism"),
    ("wave", "Any wave"),
    ("host", "Any host"),
)
_EMPTY = '<div class="card empty">Nothing.</div>'


def _footer(report: Data) -> str:
    run = report["run"]
    who = f", run {text(run['id'])}" if run["id"] else ""
    return (
        "<footer><p>The version before is the one of the plan, the version after the one that the update read at its "
        "end. Where a snapshot was read after the last change, the report shows the version of now, and whether a "
        "restart is pending now.</p>"
        f"<p>Made by hyperv.integration from the plan {text(run['plan_hash'])}{who}. "
        f"Schema {text(report['schema'])}.</p></footer>"
    )


def render_update_html(report: Data) -> str:
    """The whole page."""
    body = [
        top(report),
        "<main>",
        overview(report),
        charts(report),
        actions(report["actions"], "What needs a person first", _EMPTY),
        versions(report),
        waves(report),
        vm_table(_HEADS, _SELECTS, only="Only what needs a person"),
        "</main>",
        _footer(report),
    ]
    return render_page(report["title"], body, page_data(report), "update.js")
