# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suite examples: the examples of every module and filter are run as they stand, in check mode and for real.

tests/integration/examples holds the labs whose machines have the names that the examples use.
"""

from __future__ import annotations

import fnmatch
import json
import re
import shutil
import typing as t
from pathlib import Path

import yaml

from ..unit import collection
from . import labs
from .context import Context
from .jobs import Job, Outcome
from .suite_integration import LINUX_LANE, LOCAL, missing

FOLDER = "tests/integration/examples"
RECORDED = "tests/lab/recorded"
NEEDS = {"windows": ("pwsh",), "linux": ("linux", "real linux"), "local": ()}
SECONDS = 300
# What examples write to stays inside the folder of the run.
PLACES = re.compile(r"(?<![\w/.])/(?=(?:srv|var/lib|etc|tmp)/)")


class Example(t.NamedTuple):
    """The examples of a plugin, and where they run."""

    plugin: str
    text: str
    lab: str
    hosts: str
    snapshots: tuple[str, ...]
    files: dict[str, str]


def examples(copy: Path) -> list[Example]:
    rows = yaml.safe_load((copy / FOLDER / "places.yml").read_text())["places"]
    found = []
    for kind in ("modules", "filter", "test"):
        for path in collection.module_files() if kind == "modules" else collection.plugin_files(kind):
            row = next(row for row in rows if fnmatch.fnmatch(path.stem, row["names"]))
            text = str(collection.read_docs(path)["EXAMPLES"])
            for pattern, value in row.get("replace", {}).items():
                text = json.dumps(value).join(re.split(pattern, text))
            brought = tuple(row.get("snapshots", ())), dict(row.get("files", {}))
            found.append(Example(path.stem, text, row["lab"], row["hosts"], *brought))
    return found


def jobs(context: Context) -> list[Job]:
    made = []
    for lab, needs in NEEDS.items():
        chosen = [example for example in examples(context.copy) if example.lab == lab]
        reason = missing(context, needs)
        if reason:
            made += [context.skip("examples", f"{lab} {example.plugin}", reason) for example in chosen]
        elif chosen:
            made.append(lab_job(context, lab, chosen))
    return made


def lab_job(context: Context, lab: str, chosen: list[Example]) -> Job:
    """One lab for all examples that run in it."""

    def work() -> Outcome:
        log = context.log("examples", lab)
        folder = context.room.work(f"examples-{lab}")
        if lab == "local":
            (folder / "inventory").write_text(LOCAL)
            return run_all(context, chosen, folder / "inventory", folder)
        try:
            with labs.lab(context, f"examples-{lab}", context.copy / FOLDER / f"{lab}.yml", log) as inventory:
                return run_all(context, chosen, inventory, folder)
        except labs.LabFailedError as error:
            log.write_text(f"The lab did not start:\n{error}")
            return Outcome(failed=1, log=log)

    return Job("examples", lab, work, alone=LINUX_LANE if lab == "linux" else "")


def run_all(context: Context, chosen: list[Example], inventory: Path, folder: Path) -> Outcome:
    outcome = Outcome(log=context.log("examples", f"{folder.name} failed"))
    for example in chosen:
        for name in example.snapshots:
            shutil.copytree(context.copy / RECORDED, folder / name, dirs_exist_ok=True)
        for name, source in example.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(context.copy / FOLDER / source, folder / name)
        for mode in ("--check", "--diff"):
            log = run_one(context, example, inventory, folder, mode)
            if log is None:
                outcome.passed += 1
                continue
            outcome.failed += 1
            with t.cast("Path", outcome.log).open("a") as out:
                out.write(f"== {example.plugin} {mode}\n{log.read_text(errors='replace')}\n")
    return outcome


def run_one(context: Context, example: Example, inventory: Path, folder: Path, mode: str) -> Path | None:
    """The log of a run that failed, or that ran nothing."""
    playbook = folder / f"{example.plugin}.yml"
    playbook.write_text(yaml.safe_dump(plays(context.copy, example, folder), sort_keys=False, allow_unicode=True))
    log = context.log("examples", f"{example.plugin} {mode}")
    command = ["ansible-playbook", "-i", inventory, mode, playbook]
    code = context.run(command, log, cwd=folder, seconds=SECONDS)
    ran = re.findall(r"^\S.* : ok=(\d+)", log.read_text(errors="replace"), re.MULTILINE)
    return log if code or not any(int(count) for count in ran) else None


def plays(copy: Path, example: Example, folder: Path) -> list[dict[str, t.Any]]:
    """The tasks of the examples as a play; a whole play among them stays one."""
    content = yaml.safe_load(PLACES.sub(f"{folder}/files/", example.text))
    shared = {"gather_facts": False, "vars_files": [str(copy / FOLDER / "variables.yml")]}
    variables = {"vars": {"examples_recorded": str(copy / RECORDED)}}
    made = [{**shared, **item} for item in content if "hosts" in item]
    tasks = [item for item in content if "hosts" not in item]
    if tasks:
        made.append({"name": "Run the examples", "hosts": example.hosts, **shared, "tasks": tasks})
    return [{**variables, **play} for play in made]
