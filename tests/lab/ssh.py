# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ssh to the Windows nodes of a lab: one server on loopback, where the user's name is the node's.

The nodes have PowerShell as their DefaultShell, which is what Ansible's shell type powershell is for. asyncssh is
needed only where a scenario has such a node; the client is the machine's own ssh.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import cmdline
from .errors import LabError
from .shell import Machine

if TYPE_CHECKING:
    import asyncssh

FOLDER = "ssh"
CLIENT_KEY = "id_ed25519"
KNOWN_HOSTS = "known_hosts"
START_TIME_LIMIT = 20.0
# Words without meaning to PowerShell, and texts in single quotes, in which two of them are one.
WORD = re.compile(r"'(?:[^']|'')*'|[\w.,:=+/\\-]+")
PLAIN = re.compile(rf"\s*(?:{WORD.pattern})(?:\s+(?:{WORD.pattern}))*\s*")
# A process that was ended has no exit code of its own.
KILLED = 1
SSH_OPTIONS = "-F none -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o GlobalKnownHostsFile=/dev/null"


def variables(folder: Path, port: int, node: str) -> dict[str, Any]:
    """Return how Ansible reaches a node; *folder* is the lab's."""
    keys = folder / FOLDER
    return {
        "ansible_connection": "ssh",
        "ansible_host": "127.0.0.1",
        "ansible_port": port,
        "ansible_user": node,
        "ansible_ssh_private_key_file": str(keys / CLIENT_KEY),
        "ansible_ssh_common_args": f"{SSH_OPTIONS} -o UserKnownHostsFile={keys / KNOWN_HOSTS}",
        "ansible_shell_type": "powershell",
    }


def library() -> Any:
    """Return asyncssh, of which labs without such nodes have no need."""
    try:
        import asyncssh
    except ImportError as error:
        raise LabError(f"A node with the connection ssh needs the Python library asyncssh: {error}") from error
    return asyncssh


def arguments(line: str, machine: Machine) -> list[str]:
    """Return what runs for a command line.

    A PowerShell that the default shell would only start is started at once: its name on a Windows is not bound to case,
    and a second one would only cost time. Everything else the default shell runs itself.
    """
    words = [word[1:-1].replace("''", "'") if word[0] == "'" else word for word in WORD.findall(line)]
    program = machine.programs.get(cmdline.program_name(words[0])) if PLAIN.fullmatch(line) else None
    return [str(program), *words[1:]] if program else [str(machine.programs["pwsh"]), "-Command", line]


class Server:
    """The server; it answers from start() to stop()."""

    def __init__(self, machines: Mapping[str, Machine], folder: Path) -> None:
        self._machines = machines
        self._folder = folder / FOLDER
        self._ssh = library()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._children: dict[int, asyncio.subprocess.Process] = {}
        self._acceptor: Any = None

    def start(self) -> int:
        """Answer from now on, in the background, and return the port."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._thread.start()
        return asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(START_TIME_LIMIT)

    def stop(self) -> None:
        """Stop answering and end every process that runs for a client."""
        self._loop.call_soon_threadsafe(self._close)
        self._thread.join(START_TIME_LIMIT)

    async def _listen(self) -> int:
        host_key = self._ssh.generate_private_key("ssh-ed25519")
        client_key = self._ssh.generate_private_key("ssh-ed25519")
        private = self._folder / CLIENT_KEY
        private.touch(mode=0o600)
        client_key.write_private_key(private)
        may_enter = self._ssh.import_authorized_keys(client_key.export_public_key().decode())
        self._acceptor = await self._ssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: _gate(self._ssh, self._machines),
            server_host_keys=[host_key],
            authorized_client_keys=may_enter,
            process_factory=self._run,
            encoding=None,
            allow_scp=False,
        )
        port = int(self._acceptor.get_port())
        known = host_key.export_public_key().decode().strip()
        (self._folder / KNOWN_HOSTS).write_text(f"[127.0.0.1]:{port} {known}\n", encoding="ascii")
        return port

    async def _run(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        """Run the command of a session."""
        machine = self._machines[process.get_extra_info("username")]
        child = await asyncio.create_subprocess_exec(
            *arguments(process.command or "", machine),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=machine.directory,
            env=dict(machine.environment),
            start_new_session=True,
        )
        self._children[child.pid] = child
        try:
            # A client that shares a connection closes a session at the end of its output: the exit code comes first.
            await process.redirect(stdin=child.stdin, stdout=child.stdout, stderr=child.stderr, send_eof=False)
            # Where the client has gone, its end of the input is what ends the process.
            code = await child.wait()
            await process.stdout.drain()
            await process.stderr.drain()
            process.exit(code if code >= 0 else KILLED)
        finally:
            self._children.pop(child.pid, None)
            _end(child)

    def _close(self) -> None:
        if self._acceptor is not None:
            self._acceptor.close()
        for child in self._children.values():
            _end(child)
        self._loop.stop()


def _end(child: asyncio.subprocess.Process) -> None:
    """End a process with its group; one that was waited for is left alone, since its number may be another's."""
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def _gate(ssh: Any, machines: Mapping[str, Machine]) -> Any:
    """Return what decides about one connection: only names of nodes may come in, and only with the key."""

    class Gate(ssh.SSHServer):  # type: ignore[misc]
        def begin_auth(self, username: str) -> bool:
            if username not in machines:
                raise ssh.PermissionDenied(f"There is no node '{username}'")
            return True

    return Gate()
