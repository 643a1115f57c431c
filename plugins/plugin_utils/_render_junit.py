# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The report as JUnit XML, so that a pipeline shows what is wrong as failed tests.

A host is a suite; reading it is one test, and every VM is another. Notices do not fail a test.
"""

from __future__ import annotations

import re
import typing as t
from xml.sax import saxutils

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

# XML 1.0 cannot hold these, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FAILURES = ("critical", "warning")


def attribute(value: t.Any) -> str:
    """A text as the value of an attribute, with its quotes."""
    return saxutils.quoteattr(_FORBIDDEN.sub("?", str(value)))


def content(value: t.Any) -> str:
    """A text between tags."""
    return saxutils.escape(_FORBIDDEN.sub("?", str(value)))


def _case(name: str, suite: str, problems: list[Data]) -> list[str]:
    opening = f"    <testcase name={attribute(name)} classname={attribute(suite)}"
    failures = [problem for problem in problems if problem["severity"] in _FAILURES]
    if not failures:
        return [f"{opening}/>"]
    lines = [f"{opening}>"]
    texts = []
    for problem in failures:
        what = f"{problem['service']}: {problem['title']}" if problem["service"] else problem["title"]
        texts.append(f"{what}. {problem['reason']}. Next: {problem['next_step'] or 'nothing'}.")
    message = "; ".join(dict.fromkeys(problem["title"] for problem in failures))
    body = content("\n".join(texts))
    lines.append(f"      <failure type={attribute(failures[0]['cause'])} message={attribute(message)}>{body}</failure>")
    lines.append("    </testcase>")
    return lines


def _suite(host: Data, rows: list[Data], problems: dict[str | None, list[Data]], at: str) -> tuple[list[str], int, int]:
    cases = [_case("host can be read", host["name"], problems.get(None, []))]
    for row in rows:
        if row["kind"] == "vm":
            name = f"{row['name']} ({row['id']})"
            cases.append(_case(name, host["name"], problems.get(row["id"] or row["name"], [])))
    failed = sum(1 for case in cases if len(case) > 1)
    head = f'  <testsuite name={attribute(host["name"])} tests="{len(cases)}" failures="{failed}" errors="0" '
    lines = [f'{head}skipped="0" time="0" timestamp={attribute(at)}>']
    return [*lines, *(line for case in cases for line in case), "  </testsuite>"], len(cases), failed


def render_junit(report: Data) -> str:
    """One suite for each host."""
    problems: dict[str, dict[str | None, list[Data]]] = {}
    for problem in report["problems"]:
        if problem["host"]:
            by_vm = problems.setdefault(problem["host"], {})
            by_vm.setdefault(problem["vm_id"] or problem["vm"], []).append(problem)
    rows: dict[str, list[Data]] = {}
    for row in report["rows"]:
        rows.setdefault(row["host"], []).append(row)
    body: list[str] = []
    tests = failures = 0
    at = str(report["run"]["generated_at"]).rstrip("Z")
    for host in report["hosts"]:
        lines, ran, failed = _suite(host, rows.get(host["name"], []), problems.get(host["name"], {}), at)
        body += lines
        tests += ran
        failures += failed
    head = f'<testsuites name={attribute(report["title"])} tests="{tests}" failures="{failures}" errors="0">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *body, "</testsuites>", ""])
