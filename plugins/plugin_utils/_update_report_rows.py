# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The rows of an update's report, one for each virtual machine of the plan, and what in them needs a person."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._causes import worst
from ansible_collections.hyperv.integration.plugins.plugin_utils._journal import leftovers
from ansible_collections.hyperv.integration.plugins.plugin_utils._merge import read_time
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_fate import Course, Fate, settle
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_now import Now, key_of


class Need(t.NamedTuple):
    """Something that a person has to do: how grave it is, what it is called, and what to do if no row knows better."""

    severity: str
    title: str
    next_step: str | None = None


_CLEAN_UP = "Run the update again: it first takes away what was left behind"
# In the order in which a person should look at them; what was left behind may hurt soonest.
NEEDS = {
    "leftovers": Need("critical", "Something was left behind", _CLEAN_UP),
    "failed": Need("critical", "Update failed"),
    "cut_off": Need("critical", "Update was cut off"),
    "host_not_read": Need(
        "critical",
        "Host could not be read, so its VMs are not in the plan",
        "Make sure that the host answers, then run the update again",
    ),
    "outside": Need("critical", "Failed outside of the plan, on what an earlier run left"),
    "services": Need("warning", "Services that do not work now"),
    "still_outdated": Need(
        "warning", "Still outdated after the update", "Look at what the update did, and at the guest's own log of it"
    ),
    "restart_pending": Need(
        "warning", "Restart is pending", "Restart the guest when it suits; the new version counts from then on"
    ),
    "stopped": Need("warning", "Not begun, since the run stopped"),
    "not_reached": Need("warning", "Not begun"),
    "not_assigned": Need("warning", "Nobody could carry it out"),
    "blocked": Need("warning", "Blocked: something must be settled first"),
    "refused": Need("notice", "Refused by the policy"),
    "unsupported": Need("notice", "No way to update it"),
    "unknown": Need("notice", "Not known what it needs"),
}
_TRIED = ("updated", "unchanged", "failed", "cut_off")
_FINISHED = ("updated", "unchanged")
_NOT_BEGUN = "not_begun"


class Sources(t.NamedTuple):
    """Where rows come from, each by virtual machine (key_of)."""

    entries: t.Mapping[str, Data]
    failures: t.Mapping[str, Data]
    not_assigned: t.Mapping[str, Data]
    waves: t.Mapping[str, int]
    course: Course
    now: Now


def make_row(plan: Data, sources: Sources) -> Data:
    """The row of a virtual machine."""
    key = key_of(plan)
    entry = sources.entries.get(key)
    fate = settle(plan, entry, sources.failures.get(key), sources.not_assigned.get(key), sources.course)
    known = sources.now.of(plan, entry)
    row: Data = {
        "host": plan["host"],
        "name": plan["name"],
        "id": plan["id"],
        "guest_os": plan["guest"]["label"] or plan["guest"]["key"],
        "mechanism": (entry or {}).get("mechanism") or plan["mechanism"],
        "plan_status": plan["status"],
        "wave": sources.waves.get(key),
        "outcome": fate.outcome,
        "severity": "ok",
        "needs": [],
        **_versions(plan, entry, known),
        "restart_pending": _restart(entry, known),
        "services": known["services"],
        "reason": fate.reason,
        "hint": fate.hint,
        "error_class": fate.error_class,
        **_times(entry),
        "steps": _steps(plan, entry, fate),
        "leftovers": leftovers(entry) if entry else [],
    }
    row["needs"] = _needs(row, fate)
    row["severity"] = worst(NEEDS[need].severity for need in row["needs"])
    return row


def _versions(plan: Data, entry: Data | None, known: Data) -> Data:
    return {
        "version_before": (entry or {}).get("version_before") or plan["version"],
        "version_after": (entry or {}).get("version_after"),
        "version_now": known["version"],
        "verdict_now": known["verdict"],
    }


def _restart(entry: Data | None, known: Data) -> bool | None:
    """A guest that was asked after the update knows best: a person may have restarted it since."""
    if known["restart_pending"] is not None:
        return bool(known["restart_pending"])
    told = (entry or {}).get("restart_pending")
    return None if told is None else bool(told)


def _times(entry: Data | None) -> Data:
    if entry is None:
        return {"started_at": None, "ended_at": None, "seconds": None, "resumed": 0}
    started, ended = entry["started_at"], entry["ended_at"]
    seconds = round((read_time(ended) - read_time(started)).total_seconds()) if started and ended else None
    return {"started_at": started, "ended_at": ended, "seconds": seconds, "resumed": entry.get("resumed") or 0}


def _steps(plan: Data, entry: Data | None, fate: Fate) -> list[Data]:
    """What was done; of an update that did not get through, also what of its plan was not begun."""
    planned = [step["id"] for step in plan["steps"]]
    if entry is None:
        state = "planned" if fate.outcome == "planned" else _NOT_BEGUN
        ready = fate.outcome in ("planned", "not_run", "failed")
        return [{"id": step, "state": state, "detail": None} for step in planned] if ready else []
    found = [
        {"id": row["id"], "state": row["state"], "detail": row["detail"]}
        for row in entry["steps"]
        if not row.get("earlier")
    ]
    if fate.outcome in _FINISHED:
        return found
    told = {row["id"] for row in found}
    # Only what comes after the last step that the journal knows: some steps are not worth an entry.
    last = max((place for place, step in enumerate(planned) if step in told), default=-1)
    return found + [{"id": step, "state": _NOT_BEGUN, "detail": None} for step in planned[last + 1 :]]


def _needs(row: Data, fate: Fate) -> list[str]:
    tried = row["outcome"] in _TRIED
    found = {
        "leftovers": bool(row["leftovers"]),
        "services": tried and bool(row["services"]),
        "restart_pending": tried and row["restart_pending"] is True,
        "still_outdated": row["outcome"] in _FINISHED
        and row["verdict_now"] == "outdated"
        and row["restart_pending"] is not True,
    }
    return [need for need in NEEDS if found.get(need) or need == fate.cause]


def index_rules(plan: Data) -> tuple[dict[str, Data], dict[str, int]]:
    """What a saved plan says besides its plans: whom nobody can carry out, and the waves, each by virtual machine."""
    not_assigned = {key_of(one): one for one in plan.get("not_assigned") or []}
    waves = {
        key_of({"id": identity}): wave["number"]
        for wave in plan.get("waves") or []
        for identity in wave["vms"]
        if identity
    }
    return not_assigned, waves
