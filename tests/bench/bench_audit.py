# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit of 50 hosts x 100 virtual machines, against a module that only calls the bare cmdlets on the same hosts."""

from __future__ import annotations

from .harness import Row, stage

HOSTS, MACHINES, FORKS = 50, 100, 10


def measure() -> list[Row]:
    """Run both on the same fleet with the same forks, as whole processes: the audit's report counts."""
    hosts = [
        {
            "name": f"hv{number:02d}",
            "generation": (2016, 2019, 2022)[number % 3],
            "vms": [
                {"name": f"vm{number:02d}-", "count": MACHINES, "state": "running", "guest": "windows_server_2019"}
            ],
        }
        for number in range(HOSTS)
    ]
    with stage({"hosts": hosts}) as on:
        on.play([{"name": "warm", "bench_bare": {}}], "hv00")
        bare = on.play([{"name": "bare", "bench_bare": {}}], "hyperv_hosts", FORKS)
        report = on.folder / "report"
        audit = on.playbook("hyperv.integration.audit", {"audit_directory": str(report)}, FORKS)
        if not any(report.rglob("*.html")):
            raise RuntimeError("The audit wrote no report")
    ratio = audit["total"] / bare["total"]
    times = "{total:.1f} s, CPU {cpu:.1f} s".format(**audit) + " / " + "{total:.1f} s, CPU {cpu:.1f} s".format(**bare)
    what = f"(c) audit of {HOSTS} hosts x {MACHINES} machines against the bare cmdlets"
    return [Row(what, ratio, "1.3 or less", ratio <= 1.3, times)]
