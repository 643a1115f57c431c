# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The report as Prometheus metrics, for the text file collector of the node exporter."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._causes import SEVERITIES
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import read_time
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

_PREFIX = "hyperv_integration"


def _label(value: t.Any) -> str:
    text = "" if value is None else str(value)
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _metric(name: str, text: str, samples: t.Iterable[tuple[Data, t.Any]]) -> list[str]:
    full = f"{_PREFIX}_{name}"
    lines = [f"# HELP {full} {text}", f"# TYPE {full} gauge"]
    for labels, value in samples:
        inner = ",".join(f'{label}="{_label(item)}"' for label, item in labels.items())
        lines.append(f"{full}{{{inner}}} {value}" if inner else f"{full} {value}")
    return lines


def _by_host(report: Data, part: str, label: str) -> t.Iterator[tuple[Data, int]]:
    for host in report["hosts"]:
        for value, count in host[part].items():
            yield {"host": host["name"], label: value}, count


def _services(report: Data) -> t.Iterator[tuple[Data, int]]:
    for key, verdicts in report["summary"]["services"].items():
        for verdict, count in verdicts.items():
            yield {"service": key, "verdict": verdict}, count


def _vms(report: Data) -> t.Iterator[tuple[Data, int]]:
    grades = {severity: len(SEVERITIES) - 1 - rank for rank, severity in enumerate(SEVERITIES)}
    for row in report["rows"]:
        if row["kind"] == "vm":
            yield {"host": row["host"], "vm": row["name"], "vm_id": row["id"]}, grades[row["severity"]]


def render_prometheus(report: Data) -> str:
    """Counts by host and by service, and one series for each VM of the report."""
    summary = report["summary"]
    at = int(read_time(report["run"]["generated_at"]).timestamp())
    lines = [
        *_metric("audit_timestamp_seconds", "When the report was made.", [({}, at)]),
        *_metric(
            "host_up",
            "Whether the host could be read.",
            [({"host": host["name"], "status": host["status"]}, int(not host["error"])) for host in report["hosts"]],
        ),
        *_metric("vms", "VMs by state.", [({"state": key}, n) for key, n in summary["vms"]["by_state"].items()]),
        *_metric("host_vms", "VMs by host and gravest problem.", _by_host(report, "severities", "severity")),
        *_metric(
            "version_verdicts", "VMs by host and verdict on their version.", _by_host(report, "versions", "verdict")
        ),
        *_metric("service_verdicts", "VMs by service and verdict on it.", _services(report)),
        *_metric(
            "problems", "Problems by severity.", [({"severity": key}, n) for key, n in summary["problems"].items()]
        ),
        *_metric("vm_severity", "Gravest problem of a VM: 0 ok, 1 notice, 2 warning, 3 critical.", _vms(report)),
    ]
    return "\n".join(lines) + "\n"
