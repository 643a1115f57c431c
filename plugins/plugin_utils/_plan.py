# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The update plan of one virtual machine, with its reasons. For internal use of the collection only.

A plan says what would be done and why; it does nothing. The same facts and policy give the same plan and hash.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils import _plan_advice as say
from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_facts import mapping, text
from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_os import UNKNOWN
from ansible_collections.hyperv.integration.plugins.plugin_utils._host_generation import resolve_host
from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import (
    PACKAGE_MANAGER,
    TABLES,
    Row,
    Table,
    find_row,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_case import Case, build_case, read_verdict
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_checks import preconditions
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_choice import NAMES, Choice, choose, rejected
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import Policy, read_policy
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_steps import restart, steps

SCHEMA = "hyperv.integration/plan/1"
STATUSES = ("ready", "blocked", "refused", "unsupported", "unknown", "nothing_to_do")
NONE = "none"

NOTHING_TO_DO = {
    "current": "The integration services of the guest are up to date.",
    "newer": "The integration services of the guest are newer than the reference.",
    "not_applicable": "The integration services come with the guest's operating system and are updated with it.",
}
WITHOUT_VERDICT = "Whether the integration services are outdated is not known; the plan assumes that they are."
BECAUSE = {
    "outdated": "The integration services of the guest are outdated.",
    "not_reported": "The guest reports no version of its integration services.",
}

Data = dict[str, t.Any]


def plan(host: t.Any, vm: t.Any, policy: t.Any = None, *, guest: t.Any = None, verdict: t.Any = None) -> Data:
    """Plan the update of one virtual machine.

    Args:
        host: The host part of a host snapshot.
        vm: The virtual machine's row in it.
        policy: What the user allows.
        guest: The guest's own snapshot, if there is one.
        verdict: What the audit found about the version, as a word or as its mapping.

    Raises:
        PolicyError: The policy is not valid.
    """
    return Planner(read_policy(policy)).plan(host, vm, guest, verdict)


class Planner:
    """Makes plans by one policy, and works out each kind of case only once."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._bodies: dict[Case, tuple[Data, str]] = {}

    def plan(self, host: t.Any, vm: t.Any, guest: t.Any = None, verdict: t.Any = None) -> Data:
        generation = resolve_host(host, self.policy.host_generation)
        case = build_case(generation, host, vm, guest, verdict, self.policy)
        known = self._bodies.get(case)
        if known is None:
            body = draft(case, self.policy)
            known = self._bodies[case] = (body, digest(body))
        head = _head(host, vm, verdict)
        return {**head, **known[0], "hash": digest([head, known[1]])}


def _head(host: t.Any, vm: t.Any, verdict: t.Any) -> Data:
    row = mapping(vm)
    version = mapping(row.get("version")).get("value")
    return {
        "schema": SCHEMA,
        "host": _string(mapping(host).get("name")),
        "id": _string(row.get("id")),
        "name": _string(row.get("name")),
        "version": _string(version),
        "verdict": read_verdict(verdict),
        "verdict_reason": text(mapping(verdict).get("reason")) or None,
    }


def _string(value: t.Any) -> str | None:
    return value if isinstance(value, str) else None


def digest(value: t.Any) -> str:
    """A hash that does not depend on the order of keys. Lone surrogates in names are escaped, not encoded."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclasses.dataclass
class _Draft:
    """The parts of a plan that depend on the case alone."""

    status: str
    mechanism: str
    reasons: list[str]
    table: Table | None = None
    row: Row | None = None
    steps: list[Data] = dataclasses.field(default_factory=list)
    preconditions: list[Data] = dataclasses.field(default_factory=list)
    rejected: list[Data] = dataclasses.field(default_factory=list)
    labels: list[Data] = dataclasses.field(default_factory=list)
    advice: list[str] = dataclasses.field(default_factory=list)
    restart_of: str | None = None

    def finish(self, case: Case, policy: Policy) -> Data:
        table, row = self.table, self.row
        return {
            "status": self.status,
            "mechanism": self.mechanism,
            "table_mechanism": row.mechanism if row else None,
            "row": row.label if row else None,
            "source": table.source if table else None,
            "requirement": table.requirement if table else None,
            "host_generation": case.host.key,
            "host_generation_source": case.host.source,
            "guest": case.os.as_dict(),
            "steps": self.steps,
            "preconditions": self.preconditions,
            "reasons": self.reasons + [reason for reason in (case.host.reason,) if reason and case.host.key],
            "rejected": self.rejected,
            "footnotes": say.footnotes(row, table) if row and table else [],
            "notes": say.notes(row) if row else [],
            "labels": self.labels,
            "advice": self.advice,
            "restart": restart(self.restart_of, policy),
        }


def draft(case: Case, policy: Policy) -> Data:
    """Everything in a plan but the names of the virtual machine and of its host."""
    return _draft(case, policy).finish(case, policy)


def _draft(case: Case, policy: Policy) -> _Draft:
    if case.vm_error is not None:
        return _Draft(UNKNOWN, UNKNOWN, [f"The host could not read the virtual machine ({case.vm_error})."])
    table = TABLES[case.host.key] if case.host.key else None
    row = find_row(table.generation, case.os.key) if table else None
    if case.verdict in NOTHING_TO_DO and not _optional(policy, row):
        return _nothing(case, policy, table, row)
    if table is None:
        return _Draft(*_without_table(case), advice=say.advice_for_unknown(case))
    if case.os.key == UNKNOWN:
        advice = say.advice_for_unknown(case)
        return _Draft(UNKNOWN, UNKNOWN, list(case.os.reasons), table=table, advice=advice)
    missing = say.why_not_in_the_matrix(case.os, table, row)
    if missing is not None or row is None:
        return _not_in_the_matrix(case, table, row, missing or "")
    return _in_the_matrix(case, policy, table, row)


def _optional(policy: Policy, row: Row | None) -> bool:
    return policy.optional_updates and row is not None and row.mechanism == PACKAGE_MANAGER


def _without_table(case: Case) -> tuple[str, str, list[str]]:
    reasons = [case.host.reason or "The generation of the host is not known."]
    # A host that is known and that no table names is a pair outside the tables; one that tells nothing is unknown.
    word = "unsupported" if case.host.source in ("build", "caption") else UNKNOWN
    return word, word, reasons


def _nothing(case: Case, policy: Policy, table: Table | None, row: Row | None) -> _Draft:
    reasons = [NOTHING_TO_DO[case.verdict or ""], *case.os.reasons]
    advice = []
    if row is not None and row.mechanism == PACKAGE_MANAGER:
        advice.append("Optional updates may exist; the plan includes them on demand (optional_updates).")
    found = _Draft("nothing_to_do", NONE, reasons, table=table, row=row, advice=advice)
    if table is not None and row is not None:
        found.rejected = rejected(None, case, policy, table, row)
        found.labels = say.labels(Choice(None), policy, table)
        for other in found.rejected:
            if other["mechanism"] == row.mechanism:
                other["reason"] = "There is nothing to do."
    return found


def _not_in_the_matrix(case: Case, table: Table, row: Row | None, reason: str) -> _Draft:
    advice = say.advice_for_unsupported(case.os, table, row)
    return _Draft("unsupported", "unsupported", [reason, *case.os.reasons], table=table, advice=advice)


def _in_the_matrix(case: Case, policy: Policy, table: Table, row: Row) -> _Draft:
    choice = choose(case, policy, table, row)
    reasons = [_reason_of(table, row), BECAUSE.get(case.verdict or "", WITHOUT_VERDICT), *case.os.reasons]
    found = _Draft("ready", choice.mechanism or "refused", reasons, table=table, row=row)
    found.rejected = rejected(choice.mechanism, case, policy, table, row)
    found.labels = say.labels(choice, policy, table)
    if choice.mechanism is None:
        found.status = "refused"
        demanded = NAMES[policy.mechanism or ""]
        found.reasons.append(f"The policy demands {demanded}. {choice.refused.text if choice.refused else ''}")
        found.advice = [f"Use {NAMES[row.mechanism]} ({row.mechanism})."]
        return found
    if choice.because:
        found.reasons.append(choice.because)
    checks = preconditions(choice.mechanism, case, policy, row)
    found.preconditions = checks.rows
    found.steps = steps(choice.mechanism, policy, row, checks.resolving, case.package_manager)
    found.restart_of = choice.mechanism
    found.advice = say.advice(choice, case, policy, row, table)
    if checks.blocking:
        found.status = "blocked"
        found.reasons += checks.blocking
        found.advice += say.advice_when_blocked(case, policy, row, table)
    return found


def _reason_of(table: Table, row: Row) -> str:
    source = "The document's table" if table.source == "document" else "The extension"
    return f"{source} for hosts with {table.title} names {NAMES[row.mechanism]} for {row.label}."
