# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of PowerShell's syntax without PowerShell."""

from __future__ import annotations

import pytest

from ansible_collections.hyperv.integration.tests.tools.ps_syntax import syntax_errors


@pytest.mark.parametrize(
    "source",
    [
        "Function Get-X {\n    if ($a -cnotin $b) { 1 }\n}\n",
        "$a = @{ b = 1 }\n",
        "try { 1 } catch { throw }\n",
        "$a.Fail(1, $b.where)\n",
    ],
)
def test_good_code_passes(source: str) -> None:
    assert syntax_errors(source.encode()) == []


@pytest.mark.parametrize(
    ("source", "line"), [("Function Get-X {\n", 1), ("$a = @{ b = \n", 1), ("1\nif ($a { 1 }\n", 2), ("'open\n", 1)]
)
def test_a_lost_bracket_is_found(source: str, line: int) -> None:
    found = syntax_errors(source.encode())
    assert found
    assert found[0][0] >= line
