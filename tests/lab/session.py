# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a command on a simulated Windows node is started: the pwsh, the compiled simulation, the environment."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .errors import SessionError
from .pwsh import ENVIRONMENT, cache_folder
from .shell import Machine

# A copy of the simulation elsewhere, so that a fleet can run while the one beside this file is being changed.
SIMULATION = Path(os.environ.get("HYPERV_LAB_WINDOWS") or Path(__file__).parent / "windows")
NAMES = ("powershell", "pwsh")
USER = "lab"
TYPE_CACHE = Path(__file__).parent / "typecache"
# Set to 0, each call compiles Ansible's types anew, as it does on a real host.
KEEP_TYPES = "HYPERV_LAB_KEEP_TYPES"
BUILD_TIME_LIMIT = 180
# PowerShell looks at each file of each of them, again and again, so no folder should come twice under two names.
PROGRAMS = tuple(dict.fromkeys(os.path.realpath(folder) for folder in ("/usr/local/bin", "/usr/bin", "/bin")))

RUNTIME = {
    **ENVIRONMENT,
    # A process that ends within a second never gets back what profiling and background collection cost.
    "DOTNET_TieredPGO": "0",
    "DOTNET_gcConcurrent": "0",
    # Nobody attacks it, and to map each compiled method twice costs a few percent of a short life.
    "DOTNET_EnableWriteXorExecute": "0",
    # A killed process would leave its diagnostics socket in the temporary folder.
    "DOTNET_EnableDiagnostics": "0",
    "NO_COLOR": "1",
    "TERM": "dumb",
}


@dataclass(frozen=True)
class Windows:
    """A pwsh and the compiled simulation that it loads."""

    pwsh: Path
    hook: Path
    types: Path  # the hook that keeps what Ansible compiles

    @classmethod
    def prepare(cls, pwsh: Path) -> Windows:
        """Compile the simulation for *pwsh* where that is not done yet."""
        launcher = [str(SIMULATION / "bin" / "powershell"), "-NoProfile", "-NonInteractive"]
        printed = _run([*launcher, "-Command", "$env:DOTNET_STARTUP_HOOKS"], pwsh)
        hook = Path(printed)
        if not hook.is_file():
            raise SessionError(f"Failed to start the simulated Windows with '{pwsh}': it printed '{printed}'")
        return cls(pwsh.resolve(), hook, _type_cache(pwsh.resolve()))

    def machine(self, node: Path, home: Path) -> Machine:
        """Return what commands on the node with the folder *node* find there."""
        hooks = [self.hook] if os.environ.get(KEEP_TYPES) == "0" else [self.hook, self.types]
        environment = {
            **RUNTIME,
            "DOTNET_STARTUP_HOOKS": ":".join(map(str, hooks)),
            "HOME": str(home),
            "HV_NODE": str(node),
            "HYPERV_LAB_TYPES": str(self.types.parent / "types"),
            "LANG": "C.UTF-8",
            # ansible-core follows the link `powershell` on PATH: it must end in the folder of the engine that runs.
            "PATH": ":".join([str(self.hook.parent / "bin"), *PROGRAMS]),
        }
        profile = node / "C" / "Users" / USER
        profile.mkdir(parents=True, exist_ok=True)
        return Machine(profile, dict.fromkeys(NAMES, self.pwsh), environment)


def _type_cache(pwsh: Path) -> Path:
    """Return the compiled type cache of *pwsh*."""
    source = TYPE_CACHE / "TypeCache.cs"
    about = pwsh.stat()
    parts = (source.read_bytes(), f"{pwsh} {about.st_size} {about.st_mtime_ns}".encode())
    folder = cache_folder(os.environ) / "lab-types" / hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
    built = folder / "TypeCache.dll"
    if not built.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Labs that start at the same moment each build their own; the last one stays.
        fresh = folder / f"TypeCache.{os.getpid()}.dll"
        build = ["-File", str(TYPE_CACHE / "build.ps1"), "-Path", str(source), "-OutputPath", str(fresh)]
        _run([str(pwsh), "-NoProfile", "-NonInteractive", *build], pwsh)
        fresh.replace(built)
    return built


def _run(argv: list[str], pwsh: Path) -> str:
    """Run a program of the preparation and return what it printed."""
    environment = {**os.environ, **RUNTIME, "WINLAB_PWSH": str(pwsh)}
    for name in ("HV_NODE", "DOTNET_STARTUP_HOOKS"):
        environment.pop(name, None)
    try:
        done = subprocess.run(
            argv,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=BUILD_TIME_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SessionError(f"Failed to start the simulated Windows with '{pwsh}': {error}") from error
    if done.returncode:
        raise SessionError(f"Failed to start the simulated Windows with '{pwsh}': {done.stderr.strip()[-2000:]}")
    return done.stdout.strip()
