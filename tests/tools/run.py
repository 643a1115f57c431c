# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the checks: python -m tests.tools.run [SUITE | SUITE:PART]...

The last line says how many checks passed, failed and were skipped; each skipped part is named above it with its reason.
"""

from __future__ import annotations

import collections
import fnmatch
import os
import shutil
import signal
import sys
import time
import typing as t
from pathlib import Path

from ..lab import pwsh
from . import (
    ansible_test,
    commands,
    other_collections,
    suite_build,
    suite_docs,
    suite_examples,
    suite_integration,
    suite_lint,
    suite_powershell,
    suite_pytest,
    suite_sanity,
    tree,
)
from .context import Context
from .jobs import Job, Outcome, Pool

Maker = t.Callable[[Context], list[Job]]

# In the order of their start: what takes long first, so that the workers end together.
SUITES: dict[str, Maker] = {
    "lint": suite_lint.jobs,
    "powershell": suite_powershell.jobs,
    "units": suite_pytest.unit_jobs,
    "integration": suite_integration.jobs,
    "examples": suite_examples.jobs,
    "lab": suite_pytest.lab_jobs,
    "sanity": suite_sanity.jobs,
    "docs": suite_docs.jobs,
    "build": suite_build.jobs,
}
# More than there are cores: much of what they do is to wait for a simulated machine.
WORKERS = max(3, min(4, os.cpu_count() or 2))
SHOWN_LINES = 60  # of the log of a failed job


class Report:
    """Prints a line a suite when its last job is done, and the sum."""

    def __init__(self, jobs: list[Job], times: Path) -> None:
        self.times = times
        self.open = dict.fromkeys(jobs)
        self.totals = {job.suite: Outcome() for job in jobs}
        self.failures: dict[str, list[tuple[Job, Outcome]]] = {job.suite: [] for job in jobs}
        self.started: dict[str, float] = {}
        self.whole = Outcome()

    def finished(self, job: Job, outcome: Outcome, seconds: float) -> None:
        self.started[job.suite] = min(self.started.get(job.suite, float("inf")), time.monotonic() - seconds)
        self.totals[job.suite].add(outcome)
        self.whole.add(outcome)
        if outcome.failed:
            self.failures[job.suite].append((job, outcome))
        with self.times.open("a") as out:
            out.write(f"{seconds:7.1f} s  {numbers(outcome):<30} {job.suite}:{job.name}\n")
        del self.open[job]
        if not any(other.suite == job.suite for other in self.open):
            self.suite_line(job.suite)

    def suite_line(self, suite: str) -> None:
        total = self.totals[suite]
        seconds = time.monotonic() - self.started[suite]
        print(f"{suite:<12} {numbers(total):<40} {seconds:5.0f} s", flush=True)
        for job, outcome in self.failures[suite]:
            print(f"  FAILED {suite}:{job.name}" + (f"  (log: {outcome.log})" if outcome.log else ""))
            if outcome.log and outcome.log.exists():
                for line in outcome.log.read_text(errors="replace").splitlines()[-SHOWN_LINES:]:
                    print(f"    {line}")
        sys.stdout.flush()

    def close(self) -> int:
        if self.whole.skipped:
            print("\nSkipped:")
            for suite, total in self.totals.items():
                for (what, reason), count in collections.Counter(total.skipped).items():
                    print(f"  {suite}: {what}{f' ({count} tests)' if count > 1 else ''}: {reason}")
        failed = [f"{suite}:{job.name}" for suite, found in self.failures.items() for job, _outcome in found]
        print(f"\nFailed: {', '.join(failed)}" if failed else "")
        for job in self.open:
            print(f"Not run: {job.suite}:{job.name}")
        whole = self.whole
        print(f"{whole.passed} passed, {whole.failed} failed, {len(whole.skipped)} skipped", flush=True)
        return 1 if whole.failed or self.open or not whole.passed else 0


def numbers(total: Outcome) -> str:
    parts = [(total.passed, "passed"), (total.failed, "failed"), (len(total.skipped), "skipped")]
    return ", ".join(f"{count} {what}" for count, what in parts if count) or "nothing to do"


def fits(job: Job, part: str) -> bool:
    """A part is a word of a job's name or a pattern for the whole; a spare job wants its last word, or a pattern."""
    words = job.name.split()
    if part in words[:-1] or not part:
        return not job.spare
    return part == words[-1] or fnmatch.fnmatch(job.name, part)


def choose(context: Context, picks: list[str]) -> list[Job]:
    """The jobs that are asked for; a name that fits nothing is an error."""
    wanted: dict[str, list[str]] = {}
    for pick in picks or list(SUITES):
        suite, _colon, part = pick.partition(":")
        if suite not in SUITES:
            raise ValueError(f"there is no suite '{suite}', but {', '.join(SUITES)}")
        wanted.setdefault(suite, []).append(part)
    jobs = []
    for suite in sorted(wanted, key=list(SUITES).index):
        made = SUITES[suite](context)
        for part in wanted[suite]:
            fitting = [job for job in made if fits(job, part)]
            if not fitting and part:
                names = "; ".join(sorted({job.name for job in made}))
                raise ValueError(f"suite {suite} has no part '{part}', but: {names}")
            jobs += [job for job in fitting if job not in jobs]
    return jobs


def main(picks: list[str]) -> int:
    def stop(number: int, frame: object) -> None:
        print("\nThe run was told to end: stopping what it started ...", file=sys.stderr, flush=True)
        commands.stop_all()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    with tree.occupy() as room:
        shutil.rmtree(room.logs, ignore_errors=True)
        room.logs.mkdir()
        context = Context(room, room.take(), pwsh.find(), room.work("bin"))
        other_collections.place(room.collections("main"))
        ansible_test.link_programs(context.programs, context.pwsh)
        try:
            jobs = choose(context, picks)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2
        if isinstance(context.pwsh, pwsh.Missing):
            print(f"######## There is NO PowerShell, so all that needs it is SKIPPED: {context.pwsh.reason} ########")
        if any(job.alone == suite_integration.LINUX_LANE for job in jobs) and context.no_real_linux:
            print(f"######## NO real Linux guests, only processes in their place: {context.no_real_linux} ########")
        for name in other_collections.NAMES:
            if reason := other_collections.missing(name):
                print(f"######## All that needs {name} is SKIPPED: {reason} ########")
        print(f"{len(jobs)} jobs, {WORKERS} at a time; logs in {room.logs}", flush=True)
        report = Report(jobs, room.logs / "times.txt")
        Pool(jobs, room.logs, report.finished).run(WORKERS)
        return report.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
