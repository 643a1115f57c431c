# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suite build: the collection's archive, what Galaxy's importer says of it, and an installation from it."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from . import places
from .context import Context
from .jobs import Job, Outcome

Problems = t.Callable[[Context, Path, Path], list[str]]

# What a user cannot do with an archive that lacks them; and what would only be weight in it.
CONTENTS = ("README.md", "COPYING", "MANIFEST.json", "meta/runtime.yml")
IMPORTER = {"GALAXY_IMPORTER_RUN_ANSIBLE_LINT": "no", "GALAXY_IMPORTER_CHECK_CHANGELOG": "yes"}  # suite lint has it


def jobs(context: Context) -> list[Job]:
    """One lane: the archive is built once and read by all."""
    work = context.room.work("build")
    return [
        Job("build", "archive", lambda: check(context, work, "archive", archive_problems), alone="build"),
        Job("build", "importer", lambda: check(context, work, "importer", importer_problems), alone="build"),
        Job("build", "install", lambda: check(context, work, "install", install_problems), alone="build"),
    ]


def check(context: Context, work: Path, name: str, problems: Problems) -> Outcome:
    log = context.log("build", name)
    found = [] if name != "archive" and archive(work) else build(context, work, log)
    found = found or problems(context, work, log)
    if found:
        with log.open("a") as out:
            out.writelines(f"{problem}\n" for problem in found)
        return Outcome(failed=1, log=log)
    return Outcome(passed=1, log=log)


def archive(work: Path) -> Path | None:
    return next(work.glob("hyperv-integration-*.tar.gz"), None)


def build(context: Context, work: Path, log: Path) -> list[str]:
    code = context.run(["ansible-galaxy", "collection", "build", "--force", "--output-path", work, "."], log)
    return [] if code == 0 and archive(work) else ["The archive cannot be built"]


def archive_problems(context: Context, work: Path, log: Path) -> list[str]:
    """The archive holds what a user needs and nothing of what only developers need."""
    listing = work / "listing"
    code = context.run(["sh", "-c", f"tar -tzf '{archive(work)}' > '{listing}'"], log)
    names = listing.read_text().splitlines()
    wanted = [name for name in CONTENTS if name not in names]
    unwanted = [name for name in names if name.startswith((".", "tests/", "build/", "docs/build/"))]
    return [
        *(["The archive cannot be read"] if code else []),
        *(f"The archive lacks {name}" for name in wanted),
        *(f"The archive should not hold {name}" for name in unwanted),
    ]


def importer_problems(context: Context, work: Path, log: Path) -> list[str]:
    """galaxy-importer runs as Galaxy runs it; its warnings are problems too."""
    place = work / "importer"
    place.mkdir(exist_ok=True)
    env = {**context.env(), **IMPORTER, "GALAXY_IMPORTER_TMP_ROOT_DIR": str(place)}
    command = [places.main_venv() / "bin/python", "-m", "galaxy_importer.main", archive(work) or "archive"]
    if context.run(command, log, cwd=place, env=env):
        return ["The importer refuses the archive"]
    return [line for line in log.read_text().splitlines() if line.startswith(("WARNING:", "ERROR:"))]


def install_problems(context: Context, work: Path, log: Path) -> list[str]:
    """Installed from the archive, Ansible finds every module, role and plugin with its documentation."""
    place = work / "installed"
    command = ["ansible-galaxy", "collection", "install", "--offline", "-p", place, archive(work) or "archive"]
    if context.run(command, log, env=context.env(collections=place)):
        return ["The archive cannot be installed"]
    found = []
    for kind, names in expected_plugins(context.copy).items():
        listing = work / f"{kind}.json"
        listed = f"ansible-doc -t {kind} --list --json hyperv.integration > '{listing}'"
        if context.run(["sh", "-c", listed], log, cwd=work, env=context.env(collections=place)):
            found.append(f"ansible-doc cannot list the plugins of type {kind}")
            continue
        known = set(json.loads(listing.read_text()))
        found += [f"ansible-doc does not know {kind} {name}" for name in names if name not in known]
    return found


def expected_plugins(copy: Path) -> dict[str, list[str]]:
    """What the copy holds, by the types of ansible-doc."""
    prefix = "hyperv.integration."
    modules = {path.stem for path in (copy / "plugins/modules").glob("*.*") if path.stem != "__init__"}
    found = {"module": sorted(f"{prefix}{name}" for name in modules)}
    for kind in ("filter", "test"):
        found[kind] = sorted(f"{prefix}{path.stem}" for path in (copy / f"plugins/{kind}").glob("*.yml"))
    found["inventory"] = sorted(f"{prefix}{path.stem}" for path in (copy / "plugins/inventory").glob("[!_]*.py"))
    found["role"] = sorted(f"{prefix}{path.parts[-3]}" for path in copy.glob("roles/*/meta/argument_specs.yml"))
    return {kind: names for kind, names in found.items() if names}
