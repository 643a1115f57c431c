# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""WS-Management messages of the Windows remote shell: reads requests, writes answers and faults (MS-WSMV)."""

from __future__ import annotations

import base64
import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
POWERSHELL = "http://schemas.microsoft.com/powershell"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"

# Codes of Windows (wsmerror.h, winerror.h); a client decides by them whether to try again.
OPERATION_TIMEOUT = 2150858793  # 0x80338029 ERROR_WSMAN_OPERATION_TIMEDOUT: the client asks again
INVALID_SELECTORS = 2150858843  # 0x8033805B ERROR_WSMAN_INVALID_SELECTORS: there is no such shell
INVALID_PARAMETER = 87  # ERROR_INVALID_PARAMETER: there is no such command

DEFAULT_ENVELOPE = 153600
LEAST_ENVELOPE = 8192
DEFAULT_TIMEOUT = 60.0


class MessageError(ValueError):
    """The request is no well-formed WS-Management message."""


class ShellError(Exception):
    """A fault that goes back to the client."""

    def __init__(self, code: int, subcode: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.subcode = subcode
        self.reason = reason


@dataclass(frozen=True)
class Request:
    """What a client asks for."""

    action: str
    message_id: str
    shell_id: str = ""
    command_id: str = ""
    timeout: float = DEFAULT_TIMEOUT
    envelope: int = DEFAULT_ENVELOPE
    command_line: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    stdin: bytes = b""
    stdin_ends: bool = False
    signal: str = ""
    pool_id: str = ""  # of a shell of PowerShell remoting, which the client names itself
    pool_opening: bytes = b""


def parse_xml(body: bytes) -> ET.Element:
    """Parse XML, refusing document types, so that no entity is ever expanded."""
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")

    def tag(name: str) -> str:
        return "{" + name if "}" in name else name

    def refuse(*_: object) -> None:
        raise MessageError("A document type is not allowed in a message")

    def start(name: str, attributes: dict[str, str]) -> None:
        builder.start(tag(name), {tag(key): value for key, value in attributes.items()})

    parser.buffer_text = True
    parser.buffer_size = 1 << 20
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: builder.end(tag(name))
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(body, True)
        return builder.close()
    except (expat.ExpatError, AssertionError) as error:
        raise MessageError(f"The message is not well-formed: {error}") from error


def parse(body: bytes) -> Request:
    """Read a request of the shell protocol."""
    root = parse_xml(body)
    header = root.find(f"{{{SOAP}}}Header")
    content = root.find(f"{{{SOAP}}}Body")
    if header is None or content is None:
        raise MessageError("The message has no SOAP header or body")
    action = _text(header, ADDRESSING, "Action").rpartition("/")[2]
    line, stream, signal = (content.find(f".//{{{SHELL}}}{name}") for name in ("CommandLine", "Stream", "Signal"))
    shell = content.find(f"{{{SHELL}}}Shell")
    is_pool = _text(header, WSMAN, "ResourceURI").startswith(f"{POWERSHELL}/")
    addressed = next((element for element in content.iter() if element.get("CommandId")), None)
    try:
        stdin = base64.b64decode(stream.text or "", validate=False) if stream is not None else b""
        opening = base64.b64decode(_text(content, POWERSHELL, "creationXml"))
        envelope = int(_text(header, WSMAN, "MaxEnvelopeSize") or DEFAULT_ENVELOPE)
    except ValueError as error:
        raise MessageError(f"The message holds a bad value: {error}") from error
    return Request(
        action=action,
        message_id=_text(header, ADDRESSING, "MessageID"),
        shell_id=_selector(header),
        command_id=(addressed.get("CommandId") or "") if addressed is not None else "",
        timeout=_duration(_text(header, WSMAN, "OperationTimeout")),
        envelope=max(envelope, LEAST_ENVELOPE),
        command_line=_command_line(line),
        environment={
            variable.get("Name") or "": variable.text or "" for variable in content.iter(f"{{{SHELL}}}Variable")
        },
        stdin=stdin,
        stdin_ends=stream is not None and (stream.get("End") or "").lower() in ("true", "1"),
        signal=_text(signal, SHELL, "Code").rpartition("/")[2] if signal is not None else "",
        pool_id=(shell.get("ShellId") or "").upper() if shell is not None and is_pool else "",
        pool_opening=opening,
    )


def _text(parent: ET.Element, namespace: str, name: str) -> str:
    found = parent.find(f".//{{{namespace}}}{name}")
    return (found.text or "").strip() if found is not None else ""


def _selector(header: ET.Element) -> str:
    for selector in header.iter(f"{{{WSMAN}}}Selector"):
        if selector.get("Name") == "ShellId":
            return (selector.text or "").strip().upper()
    return ""


def _command_line(line: ET.Element | None) -> str:
    if line is None:
        return ""
    parts = [_text(line, SHELL, "Command")]
    parts += [(argument.text or "").strip() for argument in line.iter(f"{{{SHELL}}}Arguments")]
    return " ".join(part for part in parts if part)


def _duration(text: str) -> float:
    """Read an xs:duration of hours, minutes and seconds."""
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", text)
    if not found or not any(found.groups()):
        return DEFAULT_TIMEOUT
    hours, minutes, seconds = (float(group or 0) for group in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def chunk_size(envelope: int) -> int:
    """Return how many bytes of output fit into one answer, base64 and the XML around it counted."""
    return (envelope - 4096) * 3 // 4


def answer(request: Request, action: str, body: str) -> bytes:
    """Return the envelope of an answer to *request*."""
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:x="{TRANSFER}"'
        f' xmlns:w="{WSMAN}" xmlns:rsp="{SHELL}"><s:Header><a:Action>{action}</a:Action>'
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID>"
        "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
        f"<a:RelatesTo>{escape(request.message_id)}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def created(request: Request, shell_id: str) -> bytes:
    """Answer a Create."""
    body = (
        f"<x:ResourceCreated><a:Address>http://127.0.0.1/wsman</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{f'{POWERSHELL}/Microsoft.PowerShell' if request.pool_id else f'{SHELL}/cmd'}</w:ResourceURI>"
        f"<w:SelectorSet>"
        f'<w:Selector Name="ShellId">{shell_id}</w:Selector></w:SelectorSet></a:ReferenceParameters>'
        f"</x:ResourceCreated><rsp:Shell><rsp:ShellId>{shell_id}</rsp:ShellId></rsp:Shell>"
    )
    return answer(request, f"{TRANSFER}/CreateResponse", body)


def started(request: Request, command_id: str) -> bytes:
    """Answer a Command."""
    body = f"<rsp:CommandResponse><rsp:CommandId>{command_id}</rsp:CommandId></rsp:CommandResponse>"
    return answer(request, f"{SHELL}/CommandResponse", body)


def received(request: Request, chunks: Iterable[tuple[str, bytes]], exit_code: int | None) -> bytes:
    """Answer a Receive with output, and with the exit code once the command is done."""
    # What a pool of PowerShell says itself belongs to no command.
    command = f' CommandId="{request.command_id}"' if request.command_id else ""
    body = "".join(
        f'<rsp:Stream Name="{name}"{command}>{base64.b64encode(data).decode()}</rsp:Stream>' for name, data in chunks
    )
    if not command:
        return answer(request, f"{SHELL}/ReceiveResponse", f"<rsp:ReceiveResponse>{body}</rsp:ReceiveResponse>")
    state = "Running" if exit_code is None else "Done"
    if exit_code is not None:
        body += "".join(
            f'<rsp:Stream Name="{name}" CommandId="{request.command_id}" End="true"/>' for name in ("stdout", "stderr")
        )
    body += f'<rsp:CommandState CommandId="{request.command_id}" State="{SHELL}/CommandState/{state}">'
    body += f"<rsp:ExitCode>{exit_code}</rsp:ExitCode>" if exit_code is not None else ""
    body += "</rsp:CommandState>"
    return answer(request, f"{SHELL}/ReceiveResponse", f"<rsp:ReceiveResponse>{body}</rsp:ReceiveResponse>")


def done(request: Request, name: str) -> bytes:
    """Answer a Send, a Signal or a Delete."""
    if name == "Delete":
        return answer(request, f"{TRANSFER}/DeleteResponse", "")
    return answer(request, f"{SHELL}/{name}Response", f"<rsp:{name}Response/>")


def fault(request: Request, error: ShellError) -> bytes:
    """Answer with a fault."""
    reason = escape(error.reason)
    body = (
        f"<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>w:{error.subcode}</s:Value></s:Subcode>"
        f'</s:Code><s:Reason><s:Text xml:lang="en-US">{reason}</s:Text></s:Reason><s:Detail>'
        f'<f:WSManFault xmlns:f="{FAULT}" Code="{error.code}" Machine="127.0.0.1"><f:Message>{reason}</f:Message>'
        "</f:WSManFault></s:Detail></s:Fault>"
    )
    return answer(request, f"{ADDRESSING}/fault", body)
