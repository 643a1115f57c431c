# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The six services of a Hyper-V host as a Linux guest sees them: channel, device, and what stands in for the device."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One service that a host can offer."""

    key: str
    aliases: tuple[str, ...]
    class_id: str
    instance_id: str
    channel: int
    device: str | None = None
    # The kernel's device whose uevents lend the device unit its life; see README, "Stand-in devices".
    stand_in: str | None = None


# Class ids are Hyper-V's. Of the instance ids only that of fcopy is a constant, which its daemon has built in.
SERVICES: tuple[Service, ...] = (
    Service(
        "shutdown",
        (),
        "0e0b6031-5213-4934-818b-38d90ced39db",
        "b6650ff7-33bc-4840-8048-e0676786f393",
        1,
    ),
    Service(
        "time_synchronization",
        ("time_sync", "timesync"),
        "9527e630-d0ae-497b-adce-e80ab0175caf",
        "2dd1ce17-079e-403c-b352-a1921ee207ee",
        2,
    ),
    Service(
        "heartbeat",
        (),
        "57164f39-9115-4e78-ab55-382f3bd5422d",
        "fd149e91-82e0-4a7d-afa6-2a4166cbd7c0",
        3,
    ),
    Service(
        "key_value_pair_exchange",
        ("kvp", "data_exchange"),
        "a9a0f4e7-5a45-4d96-b827-8a841e8c03e6",
        "242ff919-07db-4180-9c2e-b86cb68c8c55",
        4,
        "hv_kvp",
        "tty20",
    ),
    Service(
        "vss",
        ("backup",),
        "35fa2e29-ea23-4236-96ae-3a6ebacba440",
        "2450ee40-33bf-4fbd-892e-9fb06e9214cf",
        5,
        "hv_vss",
        "tty21",
    ),
    Service(
        "guest_service_interface",
        ("gsi", "fcopy"),
        "34d14be3-dee4-41c8-9ae7-6b174977c192",
        "eb765408-105f-49b6-b4aa-c123b64d17d4",
        6,
        "hv_fcopy",
        "tty22",
    ),
)
KEYS = tuple(service.key for service in SERVICES)


def find_service(name: str) -> Service:
    """Find a service by its key or one of its aliases."""
    for service in SERVICES:
        if name == service.key or name in service.aliases:
            return service
    raise ValueError(f"Unknown service '{name}': expected one of {', '.join(KEYS)}")
