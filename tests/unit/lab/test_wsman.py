# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing WS-Management messages."""

from __future__ import annotations

import base64

import pytest

from ansible_collections.hyperv.integration.tests.lab import wsman

ENVELOPE = (
    f'<s:Envelope xmlns:s="{wsman.SOAP}" xmlns:a="{wsman.ADDRESSING}" xmlns:w="{wsman.WSMAN}" xmlns:r="{wsman.SHELL}">'
    "<s:Header><a:Action>http://x/{action}</a:Action><a:MessageID>uuid:1</a:MessageID>{header}</s:Header>"
    "<s:Body>{body}</s:Body></s:Envelope>"
)


def message(action: str, body: str = "", header: str = "") -> bytes:
    return ENVELOPE.format(action=action, body=body, header=header).encode()


def test_a_command_line_is_command_and_arguments() -> None:
    body = (
        "<r:CommandLine><r:Command> powershell </r:Command><r:Arguments>-Command</r:Arguments>"
        "<r:Arguments>&quot;a &lt; b&quot;</r:Arguments></r:CommandLine>"
    )
    assert wsman.parse(message("Command", body)).command_line == 'powershell -Command "a < b"'


def test_input_is_decoded_and_its_end_seen() -> None:
    data = bytes(range(256)) * 1000
    text = base64.b64encode(data).decode()
    body = f'<r:Send><r:Stream Name="stdin" CommandId="c1" End="true">{text}</r:Stream></r:Send>'
    request = wsman.parse(message("Send", body))
    assert (request.stdin, request.stdin_ends, request.command_id) == (data, True, "c1")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT30S", 30), ("PT1M0.5S", 60.5), ("PT1H", 3600), ("PT", wsman.DEFAULT_TIMEOUT), ("soon", wsman.DEFAULT_TIMEOUT)],
)
def test_the_operation_timeout_is_a_duration(text: str, seconds: float) -> None:
    header = f"<w:OperationTimeout>{text}</w:OperationTimeout>"
    assert wsman.parse(message("Receive", header=header)).timeout == seconds


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a>",
        b"<a/><b/>",
        b"not xml",
        b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'.encode("utf-16"),
        b"<a/>",
        message("Send", '<r:Stream CommandId="c">A</r:Stream>'),
        message("Create", header="<w:MaxEnvelopeSize>big</w:MaxEnvelopeSize>"),
    ],
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(wsman.MessageError):
        wsman.parse(body)


def test_a_full_answer_fits_into_the_envelope() -> None:
    for envelope in (wsman.LEAST_ENVELOPE, wsman.DEFAULT_ENVELOPE, 512000):
        request = wsman.parse(message("Receive", header=f"<w:MaxEnvelopeSize>{envelope}</w:MaxEnvelopeSize>"))
        half = wsman.chunk_size(request.envelope) // 2
        answer = wsman.received(request, [("stdout", b"x" * half), ("stderr", b"y" * half)], 0)
        assert envelope * 0.5 < len(answer) <= envelope


def test_text_of_a_fault_is_escaped() -> None:
    request = wsman.parse(message("Nope"))
    answer = wsman.parse_xml(wsman.fault(request, wsman.ShellError(5, "InvalidParameter", "<b>&")))
    assert [node.text for node in answer.iter(f"{{{wsman.SOAP}}}Text")] == ["<b>&"]
