# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast the update planner plans, and whether ten times the fleet takes ten times the time.

Run it where Python finds ansible_collections, as ansible_collections.hyperv.integration.tests.bench.bench_plan.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_fleet import plan_fleet

Data = dict[str, t.Any]

VMS_OF_A_HOST = 50
BUILDS = (9200, 9600, 14393, 17763, 20348, 26100)
SYSTEMS = (
    ("6.1.7601", "3", "1"),
    ("6.1.7601", "1", "1"),
    ("6.2.9200", "3", "0"),
    ("6.3.9600", "3", "0"),
    ("10.0.14393", "3", "0"),
    ("10.0.17763", "3", "0"),
    ("10.0.20348", "3", "0"),
    ("10.0.19045", "1", "0"),
)
VERDICTS = ("outdated", "current", "not_applicable", "not_reported", "unknown")
SMALL, LARGE = 10_000, 100_000


def make_vm(number: int, generator: random.Random) -> Data:
    version, product, pack = generator.choice(SYSTEMS)
    build = version.rsplit(".", 1)[1]
    kvp = {"OSVersion": version, "OSBuildNumber": build, "ProductType": product, "ServicePackMajor": pack}
    switches = {"heartbeat": True, "key_value_pair_exchange": generator.random() < 0.9}
    return {
        "id": f"00000000-0000-0000-0000-{number:012d}",
        "name": f"vm{number:06d}",
        "state": "running" if generator.random() < 0.9 else "off",
        "generation": generator.choice((1, 2)),
        "checkpoints": generator.choice((0, 0, 0, 1)),
        "guest": {"os_name": None, "os_version": version},
        "kvp": {
            **kvp,
            "OSPlatformId": "2",
            "ProcessorArchitecture": "9",
            "FullyQualifiedDomainName": f"vm{number}.test",
        },
        "version": {"value": version, "source": "kvp", "reason": None},
        "services": [{"key": key, "enabled": enabled} for key, enabled in switches.items()],
        "error": None,
    }


def make_fleet(vms: int, seed: int = 7) -> list[Data]:
    """Host snapshots with so many virtual machines in all; the same seed gives the same fleet."""
    generator = random.Random(seed)
    hosts = []
    for first in range(0, vms, VMS_OF_A_HOST):
        host = {"name": f"HV{first // VMS_OF_A_HOST:05d}", "os_build": generator.choice(BUILDS), "os_caption": ""}
        numbers = range(first, min(first + VMS_OF_A_HOST, vms))
        hosts.append({"host": host, "vms": [make_vm(number, generator) for number in numbers], "error": None})
    return hosts


def measure(vms: int, rounds: int = 3) -> float:
    """The seconds of the processor in the best of some rounds; those of the clock depend on what else runs."""
    fleet = make_fleet(vms)
    verdicts = {
        vm["id"]: VERDICTS[place % len(VERDICTS)] for snapshot in fleet for place, vm in enumerate(snapshot["vms"])
    }
    best = float("inf")
    for _unused in range(rounds):
        gc.collect()
        start = time.process_time()
        found = plan_fleet(fleet, {"allow_enable_kvp": True}, judge=lambda vm, host: verdicts[vm["id"]])
        best = min(best, time.process_time() - start)
        if len(found["vms"]) != vms:
            raise RuntimeError(f"Expected {vms} plans but found {len(found['vms'])}")
    return best


def compare(small: int = SMALL, large: int = LARGE) -> Data:
    """The speed, and the time for one virtual machine of the large fleet over that of the small one."""
    times = {vms: measure(vms) for vms in (small, large)}
    return {
        "vms_per_second": round(large / times[large]),
        "seconds": round(times[large], 2),
        "linearity": round((times[large] / large) / (times[small] / small), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the update planner.")
    parser.add_argument("--small", type=int, default=SMALL)
    parser.add_argument("--large", type=int, default=LARGE)
    given = parser.parse_args()
    found = compare(given.small, given.large)
    print(f"plan: {found['vms_per_second']} VMs/s; {given.large} VMs in {found['seconds']} s of one processor")
    print(f"plan: {found['linearity']} times the time for a VM in a fleet of {given.large} as in one of {given.small}")


if __name__ == "__main__":
    main()
