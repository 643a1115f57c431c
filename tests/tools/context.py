# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every suite is given: the copy under test, the environment of its commands, the PowerShell."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ..lab import pwsh
from ..lab.linux import fallback, requirements
from ..lab.linux.plain import requirements as plain_requirements
from . import commands, places, tree
from .jobs import Job, Outcome, Skip

ANSIBLE_CONFIG = """[defaults]
localhost_warning = False
deprecation_warnings = True
"""


@dataclass(frozen=True)
class Context:
    """One run of the suites."""

    room: tree.Room
    copy: Path
    pwsh: pwsh.Found | pwsh.Missing
    programs: Path  # a folder for PATH: every Python, and pwsh

    def env(self, core: str | None = None, collections: Path | None = None) -> dict[str, str]:
        """The caller's environment without his settings of Ansible, which would change what is tested."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "PYTEST_", "MAKE"))}
        config = self.room.folder / "ansible.cfg"
        config.write_text(ANSIBLE_CONFIG)
        bin_folders = [places.venv(core) / "bin"] if core else []
        return {
            **kept,
            "ANSIBLE_COLLECTIONS_PATH": str(collections or self.room.collections("main")),
            "ANSIBLE_CONFIG": str(config),
            "ANSIBLE_HOME": str(self.room.folder / "ansible-home"),
            "ANSIBLE_NOCOLOR": "1",
            "HYPERV_CACHE": str(places.cache()),
            "HYPERV_PWSH": str(self.pwsh.path) if isinstance(self.pwsh, pwsh.Found) else "none",
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
            "PATH": os.pathsep.join([*map(str, bin_folders), str(places.main_venv() / "bin"), kept["PATH"]]),
            "PYTHONUNBUFFERED": "1",
        }

    def log(self, suite: str, name: str) -> Path:
        path = self.room.logs / f"{suite}-{re.sub('[^A-Za-z0-9.]+', '-', name).strip('-')}.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def run(
        self,
        command: t.Sequence[object],
        log: Path,
        *,
        cwd: Path | None = None,
        env: t.Mapping[str, str] | None = None,
        seconds: float = 600,
        always: bool = False,
    ) -> int:
        where, settings = cwd or self.copy, env or self.env()
        return commands.run(command, log, cwd=where, env=settings, seconds=seconds, always=always)

    def job(self, suite: str, name: str, *steps: t.Sequence[object], cwd: Path | None = None) -> Job:
        """A job of commands, one after the other, that counts as one check."""

        def work() -> Outcome:
            log = self.log(suite, name)
            if any(self.run(step, log, cwd=cwd) for step in steps):
                return Outcome(failed=1, log=log)
            return Outcome(passed=1, log=log)

        return Job(suite, name, work)

    @staticmethod
    def skip(suite: str, name: str, reason: str) -> Job:
        return Job(suite, name, lambda: Outcome(skipped=[Skip(name, reason)]))

    @property
    def no_pwsh(self) -> str:
        """Why there is no PowerShell; empty if there is one."""
        return f"there is no PowerShell: {self.pwsh.reason}" if isinstance(self.pwsh, pwsh.Missing) else ""

    @functools.cached_property
    def linux(self) -> tuple[str, str]:
        """The best kind of Linux guests here, "real", "process" or "none", and why there is no better one.

        Root gets the Debian packages that are missing.
        """
        packages = [] if os.environ.get(requirements.CHOICE) else requirements.missing_packages()
        if packages and os.geteuid() == 0 and shutil.which("apt-get"):
            subprocess.run(["sh", self.copy / "tests/tools/packages.sh", *packages], check=False, timeout=600)
        kind, reasons = fallback.what_runs()
        return kind, "; ".join(reasons)

    @property
    def no_linux(self) -> str:
        """Why there can be no Linux guests of any kind; empty if there can be."""
        kind, reason = self.linux
        return reason if kind == "none" else ""

    @property
    def no_real_linux(self) -> str:
        """Why processes take the place of real Linux guests; empty if they do not."""
        kind, reason = self.linux
        return reason if kind == "process" else ""

    @functools.cached_property
    def no_process(self) -> str:
        """Why there can be no guests of processes alone; empty if there can be."""
        return "; ".join(plain_requirements.missing())

    @property
    def no_ssh(self) -> str:
        """Why nothing can be reached by ssh; empty if it can."""
        return "" if shutil.which("ssh") else "program ssh is missing (package openssh-client)"
