# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From snapshots as they were collected to the update plan of the fleet. For internal use of the collection only."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._host_generation import resolve_host
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import Fleet, merge_snapshots
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_fleet import plan_fleet
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import read_policy
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SnapshotError, read_snapshot
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot_facts import keep_facts
from ansible_collections.hyperv.integration.plugins.plugin_utils._verdict import DEFAULT_MINIMUM, judge_version


def plan_snapshots(snapshots: t.Any, policy: t.Any = None, minimum: str | None = DEFAULT_MINIMUM) -> Data:
    """Check and merge snapshots of hosts and guests, judge each version, and plan the fleet.

    Raises:
        SnapshotError: One of them is no snapshot; the message says which.
        PolicyError: The policy is not valid.
        VersionError: The minimum is no version.
    """
    return plan_merged(merge_for_plan(snapshots), policy, minimum)


def merge_for_plan(snapshots: t.Any) -> Fleet:
    """Check and merge snapshots of hosts and guests, with all the facts that a plan asks of them.

    Raises:
        SnapshotError: One of them is no snapshot; the message says which.
    """
    every = [snapshots] if isinstance(snapshots, t.Mapping) else snapshots
    if not isinstance(every, (list, tuple)):
        raise SnapshotError(f"Expected a snapshot or a list of snapshots but found {type(every).__name__}")
    return merge_snapshots([_read(one, place) for place, one in enumerate(every)])


def plan_merged(fleet: Fleet, policy: t.Any = None, minimum: str | None = DEFAULT_MINIMUM) -> Data:
    """Judge each version of a merged fleet, and plan it.

    Raises:
        PolicyError: The policy is not valid.
        VersionError: The minimum is no version.
    """
    checked = read_policy(policy)

    def judge(vm: Data, host: Data) -> Data:
        # What-if counts for the verdict too: hosts from 2016 on compare nothing themselves.
        generation = checked.host_generation or resolve_host(host).key
        return judge_version(vm, {**host, "generation": generation}, minimum)

    found = plan_fleet(fleet.hosts, checked, guests=fleet.guests, judge=judge)
    return {**found, "conflicts": fleet.conflicts}


def _read(snapshot: t.Any, place: int) -> Data:
    try:
        read = read_snapshot(snapshot)
    except SnapshotError as exc:
        raise SnapshotError(f"Snapshot {place}: {exc}") from exc
    return keep_facts(read, snapshot)
