# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit of the demo fleet: starts the lab, runs playbook audit over WinRM, stops the lab, shows the summary."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import controller, pwsh, running, summary
from .demo import demo
from .errors import LabError
from .pwsh import cache_folder

RECORDED = Path(__file__).absolute().parent / "recorded"
PLAYBOOK = "hyperv.integration.audit"
TIME_LIMIT = 540


@dataclass(frozen=True)
class Audit:
    """What an audit left."""

    report: dict[str, Any]
    html: Path
    snapshots: Path


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def play(inventory: str, directory: Path, variables: dict[str, Any]) -> None:
    """Run the playbook and print its progress."""
    given = json.dumps({"audit_directory": str(directory), **variables})
    argv = [controller.program("ansible-playbook"), "-i", inventory, PLAYBOOK, "--extra-vars", given]
    try:
        done = subprocess.run(
            argv, env=controller.environment(), stdin=subprocess.DEVNULL, timeout=TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise LabError(f"The audit did not end within {TIME_LIMIT} s") from error
    if done.returncode:
        raise LabError(f"The audit failed with exit code {done.returncode}")


def live(directory: Path, shell: Path) -> None:
    """Audit the demo fleet, reached over WinRM."""
    scenario = demo()
    machines = sum(len(node.state["vms"]) for node in scenario.nodes)
    say(f"Starting a lab of {len(scenario.nodes)} hosts with {machines} virtual machines ...")
    with running.running(scenario, cache_folder(os.environ) / "labs" / f"audit-{os.getpid()}", shell) as lab:
        try:
            say(f"Auditing it over WinRM with {PLAYBOOK} ...")
            play(str(lab.inventory), directory, {})
        finally:
            running.remove(lab.directory)


def recorded(directory: Path, reason: str) -> None:
    """Make the report of recorded snapshots, saying loudly that nothing was read."""
    rule = "!" * 78
    say(f"{rule}\nNO POWERSHELL, SO NO HOST IS READ: the report is made of recorded snapshots.\n{reason}\n{rule}")
    play(
        "localhost,",
        directory,
        {"audit_collect": False, "audit_snapshots": [str(RECORDED)], "audit_hosts": "localhost"},
    )


def audit(directory: Path) -> Audit:
    """Run the audit into *directory*."""
    found = pwsh.find()
    if isinstance(found, pwsh.Missing):
        recorded(directory, found.reason)
    else:
        live(directory, found.path)
    latest = directory / "latest"
    report = json.loads((latest / "report.json").read_text(encoding="utf-8"))
    return Audit(report, latest / "report.html", directory / "snapshots")


def main(directory: Path) -> None:
    """Audit and show the summary."""
    start = time.monotonic()
    directory.mkdir(parents=True, exist_ok=True)
    result = audit(directory.absolute())
    say("")
    for line in summary.lines(result.report):
        say(line)
    say(f"\nreport: {result.html}\n({time.monotonic() - start:.0f} s)")
