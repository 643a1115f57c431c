# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Six services on 50 virtual machines: our one task against one task a machine and service."""

from __future__ import annotations

from .harness import Row, stage

MACHINES = 50
SERVICES = (
    "Guest Service Interface",
    "Heartbeat",
    "Key-Value Pair Exchange",
    "Shutdown",
    "Time Synchronization",
    "VSS",
)
HOST = {
    "name": "hv01",
    "generation": 2019,
    "vms": [{"name": "vm", "count": MACHINES, "state": "running", "guest": "windows_server_2019"}],
}


def measure() -> list[Row]:
    """Switch every service off one by one, and on again with one task."""
    with stage({"hosts": [HOST]}) as on:
        names = sorted(vm["name"] for vm in on.lab.node("hv01").state()["vms"])
        pairs = [[name, service] for name in names for service in SERVICES]
        options = {"vm_name": "{{ item[0] }}", "service_name": "{{ item[1] }}", "state": "disabled"}
        one_by_one = on.play([{"name": "peer", "bench_switch": options, "loop": pairs}], "hv01")["peer"]
        together = {"all_vms": True, "services": list(SERVICES)}
        ours = on.play([{"name": "ours", "hyperv.integration.hyperv_integration_service": together}], "hv01")["ours"]
        switched = all(row["enabled"] for vm in on.lab.node("hv01").state()["vms"] for row in vm["services"].values())
        if not switched:
            raise RuntimeError("The task did not switch every service")
    ratio = one_by_one / ours
    what = f"(a) {len(SERVICES)} services on {MACHINES} machines: {len(pairs)} tasks against one"
    return [Row(what, ratio, "150 or more", ratio >= 150, f"{one_by_one:.1f} s / {ours:.2f} s")]
