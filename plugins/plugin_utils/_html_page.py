# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The frame of every report in HTML: one file that needs nothing else, neither network nor other file.

All texts are escaped. Should that ever fail, the page's own policy still refuses every script and style but the two
whose sums it names.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import pathlib
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._html_parts import text
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

_FOLDER = pathlib.Path(__file__).parent / "_html"


class Words:
    """Texts by number, in the order in which they came up."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, word: str) -> int:
        """The number of a text, the same each time."""
        if word not in self._numbers:
            self._numbers[word] = len(self.texts)
            self.texts.append(word)
        return self._numbers[word]


def script_json(data: Data) -> str:
    """JSON that nothing in it can end or change: no text closes the script element, or opens a comment."""
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        packed = packed.replace(character, f"\\u{ord(character):04x}")
    return packed


@functools.cache
def _asset(*names: str) -> str:
    return "".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


def _sum(content: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"


def _policy(style: str, script: str) -> str:
    rules = [
        "default-src 'none'",
        f"style-src {_sum(style)}",
        f"script-src {_sum(script)}",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'


def render_page(title: str, body: t.Iterable[str], data: Data, script: str) -> str:
    """The whole page.

    Args:
        title: The title, as text.
        body: The parts of the page, as HTML.
        data: What the script works on.
        script: The name of the script that knows the rows.
    """
    style, code = _asset("page.css"), _asset("page.js", script)
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            _policy(style, code),
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{text(title)}</title>",
            f"<style>{style}</style>",
            "</head>\n<body>",
            *body,
            f'<script id="data" type="application/json">{script_json(data)}</script>',
            f"<script>{code}</script>",
            "</body>\n</html>\n",
        ]
    )
