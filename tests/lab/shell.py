# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remote shells of a node: their commands, found by the ids that the client was given."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import cmdline, wsman
from .command import Command, Refused, Running

# IdleTimeOut of WinRM: a shell whose client has gone away without a word is closed after two hours.
IDLE_LIMIT = 7200.0
NOT_FOUND = "'{0}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"


@dataclass(frozen=True)
class Machine:
    """What a command finds on the node that it runs on."""

    directory: Path
    programs: Mapping[str, Path]
    environment: Mapping[str, str]


@dataclass
class Shell:
    """A shell: its environment, its commands by id, when it was last used."""

    environment: dict[str, str]
    commands: dict[str, Running] = field(default_factory=dict)
    used: float = field(default_factory=time.monotonic)


class Shells:
    """All shells of one node."""

    def __init__(self, machine: Machine, idle_limit: float = IDLE_LIMIT) -> None:
        self.machine = machine
        self.idle_limit = idle_limit
        self._lock = threading.Lock()
        self._shells: dict[str, Shell] = {}

    def create(self, environment: Mapping[str, str]) -> str:
        """Open a shell."""
        shell_id = str(uuid.uuid4()).upper()
        with self._lock:
            oldest = time.monotonic() - self.idle_limit
            forgotten = [name for name, shell in self._shells.items() if shell.used < oldest]
            self._shells[shell_id] = Shell({key: value for key, value in environment.items() if key})
        for name in forgotten:
            with contextlib.suppress(wsman.ShellError):
                self.delete(name)
        return shell_id

    def run(self, shell_id: str, line: str) -> str:
        """Start a command and return its id."""
        with self._lock:
            environment = {**self._shell(shell_id).environment, **self.machine.environment}
        command = self._start(line, environment)
        command_id = str(uuid.uuid4()).upper()
        with self._lock:
            shell = self._shells.get(shell_id)
            if shell is not None:
                shell.commands[command_id] = command
        if shell is None:
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


def _no_shell(shell_id: str) -> wsman.ShellError:
    return wsman.ShellError(wsman.INVALID_SELECTORS, "InvalidSelectors", f"There is no shell {shell_id}.")
