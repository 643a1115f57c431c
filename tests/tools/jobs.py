# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the suites are made of: jobs with outcomes, and the pool that runs them."""

from __future__ import annotations

import threading
import time
import traceback
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from . import commands


class Skip(t.NamedTuple):
    """A part that was not run, and why."""

    what: str
    reason: str


@dataclass
class Outcome:
    """What came of a job; `log` is what to show if it failed."""

    passed: int = 0
    failed: int = 0
    skipped: list[Skip] = field(default_factory=list)
    log: Path | None = None

    def add(self, other: Outcome) -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


@dataclass(frozen=True)
class Job:
    """One thing to run. Jobs with the same `alone` never run at the same time; a spare one runs only if it is named."""

    suite: str
    name: str
    work: t.Callable[[], Outcome]
    alone: str = ""
    spare: bool = False


Finished = t.Callable[[Job, Outcome, float], None]


def attempt(job: Job, error_log: Path) -> Outcome:
    try:
        return job.work()
    except commands.StoppedError:
        return Outcome(skipped=[Skip(job.name, "the run was told to end")])
    except Exception:
        error_log.parent.mkdir(parents=True, exist_ok=True)
        error_log.write_text(traceback.format_exc())
        return Outcome(failed=1, log=error_log)


class Pool:
    """Runs jobs in their order, as many at once as there are workers."""

    def __init__(self, jobs: t.Iterable[Job], logs: Path, finished: Finished) -> None:
        self.waiting = list(jobs)
        self.logs = logs
        self.finished = finished
        self.busy: set[str] = set()
        self.changed = threading.Condition()

    def next_job(self) -> Job | None:
        """The first job that may run now; None when there is nothing left."""
        with self.changed:
            while self.waiting and not commands.stopped.is_set():
                for job in self.waiting:
                    if not job.alone or job.alone not in self.busy:
                        self.waiting.remove(job)
                        self.busy.add(job.alone)
                        return job
                self.changed.wait(1)
            return None

    def work(self) -> None:
        while job := self.next_job():
            started = time.monotonic()
            outcome = attempt(job, self.logs / f"{job.suite}-{job.name}.error.log")
            with self.changed:
                self.busy.discard(job.alone)
                self.finished(job, outcome, time.monotonic() - started)
                self.changed.notify_all()

    def run(self, workers: int) -> None:
        threads = [threading.Thread(target=self.work) for _worker in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
