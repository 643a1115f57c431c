# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime
import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.plugin_utils._window import WindowError, is_open


def maintenance_window_open(windows: t.Any, at: t.Any = None) -> bool:
    try:
        moment = datetime.datetime.now() if at is None else datetime.datetime.fromisoformat(str(at))
    except ValueError:
        raise AnsibleFilterError(f"maintenance_window_open: '{at}' is no time such as 2026-05-04T23:15") from None
    try:
        return is_open(windows, moment)
    except WindowError as exc:
        raise AnsibleFilterError(f"maintenance_window_open: {exc}") from exc


class FilterModule:
    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"maintenance_window_open": maintenance_window_open}
