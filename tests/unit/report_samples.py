# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports for the tests of the formats: a fleet with all kinds of defects, and one that wants to break out."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._drift import make_baseline
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import merge_snapshots
from ansible_collections.hyperv.integration.plugins.plugin_utils._report import Options, build_report
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import read_snapshot
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    NOON,
    make_failed_host,
    make_fleet,
    make_host,
    make_service,
    make_services,
    make_vm,
)

Data = dict[str, t.Any]

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "<!-- <script>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "a,b;c\"d'e",
    "line one\r\nline two",
    "| pipe | `code` | **bold** | [link](javascript:alert(1)) | @everyone",
    "``` fence",
    "\u202egnp.exe",
    "zero\x00and\x1bcontrol",
    "\ud800 alone",
    "{{ 7 * 7 }} {0} %s ${HOME} $(id)",
    "日本語 ñ ü \U0001f680",
    "a" * 300,
)


def report_of(
    snapshots: t.Iterable[Data], at: str = NOON, previous: Data | None = None, options: Options | None = None
) -> Data:
    fleet = merge_snapshots(read_snapshot(snapshot) for snapshot in snapshots)
    return build_report(fleet, options or Options(), at, previous)


def mixed_report(hosts: int = 8, vms: int = 12) -> Data:
    """A report with all sections filled, changes since the last one among them."""
    first = make_baseline(report_of(make_fleet(hosts, vms, seed=2, defects=0.1), at="2026-04-27T12:00:00Z"))
    fleet = make_fleet(hosts, vms, seed=2, defects=0.1)
    fleet[0]["vms"] = fleet[0]["vms"][1:]
    return report_of(fleet, previous=first)


def hostile_report() -> Data:
    """Every text that a stranger can write holds something that means something to one of the formats."""
    vms = []
    for number, name in enumerate(HOSTILE):
        services = make_services(vss={**make_service("vss", True, "no_contact"), "display_name": name})
        vm = make_vm(name, name, os_name=name, os_version=name, services=services)
        vm["guest"] = {**vm["guest"], "fqdn": name, "ipv4": [name]}
        if number % 2:
            vm["error"] = {"error_class": "unexpected", "msg": name, "hint": name}
        vms.append(vm)
    host = {"name": HOSTILE[0], "fqdn": HOSTILE[1], "cluster": HOSTILE[0], "os_caption": HOSTILE[0], "language": None}
    snapshots = [make_host("x", vms=vms, host=host), *(make_failed_host(name, msg=name) for name in HOSTILE[1:])]
    before = make_baseline(report_of([make_host("x", vms=vms[:-2], host=host)]))
    before["generated_at"] = HOSTILE[0]
    return report_of(snapshots, previous=before, options=Options(title=HOSTILE[0]))
