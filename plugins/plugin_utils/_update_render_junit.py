# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The report of an update as JUnit XML, so that a pipeline shows what went wrong as failed tests.

A host is a suite and each of its VMs a test. What was not begun is skipped; what waits for a restart does not fail.
"""

from __future__ import annotations

from ansible_collections.hyperv.integration.plugins.plugin_utils._render_junit import attribute, content
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_rows import NEEDS

_FAILED = ("failed", "cut_off")
_SKIPPED = ("planned", "not_run", "blocked", "refused", "unsupported", "unknown")
# What fails a test although the update itself got through.
_TROUBLE = ("leftovers", "services", "still_outdated")


def _result(row: Data) -> tuple[str, str]:
    """What stands in a test, and how it counts: as a failure, as skipped, or as passed."""
    reason = row["reason"] or "no reason was told"
    trouble = [need for need in row["needs"] if need in _TROUBLE]
    if row["outcome"] in _FAILED or trouble:
        kind = row["outcome"] if row["outcome"] in _FAILED else trouble[0]
        told = [NEEDS[need].title for need in row["needs"]]
        lines = [f"{reason}.", *(one["text"] for one in row["leftovers"])]
        lines += [f"{one['key']}: {one['title']}." for one in row["services"] or ()]
        lines += [f"Next: {row['hint']}."] if row["hint"] else []
        body = content("\n".join(lines))
        return f"<failure type={attribute(kind)} message={attribute('; '.join(told))}>{body}</failure>", "failures"
    if row["outcome"] in _SKIPPED:
        return f"<skipped message={attribute(row['outcome'] + ': ' + reason)}/>", "skipped"
    return "", "passed"


def _case(row: Data) -> tuple[str, str]:
    result, kind = _result(row)
    name, suite = attribute(f"{row['name']} ({row['id']})"), attribute(row["host"])
    opening = f'    <testcase name={name} classname={suite} time="{row["seconds"] or 0}"'
    return (f"{opening}>{result}</testcase>" if result else f"{opening}/>"), kind


def _suite(name: str, cases: list[tuple[str, str]], at: str) -> list[str]:
    counts = {kind: sum(1 for _case, found in cases if found == kind) for kind in ("failures", "skipped", "errors")}
    head = f'  <testsuite name={attribute(name)} tests="{len(cases)}" failures="{counts["failures"]}" '
    head += f'errors="{counts["errors"]}" skipped="{counts["skipped"]}" time="0" timestamp={attribute(at)}>'
    return [head, *(case for case, _kind in cases), "  </testsuite>"]


def _unread(host: Data) -> tuple[str, str]:
    message = f"<error type={attribute(host.get('error_class'))} message={attribute(host.get('msg'))}/>"
    return f'    <testcase name="host can be read" classname={attribute(host["name"])}>{message}</testcase>', "errors"


def _outside(failure: Data) -> tuple[str, str]:
    name, host = failure["name"] or failure["id"], str(failure["host"])
    body = content("\n".join([f"{failure['msg']}.", *(one["text"] for one in failure["leftovers"])]))
    told = f'<failure type="outside" message={attribute(NEEDS["outside"].title)}>{body}</failure>'
    return f"    <testcase name={attribute(name)} classname={attribute(host)}>{told}</testcase>", "failures"


def render_update_junit(report: Data) -> str:
    """One suite for each host, those that could not be read among them."""
    suites: dict[str, list[tuple[str, str]]] = {}
    for host in report["hosts_not_read"]:
        suites.setdefault(str(host["name"]), []).append(_unread(host))
    for failure in report["outside"]:
        suites.setdefault(str(failure["host"]), []).append(_outside(failure))
    for row in report["rows"]:
        suites.setdefault(str(row["host"]), []).append(_case(row))
    at = str(report["run"]["generated_at"]).rstrip("Z")
    kinds = [kind for cases in suites.values() for _case, kind in cases]
    head = f'<testsuites name={attribute(report["title"])} tests="{len(kinds)}" failures="{kinds.count("failures")}" '
    head += f'errors="{kinds.count("errors")}" skipped="{kinds.count("skipped")}">'
    body = [line for name in sorted(suites) for line in _suite(name, suites[name], at)]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *body, "</testsuites>", ""])
