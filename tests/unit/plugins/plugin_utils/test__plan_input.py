# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_input import plan_snapshots
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SnapshotError, failed_snapshot
from ansible_collections.hyperv.integration.plugins.plugin_utils._versions import VersionError
from ansible_collections.hyperv.integration.tests.unit.plugins.filter.test_update_plan import snapshot


def test_a_host_that_could_not_be_read_is_in_the_plan() -> None:
    """R82."""
    failed = failed_snapshot("hv9", {"error_class": "host_unreachable", "msg": "no route"}, None)
    found = plan_snapshots([snapshot(), failed])
    assert [(row["name"], bool(row["error"])) for row in found["hosts"]] == [("HV01", False), ("hv9", True)]


def test_no_snapshots_make_an_empty_plan() -> None:
    assert plan_snapshots([])["summary"]["vms"] == 0


def test_a_wrong_snapshot_is_named_by_its_place() -> None:
    with pytest.raises(SnapshotError, match="Snapshot 1: "):
        plan_snapshots([snapshot(), {"schema": "other"}])


def test_a_minimum_that_is_no_version_is_refused() -> None:
    with pytest.raises(VersionError):
        plan_snapshots(snapshot(), None, "newest")
