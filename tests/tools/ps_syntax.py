# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The syntax of PowerShell files without PowerShell: what is left of suite powershell where there is none.

The grammar is not PowerShell's own. What it does not know is read as its like: -cin and -cnotin as -in and -notin, a
property `where` by another name. It does not know all that may stand in an argument either, so only what users get is
checked: the plugins.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import tree_sitter_pwsh
from tree_sitter import Language, Parser

UNKNOWN = (
    (re.compile(rb"(?<=\s)-c(?=(?:not)?in\s)", re.IGNORECASE), b"-"),
    (re.compile(rb"(?<=\w\.)where\b(?!\s*[({])", re.IGNORECASE), b"there"),
)
PARSER = Parser(Language(tree_sitter_pwsh.language()))

Finding = tuple[int, str]


def syntax_errors(source: bytes) -> list[Finding]:
    """The line and the text of everything that the grammar does not know."""
    found = []
    for pattern, known in UNKNOWN:
        source = pattern.sub(known, source)
    pending = [PARSER.parse(source).root_node]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            text = (node.text or b"").decode(errors="replace").split("\n")[0]
            found.append((node.start_point[0] + 1, text or f"missing {node.type}"))
        elif node.has_error:
            pending.extend(node.children)
    return sorted(found)


def main(names: list[str]) -> int:
    failed = False
    for name in names:
        for line, text in syntax_errors(Path(name).read_bytes()):
            print(f"{name}:{line}: syntax: cannot read: {text}")
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
