# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suite powershell: the lint on PowerShell's own parser; without PowerShell the syntax alone."""

from __future__ import annotations

import re
from pathlib import Path

from ..lab import pwsh
from . import places
from .context import Context
from .jobs import Job, Outcome, Skip


def powershell_files(copy: Path) -> list[str]:
    found = [path for pattern in ("*.ps1", "*.psm1") for path in copy.rglob(pattern)]
    return sorted(str(path.relative_to(copy)) for path in found)


def jobs(context: Context) -> list[Job]:
    if context.no_pwsh:
        return [Job("powershell", "syntax", lambda: syntax(context))]
    return [Job("powershell", "lint", lambda: lint(context))]


def lint(context: Context) -> Outcome:
    log = context.log("powershell", "lint")
    names = powershell_files(context.copy)
    listing = log.with_suffix(".list")
    listing.write_text("".join(f"{name}\n" for name in names))
    assert isinstance(context.pwsh, pwsh.Found)
    command = [context.pwsh.path, "-NoProfile", "-NonInteractive", "-File", "tests/tools/ps_lint.ps1", "-List", listing]
    code = context.run(command, log, env={**context.env(), **pwsh.ENVIRONMENT})
    return by_file(code, names, log)


def syntax(context: Context) -> Outcome:
    log = context.log("powershell", "syntax")
    names = [name for name in powershell_files(context.copy) if name.startswith("plugins/")]
    command = [places.main_venv() / "bin/python", "-m", "tests.tools.ps_syntax", *names]
    outcome = by_file(context.run(command, log), names, log)
    reason = f"only the syntax of the plugins was checked, {context.no_pwsh}"
    outcome.skipped.append(Skip("every rule of the PowerShell lint", reason))
    return outcome


def by_file(code: int, names: list[str], log: Path) -> Outcome:
    """A file is one check; findings look like path:line: rule: text."""
    bad = set(re.findall(r"^(\S+\.psm?1):\d+: ", log.read_text(errors="replace"), re.MULTILINE)) & set(names)
    failed = len(bad) or int(code != 0)
    return Outcome(passed=0 if code and not bad else len(names) - len(bad), failed=failed, log=log)
