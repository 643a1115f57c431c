# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look a pair of guest and host up in the update tables. For internal use of the collection only."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils import _plan_advice as say
from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_facts import mapping, name_key, number, text
from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_os import UNKNOWN, GuestOs, resolve_guest_os
from ansible_collections.hyperv.integration.plugins.plugin_utils._host_generation import (
    HostGeneration,
    from_build,
    resolve_host,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import GENERATIONS, TABLES, Table, find_row

UNSUPPORTED = "unsupported"


class QuestionError(ValueError):
    """The question cannot be understood; the message names what the user wrote."""


def read_host(value: t.Any) -> HostGeneration:
    """Understand a host: a generation, the name of its Windows, its build number, or the host part of a snapshot.

    Raises:
        QuestionError: It is none of these.
    """
    if isinstance(value, t.Mapping):
        return resolve_host(value.get("host") if isinstance(value.get("host"), t.Mapping) else value)
    build = number(value)
    if build is not None:
        return from_build(build)
    words = text(value)
    if words in TABLES:
        return HostGeneration(words, "stated")
    name = name_key(words)
    if name is None:
        raise QuestionError(
            f"'{words or type(value).__name__}' is no host; give one of {', '.join(GENERATIONS)}, the name of a "
            "Windows, a build number, or the host part of a snapshot"
        )
    table = next((table for table in TABLES.values() if name in table.hosts), None)
    if table is None:
        return HostGeneration(None, "stated", f"The update tables name no host with {name}.")
    return HostGeneration(table.generation, "stated")


def read_guest(value: t.Any) -> GuestOs:
    """Understand a guest: the name of its system, a virtual machine's row, its key-value pairs, or its own snapshot.

    Raises:
        QuestionError: It is none of these.
    """
    if isinstance(value, str) and value.strip():
        return resolve_guest_os(None, None, value)
    facts = mapping(value)
    if not facts:
        shown = text(value) or type(value).__name__
        raise QuestionError(f"'{shown}' is no guest; give the name of its operating system, or a mapping that tells it")
    if facts.get("kind") == "guest":
        return resolve_guest_os(None, facts)
    return resolve_guest_os(facts if "kvp" in facts or "guest" in facts else {"kvp": facts})


def look_up(guest: t.Any, host: t.Any) -> dict[str, t.Any]:
    """The row of a pair, or why there is none.

    Raises:
        QuestionError: Guest or host cannot be understood.
    """
    os, generation = read_guest(guest), read_host(host)
    table = TABLES[generation.key] if generation.key else None
    found = {
        "mechanism": UNSUPPORTED,
        "guest": os.key,
        "label": os.label,
        "host_generation": generation.key,
        "row": None,
        "source": table.source if table else None,
        "requirement": table.requirement if table else None,
        "requires_kvp_exchange": False,
        "inferred_kvp": False,
        "vmguest_iso": table.vmguest_iso if table else None,
        "notes": [],
        "footnotes": [],
        "reasons": list(os.reasons),
        "advice": [],
    }
    if table is None:
        missing = UNSUPPORTED if generation.source in ("build", "caption", "stated") else UNKNOWN
        return {**found, "mechanism": missing, "reasons": [generation.reason, *os.reasons]}
    if os.key == UNKNOWN:
        return {**found, "mechanism": UNKNOWN}
    return {**found, **_answer(os, table, generation)}


def _answer(os: GuestOs, table: Table, generation: HostGeneration) -> dict[str, t.Any]:
    row = find_row(table.generation, os.key)
    reasons = [reason for reason in (*os.reasons, generation.reason) if reason]
    missing = say.why_not_in_the_matrix(os, table, row)
    if missing is not None or row is None:
        return {"reasons": [missing, *reasons], "advice": say.advice_for_unsupported(os, table, row)}
    return {
        "mechanism": row.mechanism,
        "row": row.label,
        "requires_kvp_exchange": row.requires_kvp,
        "inferred_kvp": row.inferred_kvp,
        "notes": say.notes(row),
        "footnotes": say.footnotes(row, table),
        "reasons": reasons,
    }
