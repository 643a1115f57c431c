# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suite integration: each target's role against a lab of its own, with each supported ansible-core.

A target is a folder of tests/integration/targets with a lab.yml: the scenario of its lab, and beside it
  play_hosts  which hosts of the inventory the role runs on (default hyperv_hosts)
  needs       what the target needs: pwsh, linux, real linux, process, ssh, ansible.windows, community.general
              (default: what the nodes of the scenario need)
Without nodes in the scenario the role runs on localhost. tests/integration/matrix.yml says which targets a whole run
tries with more than the newest ansible-core; any other pair of target and core runs if it is named.
"""

from __future__ import annotations

import functools
import re
import typing as t
from dataclasses import dataclass
from pathlib import Path

import yaml

from ..lab.linux import paths
from ..lab.linux.roots import recipes
from . import labs, other_collections, places, suite_sanity
from .context import Context
from .jobs import Job, Outcome, Skip

TARGETS = "tests/integration/targets"
MATRIX = "tests/integration/matrix.yml"
NEEDS = {"pwsh", "linux", "real linux", "process", "ssh", *other_collections.NAMES}
SECONDS = 1500
LINUX_LANE = "linux guests"  # a lab of them at a time: each is a whole system
LOCAL = "localhost ansible_connection=local ansible_python_interpreter='{{ ansible_playbook_python }}'\n"


@dataclass(frozen=True)
class Target:
    """What a target's lab.yml says."""

    name: str
    scenario: dict[str, t.Any]
    play_hosts: str
    needs: tuple[str, ...]

    @property
    def has_nodes(self) -> bool:
        return any(self.scenario.get(kind) for kind in ("hosts", "guests", "linux_guests"))


def read_target(folder: Path) -> Target:
    data: dict[str, t.Any] = yaml.safe_load((folder / "lab.yml").read_text()) or {}
    needs = ["pwsh"] if data.get("hosts") or data.get("guests") else []
    roots = [row.get("root") for row in data.get("linux_guests", ())]
    needs += ["process"] if "process" in roots else []
    needs += ["linux"] if set(roots) - {"process"} else []
    wanted = tuple(data.pop("needs", needs))
    if set(wanted) - NEEDS:
        raise ValueError(
            f"{folder / 'lab.yml'} needs {', '.join(wanted)}, but there is only {', '.join(sorted(NEEDS))}"
        )
    return Target(folder.name, data, data.get("play_hosts", "hyperv_hosts"), wanted)


def jobs(context: Context) -> list[Job]:
    labs.stop_left_over(context)
    cores = places.available_cores()
    further = yaml.safe_load((context.copy / MATRIX).read_text())["further"]
    made: list[Job] = []
    left_out: dict[str, int] = dict.fromkeys(cores[:-1], 0)
    for folder in sorted(path.parent for path in (context.copy / TARGETS).glob("*/lab.yml")):
        try:
            target = read_target(folder)
        except (OSError, ValueError, yaml.YAMLError) as error:
            made.append(unreadable(context, folder.name, error))
            continue
        reason = missing(context, target.needs)
        if reason:
            made.append(context.skip("integration", target.name, reason))
            continue
        for core in cores:
            spare = core != cores[-1] and core not in further.get(target.name, ())
            made.append(target_job(context, target, core, spare))
            left_out[core] = left_out.get(core, 0) + spare
    in_lane = any(job.alone == LINUX_LANE for job in made)
    if in_lane and context.no_real_linux:
        made.append(context.skip("integration", "real Linux guests: processes took their place", context.no_real_linux))
    elif in_lane:
        made.insert(0, Job("integration", "linux roots", lambda: build_roots(context), alone=LINUX_LANE))
    return made + core_skips(context, left_out)


def core_skips(context: Context, left_out: dict[str, int]) -> list[Job]:
    """What a whole run does not try is named like all that is skipped."""
    made = []
    for core in places.CORES:
        if core not in places.available_cores():
            made.append(context.skip("integration", f"all with ansible-core-{core}", suite_sanity.missing_core(core)))
        elif left_out.get(core):
            reason = (
                f'a whole run tries them with the newest; make test ARGS="integration:{core}" runs all with this one'
            )
            made.append(context.skip("integration", f"{left_out[core]} targets with ansible-core-{core}", reason))
    return made


def unreadable(context: Context, name: str, error: Exception) -> Job:
    def work() -> Outcome:
        log = context.log("integration", name)
        log.write_text(f"The scenario of the target cannot be read: {error}\n")
        return Outcome(failed=1, log=log)

    return Job("integration", name, work)


def missing(context: Context, needs: t.Iterable[str]) -> str:
    """Why a target cannot run here; empty if it can."""
    reasons: dict[str, t.Callable[[], str]] = {
        "pwsh": lambda: context.no_pwsh,
        "linux": lambda: context.no_linux,
        "real linux": lambda: context.no_real_linux,
        "process": lambda: context.no_process,
        "ssh": lambda: context.no_ssh,
        **{name: functools.partial(other_collections.missing, name) for name in other_collections.NAMES},
    }
    return "; ".join(dict.fromkeys(filter(None, (reasons[need]() for need in needs))))


def target_job(context: Context, target: Target, core: str, spare: bool) -> Job:
    name = f"{target.name} {core}"
    lane = LINUX_LANE if {"linux", "real linux"} & set(target.needs) else ""
    return Job("integration", name, lambda: run_target(context, target, core), lane, spare)


def build_roots(context: Context) -> Outcome:
    """The file systems of the Linux guests are built once, which takes longer than a lab may take to start."""
    log = context.log("integration", "linux roots")
    code = context.run([places.main_venv() / "bin/python", "-m", "tests.lab.linux", "build"], log, seconds=1200)
    return Outcome(passed=int(not code), failed=int(bool(code)), log=log)


def run_target(context: Context, target: Target, core: str) -> Outcome:
    unready = sorted(filter(is_left_out, {row.get("root", "") for row in target.scenario.get("linux_guests", ())}))
    if unready:
        reason = f"the root {unready[0]} could not be built: the packages of that release do not fit together today"
        return Outcome(skipped=[Skip(f"{target.name} {core}", reason)])
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


def is_left_out(root: str) -> bool:
    """Whether a root may be missing, and is; build_roots said why."""
    recipe = recipes.RECIPES.get(root)
    return bool(recipe and recipe.moving and not (paths.roots_dir() / recipe.directory()).is_dir())


def play(context: Context, core: str, inventory: Path, playbook: Path, log: Path) -> Outcome:
    """A play that ran no task, or on no host, has not passed."""
    env = {**context.env(core), "ANSIBLE_ROLES_PATH": str(context.copy / TARGETS), "ANSIBLE_FORKS": "10"}
    code = context.run(["ansible-playbook", "-i", inventory, playbook], log, env=env, seconds=SECONDS)
    ran = re.findall(r"^\S.* : ok=(\d+)", log.read_text(errors="replace"), re.MULTILINE)
    if code or not any(int(count) for count in ran):
        return Outcome(failed=1, log=log)
    return Outcome(passed=1, log=log)
