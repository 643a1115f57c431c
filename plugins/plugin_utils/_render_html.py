# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The audit's report as one HTML file."""

from __future__ import annotations

from ansible_collections.hyperv.integration.plugins.plugin_utils._html_data import page_data
from ansible_collections.hyperv.integration.plugins.plugin_utils._html_page import render_page
from ansible_collections.hyperv.integration.plugins.plugin_utils._html_parts import actions, text, vm_table
from ansible_collections.hyperv.integration.plugins.plugin_utils._html_sections import (
    changes,
    charts,
    hosts,
    overview,
    top,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import SERVICE_NAMES
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

_SHORT = {
    "guest_service_interface": "GSI",
    "heartbeat": "HB",
    "key_value_pair_exchange": "KVP",
    "shutdown": "SD",
    "time_synchronization": "TS",
    "vss": "VSS",
}
_SIGNS = (
    ("ok", "✓", "works"),
    ("critical", "!", "fails"),
    ("warning", "!", "does not work"),
    ("notice", "~", "works with limits"),
    ("notice", "?", "unknown"),
    ("off", "&ndash;", "off on the host"),
    ("off", "·", "VM does not run"),
)
_HEADS = (
    ("severity", "Severity", ""),
    ("name", "VM", ""),
    ("host", "Host", ""),
    ("state", "State", "medium"),
    ("os", "Guest", "wide"),
    ("version", "Version", "medium"),
    ("group", "Verdict", ""),
)


_SELECTS = (
    ("severity", "Any severity"),
    ("group", "Any version"),
    ("way", "Any update"),
    ("service", "Any service"),
    ("host", "Any host"),
    ("state", "Any state"),
)


def _table(report: Data) -> str:
    heads = "".join(
        f'<th class="service" title="{SERVICE_NAMES[key]}"><abbr title="{SERVICE_NAMES[key]}">{short}</abbr></th>'
        for key, short in _SHORT.items()
    )
    signs = "".join(f'<span><i class="dot {grade}">{sign}</i>{words}</span>' for grade, sign, words in _SIGNS)
    selection = report["selection"]
    note = ""
    if selection["query"]:
        note = f" chosen by the query <code>{text(selection['query'])}</code>: {selection['matched']:,}"
        note += f" of {selection['total']:,}"
    return vm_table(
        _HEADS,
        _SELECTS,
        only="Only problems",
        note=note,
        more_heads=heads,
        signs=f'<div class="signs">{signs}</div>',
    )


def _footer(report: Data) -> str:
    run = report["run"]
    minimum = run["minimum_version"]
    rule = f"Guests older than Windows 8.1 on hosts from 2016 on are compared with {text(minimum)}. "
    return (
        "<footer><p>Hosts of 2012 and 2012 R2 bring a version to compare with; later ones do not, as Windows Update "
        f"keeps their guests current. {rule if minimum else ''}The version that a Linux guest reports has no meaning "
        "and is not compared. A service of which the host alone was read is judged from the host side.</p>"
        f"<p>Made by hyperv.integration from {run['host_snapshots']:,} host and {run['guest_snapshots']:,} guest "
        f"snapshots. Schema {text(report['schema'])}.</p></footer>"
    )


def render_html(report: Data) -> str:
    """The whole page."""
    body = [
        top(report),
        "<main>",
        overview(report),
        charts(report),
        actions(report["actions"], "What to do next"),
        changes(report),
        hosts(report),
        _table(report),
        "</main>",
        _footer(report),
    ]
    return render_page(report["title"], body, page_data(report), "audit.js")
