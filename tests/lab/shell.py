# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remote shells of a node: their commands, found by the ids that the client was given."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import cmdline, wsman
from .command import Command, Refused, Running
from .psrp import Pool

# IdleTimeOut of WinRM: a shell whose client has gone away without a word is closed after two hours.
IDLE_LIMIT = 7200.0
NOT_FOUND = "'{0}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"


@dataclass(frozen=True)
class Machine:
    """What a command finds on the node that it runs on."""

    directory: Path
    programs: Mapping[str, Path]
    environment: Mapping[str, str]

    def paths(self) -> set[Path]:
        """Return all places that its commands know of."""
        texts = (text for value in self.environment.values() for text in value.split(":"))
        return {self.directory, *self.programs.values(), *map(Path, filter(os.path.isabs, texts))}


@dataclass
class Shell:
    """A shell: its environment, its commands by id, when it was last used.

    A shell of PowerShell remoting has a pool; its commands are the pool's pipelines, and without an id the pool itself.
    """

    environment: dict[str, str]
    commands: dict[str, Running] = field(default_factory=dict)
    pool: Pool | None = None
    used: float = field(default_factory=time.monotonic)


class Shells:
    """All shells of one node."""

    def __init__(
        self, machine: Machine, idle_limit: float = IDLE_LIMIT, is_on: Callable[[], bool] = lambda: True
    ) -> None:
        self.machine = machine
        self.is_on = is_on
        self.idle_limit = idle_limit
        self._lock = threading.Lock()
        self._shells: dict[str, Shell] = {}

    def create(self, environment: Mapping[str, str]) -> str:
        """Open a shell."""
        return self._keep(str(uuid.uuid4()).upper(), Shell({key: value for key, value in environment.items() if key}))

    def create_pool(self, pool_id: str, opening: bytes) -> str:
        """Open a shell of PowerShell remoting, which has the id that the client gave it."""
        pool = Pool(self.machine.programs["pwsh"], self.machine.environment, self.machine.directory)
        try:
            return self._keep(pool_id, Shell({}, {"": pool.open(opening)}, pool))
        except BaseException:
            pool.close()
            raise

    def _keep(self, shell_id: str, shell: Shell) -> str:
        with self._lock:
            oldest = time.monotonic() - self.idle_limit
            forgotten = [name for name, shell in self._shells.items() if shell.used < oldest]
            self._shells[shell_id] = shell
        for name in forgotten:
            with contextlib.suppress(wsman.ShellError):
                self.delete(name)
        return shell_id

    def run(self, shell_id: str, line: str, command_id: str = "") -> str:
        """Start a command, or a pipeline of a pool under the id that the client gave it, and return its id."""
        with self._lock:
            shell = self._shell(shell_id)
            environment = {**shell.environment, **self.machine.environment}
        command = self._start(line, environment) if shell.pool is None else _pipeline(shell.pool, line, command_id)
        command_id = (command_id if shell.pool is not None else "") or str(uuid.uuid4()).upper()
        with self._lock:
            known = self._shells.get(shell_id)
            if known is not None:
                known.commands[command_id.upper()] = command
        if known is None:
            command.close()
            raise _no_shell(shell_id)
        return command_id

    def command(self, shell_id: str, command_id: str) -> Running:
        """Return a running or ended command."""
        with self._lock:
            found = self._shell(shell_id).commands.get(command_id.upper())
        if found is None:
            raise wsman.ShellError(
                wsman.INVALID_PARAMETER, "InvalidParameter", f"The shell has no command {command_id}."
            )
        return found

    def end_command(self, shell_id: str, command_id: str) -> None:
        """End a command and forget it; nothing happens where it is gone already."""
        with self._lock:
            command = self._shell(shell_id).commands.pop(command_id.upper(), None)
        if command is not None:
            command.close()

    def delete(self, shell_id: str) -> None:
        """Close a shell and end all of its commands."""
        with self._lock:
            shell = self._shell(shell_id)
            del self._shells[shell_id]
        if shell.pool is not None:
            shell.pool.close()  # and with it all of its pipelines
            return
        for command in shell.commands.values():
            command.close()

    def close(self) -> None:
        """Close all shells."""
        with self._lock:
            names = list(self._shells)
        for name in names:
            self.delete(name)

    def _shell(self, shell_id: str) -> Shell:
        shell = self._shells.get(shell_id)
        if shell is None:
            raise _no_shell(shell_id)
        shell.used = time.monotonic()
        return shell

    def _start(self, line: str, environment: Mapping[str, str]) -> Running:
        argv = cmdline.split(line)
        if not argv:
            raise wsman.ShellError(wsman.INVALID_PARAMETER, "InvalidParameter", "The command line is empty.")
        program = self.machine.programs.get(cmdline.program_name(argv[0]))
        if program is None:
            return Refused(NOT_FOUND.format(argv[0]))
        return Command([str(program), *argv[1:]], environment, self.machine.directory)


def _pipeline(pool: Pool, line: str, command_id: str) -> Running:
    """Start a pipeline; its first fragments stand where others have their command line."""
    try:
        return pool.start(command_id, base64.b64decode(line, validate=True))
    except (binascii.Error, ValueError) as error:
        reason = f"The pipeline cannot be read: {error}"
        raise wsman.ShellError(wsman.INVALID_PARAMETER, "InvalidParameter", reason) from error


def _no_shell(shell_id: str) -> wsman.ShellError:
    return wsman.ShellError(wsman.INVALID_SELECTORS, "InvalidSelectors", f"There is no shell {shell_id}.")
