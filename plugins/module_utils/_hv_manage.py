# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Several daemons brought to one wish: plan, do, look again; one that fails does not hide the others."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hyperv.integration.plugins.module_utils._hv_control import Control
from ansible_collections.hyperv.integration.plugins.module_utils._hv_plan import Wish, make_plan
from ansible_collections.hyperv.integration.plugins.module_utils._hv_status import Daemon, survey
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import HvError, System

Row = t.Dict[str, t.Any]


@dataclass
class Work:
    """One daemon on its way."""

    before: Daemon
    planned: tuple[str, ...] = ()
    done: list[str] = field(default_factory=list)
    warnings: tuple[str, ...] = ()
    error: HvError | None = None


class Result(t.NamedTuple):
    """What came out, ready for the module."""

    changed: bool
    rows: list[Row]
    warnings: list[str]
    before: dict[str, Row]
    after: dict[str, Row]
    error: HvError | None


def manage(system: System, keys: t.Sequence[str], wish: Wish, timeout: float, check_mode: bool) -> Result:
    """Bring the daemons to the wish; in check mode, only say what would be done."""
    works = {key: Work(daemon) for key, daemon in survey(system, keys).daemons.items()}
    for work in works.values():
        try:
            _work(system, work, wish, timeout, check_mode)
        except HvError as exc:
            work.error = exc
    touched = not check_mode and any(work.planned for work in works.values())
    after = survey(system, keys).daemons if touched else {key: work.before for key, work in works.items()}
    if touched:
        for key, work in works.items():
            work.error = work.error or _contradiction(after[key], work.done)
    return _result(works, after, wish, check_mode)


def _work(system: System, work: Work, wish: Wish, timeout: float, check_mode: bool) -> None:
    plan = make_plan(work.before, wish)
    work.planned, work.warnings = plan.steps, plan.warnings
    if plan.steps and not system.is_root:
        what = f"{plan.steps[0]} the {work.before.key} daemon"
        raise HvError("access_denied", f"Failed to {what}: this needs root rights", "Set become: true on the task")
    if not check_mode:
        Control(system, work.before, timeout).carry_out(plan, work.done)


def _contradiction(now: Daemon, done: t.Sequence[str]) -> HvError | None:
    """Whether it did not stay as it was made, as when the host switches the service off meanwhile."""
    last = done[-1] if done else None
    if last in ("start", "restart") and not now.running:
        error_class = "service_not_offered" if now.reason == "off_on_host" else "unexpected"
        return HvError(error_class, f"Failed to keep the {now.key} daemon running: it ended after its start", now.hint)
    if last == "stop" and now.running:
        return HvError(
            "unexpected",
            f"Failed to keep the {now.key} daemon stopped: something started it again as process "
            + ", ".join(map(str, now.pids)),
            "Set masked: true, since an event of udev for the device starts it again",
        )
    return None


def _result(works: dict[str, Work], after: dict[str, Daemon], wish: Wish, check_mode: bool) -> Result:
    rows: list[Row] = []
    warnings: list[str] = []
    before_diff: dict[str, Row] = {}
    after_diff: dict[str, Row] = {}
    for key, work in works.items():
        steps = list(work.planned) if check_mode and work.error is None else work.done
        old, new = _managed(work.before, wish), _managed(after[key], wish)
        new = {**new, **(_predicted(steps) if check_mode else {})}
        if "restart" in steps:
            new["state"] = "restarted"
        differing = [name for name in new if old.get(name) != new[name]]
        if differing and steps:
            before_diff[key] = {name: old.get(name) for name in differing}
            after_diff[key] = {name: new[name] for name in differing}
        warnings += work.warnings
        rows.append(
            {
                **after[key].row(),
                "changed": bool(steps),
                "actions": steps,
                "error": work.error.row() if work.error is not None else None,
            }
        )
    changed = any(row["changed"] for row in rows)
    return Result(changed, rows, warnings, before_diff, after_diff, _sum_up(works))


def _managed(daemon: Daemon, wish: Wish) -> Row:
    row: Row = {
        "state": "started" if daemon.running else "stopped",
        "enabled": daemon.enabled,
        "masked": daemon.masked,
    }
    return {name: row[name] for name, wished in wish._asdict().items() if wished is not None}


def _predicted(steps: t.Sequence[str]) -> Row:
    changes: dict[str, Row] = {
        "mask": {"masked": True},
        "unmask": {"masked": False},
        "enable": {"enabled": True},
        "start": {"state": "started"},
        "stop": {"state": "stopped"},
    }
    predicted: Row = {}
    for step in steps:
        predicted.update(changes.get(step, {}))
    return predicted


def _sum_up(works: dict[str, Work]) -> HvError | None:
    """One error for the task: the first, and how the others fared."""
    failed = {key: work.error for key, work in works.items() if work.error is not None}
    if not failed:
        return None
    first = next(iter(failed.values()))
    if len(works) == 1:
        return first
    others = [f"{error.msg[:1].lower()}{error.msg[1:]}" for error in list(failed.values())[1:]]
    good = [key for key in works if key not in failed]
    parts = [first.msg, *others, *([f"{' and '.join(good)} went well"] if good else [])]
    return HvError(first.error_class, "; ".join(parts), first.hint)
