# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading 1,000 virtual machines of one host: against the bare cmdlets in one pwsh, and against a tenth of them."""

from __future__ import annotations

from .harness import Row, Stage, best, stage

FEW, MANY = 100, 1000
# The lab's cmdlets answer in a fraction of a millisecond a machine. Real ones take far longer (users report minutes for
# 115 machines), so the ratio is also taken with cmdlets that take this long for each machine.
DELAY_MS = 4
# What a script would do to have the same rows as text; it reads no versions, no guests, and nothing of the host.
BARE = (
    "Get-VM | Get-VMIntegrationService | Select-Object -Property VMName, VMId, Id, Name, Enabled, "
    "PrimaryOperationalStatus, PrimaryStatusDescription, SecondaryOperationalStatus, "
    "SecondaryStatusDescription | ConvertTo-Json | Out-Null"
)


def _host(name: str, count: int, delay: int = 0) -> dict[str, object]:
    machines = {"name": "vm", "count": count, "state": "running", "guest": "windows_server_2019", "delay_ms": delay}
    return {"name": name, "generation": 2019, "vms": [machines]}


def _read(on: Stage, host: str) -> float:
    return on.play([{"name": "read", "hyperv.integration.hyperv_integration_service_info": {}}], host)["read"]


def _against_bare(on: Stage, host: str, how: str, aim: float | None) -> Row:
    bare = best(lambda: on.powershell(host, BARE))
    ours = best(lambda: _read(on, host))
    what = f"(b) info of {MANY} machines against the bare cmdlets, {how}"
    met = aim is None or ours / bare <= aim
    return Row(what, ours / bare, f"{aim} or less" if aim else "-", met, f"{ours:.2f} s / {bare:.2f} s")


def measure() -> list[Row]:
    """Read the hosts with the module, and the large ones with the cmdlets."""
    hosts = [_host("few", FEW), _host("many", MANY), _host("slow", MANY, DELAY_MS)]
    with stage({"hosts": hosts}) as on:
        rows = [
            _against_bare(on, "slow", f"{DELAY_MS} ms a machine", 1.5),
            _against_bare(on, "many", "as fast as the lab is", None),
        ]
        many, few = best(lambda: _read(on, "many")), best(lambda: _read(on, "few"))
    growth = many / few
    what = f"(b) info of {MANY} machines against {FEW}"
    return [*rows, Row(what, growth, "10 or less (linear)", growth <= 10, f"{many:.2f} s / {few:.2f} s")]
