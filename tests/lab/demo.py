# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fleet that `make audit` shows: small, the same each time, and with something of everything in it."""

from __future__ import annotations

from dataclasses import replace

from .defects import Defects
from .fleet import fleet
from .scenario import Scenario

HOSTS = 8
MACHINES = 8
SEED = 1570
DEFECTS = replace(
    Defects(),
    unreachable_hosts=1,
    denied_hosts=1,
    clusters=1,
    outdated=0.4,
    service_off=0.2,
    no_contact=0.12,
    duplicate_name=0.03,
    hostile_name=0.05,
    read_error=0.02,
)


def demo() -> Scenario:
    """Return the fleet."""
    return fleet(HOSTS, MACHINES, SEED, DEFECTS)
