# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suites units and lab: pytest, and ansible-test on the oldest Python that a guest may have."""

from __future__ import annotations

import typing as t
import xml.etree.ElementTree as ET
from pathlib import Path

from . import ansible_test, places, suite_integration
from .context import Context
from .jobs import Job, Outcome, Skip

LINUX_TESTS = "tests/lab/linux/tests"


def junit_outcome(path: Path, log: Path) -> Outcome:
    """What a junit file says; a test that was skipped is named by its file."""
    outcome = Outcome(log=log)
    for case in ET.parse(path).getroot().iter("testcase"):
        skipped = case.find("skipped")
        if skipped is not None:
            name = case.get("classname", "").removeprefix("ansible_collections.hyperv.integration.")
            outcome.skipped.append(Skip(name, skipped.get("message") or "no reason given"))
        elif case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        else:
            outcome.passed += 1
    return outcome


def pytest_job(context: Context, suite: str, name: str, *arguments: str, seconds: float, alone: str = "") -> Job:
    def work() -> Outcome:
        log = context.log(suite, name)
        report = log.with_suffix(".xml")
        command: list[str | Path] = ["pytest", "-q", "-p", "no:cacheprovider", "--junitxml", report, *arguments]
        code = context.run(command, log, seconds=seconds)
        if code == 5:  # nothing collected: the folder is empty, or its tests were moved
            return Outcome(failed=1, log=log)
        if not report.exists():
            return Outcome(failed=1, log=log)
        outcome = junit_outcome(report, log)
        outcome.failed = outcome.failed or int(code != 0)
        return outcome

    return Job(suite, name, work, alone)


def oldest_python_job(context: Context) -> Job:
    """Modules and what they share, on the oldest Python that the oldest ansible-core here can have as a target."""
    name = "oldest Python"
    cores = places.available_cores()
    for core in cores:
        fitting = [version for version in ansible_test.target_pythons(core) if version in places.pythons()]
        if fitting:
            return ansible_test_job(context, core, fitting[0])
    wanted = ansible_test.target_pythons(cores[0])[0]
    return context.skip("units", name, f"this machine has none of Python {wanted} to 3.10")


def ansible_test_job(context: Context, core: str, python: str) -> Job:
    name = f"ansible-test on Python {python}"

    def work() -> Outcome:
        log = context.log("units", name)
        copy = context.room.twin(core)
        output = copy / "tests/output/junit"
        for old in output.glob("*.xml"):
            old.unlink()
        command = ["units", "--venv", "--python", python, "--color", "no"]
        code = ansible_test.run(context, core, command, log)
        outcome = Outcome(log=log)
        for report in sorted(output.glob(f"python{python}-*.xml")):
            outcome.add(junit_outcome(report, log))
        outcome.failed = outcome.failed or int(code != 0)
        return outcome

    return Job("units", name, work, alone=ansible_test.lane(core))


def unit_jobs(context: Context) -> list[Job]:
    jobs = [pytest_job(context, "units", "pytest", "tests/unit", "--ignore=tests/unit/lab", seconds=600)]
    modules = context.copy / "tests/unit/plugins"
    if any(any(modules.glob(f"{folder}/test_*.py")) for folder in ("modules", "module_utils")):
        jobs.append(oldest_python_job(context))
    return jobs


def lab_jobs(context: Context) -> list[Job]:
    """A job for each test file, since some start many processes and take their time."""
    files: t.Iterable[Path] = sorted((context.copy / "tests/unit/lab").rglob("test_*.py"))
    names = [str(path.relative_to(context.copy)) for path in files]
    made = [pytest_job(context, "lab", Path(name).stem.removeprefix("test_"), name, seconds=900) for name in names]
    # In one job: some of these files share the guests that they start.
    lane = suite_integration.LINUX_LANE
    return [*made, pytest_job(context, "lab", "Linux guests", LINUX_TESTS, seconds=900, alone=lane)]
