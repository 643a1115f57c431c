# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.filter.maintenance_window_open import (
    FilterModule,
    maintenance_window_open,
)


def test_the_filter_has_its_name() -> None:
    assert FilterModule().filters() == {"maintenance_window_open": maintenance_window_open}


def test_the_moment_may_be_given_or_is_now() -> None:
    assert maintenance_window_open("Sat 22:00-04:00", "2026-05-03T03:59")
    assert not maintenance_window_open("Sat 22:00-04:00", "2026-05-03T04:00")
    assert maintenance_window_open(["00:00-12:00", "12:00-24:00"])


@pytest.mark.parametrize(("windows", "at", "named"), [("22-04", None, "22-04"), ("22:00-04:00", "noon", "noon")])
def test_what_makes_no_sense_is_named(windows: str, at: str | None, named: str) -> None:
    with pytest.raises(AnsibleFilterError, match=named):
        maintenance_window_open(windows, at)
