# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Debian guest and short ways to manage its daemons, for the tests of _hv_manage."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.hyperv.integration.plugins.module_utils._hv_manage import Result, manage
from ansible_collections.hyperv.integration.plugins.module_utils._hv_plan import Wish
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest

BINARY = "/usr/sbin/hv_kvp_daemon"
UNIT = "hv-kvp-daemon.service"


def debian_guest(tmp_path: Path) -> Guest:
    """A Debian guest with systemd; a start of the unit brings a daemon that is well."""
    guest = Guest(tmp_path).on_hyperv().boot_systemd()
    guest.debian_unit("kvp", guest.program(BINARY))
    guest.pools()
    guest.on_start[UNIT] = lambda: guest.daemon("kvp", 412, BINARY, UNIT)
    return guest


def go(
    guest: Guest,
    state: str | None = None,
    *,
    enabled: bool | None = None,
    masked: bool | None = None,
    keys: t.Sequence[str] = ("kvp",),
    timeout: float = 30,
    check_mode: bool = False,
) -> Result:
    return manage(guest.system, keys, Wish(state, enabled, masked), timeout, check_mode)


def error(result: Result) -> tuple[str, str]:
    assert result.error is not None
    return result.error.error_class, result.error.msg


def each(*steps: t.Callable[[], object]) -> t.Callable[[], None]:
    """All of these, one after the other."""

    def run() -> None:
        for step in steps:
            step()

    return run


def orders(guest: Guest) -> list[str]:
    """What was asked of systemd, without the questions."""
    return [" ".join(call[2:]) for call in guest.calls if call[0] == "systemctl" and call[1] != "show"]
