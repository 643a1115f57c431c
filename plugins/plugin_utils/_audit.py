# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""From snapshots to the texts of a report: merge, judge, choose, render."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._drift import make_baseline
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import merge_snapshots
from ansible_collections.hyperv.integration.plugins.plugin_utils._render_csv import render_csv
from ansible_collections.hyperv.integration.plugins.plugin_utils._render_html import render_html
from ansible_collections.hyperv.integration.plugins.plugin_utils._render_json import render_json
from ansible_collections.hyperv.integration.plugins.plugin_utils._render_junit import render_junit
from ansible_collections.hyperv.integration.plugins.plugin_utils._render_markdown import render_markdown
from ansible_collections.hyperv.integration.plugins.plugin_utils._render_prometheus import render_prometheus
from ansible_collections.hyperv.integration.plugins.plugin_utils._report import Options, build_report
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_query import select_rows
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import (
    headline,
    mechanism_name,
    plural,
    service_name,
    version_groups,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

FORMATS = ("csv", "html", "json", "junit", "markdown", "prometheus")
DEFAULT_FORMATS = ("html", "json", "csv", "markdown")
_FILES = {
    "csv": "report.csv",
    "html": "report.html",
    "json": "report.json",
    "junit": "junit.xml",
    "markdown": "report.md",
    "prometheus": "report.prom",
}
_LISTED = 10


class Audit(t.NamedTuple):
    """A report with what belongs to it: the answer of the query, and the baseline for the next one."""

    report: Data
    answer: list[t.Any]
    baseline: Data


def make_audit(snapshots: t.Iterable[Data], options: Options, generated_at: str, previous: Data | None) -> Audit:
    """Judge snapshots. The baseline holds all VMs, whatever the query chooses."""
    report = build_report(merge_snapshots(snapshots), options, generated_at, previous)
    baseline = make_baseline(report)
    if not options.query:
        return Audit(report, [], baseline)
    report, answer = select_rows(report, options.query)
    return Audit(report, answer, baseline)


def render(report: Data, formats: t.Iterable[str], csv_delimiter: str = ",", csv_mark: bool = False) -> dict[str, str]:
    """The texts of the chosen formats by file name."""
    renderers: dict[str, t.Callable[[], str]] = {
        "csv": lambda: render_csv(report, csv_delimiter, csv_mark),
        "html": lambda: render_html(report),
        "json": lambda: render_json(report),
        "junit": lambda: render_junit(report),
        "markdown": lambda: render_markdown(report),
        "prometheus": lambda: render_prometheus(report),
    }
    return {_FILES[name]: renderers[name]() for name in dict.fromkeys(formats)}


def file_name(name: str) -> str:
    """The name of the file of a format."""
    return _FILES[name]


def _line(name: str, value: str) -> str:
    return f"{name:<27} {value}"


def _listed(what: list[str]) -> list[str]:
    more = [f"  ... and {len(what) - _LISTED:,} more"] if len(what) > _LISTED else []
    return [f"  {one}" for one in what[:_LISTED]] + more


def summary_lines(report: Data) -> list[str]:
    """The report on a terminal: the headline, a small table, what to do next, and the hosts that failed."""
    summary = report["summary"]
    hosts, vms, problems = summary["hosts"], summary["vms"], summary["problems"]
    lines = [
        headline(report),
        _line("Hosts read", f"{hosts['read']:,} of {hosts['total']:,}"),
        _line("VMs", f"{vms['total']:,}, {vms['running']:,} running"),
        _line("Problems", ", ".join(f"{count:,} {severity}" for severity, count in problems.items())),
    ]
    lines += [_line(group["label"], f"{group['count']:,}") for group in version_groups(report) if group["count"]]
    for mechanism, statuses in summary["updates"].items():
        ways = ", ".join(f"{count:,} {status.replace('_', ' ')}" for status, count in statuses.items())
        lines.append(_line(f"Update: {mechanism_name(mechanism)}", ways))
    for key, verdicts in summary["services"].items():
        told = [f"{count:,} {verdict.replace('_', ' ')}" for verdict, count in verdicts.items() if count]
        if told:
            lines.append(_line(service_name(key), ", ".join(told)))
    actions = [f"{one['severity']}: {one['title']} ({len(one['targets']):,})" for one in report["actions"]]
    if actions:
        lines += ["What to do next", *_listed(actions)]
    failed = [f"{host['name']}: {host['status']}: {host['error']['msg']}" for host in report["hosts"] if host["error"]]
    if failed:
        lines += ["Hosts that could not be read", *_listed(failed)]
    if report["drift"]:
        changes = plural(len(report["drift"]["changes"]), "change")
        lines.append(_line("Since the last report", f"{changes} (since {report['drift']['since']})"))
    if report["selection"]["query"]:
        selection = report["selection"]
        lines.append(_line("Query", f"{selection['matched']:,} of {selection['total']:,}: {selection['query']}"))
    return lines
