# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.plugin_utils._waves import (
    WaveError,
    judge_wave,
    make_waves,
    read_rules,
)


def update_waves(plan: t.Any, **rules: t.Any) -> list[dict[str, t.Any]]:
    vms = plan.get("vms") if isinstance(plan, t.Mapping) else plan
    if not isinstance(vms, (list, tuple)) or not all(isinstance(vm, t.Mapping) for vm in vms):
        raise AnsibleFilterError("update_waves: Expected the plan of a fleet, or a list of plans")
    try:
        return make_waves([vm for vm in vms if vm.get("status") == "ready"], read_rules(rules))
    except WaveError as exc:
        raise AnsibleFilterError(f"update_waves: {exc}") from exc


def update_wave_result(wave: t.Any, results: t.Any) -> dict[str, t.Any]:
    if not isinstance(wave, t.Mapping) or "vms" not in wave or "max_failures" not in wave:
        raise AnsibleFilterError("update_wave_result: Expected a wave of update_waves")
    if not isinstance(results, t.Mapping):
        raise AnsibleFilterError(f"update_wave_result: results must be a mapping, not {type(results).__name__}")
    try:
        return judge_wave(wave, {str(name): str(result) for name, result in results.items()})._asdict()
    except WaveError as exc:
        raise AnsibleFilterError(f"update_wave_result: {exc}") from exc


class FilterModule:
    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"update_waves": update_waves, "update_wave_result": update_wave_result}
