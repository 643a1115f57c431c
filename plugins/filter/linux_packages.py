# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.plugin_utils import _linux_packages as core


def linux_packages(snapshot: t.Any, before: t.Any = None) -> dict[str, t.Any]:
    try:
        return core.linux_packages(snapshot, before)
    except core.LinuxPackagesError as exc:
        raise AnsibleFilterError(f"linux_packages: {exc}") from exc


class FilterModule:
    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"linux_packages": linux_packages}
