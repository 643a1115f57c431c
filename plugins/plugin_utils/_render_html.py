# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The report as one HTML file that needs nothing else: no network, no other file.

All texts are escaped. Should that ever fail, the page's own policy still refuses every script and style but the two
whose sums it names.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import pathlib

from ansible_collections.hyperv.integration.plugins.plugin_utils import _html_sections as sections
from ansible_collections.hyperv.integration.plugins.plugin_utils._html_data import page_data, script_json
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import SERVICE_NAMES
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

_FOLDER = pathlib.Path(__file__).parent / "_html"
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


@functools.cache
def _asset(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _sum(content: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"


def _policy(style: str, script: str) -> str:
    rules = [
        "default-src 'none'",
        f"style-src {_sum(style)}",
        f"script-src {_sum(script)}",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'


def _filters() -> str:
    selects = "".join(
        f'<select id="by-{name}" aria-label="{label}"><option value="">{label}</option></select>'
        for name, label in (
            ("severity", "Any severity"),
            ("group", "Any version"),
            ("service", "Any service"),
            ("host", "Any host"),
            ("state", "Any state"),
        )
    )
    return (
        '<div class="filters"><input id="search" type="search" placeholder="Search VM, host, system, address ..." '
        f'aria-label="Search">{selects}<label><input id="problems" type="checkbox"> Only problems</label>'
        '<button id="cause" class="chip" type="button" title="Remove this filter" hidden></button>'
        '<button id="reset" type="button">Reset</button></div>'
    )


def _table(report: Data) -> str:
    heads = "".join(
        f'<th class="{kind}" data-sort="{name}"><button type="button">{label}</button></th>'
        for name, label, kind in _HEADS
    )
    heads += "".join(
        f'<th class="service" title="{SERVICE_NAMES[key]}"><abbr title="{SERVICE_NAMES[key]}">{short}</abbr></th>'
        for key, short in _SHORT.items()
    )
    signs = "".join(f'<span><i class="dot {grade}">{sign}</i>{words}</span>' for grade, sign, words in _SIGNS)
    selection = report["selection"]
    note = ""
    if selection["query"]:
        note = f" chosen by the query <code>{sections.text(selection['query'])}</code>: {selection['matched']:,}"
        note += f" of {selection['total']:,}"
    return (
        f'<section id="table"><h2>Virtual machines<span class="dim">{note}</span></h2><div class="card">{_filters()}'
        f'<div class="signs">{signs}</div><div class="scroll"><table id="vms"><thead><tr>{heads}</tr></thead>'
        '<tbody><tr><td class="none" colspan="13">This table needs the script of the page.</td></tr></tbody></table>'
        '</div><div class="pager"><span id="shown" class="dim small" role="status"></span><div>'
        '<button id="previous" type="button">Back</button><button id="next-page" type="button">Next</button>'
        "</div></div></div></section>"
    )


def _footer(report: Data) -> str:
    run = report["run"]
    minimum = run["minimum_version"]
    rule = f"Guests older than Windows 8.1 on hosts from 2016 on are compared with {sections.text(minimum)}. "
    return (
        "<footer><p>Hosts of 2012 and 2012 R2 bring a version to compare with; later ones do not, as Windows Update "
        f"keeps their guests current. {rule if minimum else ''}The version that a Linux guest reports has no meaning "
        "and is not compared. A service of which the host alone was read is judged from the host side.</p>"
        f"<p>Made by hyperv.integration from {run['host_snapshots']:,} host and {run['guest_snapshots']:,} guest "
        f"snapshots. Schema {sections.text(report['schema'])}.</p></footer>"
    )


def render_html(report: Data) -> str:
    """The whole page."""
    style, script = _asset("report.css"), _asset("report.js")
    body = [
        sections.top(report),
        "<main>",
        sections.overview(report),
        sections.charts(report),
        sections.actions(report),
        sections.changes(report),
        sections.hosts(report),
        _table(report),
        "</main>",
        _footer(report),
    ]
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            _policy(style, script),
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{sections.text(report['title'])}</title>",
            f"<style>{style}</style>",
            "</head>\n<body>",
            *body,
            f'<script id="data" type="application/json">{script_json(page_data(report))}</script>',
            f"<script>{script}</script>",
            "</body>\n</html>\n",
        ]
    )
