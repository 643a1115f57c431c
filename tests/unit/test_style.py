# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every file of code has a licence head and a size that a reader can take in."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.unit.collection import COLLECTION

CODE = (".py", ".ps1", ".psm1", ".cs", ".sh")
NOT_OURS = (".ansible", "__pycache__", "output")
HEAD = (
    "Copyright (c) 2026, hyperv.integration contributors",
    "GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)",
    "SPDX-License-Identifier: GPL-3.0-or-later",
)
FILE_LINES = 400
FUNCTION_LINES = 60
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")  # the names of what this test forbids


def code_files() -> list[Path]:
    files = (path for suffix in CODE for path in COLLECTION.rglob(f"*{suffix}"))
    return sorted(path for path in files if path.is_file() and not set(NOT_OURS) & set(path.parts))


def name_of(path: Path) -> str:
    return str(path.relative_to(COLLECTION))


def function_lines(source: str) -> list[tuple[str, int]]:
    """Each function with its lines, its text of documentation not counted."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            text = node.body[0] if ast.get_docstring(node, clean=False) is not None else None
            docs = (text.end_lineno or 0) - text.lineno + 1 if text else 0
            found.append((node.name, (node.end_lineno or 0) - node.lineno + 1 - docs))
    return found


@pytest.mark.parametrize("path", code_files(), ids=name_of)
def test_a_file_has_a_licence_and_a_readable_size(path: Path) -> None:
    lines = path.read_text().splitlines()
    if lines:
        assert [text for text in HEAD if not any(text in line for line in lines[:8])] == []
    assert len(lines) <= FILE_LINES
    if path.name != Path(__file__).name:
        assert [number for number, line in enumerate(lines, start=1) if UNFINISHED.search(line)] == []


@pytest.mark.parametrize("path", [path for path in code_files() if path.suffix == ".py"], ids=name_of)
def test_a_function_has_a_readable_size(path: Path) -> None:
    assert [found for found in function_lines(path.read_text()) if found[1] > FUNCTION_LINES] == []


def test_this_check_counts_lines_as_a_reader_does() -> None:
    source = 'def f():\n    """One\n    two."""\n    return 1\n\n\ndef g():\n    return 2\n'
    assert function_lines(source) == [("f", 2), ("g", 2)]
