# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The behaviour of the simulated Windows: the check files of tests/lab/windows/tests, each check one test.

A folder there is a fleet: nodes.json holds the state of its nodes, and NODE.ps1 is run once, in a session on that node.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import typing as t
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab import pwsh

WINDOWS = Path(pwsh.__file__).parent / "windows"
CHECKS = WINDOWS / "tests"
CHECK = re.compile(r"^ *Assert-Behaviour -Name '([^']+)' -Fact '([^']+)'", re.MULTILINE)
SECONDS = 180

Results = t.Mapping[str, str | None]


@dataclass(frozen=True)
class Check:
    """One behaviour, and where it is checked."""

    file: Path
    name: str
    fact: str

    def __str__(self) -> str:
        return f"{self.file.parent.name}/{self.file.stem}: {self.name}"


def checks() -> list[Check]:
    files = sorted(CHECKS.glob("*/*.ps1"))
    return [Check(file, *found.groups()) for file in files for found in CHECK.finditer(file.read_text())]


def facts() -> set[str]:
    """The facts that the lab models: the first column of the tables of facts.md."""
    rows = (WINDOWS / "facts.md").read_text().splitlines()
    return {row.split("|")[1].strip() for row in rows if re.match(r"\| R?\d", row)}


class Fleets:
    """Runs each check file when its first result is asked for."""

    def __init__(self, engine: Path, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.done: dict[Path, Results | str] = {}

    def results(self, file: Path) -> Results:
        """Run the files of a fleet up to this one, each once, as they may build on each other."""
        for one in sorted(file.parent.glob("*.ps1")):
            if one not in self.done:
                self.done[one] = self.run(one)
            if one == file:
                break
        found = self.done[file]
        if isinstance(found, str):
            pytest.fail(found, pytrace=False)
        return found

    def run(self, file: Path) -> Results | str:
        """Return each check's failure by its name, or what went wrong with all of them."""
        nodes = self.folder / file.parent.name
        if not nodes.exists():
            for name, state in json.loads((file.parent / "nodes.json").read_text()).items():
                (nodes / name).mkdir(parents=True)
                (nodes / name / "state.json").write_text(json.dumps(state))
        output = self.folder / f"{file.parent.name}-{file.stem}.jsonl"
        output.touch()
        environment = {
            **os.environ,
            **pwsh.ENVIRONMENT,
            "HV_NODE": str(nodes / file.stem),
            "LAB_RESULTS": str(output),
            "WINLAB_PWSH": str(self.engine),
        }
        script = f"Import-Module -Name '{CHECKS}/Behaviour.psm1'; . '{file}'"
        done = subprocess.run(
            [WINDOWS / "bin/powershell", "-NoProfile", "-NonInteractive", "-Command", script],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode or done.stderr:
            return f"{file} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return {row["name"]: row["failure"] for row in map(json.loads, output.read_text().splitlines())}


@pytest.fixture(scope="module")
def fleets(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Fleets]:
    found = pwsh.find(environ=os.environ)
    if isinstance(found, pwsh.Missing):
        pytest.skip(f"no PowerShell: {found.reason}")
    folder = tmp_path_factory.mktemp("fleets")
    yield Fleets(found.path, folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("check", checks(), ids=str)
def test_behaviour(check: Check, fleets: Fleets) -> None:
    results = fleets.results(check.file)
    assert check.name in results, f"{check.file} did not run this check"
    assert results[check.name] is None, results[check.name]


def test_every_check_cites_a_fact_and_every_fact_is_checked() -> None:
    cited = {check.fact for check in checks()}
    assert cited == facts()


def test_no_two_checks_of_a_file_have_one_name() -> None:
    every = [str(check) for check in checks()]
    assert len(every) == len(set(every))
