# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guest systems of VMs: what they report through the host, and the node that plays one."""

from __future__ import annotations

from typing import Any

from .generations import LINUX, WINDOWS, Generation, Linux, Windows, current_level

VMIC = (
    # service, display name, switch on the host, since which Windows
    ("vmicguestinterface", "Hyper-V Guest Service Interface", "GuestServiceInterface", (6, 3)),
    ("vmicheartbeat", "Hyper-V Heartbeat Service", "Heartbeat", (5, 2)),
    ("vmickvpexchange", "Hyper-V Data Exchange Service", "KeyValuePairExchange", (5, 2)),
    ("vmicrdv", "Hyper-V Remote Desktop Virtualization Service", None, (6, 2)),
    ("vmicshutdown", "Hyper-V Guest Shutdown Service", "Shutdown", (5, 2)),
    ("vmictimesync", "Hyper-V Time Synchronization Service", "TimeSynchronization", (5, 2)),
    ("vmicvmsession", "Hyper-V PowerShell Direct Service", None, (10, 0)),
    ("vmicvss", "Hyper-V Volume Shadow Copy Requestor", "VSS", (5, 2)),
)
MACHINE_KEY = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Virtual Machine"


def intrinsic(system: Windows | Linux, fqdn: str, addresses: tuple[list[str], list[str]], level: str) -> dict[str, str]:
    """Return the key-value pairs that a guest publishes by itself; *addresses* are IPv4 and IPv6."""
    items = {
        "FullyQualifiedDomainName": fqdn,
        "IntegrationServicesVersion": level,
        "NetworkAddressIPv4": ";".join(addresses[0]),
        "NetworkAddressIPv6": ";".join(addresses[1]),
        "OSName": system.name,
        "ProcessorArchitecture": "9" if isinstance(system, Windows) else "x86_64",
    }
    if isinstance(system, Linux):
        number = system.kernel.partition("-")[0]
        return {
            **items,
            "OSBuildNumber": system.kernel,
            "OSMajorVersion": system.release,
            "OSMinorVersion": "",
            "OSVersion": number,
        }
    major, minor, build = system.version.split(".")
    return {
        **items,
        "CSDVersion": "",
        "OSBuildNumber": build,
        "OSMajorVersion": major,
        "OSMinorVersion": minor,
        "OSPlatformId": "2",
        "OSVersion": system.version,
        "ProductType": str(system.product_type),
        "RDPAddressIPv4": ";".join(addresses[0]),
        "RDPAddressIPv6": ";".join(addresses[1]),
        "ServicePackMajor": "0",
        "ServicePackMinor": "0",
        "SuiteMask": "272",
    }


def system_of(name: str) -> Windows | Linux | None:
    """Return the system of a preset."""
    return WINDOWS.get(name) or LINUX.get(name)


def level_of(system: Windows | Linux, generation: Generation, wanted: str | None) -> str:
    """Return the version that a guest reports: *wanted* is a version, ``current`` or nothing for what it came with."""
    if isinstance(system, Linux):
        # HV_DRV_VERSION of the kernel, "this number has no meaning".
        return "3.1"
    if wanted == "current":
        return current_level(generation, system)
    return wanted or system.level


def node_state(name: str, system: Windows, level: str) -> dict[str, Any]:
    """Return the state of a node that plays a Windows; the simulation adds the services and the registry."""
    return {
        "role": "guest",
        "computerName": name[:15].upper(),
        "domain": "lab.example",
        "language": "en",
        "os": {
            "caption": f"Microsoft {system.name}",
            "version": system.version,
            "build": int(system.version.rpartition(".")[2]),
            "productType": system.product_type,
        },
        "icVersion": level,
    }


def services(system: Windows, vm: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the Hyper-V services of a guest, for a scenario that changes some; they follow the host's switches."""
    version = tuple(int(part) for part in system.version.split(".")[:2])
    switches = vm["services"] if vm else {}
    rows = []
    for name, display, switch, since in VMIC:
        if version < since:
            continue
        runs = switches.get(switch, {}).get("enabled", False) if switch else name == "vmicrdv"
        start = "Manual" if version >= (6, 2) else "Automatic"
        row = {"name": name, "displayName": display, "startType": start, "triggered": runs}
        rows.append({**row, "status": "Running" if runs else "Stopped"})
    return rows


def registry(level: str, host: dict[str, Any], vm: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return what the Data Exchange service has written into the guest's registry."""
    full = f"{host['computerName']}.{host['domain']}"
    major, minor, _unused = host["os"]["version"].split(".")
    return {
        rf"{MACHINE_KEY}\Auto": {"IntegrationServicesVersion": level},
        rf"{MACHINE_KEY}\External": {},
        rf"{MACHINE_KEY}\Guest\Parameters": {
            "HostName": full,
            "HostingSystemEditionId": "8",
            "HostingSystemNestedLevel": "0",
            "HostingSystemOsMajor": major,
            "HostingSystemOsMinor": minor,
            "HostingSystemProcessorArchitecture": "9",
            "HostingSystemSpMajor": "0",
            "HostingSystemSpMinor": "0",
            "PhysicalHostName": host["computerName"],
            "PhysicalHostNameFullyQualified": full,
            "VirtualMachineDynamicMemoryBalancingEnabled": "0",
            "VirtualMachineId": vm["id"].upper(),
            "VirtualMachineName": vm["name"],
        },
    }
