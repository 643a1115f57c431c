# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What went wrong with reading a target, in the words of a snapshot: a class, a message, a hint."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import ERROR_CLASSES, Data

_LONGEST = 500

# What connections and Windows say, since neither gives a code. The first that fits decides.
_PATTERNS = (
    (
        re.compile(r"credentials were rejected|unauthorized|\b401\b|authentication fail|permission denied", re.I),
        "access_denied",
    ),
    (re.compile(r"access(?: is)? denied|required permission|\b403\b|0x80070005", re.I), "access_denied"),
    (re.compile(r"connect(?:ion)? ?time(?:d )?out|ConnectTimeout", re.I), "host_unreachable"),
    (re.compile(r"read timed out|ReadTimeout|operation time(?:d )?out|OperationTimeout", re.I), "timeout"),
    (re.compile(r"(?:powershell|pwsh)\S*: (?:command )?not found", re.I), "host_unsupported"),
)
# How requests wraps the one thing that a reader wants to know about a connection that did not come about.
_WRAPPED = re.compile(r"HTTPS?ConnectionPool\(host='(?P<host>[^']*)', port=(?P<port>\d+)\).*", re.DOTALL)
_ERRNO = re.compile(r"\[Errno -?\d+\] (?P<reason>[A-Za-z ]+)")
_TIMED_OUT = re.compile(r"connect timeout|read timeout|timed out", re.IGNORECASE)
HINTS = {
    "access_denied": "Check the account; reading a host needs its group Hyper-V Administrators (SID S-1-5-32-578)",
    "guest_unreachable": "Check that the guest runs and that it answers from this controller",
    "host_unreachable": "Check that the host runs and that WinRM answers from this controller",
    "host_unsupported": "The target is no Windows host, or has no PowerShell on its PATH",
    "timeout": "Look at the load of the host, or raise the time limit",
    "unexpected": "Run the module by itself with -vvv, and look at the event log of the host",
}
_CUT_OFF = "The module's program ended on the target without an answer"
_CUT_OFF_HINT = "Run again; if it ends so again, look at the event log Application of the target for what ends it"


def _class_of(text: str, otherwise: str) -> str:
    return next((name for pattern, name in _PATTERNS if pattern.search(text)), otherwise)


def _message(text: str) -> str:
    """The first lines of what was said, on one line: the rest is a stack that belongs into a log."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 4].rstrip() + " ..."


def _unwrap(match: re.Match[str]) -> str:
    reason = _ERRNO.search(match[0]) or _TIMED_OUT.search(match[0])
    if not reason:
        return match[0]
    word = reason["reason"].strip() if reason.re is _ERRNO else reason[0]
    return f"No connection to {match['host']} port {match['port']}: {word}"


def from_connection(text: str, authentication: bool = False, kind: str = "host") -> Data:
    """The error of a target, a host or a guest, to which no connection came about."""
    found = "access_denied" if authentication else _class_of(text, "host_unreachable")
    found = f"{kind}_unreachable" if found == "host_unreachable" else found
    return {"error_class": found, "msg": _message(_WRAPPED.sub(_unwrap, text)), "hint": HINTS.get(found)}


def from_time_limit(seconds: float) -> Data:
    """The error of a target that was given up on."""
    msg = f"The host did not answer within {seconds:g} seconds"
    return {"error_class": "timeout", "msg": msg, "hint": HINTS["timeout"]}


def from_exception(text: str) -> Data:
    """The error of a target where something else went wrong on the controller."""
    return {"error_class": "unexpected", "msg": _message(text), "hint": HINTS["unexpected"]}


def is_cut_off(result: t.Mapping[str, t.Any]) -> bool:
    """Whether the program of a module died before it could answer: only then does Ansible hand on its raw output."""
    return not result.get("error_class") and ("module_stdout" in result or "module_stderr" in result)


def last_words(result: t.Mapping[str, t.Any]) -> str:
    """What Ansible says of a program that died, and what that said itself, on one line."""
    said = [str(result.get(name) or "").strip() for name in ("msg", "module_stderr", "module_stdout")]
    return _message(": ".join(text for text in said if text))


def from_result(result: t.Mapping[str, t.Any]) -> Data | None:
    """The error in the result of a module, or null if it succeeded."""
    if not result.get("failed"):
        return None
    text = str(result.get("msg") or "The module failed without a message")
    said = "\n".join(str(result.get(name) or "") for name in ("msg", "module_stderr", "module_stdout", "exception"))
    found = result.get("error_class")
    if found not in ERROR_CLASSES:
        found = _class_of(said, "unexpected")
    hint = result.get("hint") or HINTS.get(str(found))
    if is_cut_off(result):
        text = last_words(result)
        if found == "unexpected":
            text, hint = f"{_CUT_OFF} ({text})", _CUT_OFF_HINT
    return {"error_class": found, "msg": _message(text), "hint": hint}
