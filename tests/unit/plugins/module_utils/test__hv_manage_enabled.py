# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.hv_manage_case import (
    BINARY,
    UNIT,
    debian_guest,
    error,
    go,
    orders,
)
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import STATIC_UNIT, Guest


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return debian_guest(tmp_path)


def test_enabled_is_so_already_where_udev_starts_it(guest: Guest) -> None:
    result = go(guest, enabled=True)
    assert (result.changed, result.error, orders(guest)) == (False, None, [])


def test_a_disable_that_does_not_hold_is_told(guest: Guest) -> None:
    guest.states[UNIT]["UnitFileState"] = "enabled"
    first = go(guest, enabled=False)
    assert (first.changed, orders(guest), first.rows[0]["enabled"]) == (True, [f"disable -- {UNIT}"], True)
    assert first.warnings == [
        f"{UNIT} still starts by itself: udev starts it with its device. Only masked: true keeps it from starting."
    ]
    again = go(guest, enabled=False)
    assert (again.changed, again.warnings) == (False, first.warnings)


def test_a_static_unit_cannot_be_disabled_and_says_so(guest: Guest) -> None:
    guest.remove("/lib/udev/rules.d/60-hyperv-daemons.rules")
    guest.unit(UNIT, STATIC_UNIT.format(key="kvp", binary=BINARY), "/etc/systemd/system", "static")
    assert go(guest, enabled=True).changed is False
    result = go(guest, enabled=False)
    assert (result.changed, result.rows[0]["enabled"], orders(guest)) == (False, True, [])
    assert "it is static, so there is nothing to disable" in result.warnings[0]


def test_a_plain_unit_is_enabled_and_disabled(guest: Guest) -> None:
    guest.remove("/lib/udev/rules.d/60-hyperv-daemons.rules")
    enable = go(guest, enabled=True)
    assert (enable.changed, enable.before, enable.after) == (
        True,
        {"kvp": {"enabled": False}},
        {"kvp": {"enabled": True}},
    )
    assert go(guest, enabled=True).changed is False
    disable = go(guest, enabled=False)
    assert (disable.changed, disable.after, disable.warnings) == (True, {"kvp": {"enabled": False}}, [])
    assert go(guest, enabled=False).changed is False


def test_mask_holds_and_comes_before_the_stop(guest: Guest) -> None:
    guest.daemon("kvp", 412, BINARY, UNIT)
    result = go(guest, "stopped", enabled=False, masked=True)
    assert (result.changed, result.error, result.rows[0]["actions"]) == (True, None, ["mask", "stop"])
    assert (result.rows[0]["masked"], result.rows[0]["enabled"], result.warnings) == (True, False, [])
    assert go(guest, "stopped", enabled=False, masked=True).changed is False


def test_unmask_comes_before_the_start(guest: Guest) -> None:
    guest.link(f"/etc/systemd/system/{UNIT}", "/dev/null")
    result = go(guest, "started", enabled=True, masked=False)
    assert (result.error, result.rows[0]["actions"]) == (None, ["unmask", "start"])
    assert result.after == {"kvp": {"state": "started", "masked": False, "enabled": True}}


def test_check_mode_predicts_a_mask(guest: Guest) -> None:
    result = go(guest, masked=True, check_mode=True)
    assert (result.changed, result.after, orders(guest)) == (True, {"kvp": {"masked": True}}, [])


def test_enabling_what_is_masked_is_refused(guest: Guest) -> None:
    guest.link(f"/etc/systemd/system/{UNIT}", "/dev/null")
    assert error(go(guest, enabled=True)) == ("blocked", f"Failed to enable the kvp daemon: its unit {UNIT} is masked")


def test_masking_what_is_not_there_is_refused(tmp_path: Path) -> None:
    guest = Guest(tmp_path).on_hyperv().boot_systemd()
    assert error(go(guest, masked=True)) == ("blocked", "Failed to mask the kvp daemon: no unit of it was found")
