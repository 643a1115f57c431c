# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What became of one planned update: its outcome, why, and what to do about it.

The journal says what was done, the failures what went wrong outside of it, the plan the rest.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._journal import (
    CHANGING,
    DONE,
    FAILED,
    LEAVING,
    RELEASED,
    RUNNING,
    STARTED,
    leftovers,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

# In the order in which a reader wants them: what was done, what went wrong, what was not begun, what could not be done.
OUTCOMES = (
    "updated",
    "unchanged",
    "planned",
    "failed",
    "cut_off",
    "not_run",
    "blocked",
    "refused",
    "unsupported",
    "unknown",
    "nothing_to_do",
)
READY = "ready"

_LOOK = "Look at the reason, then run the update again"
_RESUME = "Run the update again: it goes on where this one was cut off, or cleans up first"
_CLEAN = "Run the update again: it first takes away what was left behind"
_STOPPED = "Settle what failed, then run the update again"
_NOT_REACHED = "The run ended before it came to this virtual machine"


class Fate(t.NamedTuple):
    """The outcome of a plan; `cause` tells outcomes apart that need different things to be done."""

    outcome: str
    cause: str | None = None
    reason: str | None = None
    hint: str | None = None
    error_class: str | None = None


class Course(t.NamedTuple):
    """How the run went as a whole.

    Attributes:
        begun: Whether the run began with anything; check mode and a run that only plans do not.
        stopped: Why the run stopped before its last wave.
    """

    begun: bool
    stopped: str | None = None


def settle(plan: Data, entry: Data | None, failure: Data | None, not_assigned: Data | None, course: Course) -> Fate:
    """Decide what became of a plan. What was done and what went wrong count more than what was planned."""
    if entry is not None and not _only_cleaned(entry):
        fate = _from_journal(entry)
        if failure is None:
            return fate
        # A machine that the journal still calls running may be half done, whatever the message says.
        known = fate if fate.outcome in ("cut_off", "failed") else _failed(failure)
        return known._replace(
            reason=plain(failure["msg"]) or known.reason,
            hint=plain(failure["hint"]) or known.hint,
            error_class=failure["error_class"],
        )
    if failure is not None:
        return _failed(failure)
    if plan["status"] != READY:
        return _not_ready(plan)
    if not_assigned is not None:
        reason, hint = not_assigned.get("reason"), not_assigned.get("hint")
        return Fate("not_run", "not_assigned", plain(reason), plain(hint))
    if not course.begun:
        return Fate("planned", reason=plain(" ".join(plan["reasons"][:2])))
    if course.stopped:
        return Fate("not_run", "stopped", plain(course.stopped), _STOPPED)
    return Fate("not_run", "not_reached", _NOT_REACHED, "Run the update again")


def plain(text: t.Any) -> str | None:
    """A reason or a hint as reports show it: on its own, without a full stop."""
    told = str(text).strip() if text else ""
    return (told[:-1] if told.endswith(".") and not told.endswith("..") else told) or None


def _failed(failure: Data) -> Fate:
    hint = plain(failure["hint"]) or _LOOK
    return Fate("failed", "failed", plain(failure["msg"]), hint, failure["error_class"])


def _from_journal(entry: Data) -> Fate:
    reason = plain(entry.get("reason"))
    if entry["state"] == RUNNING:
        return Fate("cut_off", "cut_off", reason or _where(entry), _RESUME)
    if entry["state"] == DONE:
        return Fate("updated" if _changed(entry) else "unchanged", reason=reason)
    return Fate("failed", "failed", reason or _where(entry), _CLEAN if leftovers(entry) else _LOOK)


def _only_cleaned(entry: Data) -> bool:
    """Whether it was given back before anything was done, as what an earlier run left is taken away that way."""
    return entry["state"] == RELEASED and not _touched(entry) and not leftovers(entry)


def _where(entry: Data) -> str:
    """Where an update stands that tells no reason."""
    mine = [row for row in entry["steps"] if not row.get("earlier")]
    failed = [row["id"] for row in mine if row["state"] == FAILED]
    begun = [row["id"] for row in mine if row["state"] == STARTED]
    if failed and not begun:
        return f"The step {failed[-1]} failed"
    if not begun:
        return "It ended between two steps" if mine else "It ended before its first step"
    doubt = CHANGING.get(begun[-1], "")
    return f"It ended during the step {begun[-1]}" + (f". {plain(doubt)}" if doubt else "")


def _touched(entry: Data) -> bool:
    """Whether a step that changes something was begun."""
    changing = {*CHANGING, *LEAVING}
    return any(row["id"] in changing and row["state"] != "skipped" for row in entry["steps"] if not row.get("earlier"))


def _changed(entry: Data) -> bool:
    """Whether the update changed anything. A journal that does not say so still has the versions and the steps."""
    told = entry.get("changed")
    if told is not None:
        return bool(told)
    before, after = entry.get("version_before"), entry.get("version_after")
    if before and after:
        return bool(before != after)
    return _touched(entry)


def _not_ready(plan: Data) -> Fate:
    """Why a plan could not be carried out, and what would open the way, as the plan itself says."""
    status = plan["status"] if plan["status"] in OUTCOMES else "unknown"
    reasons, advice = plan["reasons"], plan["advice"]
    if status == "nothing_to_do":
        return Fate(status, reason=plain(reasons[0]) if reasons else None)
    reason = reasons[0] if reasons else None
    hint = advice[0] if advice else None
    if status == "blocked":
        unmet = [row["text"] for row in plan["preconditions"] if row["state"] == "unmet" and not row["resolved_by"]]
        reason, hint = " ".join(unmet) or reason, advice[-1] if advice else None
    elif status == "refused":
        reason = " ".join(reasons)
    elif status == "unknown":
        hint = " ".join(advice)
    return Fate(status, status, plain(reason), plain(hint))
