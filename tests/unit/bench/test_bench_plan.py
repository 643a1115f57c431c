# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_fleet import plan_fleet
from ansible_collections.hyperv.integration.tests.bench.bench_plan import compare, make_fleet


def test_the_same_seed_makes_the_same_fleet() -> None:
    assert make_fleet(120) == make_fleet(120)
    assert make_fleet(120) != make_fleet(120, seed=8)


def test_the_fleet_has_as_many_vms_as_asked_for() -> None:
    assert [len(snapshot["vms"]) for snapshot in make_fleet(120)] == [50, 50, 20]


def test_the_fleet_is_a_mixed_one() -> None:
    """A bench of one kind of case would measure the planner's memory alone."""
    found = plan_fleet(make_fleet(2000), judge=lambda vm, host: "outdated")
    mechanisms = found["summary"]["by_mechanism"]
    assert all(mechanisms[name] for name in ("windows_update", "integration_services_disk", "unsupported"))
    assert found["summary"]["by_status"]["blocked"]


def test_the_bench_compares_two_sizes() -> None:
    found = compare(small=50, large=100)
    assert set(found) == {"vms_per_second", "seconds", "linearity"}
    assert found["vms_per_second"] > 0
