# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts and guests as snapshots show them, for the tests of the update planner."""

from __future__ import annotations

import typing as t

Data = dict[str, t.Any]

KVP = "key_value_pair_exchange"
HOST_BUILDS = {
    "win8_ws2012": 9200,
    "win81_ws2012r2": 9600,
    "win10_ws2016_ws2019": 14393,
    "ws2022_plus": 20348,
}


def windows(version: str, product: int, name: str = "", pack: int = 0, **more: str) -> Data:
    """What a Windows guest answers over Data Exchange."""
    major, minor, build = version.split(".")
    return {
        "OSName": name,
        "OSVersion": version,
        "OSMajorVersion": major,
        "OSMinorVersion": minor,
        "OSBuildNumber": build,
        "OSPlatformId": "2",
        "CSDVersion": f"Service Pack {pack}" if pack else "",
        "ServicePackMajor": str(pack),
        "ServicePackMinor": "0",
        "ProductType": str(product),
        "ProcessorArchitecture": "9",
        **more,
    }


# One guest for each name that the tables print. The names of the products are left out where numbers suffice.
GUESTS: dict[str, Data] = {
    "Windows XP": windows("5.1.2600", 1, pack=3),
    "Windows Server 2003": windows("5.2.3790", 3, pack=2),
    "Windows Server 2003 R2": windows("5.2.3790", 3, "Microsoft Windows Server 2003 R2", pack=2),
    "Windows Vista": windows("6.0.6002", 1, pack=2),
    "Windows Server 2008": windows("6.0.6002", 3, pack=2),
    "Windows 7": windows("6.1.7601", 1, pack=1),
    "Windows Server 2008 R2": windows("6.1.7601", 3, pack=1),
    "Windows Home Server 2011": windows("6.1.7601", 3, pack=1, OSEditionId="34"),
    "Windows Small Business Server 2011": windows("6.1.7601", 2, pack=1, OSEditionId="50"),
    "Windows 8": windows("6.2.9200", 1),
    "Windows Server 2012": windows("6.2.9200", 3),
    "Windows 8.1": windows("6.3.9600", 1),
    "Windows Server 2012 R2": windows("6.3.9600", 3),
    "Windows 10": windows("10.0.19045", 1),
    "Windows 11": windows("10.0.22631", 1),
    "Windows Server 2016": windows("10.0.14393", 3),
    "Windows Server, Semi-Annual Channel": windows("10.0.18363", 3),
    "Windows Server 2019": windows("10.0.17763", 3, "Windows Server 2019 Standard"),
    "Windows Server 2022": windows("10.0.20348", 3),
    "Windows Server 2025": windows("10.0.26100", 3),
    "Linux": {
        "OSName": "Debian GNU/Linux",
        "OSVersion": "6.1.0",
        "OSMajorVersion": "12",
        "OSMinorVersion": "",
        "OSBuildNumber": "6.1.0-18-amd64",
        "ProcessorArchitecture": "x86_64",
    },
    "FreeBSD": {"OSName": "FreeBSD", "OSVersion": "14.0-RELEASE", "ProcessorArchitecture": "amd64"},
}


def host(generation: str = "win10_ws2016_ws2019", **more: t.Any) -> Data:
    build = HOST_BUILDS[generation]
    facts = {"name": "HV01", "os_build": build, "os_caption": "", "os_version": None, "generation": generation}
    return {**facts, "vmguest_iso": None, **more}


def vm(os: str | None = "Windows Server 2012", kvp_on: bool | None = True, **more: t.Any) -> Data:
    """A virtual machine that runs; kvp_on None means that the host does not offer Data Exchange."""
    services = [{"key": "heartbeat", "enabled": True}]
    if kvp_on is not None:
        services.append({"key": KVP, "enabled": kvp_on})
    return {
        "id": "7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f",
        "name": "web01",
        "state": "running",
        "generation": 2,
        "checkpoints": 0,
        "guest": {"os_name": None, "os_version": None},
        "kvp": dict(GUESTS[os]) if os and kvp_on else {},
        "version": {"value": "6.2.9200.16384", "source": "kvp", "reason": None},
        "services": services,
        "error": None,
        **more,
    }


def guest(os: str = "Windows Server 2012", **more: t.Any) -> Data:
    """The guest's own snapshot, all well."""
    facts = GUESTS[os]
    system = {
        "name": "WEB01",
        "family": "windows" if os.startswith("Windows") else "linux",
        "os_name": facts["OSName"] or os,
        "os_version": facts["OSVersion"],
        "restart_pending": False,
        "host_os_version": "10.0",
    }
    service = {"key": KVP, "name": "vmickvpexchange", "state": "running", "start_mode": "manual", "running": True}
    return {"guest": {**system, **more}, "version": {"value": "6.2.9200"}, "services": [service], "error": None}


def states(plan: Data) -> dict[str, str]:
    """The preconditions of a plan by their name."""
    return {row["id"]: row["state"] for row in plan["preconditions"]}


def step_ids(plan: Data) -> list[str]:
    return [step["id"] for step in plan["steps"]]
