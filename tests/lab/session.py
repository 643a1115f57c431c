# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a command on a simulated Windows node is started: the pwsh, the compiled simulation, the environment."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .shell import Machine

# A copy of the simulation elsewhere, so that a fleet can run while the one beside this file is being changed.
SIMULATION = Path(os.environ.get("HYPERV_LAB_WINDOWS") or Path(__file__).parent / "windows")
NAMES = ("powershell", "pwsh")
BUILD_TIME_LIMIT = 180

# What a process of the lab needs less CPU with; figures in README.md.
RUNTIME = {
    "DOTNET_TieredPGO": "0",
    "DOTNET_gcConcurrent": "0",
    "DOTNET_EnableDiagnostics": "0",
    "POWERSHELL_TELEMETRY_OPTOUT": "1",
    "POWERSHELL_UPDATECHECK": "Off",
    "NO_COLOR": "1",
    "TERM": "dumb",
}


class SessionError(RuntimeError):
    """The simulated Windows cannot be started."""


@dataclass(frozen=True)
class Windows:
    """A pwsh and the compiled simulation that it loads."""

    pwsh: Path
    hook: Path

    @classmethod
    def prepare(cls, pwsh: Path) -> Windows:
        """Compile the simulation for *pwsh* where that is not done yet."""
        environment = {**os.environ, **RUNTIME, "WINLAB_PWSH": str(pwsh)}
        environment.pop("HV_NODE", None)
        argv = [
            str(SIMULATION / "bin" / "powershell"),
            "-NoProfile",
            "-NonInteractive",
            "-Command",
            "$env:DOTNET_STARTUP_HOOKS",
        ]
        try:
            done = subprocess.run(
                argv,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=BUILD_TIME_LIMIT,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SessionError(f"Failed to start the simulated Windows with '{pwsh}': {error}") from error
        hook = Path(done.stdout.strip())
        if done.returncode or not hook.is_file():
            raise SessionError(f"Failed to start the simulated Windows with '{pwsh}': {done.stderr.strip()[-2000:]}")
        return cls(pwsh.resolve(), hook)

    def machine(self, node: Path, home: Path) -> Machine:
        """Return what commands on the node with the folder *node* find there."""
        environment = {
            **RUNTIME,
            "DOTNET_STARTUP_HOOKS": str(self.hook),
            "HOME": str(home),
            "HV_NODE": str(node),
            "LANG": "C.UTF-8",
            # ansible-core follows the link `powershell` on PATH: it must end in the folder of the engine that runs.
            "PATH": f"{self.hook.parent / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        }
        return Machine(node, dict.fromkeys(NAMES, self.pwsh), environment)
