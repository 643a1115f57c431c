# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a Windows command line becomes arguments."""

from __future__ import annotations

import pytest

from ansible_collections.hyperv.integration.tests.lab import cmdline


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # The examples of Microsoft's page "Parsing C command-line arguments".
        (r'"abc" d e', ["abc", "d", "e"]),
        (r'a\\\b d"e f"g h', [r"a\\\b", "de fg", "h"]),
        (r"a\\\"b c d", [r"a\"b", "c", "d"]),
        (r'a\\\\"b c" d e', [r"a\\b c", "d", "e"]),
        (r'"a b"" c d', ['a b" c d']),
        ("", []),
        ("  \t ", []),
        ('""', [""]),
        (r'"C:\Program Files\\" x', ["C:\\Program Files\\", "x"]),
        ("a\n b", ["a", "b"]),
    ],
)
def test_arguments_are_split_as_windows_splits_them(line: str, expected: list[str]) -> None:
    assert cmdline.split(line) == expected


def test_a_megabyte_is_split_at_once() -> None:
    long = "A" * 1_000_000
    assert cmdline.split(f"x -EncodedCommand {long} '$(id)' `id` ;") == [
        "x",
        "-EncodedCommand",
        long,
        "'$(id)'",
        "`id`",
        ";",
    ]


@pytest.mark.parametrize(
    "first",
    ["PowerShell", "powershell.exe", r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe", "PWSH/PowerShell"],
)
def test_a_program_is_known_by_its_last_name(first: str) -> None:
    assert cmdline.program_name(first) == "powershell"
