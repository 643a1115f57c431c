# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The formats of the report of an update, and the names of their files."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._render_json import render_json
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_render_csv import render_update_csv
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_render_html import render_update_html
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_render_junit import render_update_junit
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_render_markdown import render_update_markdown

FILES = {
    "csv": "report.csv",
    "html": "report.html",
    "json": "report.json",
    "junit": "junit.xml",
    "markdown": "report.md",
}
DEFAULT_FORMATS = ("html", "json", "csv", "markdown")


def render_update(
    report: Data, formats: t.Iterable[str], csv_delimiter: str = ",", csv_mark: bool = False
) -> dict[str, str]:
    """The texts of the chosen formats by file name."""
    renderers: dict[str, t.Callable[[], str]] = {
        "csv": lambda: render_update_csv(report, csv_delimiter, csv_mark),
        "html": lambda: render_update_html(report),
        "json": lambda: render_json(report),
        "junit": lambda: render_update_junit(report),
        "markdown": lambda: render_update_markdown(report),
    }
    return {FILES[name]: renderers[name]() for name in dict.fromkeys(formats)}
