# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lab that runs: start it, look at its nodes, stop it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import inventory, linux_guests, process, serve, ssh
from . import pwsh as pwsh_resolver
from .errors import LabError
from .process import Identity
from .scenario import Node, Scenario, load, parse
from .session import Windows

START_TIME_LIMIT = 60.0
LOG = "server.log"
INVENTORY = "inventory.yml"
NODES = serve.NODES


@dataclass(frozen=True)
class RunningNode:
    """A node of a running lab."""

    name: str
    directory: Path

    def state(self) -> dict[str, Any]:
        """Return the state as it is now."""
        result: dict[str, Any] = json.loads((self.directory / "state.json").read_text(encoding="utf-8"))
        return result

    def calls(self, cmdlet: str | None = None) -> list[dict[str, Any]]:
        """Return what was called and changed on the node, oldest first."""
        path = self.directory / "calls.log"
        if not path.exists():
            return []
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [row for row in rows if cmdlet is None or row["cmdlet"].lower() == cmdlet.lower()]

    def counts(self) -> Counter[str]:
        """Return how often each cmdlet was called."""
        return Counter(row["cmdlet"] for row in self.calls())

    def forget_calls(self) -> None:
        """Count from here on."""
        (self.directory / "calls.log").unlink(missing_ok=True)


@dataclass(frozen=True)
class Running:
    """A lab in its folder, with the process that answers for it."""

    directory: Path
    server: Identity
    port: int

    @property
    def name(self) -> str:
        """The name of the lab."""
        return self.directory.name

    @property
    def inventory(self) -> Path:
        """The inventory file."""
        return self.directory / INVENTORY

    @property
    def nodes(self) -> list[RunningNode]:
        """All Windows nodes."""
        folder = self.directory / NODES
        return [RunningNode(path.name, path) for path in sorted(folder.iterdir())] if folder.is_dir() else []

    def node(self, name: str) -> RunningNode:
        """Return a node by its name."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise LabError(f"The lab '{self.name}' has no node '{name}'; it has {', '.join(n.name for n in self.nodes)}")

    def is_alive(self) -> bool:
        """Return whether the lab still answers."""
        return self.server.is_alive()

    def stop(self) -> None:
        """End the lab's process and whatever still runs on its nodes; the folder stays."""
        self.server.end()
        end_orphans(self.directory)
        linux_guests.stop(self.directory)


def find_pwsh() -> Path:
    """Return the PowerShell that plays Windows."""
    found = pwsh_resolver.find()
    if isinstance(found, pwsh_resolver.Missing):
        raise LabError(f"There is no PowerShell: {found.reason}")
    return found.path


def end_orphans(directory: Path) -> None:
    """End sessions of the lab in *directory* that outlived a server which was killed."""
    for orphan in process.with_variable("HV_NODE", directory / NODES):
        orphan.end(0.5)


def find(directory: Path) -> Running | None:
    """Return the lab in *directory* where one was started and not ended."""
    try:
        ready = json.loads((directory / serve.READY).read_text(encoding="utf-8"))
        found = Running(directory, Identity(ready["pid"], ready["started"]), ready["ports"]["wsman"])
    except (FileNotFoundError, json.JSONDecodeError, KeyError, TypeError):
        return None
    return found if found.is_alive() else None


def start(scenario: Scenario, directory: Path, pwsh: Path | None = None, owned: bool = False) -> Running:
    """Start a lab in *directory*; one that was left there is ended first.

    An *owned* lab ends by itself when this process does.
    """
    windows = Windows.prepare(pwsh or find_pwsh()) if scenario.nodes else None
    if any(node.connection == "ssh" for node in scenario.nodes):
        ssh.library()
    remove(directory)
    # Who can read the inventory can run commands as this user, who may not be alone on the machine.
    directory.mkdir(parents=True, mode=0o700)
    password = secrets.token_urlsafe(12)
    for node in scenario.nodes:
        write_node(node, directory / NODES / node.name)
    owner = Identity.of(os.getpid()) if owned else None
    configuration = {
        **({key: str(path) for key, path in vars(windows).items()} if windows else {}),
        "password": password,
        "owner": [owner.pid, owner.started] if owner else None,
        "nodes": [
            {
                "name": node.name,
                "endpoint": node.endpoint,
                "delay": node.delay,
                "shells": node.shells,
                "lost": node.lost,
            }
            | {"connection": node.connection}
            for node in scenario.nodes
        ],
    }
    (directory / serve.CONFIGURATION).write_text(json.dumps(configuration), encoding="utf-8")
    try:
        ports = _launch(directory)
        linux = linux_guests.start(scenario.linux_guests, directory) if scenario.linux_guests else {}
        document = inventory.document(scenario, directory / NODES, ports, password, linux)
        (directory / INVENTORY).write_text(inventory.text(document), encoding="utf-8")
        lab = find(directory)
        if lab is None:
            raise LabError(f"The lab ended at once: {_log(directory)}")
    except BaseException:
        stop_left_over(directory)
        raise
    return lab


def write_node(node: Node, folder: Path) -> None:
    """Write the folder of a node."""
    if folder.name != node.name or node.name in (".", ".."):
        raise LabError(f"'{node.name}' cannot be the name of a node")
    folder.mkdir(parents=True)
    text = json.dumps(node.state, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / "state.json").write_text(text + "\n", encoding="utf-8")
    for name, content in node.files.items():
        file = folder / "C" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")


def stop_left_over(directory: Path) -> bool:
    """Stop whatever of the lab in *directory* still runs; return whether it answered."""
    lab = find(directory)
    if lab is not None:
        lab.stop()
    elif directory.is_dir():
        end_orphans(directory)
        linux_guests.stop(directory)
    return lab is not None


def remove(directory: Path) -> bool:
    """Stop the lab in *directory* and delete the folder; return whether it ran."""
    was_there = stop_left_over(directory)
    if directory.is_dir():
        if any(directory.iterdir()) and not (directory / serve.CONFIGURATION).exists():
            raise LabError(f"'{directory}' is not the folder of a lab")
        if points := linux_guests.mounts_below(directory):
            raise LabError(f"'{directory}' cannot be deleted, something is still mounted there: {', '.join(points)}")
        shutil.rmtree(directory)
    return was_there


def _launch(directory: Path) -> dict[str, int]:
    """Start the process that answers; it imports this package under the same name as this process does."""
    package = __package__ or "lab"
    root = Path(__file__).absolute().parents[package.count(".") + 1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    with (directory / LOG).open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", f"{package}.serve", str(directory)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    until = time.monotonic() + START_TIME_LIMIT
    while not (directory / serve.READY).exists():
        if server.poll() is not None:
            raise LabError(f"The lab ended at once: {_log(directory)}")
        if time.monotonic() > until:
            server.kill()
            raise LabError(f"The lab did not answer within {START_TIME_LIMIT:.0f} s: {_log(directory)}")
        time.sleep(0.02)
    ports: dict[str, int] = json.loads((directory / serve.READY).read_text(encoding="utf-8"))["ports"]
    return ports


def _log(directory: Path) -> str:
    return (directory / LOG).read_text(encoding="utf-8", errors="replace")[-2000:].strip()


@contextlib.contextmanager
def running(
    scenario: Scenario | Path | Mapping[str, Any], directory: Path, pwsh: Path | None = None
) -> Iterator[Running]:
    """Run a lab for the time of a `with` block.

    *scenario* is a scenario file, its content, or what `load`, `parse` or `fleet` made of one.
    """
    if isinstance(scenario, Path):
        scenario = load(scenario)
    elif not isinstance(scenario, Scenario):
        scenario = parse(scenario)
    lab = start(scenario, directory, pwsh, owned=True)
    try:
        yield lab
    finally:
        lab.stop()
