# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Why a package manager failed: the modules for packages say that it did, and leave the reason in what it printed."""

from __future__ import annotations

import html
import re
import typing as t

# dpkg and the scripts of packages, apt, apk; dnf ("Error: ") and zypper in plain words.
_REASON = re.compile(r"(dpkg: error|E: |ERROR: |Error: |Problem: )|.*installed .* subprocess")
# zypper --xmlout; a message can have several lines.
_XML_MESSAGE = re.compile(r'<message type="error">(.*?)</message>', re.DOTALL)
# What rpm prints although nothing is wrong, among the failures of dnf.
_HARMLESS = re.compile(r"warning:", re.IGNORECASE)


def package_failure(result: t.Mapping[str, t.Any]) -> list[str]:
    """What is known of why a task for packages failed, without repetitions: its message, then what was printed."""
    output = [str(result.get(name) or "") for name in ("stdout", "stderr")]
    found = [_line(str(result.get("msg") or ""))]
    failures = result.get("failures")
    if isinstance(failures, (list, tuple)):
        found += [_line(str(item)) for item in failures if not _HARMLESS.match(str(item))]
    for text in output:
        found += [_line(html.unescape(message)) for message in _XML_MESSAGE.findall(text)]
        plain = _XML_MESSAGE.sub("", text)
        found += [_line(line) for line in plain.splitlines() if _REASON.match(line)]
    # apt repeats in its message what it printed.
    reasons: list[str] = []
    for line in filter(None, found):
        if not any(line in known for known in reasons):
            reasons.append(line)
    return reasons


def _line(text: str) -> str:
    return " ".join(text.split())
