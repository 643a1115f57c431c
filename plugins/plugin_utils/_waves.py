# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which waves a fleet is updated, and when to stop. For internal use of the collection only.

The first wave is the canary: few virtual machines, of every mechanism. The batches come after it.
"""

from __future__ import annotations

import collections
import dataclasses
import math
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import MECHANISMS

CANARY, BATCH = "canary", "batch"
DONE, FAILED, UNCHANGED = "done", "failed", "unchanged"
RESULTS = (DONE, FAILED, UNCHANGED)

Vm = t.Mapping[str, t.Any]


class WaveError(ValueError):
    """The rules of the waves make no sense; the message names what the user wrote."""


@dataclasses.dataclass(frozen=True)
class WaveRules:
    """How a fleet is cut into waves.

    Attributes:
        canary: The number of virtual machines in the first wave; 0 means none. A mechanism that more virtual machines
            use than one is in it at least once, as far as the number reaches.
        batch: The sizes of the waves after it, each a number or a share such as "10%"; the last one repeats.
        per_host: At most so many virtual machines of one host in a wave; 0 means any number.
        soak: The seconds to wait after a wave before the next one begins.
        canary_soak: The same after the canary.
        max_failures: The share of a wave, in percent, that may fail before the run stops; 0 stops at the first.
        canary_max_failures: The same for the canary.
    """

    canary: int = 1
    batch: tuple[int | str, ...] = ("25%",)
    per_host: int = 0
    soak: int = 0
    canary_soak: int = 0
    max_failures: float = 10.0
    canary_max_failures: float = 0.0


class Judgement(t.NamedTuple):
    """Whether the next wave may begin, and why not."""

    go_on: bool
    failed: int
    share: float
    reason: str | None


def read_rules(value: t.Mapping[str, t.Any]) -> WaveRules:
    """Check what the user wrote.

    Raises:
        WaveError: A rule is unknown or has a value that makes no sense.
    """
    names = [field.name for field in dataclasses.fields(WaveRules)]
    for name in value:
        if name not in names:
            raise WaveError(f"'{name}' is no rule of the waves; there are {', '.join(names)}")
    rules = dict(value)
    if "batch" in rules:
        rules["batch"] = _read_batch(rules["batch"])
    for name in ("canary", "per_host", "soak", "canary_soak"):
        if name in rules and not _is_count(rules[name]):
            raise WaveError(f"{name} must be a whole number of 0 or more, not '{rules[name]}'")
    for name in ("max_failures", "canary_max_failures"):
        if name in rules:
            rules[name] = _read_percent(name, rules[name])
    return WaveRules(**rules)


def _is_count(value: t.Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _read_percent(name: str, value: t.Any) -> float:
    number = value[:-1].strip() if isinstance(value, str) and value.endswith("%") else value
    try:
        share = float("nan") if isinstance(number, bool) else float(number)
    except (TypeError, ValueError):
        share = float("nan")
    if not 0 <= share <= 100:
        raise WaveError(f"{name} must be a share from 0 to 100, not '{value}'")
    return share


def _read_batch(value: t.Any) -> tuple[int | str, ...]:
    sizes = value if isinstance(value, (list, tuple)) else [value]
    if not sizes:
        raise WaveError("batch must name at least one size")
    for size in sizes:
        share = isinstance(size, str) and size.endswith("%") and _read_percent("batch", size) > 0
        if not share and not (_is_count(size) and size > 0):
            raise WaveError(f"batch must be of numbers above 0 or of shares such as 10%, not '{size}'")
    return tuple(sizes)


def make_waves(vms: t.Iterable[Vm], rules: WaveRules) -> list[dict[str, t.Any]]:
    """Cut virtual machines, as the plan of the fleet lists them, into waves. Each of them is in exactly one.

    The same virtual machines and rules give the same waves, in whatever order they come.
    """
    waiting = sorted(vms, key=_order)
    total = len(waiting)
    waves: list[dict[str, t.Any]] = []
    if rules.canary and waiting:
        chosen = _choose_canary(waiting, rules)
        places = {id(vm) for vm in chosen}
        waiting = [vm for vm in waiting if id(vm) not in places]
        waves.append(_wave(CANARY, chosen, rules.canary_soak, rules.canary_max_failures))
    queue = collections.deque(waiting)
    number = 0
    while queue:
        size = _size(rules.batch[min(number, len(rules.batch) - 1)], total)
        waves.append(_wave(BATCH, _take(queue, size, rules.per_host), rules.soak, rules.max_failures))
        number += 1
    for place, wave in enumerate(waves, start=1):
        wave["number"] = place
    if waves:
        waves[-1]["soak"] = 0  # nothing comes after the last one
    return waves


def _wave(kind: str, vms: list[Vm], soak: int, max_failures: float) -> dict[str, t.Any]:
    return {"number": 0, "kind": kind, "soak": soak, "max_failures": max_failures, "vms": vms}


def _order(vm: Vm) -> tuple[str, str, str]:
    return (str(vm.get("host") or ""), str(vm.get("name") or ""), str(vm.get("id") or ""))


def _size(size: int | str, total: int) -> int:
    if isinstance(size, int):
        return size
    return max(1, math.floor(total * float(size[:-1]) / 100))


def _choose_canary(vms: list[Vm], rules: WaveRules) -> list[Vm]:
    """One of each mechanism in turn, and of another host each time where there is one."""
    groups = {name: collections.deque(vm for vm in vms if vm.get("mechanism") == name) for name in MECHANISMS}
    groups["other"] = collections.deque(vm for vm in vms if vm.get("mechanism") not in MECHANISMS)
    used: collections.Counter[str] = collections.Counter()
    chosen: list[Vm] = []
    while len(chosen) < rules.canary:
        before = len(chosen)
        for group in groups.values():
            vm = _next_of(group, used, rules.per_host) if len(chosen) < rules.canary else None
            if vm is not None:
                used[_host(vm)] += 1
                chosen.append(vm)
        if len(chosen) == before:
            break
    return sorted(chosen, key=_order)


def _host(vm: Vm) -> str:
    return str(vm.get("host") or "")


def _next_of(group: collections.deque[Vm], used: collections.Counter[str], per_host: int) -> Vm | None:
    """The virtual machine of the host that has the fewest so far."""
    free = [vm for vm in group if not per_host or used[_host(vm)] < per_host]
    if not free:
        return None
    chosen = min(free, key=lambda vm: used[_host(vm)])
    group.remove(chosen)
    return chosen


def _take(queue: collections.deque[Vm], size: int, per_host: int) -> list[Vm]:
    """The next virtual machines; those of a host that has its share in the wave wait for a later one."""
    taken: list[Vm] = []
    put_back: list[Vm] = []
    used: collections.Counter[str] = collections.Counter()
    while queue and len(taken) < size:
        vm = queue.popleft()
        if per_host and used[_host(vm)] >= per_host:
            put_back.append(vm)
            continue
        used[_host(vm)] += 1
        taken.append(vm)
    queue.extendleft(reversed(put_back))
    return taken


def judge_wave(wave: t.Mapping[str, t.Any], results: t.Mapping[str, str]) -> Judgement:
    """Whether the run goes on after a wave.

    Args:
        wave: One of the waves of make_waves.
        results: The result of each virtual machine by its id: done, failed or unchanged. One without a result counts
            as failed, since nobody knows what became of it.

    Raises:
        WaveError: A result is none of these words.
    """
    for name, result in results.items():
        if result not in RESULTS:
            raise WaveError(f"The result of '{name}' must be one of {', '.join(RESULTS)}, not '{result}'")
    vms = wave["vms"]
    failed = sum(1 for vm in vms if results.get(str(vm.get("id"))) not in (DONE, UNCHANGED))
    share = 100.0 * failed / len(vms) if vms else 0.0
    if failed == 0 or share <= wave["max_failures"]:
        return Judgement(True, failed, share, None)
    reason = (
        f"Wave {wave['number']} ({wave['kind']}): {failed} of {len(vms)} virtual machines failed ({share:.0f}%), "
        f"{wave['max_failures']:g}% are allowed"
    )
    return Judgement(False, failed, share, reason)
