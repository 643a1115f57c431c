# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Choosing rows of a report by a JMESPath expression."""

from __future__ import annotations

import importlib
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data


class QueryError(ValueError):
    """The expression is wrong; the message names it."""


def run_query(rows: list[Data], expression: str) -> t.Any:
    """What the expression makes of the rows.

    Raises:
        QueryError: The expression is wrong.
        ImportError: The library jmespath is not there.
    """
    # Only who asks a question needs the library.
    jmespath = importlib.import_module("jmespath")
    errors = importlib.import_module("jmespath.exceptions")
    try:
        return jmespath.search(expression, rows)
    except (errors.JMESPathError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise QueryError(f"Failed to run the query '{expression}': {reason}") from error


def select_rows(report: Data, expression: str) -> tuple[Data, list[t.Any]]:
    """Reduce a report to the rows that an expression chooses.

    An expression may also make something new of the rows, such as a list of names. That is the answer then, and the
    report keeps all rows.

    Returns:
        The report, and the answer as a list.
    """
    answer = run_query(report["rows"], expression)
    if answer is None:
        answer = []
    if not isinstance(answer, list):
        answer = [answer]
    known = {id(row) for row in report["rows"]}
    chosen = all(id(item) in known for item in answer)
    selection = {"query": expression, "total": len(report["rows"]), "matched": len(answer)}
    return {**report, "selection": selection, "rows": answer if chosen else report["rows"]}, answer
