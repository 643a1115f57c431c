# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks share: a lab, playbooks with the time of each task, and commands on a node."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import typing as t
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..lab import running
from ..lab.session import KEEP_TYPES, Windows

BENCH = Path(__file__).parent
CHECKOUT = BENCH.parents[1]
TIME_LIMIT = 1500


class Row(t.NamedTuple):
    """One line of a benchmark: a ratio, its aim, and the times behind it."""

    what: str
    ratio: float
    aim: str
    met: bool
    seconds: str


class Stage:
    """A running lab, and a folder for the playbooks that are timed against it."""

    def __init__(self, lab: running.Running, folder: Path) -> None:
        self.lab = lab
        self.folder = folder
        collections = folder / "collections/ansible_collections/hyperv"
        collections.mkdir(parents=True)
        (collections / "integration").symlink_to(CHECKOUT)

    def cpu(self) -> float:
        """CPU seconds so far of the playbooks, and of the lab with every command that has ended there."""
        fields = Path(f"/proc/{self.lab.server.pid}/stat").read_text().rpartition(")")[2].split()
        lab = sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
        own = resource.getrusage(resource.RUSAGE_CHILDREN)
        return lab + own.ru_utime + own.ru_stime

    def play(self, tasks: list[dict[str, t.Any]], hosts: str, forks: int = 5, **play: t.Any) -> dict[str, float]:
        """Run tasks; return the seconds of each on all hosts by name, of the whole process as ``total``, and CPU."""
        book = self.folder / "play.yml"
        times = self.folder / "times.json"
        book.write_text(json.dumps([{"hosts": hosts, "gather_facts": False, "tasks": tasks, **play}]), encoding="utf-8")
        return self._run([str(book)], times, forks)

    def playbook(self, name: str, variables: Mapping[str, t.Any], forks: int = 5) -> dict[str, float]:
        """Run a playbook of the collection by its name."""
        return self._run([name, "--extra-vars", json.dumps(dict(variables))], self.folder / "times.json", forks)

    def _run(self, arguments: list[str], times: Path, forks: int) -> dict[str, float]:
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(self.folder / "collections"),
            "ANSIBLE_LIBRARY": str(BENCH / "library"),
            "ANSIBLE_CALLBACK_PLUGINS": str(BENCH / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "task_times",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "BENCH_TIMES": str(times),
        }
        program = Path(sys.executable).parent / "ansible-playbook"
        command = [str(program), "--inventory", str(self.lab.inventory), "--forks", str(forks), *arguments]
        start, cpu = time.perf_counter(), self.cpu()
        done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=TIME_LIMIT)
        total, cpu = time.perf_counter() - start, self.cpu() - cpu
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-2000:]}")
        return {**json.loads(times.read_text(encoding="utf-8")), "total": total, "cpu": cpu}

    def powershell(self, node: str, script: str) -> float:
        """Run a script in one pwsh process on a node, as the endpoint would, and return its seconds."""
        windows = Windows.prepare(running.find_pwsh())
        machine = windows.machine(self.lab.node(node).directory, self.folder)
        command = [str(windows.pwsh), "-NoProfile", "-NonInteractive", "-Command", script]
        start = time.perf_counter()
        subprocess.run(command, env=dict(machine.environment), check=True, capture_output=True, timeout=TIME_LIMIT)
        return time.perf_counter() - start


@contextlib.contextmanager
def as_on_a_real_host() -> Iterator[None]:
    """Labs that start within the block compile Ansible's types at each call, as Windows does."""
    os.environ[KEEP_TYPES] = "0"
    try:
        yield
    finally:
        del os.environ[KEEP_TYPES]


@contextlib.contextmanager
def stage(scenario: Mapping[str, t.Any]) -> Iterator[Stage]:
    """A lab with this scenario for the time of the block."""
    with (
        tempfile.TemporaryDirectory(prefix="hyperv-bench-") as folder,
        running.running(scenario, Path(folder) / "lab") as lab,
    ):
        yield Stage(lab, Path(folder))


def best(measure: t.Callable[[], float], times: int = 3) -> float:
    """The least of several measurements: what other processes add is never negative."""
    return min(measure() for _unused in range(times))
