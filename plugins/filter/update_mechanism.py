# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.plugin_utils._mechanism import QuestionError, look_up


def update_mechanism(guest: t.Any, host: t.Any, details: t.Any = False) -> str | dict[str, t.Any]:
    if not isinstance(details, bool):
        raise AnsibleFilterError(f"update_mechanism: details must be true or false, not {details!r}")
    try:
        found = look_up(guest, host)
    except QuestionError as exc:
        raise AnsibleFilterError(f"update_mechanism: {exc}") from exc
    return found if details else str(found["mechanism"])


class FilterModule:
    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"update_mechanism": update_mechanism}
