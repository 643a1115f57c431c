# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remote shells of a node: their commands, found by the ids that the client was given."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import cmdline, wsman
from .command import Command, Refused, Running

NOT_FOUND = "'{0}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"


@dataclass(frozen=True)
class Machine:
    """What a command finds on the node that it runs on."""

    directory: Path
    programs: Mapping[str, Path]
    environment: Mapping[str, str]


class Shells:
    """All shells of one node."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._lock = threading.Lock()
        self._shells: dict[str, dict[str, Running]] = {}
        self._environments: dict[str, dict[str, str]] = {}

    def create(self, environment: Mapping[str, str]) -> str:
        """Open a shell."""
        shell_id = str(uuid.uuid4()).upper()
        with self._lock:
            self._shells[shell_id] = {}
            self._environments[shell_id] = {key: value for key, value in environment.items() if key}
        return shell_id

    def run(self, shell_id: str, line: str) -> str:
        """Start a command and return its id."""
        with self._lock:
            self._commands(shell_id)
            environment = {**self._environments[shell_id], **self.machine.environment}
        command = self._start(line, environment)
        command_id = str(uuid.uuid4()).upper()
        with self._lock:
            commands = self._shells.get(shell_id)
            if commands is not None:
                commands[command_id] = command
        if commands is None:
            command.close()
            raise _no_shell(shell_id)
        return command_id

    def command(self, shell_id: str, command_id: str) -> Running:
        """Return a running or ended command."""
        with self._lock:
            found = self._commands(shell_id).get(command_id.upper())
        if found is None:
            raise wsman.ShellError(
                wsman.INVALID_PARAMETER, "InvalidParameter", f"The shell has no command {command_id}."
            )
        return found

    def end_command(self, shell_id: str, command_id: str) -> None:
        """End a command and forget it; nothing happens where it is gone already."""
        with self._lock:
            command = self._commands(shell_id).pop(command_id.upper(), None)
        if command is not None:
            command.close()

    def delete(self, shell_id: str) -> None:
        """Close a shell and end all of its commands."""
        with self._lock:
            commands = self._commands(shell_id)
            del self._shells[shell_id], self._environments[shell_id]
        for command in commands.values():
            command.close()

    def close(self) -> None:
        """Close all shells."""
        with self._lock:
            names = list(self._shells)
        for name in names:
            self.delete(name)

    def _commands(self, shell_id: str) -> dict[str, Running]:
        commands = self._shells.get(shell_id)
        if commands is None:
            raise _no_shell(shell_id)
        return commands

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
