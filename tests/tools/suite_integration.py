# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suite integration: each target's role against a lab of its own, with each supported ansible-core.

A target is a folder of tests/integration/targets with a lab.yml: the scenario of its lab, and beside it
  play_hosts  which hosts of the inventory the role runs on (default hyperv_hosts)
  needs       what the lab needs: pwsh, linux (default: what the nodes of the scenario need)
  cores       ansible-cores (default: the oldest and the newest; the one between runs if it is asked for)
Without nodes in the scenario the role runs on localhost.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from pathlib import Path

import yaml

from . import labs, places, suite_sanity
from .context import Context
from .jobs import Job, Outcome

TARGETS = "tests/integration/targets"
SECONDS = 900
LINUX_LANE = "linux guests"  # a lab of them at a time: each is a whole system
OURS = ("needs", "cores")  # of this runner; the rest is the lab's
LOCAL = "localhost ansible_connection=local ansible_python_interpreter='{{ ansible_playbook_python }}'\n"


@dataclass(frozen=True)
class Target:
    """What a target's lab.yml says."""

    name: str
    scenario: dict[str, t.Any]
    play_hosts: str
    needs: tuple[str, ...]
    cores: tuple[str, ...]

    @property
    def has_nodes(self) -> bool:
        return any(self.scenario.get(kind) for kind in ("hosts", "guests", "linux_guests"))


def read_target(folder: Path) -> Target:
    data: dict[str, t.Any] = yaml.safe_load((folder / "lab.yml").read_text()) or {}
    scenario = {key: value for key, value in data.items() if key not in OURS}
    needs = ["pwsh"] if data.get("hosts") or data.get("guests") else []
    needs += ["linux"] if data.get("linux_guests") else []
    target = Target(
        folder.name,
        scenario,
        scenario.get("play_hosts", "hyperv_hosts"),
        tuple(data.get("needs", needs)),
        tuple(str(core) for core in data.get("cores", suite_sanity.ENDS)),
    )
    wrong = set(target.cores) - set(places.CORES) or set(target.needs) - {"pwsh", "linux"}
    if wrong:
        raise ValueError(f"{folder / 'lab.yml'} names {', '.join(sorted(wrong))}")
    return target


def targets(context: Context) -> list[Target]:
    return [read_target(path.parent) for path in sorted((context.copy / TARGETS).glob("*/lab.yml"))]


def jobs(context: Context) -> list[Job]:
    labs.stop_left_over(context)
    made = []
    if any("linux" in target.needs for target in targets(context)) and not context.no_linux:
        made.append(Job("integration", "linux roots", lambda: build_roots(context), alone=LINUX_LANE))
    for target in targets(context):
        reason = missing(context, target.needs)
        if reason:
            made.append(context.skip("integration", target.name, reason))
            continue
        for core in places.CORES:
            if core in places.available_cores():
                made.append(target_job(context, target, core))
    wanted = {core for target in targets(context) for core in target.cores} - set(places.available_cores())
    made += [context.skip("integration", f"targets {core}", suite_sanity.missing_core(core)) for core in sorted(wanted)]
    return made


def missing(context: Context, needs: t.Iterable[str]) -> str:
    """Why a target cannot run here; empty if it can."""
    reasons = {"pwsh": context.no_pwsh, "linux": context.no_linux}
    return "; ".join(reasons[need] for need in needs if reasons[need])


def target_job(context: Context, target: Target, core: str) -> Job:
    name = f"{target.name} {core}"
    lane = LINUX_LANE if "linux" in target.needs else ""
    return Job("integration", name, lambda: run_target(context, target, core), lane, spare=core not in target.cores)


def build_roots(context: Context) -> Outcome:
    """The file systems of the Linux guests are built once, which takes longer than a lab may take to start."""
    log = context.log("integration", "linux roots")
    code = context.run([places.main_venv() / "bin/python", "-m", "tests.lab.linux", "build"], log, seconds=1200)
    return Outcome(passed=int(not code), failed=int(bool(code)), log=log)


def run_target(context: Context, target: Target, core: str) -> Outcome:
    name = f"{target.name}-{core}"
    log = context.log("integration", name)
    work = context.room.work(name)
    content = {"name": "Run the target", "hosts": target.play_hosts, "gather_facts": False, "roles": [target.name]}
    (work / "play.yml").write_text(yaml.safe_dump([content], sort_keys=False))
    (work / "lab.yml").write_text(yaml.safe_dump(target.scenario, sort_keys=False, allow_unicode=True))
    if not target.has_nodes:
        (work / "inventory").write_text(LOCAL)
        return play(context, core, work / "inventory", work / "play.yml", log)
    try:
        with labs.lab(context, name, work / "lab.yml", log) as inventory:
            return play(context, core, inventory, work / "play.yml", log)
    except labs.LabFailedError as error:
        log.write_text(f"The lab did not start:\n{error}")
        return Outcome(failed=1, log=log)


def play(context: Context, core: str, inventory: Path, playbook: Path, log: Path) -> Outcome:
    """A play that ran no task, or on no host, has not passed."""
    env = {**context.env(core), "ANSIBLE_ROLES_PATH": str(context.copy / TARGETS), "ANSIBLE_FORKS": "10"}
    code = context.run(["ansible-playbook", "-i", inventory, playbook], log, env=env, seconds=SECONDS)
    ran = re.findall(r"^\S.* : ok=(\d+)", log.read_text(errors="replace"), re.MULTILINE)
    if code or not any(int(count) for count in ran):
        return Outcome(failed=1, log=log)
    return Outcome(passed=1, log=log)
