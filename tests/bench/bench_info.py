# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading 1,000 virtual machines of one host: against the bare cmdlets in one pwsh, and against a tenth of them."""

from __future__ import annotations

from .harness import Row, Stage, best, stage

FEW, MANY = 100, 1000
# What a script would do to have the same rows as text; it reads no versions, no guests, and nothing of the host.
BARE = (
    "Get-VM | Get-VMIntegrationService | Select-Object -Property VMName, VMId, Id, Name, Enabled, "
    "PrimaryOperationalStatus, PrimaryStatusDescription, SecondaryOperationalStatus, "
    "SecondaryStatusDescription | ConvertTo-Json | Out-Null"
)


def _host(count: int) -> dict[str, object]:
    machines = {"name": "vm", "count": count, "state": "running", "guest": "windows_server_2019"}
    return {"name": f"hv{count}", "generation": 2019, "vms": [machines]}


def _read(on: Stage, host: str) -> float:
    return on.play([{"name": "read", "hyperv.integration.hyperv_integration_service_info": {}}], host)["read"]


def measure() -> list[Row]:
    """Read both hosts with the module, and the large one with the cmdlets."""
    with stage({"hosts": [_host(FEW), _host(MANY)]}) as on:
        bare = best(lambda: on.powershell(f"hv{MANY}", BARE))
        many = best(lambda: _read(on, f"hv{MANY}"))
        few = best(lambda: _read(on, f"hv{FEW}"))
    against_bare = many / bare
    growth = many / few
    return [
        Row(
            f"(b) info of {MANY} machines against the bare cmdlets",
            against_bare,
            "1.5 or less",
            against_bare <= 1.5,
            f"{many:.2f} s / {bare:.2f} s",
        ),
        Row(
            f"(b) info of {MANY} machines against {FEW}",
            growth,
            "10 or less (linear)",
            growth <= 10,
            f"{many:.2f} s / {few:.2f} s",
        ),
    ]
