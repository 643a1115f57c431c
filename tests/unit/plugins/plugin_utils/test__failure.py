# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils import _failure as failure
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import ERROR_CLASSES

REFUSED = (
    "basic: HTTPConnectionPool(host='hv01.example.org', port=5985): Max retries exceeded with url: /wsman (Caused by "
    "NewConnectionError(\"HTTPConnection(host='hv01.example.org', port=5985): Failed to establish a new connection: "
    '[Errno 111] Connection refused"))'
)
SLOW = (
    "ntlm: HTTPSConnectionPool(host='hv01', port=5986): Max retries exceeded with url: /wsman (Caused by "
    "ConnectTimeoutError(<HTTPSConnection(host='hv01', port=5986) at 0x7f>, 'Connection to hv01 timed out. "
    "(connect timeout=30)'))"
)
READ = "ssl: HTTPSConnectionPool(host='hv01', port=5986): Read timed out. (read timeout=30)"


@pytest.mark.parametrize(
    ("text", "error_class", "msg"),
    [
        (REFUSED, "host_unreachable", "basic: No connection to hv01.example.org port 5985: Connection refused"),
        (SLOW, "host_unreachable", "ntlm: No connection to hv01 port 5986: timed out"),
        (READ, "timeout", "ssl: No connection to hv01 port 5986: timed out"),
        ("ntlm: the specified credentials were rejected by the server", "access_denied", None),
        ("basic: 401 Unauthorized", "access_denied", None),
        ("Failed to connect to the host via ssh: Permission denied (publickey).", "access_denied", None),
        ("Access is denied.  (extended fault data: 0x80070005)", "access_denied", None),
        ("Failed to connect to the host via ssh: No route to host", "host_unreachable", None),
        ("certificate verify failed", "host_unreachable", None),
        ("", "host_unreachable", None),
    ],
)
def test_what_a_connection_says_has_a_class(text: str, error_class: str, msg: str | None) -> None:
    error = failure.from_connection(text)
    assert error["error_class"] == error_class
    assert error["msg"] == (msg if msg is not None else " ".join(text.split()))
    assert error["error_class"] in ERROR_CLASSES
    assert error["hint"]


def test_a_connection_that_knows_it_was_refused_needs_no_words() -> None:
    assert failure.from_connection("nope", authentication=True)["error_class"] == "access_denied"


def test_a_long_message_becomes_one_line_that_ends() -> None:
    msg = failure.from_connection("line\n" * 1000)["msg"]
    assert len(msg) <= 500
    assert "\n" not in msg
    assert msg.endswith(" ...")


@pytest.mark.parametrize(
    ("result", "error_class", "msg", "hint"),
    [
        (
            {"failed": True, "msg": "no", "error_class": "host_unsupported", "hint": "do"},
            "host_unsupported",
            "no",
            "do",
        ),
        ({"failed": True, "msg": "no", "error_class": "flood"}, "unexpected", "no", failure.HINTS["unexpected"]),
        (
            {"failed": True, "msg": "You do not have the required permission"},
            "access_denied",
            None,
            failure.HINTS["access_denied"],
        ),
        ({"failed": True}, "unexpected", "The module failed without a message", failure.HINTS["unexpected"]),
        (
            {"failed": True, "msg": "MODULE FAILURE", "module_stderr": "/bin/sh: 1: powershell: not found"},
            "host_unsupported",
            "MODULE FAILURE: /bin/sh: 1: powershell: not found",
            "The target is no Windows host, or has no PowerShell on its PATH",
        ),
        (
            {"failed": True, "msg": "No JSON object could be decoded", "module_stdout": "", "module_stderr": "Killed"},
            "unexpected",
            "The module's program ended on the target without an answer (No JSON object could be decoded: Killed)",
            "Run again; if it ends so again, look at the event log Application of the target for what ends it",
        ),
    ],
)
def test_what_a_module_says_has_a_class(
    result: dict[str, t.Any], error_class: str, msg: str | None, hint: str | None
) -> None:
    error = failure.from_result(result)
    assert error is not None
    assert (error["error_class"], error["hint"]) == (error_class, hint)
    assert error["msg"] == (msg or result["msg"])


@pytest.mark.parametrize("result", [{}, {"failed": False, "msg": "fine"}, {"changed": True}])
def test_a_module_that_succeeded_has_no_error(result: dict[str, t.Any]) -> None:
    assert failure.from_result(result) is None


def test_time_limits_and_other_errors() -> None:
    assert failure.from_time_limit(5)["msg"] == "The host did not answer within 5 seconds"
    assert failure.from_time_limit(0.5)["error_class"] == "timeout"
    assert failure.from_exception("winrm or requests is not installed")["error_class"] == "unexpected"
