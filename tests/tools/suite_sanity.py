# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suite sanity: ansible-test's own checks on the oldest and the newest ansible-core that are supported."""

from __future__ import annotations

import re
from pathlib import Path

from . import ansible_test, places
from .context import Context
from .jobs import Job, Outcome, Skip

ENDS = (places.CORES[0], places.CORES[-1])
NEEDS_PYTHON = {"2.19": "3.11 to 3.13", "2.20": "3.12 or later", "2.21": "3.12 or later"}
NO_PSLINT = "needs PSScriptAnalyzer, a module of PowerShell that no archive brings; suite powershell has its own lint"


def missing_core(core: str) -> str:
    return f"ansible-core {core} needs Python {NEEDS_PYTHON[core]}, and this machine has none"


def jobs(context: Context) -> list[Job]:
    cores = places.available_cores()
    made = []
    for core in ENDS:
        name = f"ansible-core {core}"
        made.append(
            sanity_job(context, core, name) if core in cores else context.skip("sanity", name, missing_core(core))
        )
    return made


def sanity_job(context: Context, core: str, name: str) -> Job:
    def work() -> Outcome:
        log = context.log("sanity", name)
        context.room.twin(core)
        left_out = [Skip(f"pslint ({core})", NO_PSLINT)]
        if context.no_pwsh:
            left_out.append(Skip(f"validate-modules ({core})", context.no_pwsh))
        arguments = ["sanity", "--local", "--color", "no", "--skip-test", "pslint"]
        arguments += ["--skip-test", "validate-modules"] if context.no_pwsh else []
        code = ansible_test.run(context, core, arguments, log)
        outcome = sanity_outcome(code, log)
        outcome.skipped += left_out
        return outcome

    return Job("sanity", name, work, alone=ansible_test.lane(core))


def sanity_outcome(code: int, log: Path) -> Outcome:
    """Count the tests that ran, a Python is one; what ansible-test left out is named in its own words."""
    text = log.read_text(errors="replace")
    ran = set(re.findall(r'^Running sanity test ("[\w-]+"(?: on Python [\d.]+)?)', text, re.MULTILINE))
    listed = re.search(r"^\w+: The (\d+) sanity test\(s\) listed below", text, re.MULTILINE)
    failed = int(listed.group(1)) if listed else int(code != 0)
    outcome = Outcome(passed=max(0, len(ran) - failed), failed=failed, log=findings(text, log) if listed else log)
    for reason in dict.fromkeys(re.findall(r"^WARNING: Skipping (sanity test .*)$", text, re.MULTILINE)):
        what, _because, why = reason.partition(" because ")
        outcome.skipped.append(Skip(what, why or "see the log"))
    return outcome


def findings(text: str, log: Path) -> Path:
    """The lines that say what is wrong, without the noise of installations between them."""
    short = log.with_suffix(".findings.log")
    wrong = re.findall(r"^(?:ERROR|FATAL): .*$", text, re.MULTILINE)
    short.write_text("\n".join([*wrong, f"The whole output is in {log}"]))
    return short
