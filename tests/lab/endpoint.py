# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""WinRM endpoint of all nodes of a lab: HTTP on loopback, a path for each node, Basic authentication."""

from __future__ import annotations

import base64
import hmac
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from . import view, wsman
from .power import Power
from .shell import Machine, Shells

CONTENT_TYPE = "application/soap+xml;charset=UTF-8"
LARGEST_REQUEST = 16 << 20
# A client that says nothing for so long has gone; it opens a new connection when it comes back.
IDLE = 1800
# The end of the action in a message that opens a shell.
OPENS_SHELL = b"/transfer/Create<"
# How often it is looked whether a machine is still there while a client waits for output, in seconds.
LOOK = 0.2


@dataclass(frozen=True)
class Site:
    """A node as the endpoint sees it: who may come in, what runs there, what is wrong with it."""

    machine: Machine
    user: str
    password: str
    fault: str = ""  # "", hang, slow, unauthorized (a dead node is one that no port answers for)
    delay: float = 0.0
    shells: int = 0  # after so many it is gone, as a machine that dies in the middle; 0: never
    lost: Mapping[str, Any] | None = None  # see loss.py


class Endpoint:
    """The server; it listens from its creation on and answers after start()."""

    def __init__(self, sites: Mapping[str, Site], port: int = 0) -> None:
        self.sites = dict(sites)
        self.power = {name: Power(_folder(site.machine), site.shells, site.lost) for name, site in self.sites.items()}
        self.shells = {
            name: Shells(site.machine, is_on=partial(self.power[name].is_on, False))
            for name, site in self.sites.items()
        }
        self.stopping = threading.Event()
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        """The port that the endpoint listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Answer from now on, in the background."""
        self._thread.start()

    def _serve(self) -> None:
        view.narrow(path for site in self.sites.values() for path in site.machine.paths())
        self._server.serve_forever(0.05)

    def stop(self) -> None:
        """Stop answering and end every process that runs for a client."""
        self.stopping.set()
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()
        for shells in self.shells.values():
            shells.close()

    def handle(self, name: str, body: bytes) -> tuple[int, bytes]:
        """Answer one message: the HTTP status and the envelope."""
        request = wsman.parse(body)
        action = ACTIONS.get(request.action)
        try:
            if action is None:
                reason = f"The action {request.action} is not supported."
                raise wsman.ShellError(wsman.INVALID_PARAMETER, "ActionNotSupported", reason)
            return 200, action(self.shells[name], request)
        except wsman.ShellError as error:
            return 500, wsman.fault(request, error)


def _folder(machine: Machine) -> Path:
    """Where the state of a node is; its directory is its drive C:."""
    return Path(machine.environment.get("HV_NODE", str(machine.directory)))


def _create(shells: Shells, request: wsman.Request) -> bytes:
    if request.pool_id:
        return wsman.created(request, shells.create_pool(request.pool_id, request.pool_opening))
    return wsman.created(request, shells.create(request.environment))


def _command(shells: Shells, request: wsman.Request) -> bytes:
    return wsman.started(request, shells.run(request.shell_id, request.command_line, request.command_id))


def _send(shells: Shells, request: wsman.Request) -> bytes:
    shells.command(request.shell_id, request.command_id).send(request.stdin, request.stdin_ends)
    return wsman.done(request, "Send")


def _receive(shells: Shells, request: wsman.Request) -> bytes:
    command = shells.command(request.shell_id, request.command_id)
    until = time.monotonic() + request.timeout
    result = None
    # A machine that is lost meanwhile lets nobody wait for the end of the time.
    while result is None and (left := until - time.monotonic()) > 0 and shells.is_on():
        result = command.receive(wsman.chunk_size(request.envelope), min(LOOK, left))
    if result is None:
        reason = "The operation did not end within the time specified in OperationTimeout."
        raise wsman.ShellError(wsman.OPERATION_TIMEOUT, "TimedOut", reason)
    return wsman.received(request, *result)


def _signal(shells: Shells, request: wsman.Request) -> bytes:
    if request.signal in ("terminate", "Terminate", "ctrl_c", "ctrl_break", "Exit"):
        shells.end_command(request.shell_id, request.command_id)
    return wsman.done(request, "Signal")


def _delete(shells: Shells, request: wsman.Request) -> bytes:
    shells.delete(request.shell_id)
    return wsman.done(request, "Delete")


ACTIONS: dict[str, Callable[[Shells, wsman.Request], bytes]] = {
    "Create": _create,
    "Command": _command,
    "Send": _send,
    "Receive": _receive,
    "Signal": _signal,
    "Delete": _delete,
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, endpoint: Endpoint, port: int) -> None:
        self.endpoint = endpoint
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing where a client went away in the middle of its request."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-HTTPAPI/2.0"
    sys_version = ""
    timeout = IDLE
    server: _Server
    # Head and body go out as two writes; without this the second one waits for the client's delayed acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        """Answer a message."""
        endpoint = self.server.endpoint
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_REQUEST:
            self.close_connection = True
            return self._reply(411 if not length.isdigit() else 413)
        body = self.rfile.read(int(length))
        name = self._node()
        site = endpoint.sites.get(name)
        if site is None:
            return self._reply(404)
        if site.fault == "hang":
            endpoint.stopping.wait(IDLE)
            self.close_connection = True
            return None
        if not endpoint.power[name].is_on(OPENS_SHELL in body):
            return self._nobody(name)
        if site.fault == "slow":
            time.sleep(site.delay)
        if site.fault == "unauthorized" or not self._may_enter(site):
            return self._reply(401)
        try:
            answer = endpoint.handle(name, body)
        except wsman.MessageError:
            return self._reply(400)
        return self._reply(*answer) if endpoint.power[name].is_on(False) else self._nobody(name)

    def _nobody(self, name: str) -> None:
        """Nobody is there: the connection ends without an answer."""
        self.close_connection = True
        if self.server.endpoint.power[name].has_crashed():
            self.server.endpoint.shells[name].close()

    def _node(self) -> str:
        parts = self.path.partition("?")[0].strip("/").split("/")
        return unquote(parts[0]) if len(parts) == 2 and parts[1].lower() == "wsman" else ""

    def _may_enter(self, site: Site) -> bool:
        kind, _unused, token = self.headers.get("Authorization", "").partition(" ")
        try:
            given = base64.b64decode(token, validate=True)
        except ValueError:
            return False
        return kind.lower() == "basic" and hmac.compare_digest(given, f"{site.user}:{site.password}".encode())

    def _reply(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="WSMAN"')
        if body:
            self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Log nothing: what the nodes did is in their calls.log."""


def refusing_socket() -> socket.socket:
    """Return a bound socket that nobody listens on: its port refuses connections, as a dead node does."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held
