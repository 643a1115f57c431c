# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit of 50 hosts x 100 virtual machines, against a module that only calls the bare cmdlets on the same hosts."""

from __future__ import annotations

from .harness import Row, Stage, as_on_a_real_host, stage

HOSTS, MACHINES, FORKS = 50, 100, 10


def _hosts() -> list[dict[str, object]]:
    machines = {"count": MACHINES, "state": "running", "guest": "windows_server_2019"}
    return [
        {
            "name": f"hv{number:02d}",
            "generation": (2016, 2019, 2022)[number % 3],
            "vms": [{"name": f"vm{number:02d}-", **machines}],
        }
        for number in range(HOSTS)
    ]


def _compare(on: Stage, how: str, aim: float | None) -> Row:
    """Whole processes, so that the audit's report counts."""
    bare = on.play([{"name": "bare", "bench_bare": {}}], "hyperv_hosts", FORKS)
    report = on.folder / how / "report"
    audit = on.playbook("hyperv.integration.audit", {"audit_directory": str(report)}, FORKS)
    if not any(report.rglob("*.html")):
        raise RuntimeError("The audit wrote no report")
    ratio = audit["total"] / bare["total"]
    times = " / ".join("{total:.1f} s, CPU {cpu:.1f} s".format(**each) for each in (audit, bare))
    what = f"(c) audit of {HOSTS} hosts x {MACHINES} machines against the bare cmdlets, {how}"
    return Row(what, ratio, f"{aim} or less" if aim else "-", aim is None or ratio <= aim, times)


def measure() -> list[Row]:
    """Run both on the same fleet with the same forks."""
    with as_on_a_real_host(), stage({"hosts": _hosts()}) as on:
        compiled = _compare(on, "types compiled at each call", 1.3)
    with stage({"hosts": _hosts()}) as on:
        on.play([{"name": "warm", "bench_bare": {}}], "hv00")
        kept = _compare(on, "types kept", None)
    return [compiled, kept]
