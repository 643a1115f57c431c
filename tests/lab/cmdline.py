# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Splits a Windows command line into arguments, as the C runtime of a Windows program does."""

from __future__ import annotations

_SPACE = " \t\r\n"


def split(line: str) -> list[str]:
    """Return the arguments of *line*.

    The rules are those of CommandLineToArgvW: backslashes are literal unless they stand before a quote;
    2n of them before a quote make n and the quote is syntax, 2n+1 make n and the quote is text; two quotes
    inside quotes make one.
    """
    arguments: list[str] = []
    at = 0
    while True:
        while at < len(line) and line[at] in _SPACE:
            at += 1
        if at == len(line):
            return arguments
        argument, at = _argument(line, at)
        arguments.append(argument)


def _argument(line: str, at: int) -> tuple[str, int]:
    text: list[str] = []
    quoted = False
    while at < len(line) and (quoted or line[at] not in _SPACE):
        char = line[at]
        if char == "\\":
            end = at
            while end < len(line) and line[end] == "\\":
                end += 1
            count = end - at
            at = end
            if at < len(line) and line[at] == '"':
                text.append("\\" * (count // 2))
                if count % 2:
                    text.append('"')
                    at += 1
            else:
                text.append("\\" * count)
        elif char == '"':
            if quoted and line[at + 1 : at + 2] == '"':
                text.append('"')
                at += 1
            else:
                quoted = not quoted
            at += 1
        else:
            end = at + 1
            while end < len(line) and line[end] not in _SPACE and line[end] not in '\\"':
                end += 1
            text.append(line[at:end])
            at = end
    return "".join(text), at


def program_name(first: str) -> str:
    """Return what a Windows machine would look for: the last part of the path, lower case, without ``.exe``."""
    name = first.replace("\\", "/").rpartition("/")[2].lower()
    return name.removesuffix(".exe")
