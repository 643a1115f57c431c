# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verbs of the lab's command line."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from . import audit, fleet, record, running
from .defects import Defects
from .errors import LabError
from .pwsh import cache_folder
from .running import Running
from .scenario import Scenario, load


def folder(name: str) -> Path:
    """Return the folder of a lab."""
    if not name or "/" in name or name.startswith("."):
        raise LabError(f"'{name}' cannot be the name of a lab")
    return cache_folder(os.environ) / "labs" / name


def existing(name: str) -> Running:
    """Return a lab that runs."""
    lab = running.find(folder(name))
    if lab is None:
        raise LabError(f"The lab '{name}' does not run; start it with: python -m tests.lab up --name {name}")
    return lab


def up(options: argparse.Namespace) -> None:
    """Start a lab."""
    if options.scenario:
        scenario: Scenario = load(options.scenario)
    else:
        scenario = fleet.fleet(options.hosts, options.vms, options.seed, Defects().changed(options.defect))
    lab = running.start(scenario, folder(options.name))
    machines = sum(len(node.state.get("vms", ())) for node in scenario.nodes)
    nodes = len(scenario.nodes) + len(scenario.linux_guests)
    print(f"The lab '{lab.name}' runs: {nodes} nodes, {machines} virtual machines")
    print(f"inventory: {lab.inventory}")
    ansible = shutil.which("ansible") or Path(sys.executable).with_name("ansible")
    print(f"try it:    {ansible} hyperv_hosts -i {lab.inventory} -m ansible.builtin.raw -a Get-VM")
    print(f"stop it:   make lab-down NAME={lab.name}")


def down(options: argparse.Namespace) -> None:
    """Stop a lab and delete it."""
    was_there = running.remove(folder(options.name))
    print(f"The lab '{options.name}' {'is stopped' if was_there else 'did not run'}")


def status(options: argparse.Namespace) -> None:
    """Say which labs run."""
    labs = sorted(folder("x").parent.glob("*"))
    for directory in labs:
        lab = running.find(directory)
        if lab is None:
            print(f"{directory.name}: stopped")
        else:
            print(f"{lab.name}: {len(lab.nodes)} nodes on port {lab.port}, process {lab.server.pid}, {lab.inventory}")
    if not labs:
        print("No lab runs")


def calls(options: argparse.Namespace) -> None:
    """Count the calls on a node."""
    node = existing(options.name).node(options.node)
    if options.forget:
        node.forget_calls()
        return
    for cmdlet, count in sorted(node.counts().items()):
        print(f"{count:7d}  {cmdlet}")


def inventory(options: argparse.Namespace) -> None:
    """Print the path of a lab's inventory."""
    print(existing(options.name).inventory)


def run_audit(options: argparse.Namespace) -> None:
    """Audit the demo fleet."""
    audit.main(options.output or cache_folder(os.environ) / "audit")


def run_record(options: argparse.Namespace) -> None:
    """Record the snapshots of the demo fleet."""
    for path in record.record(options.output or audit.RECORDED):
        print(path)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = argparse.ArgumentParser(prog="python -m tests.lab", description="A simulated fleet of Hyper-V hosts.")
    verbs = result.add_subparsers(required=True, metavar="VERB")

    def verb(name: str, action: object, text: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=text, description=text)
        added.set_defaults(action=action)
        return added

    one = verb("up", up, "Start a lab and print its inventory.")
    one.add_argument("--hosts", type=int, default=3, help="how many hosts (default 3)")
    one.add_argument("--vms", type=int, default=10, help="how many virtual machines a host (default 10)")
    one.add_argument("--seed", type=int, default=1, help="the same seed makes the same fleet (default 1)")
    one.add_argument(
        "--defect", action="append", default=[], metavar="NAME=VALUE", help="a rate or count of defects.py"
    )
    one.add_argument("--scenario", type=Path, help="a scenario file in place of a made-up fleet")
    named = [one, verb("down", down, "Stop a lab and delete it."), verb("inventory", inventory, "Print its inventory.")]
    verb("status", status, "Say which labs run.")
    counted = verb("calls", calls, "Count the cmdlets that were called on a node.")
    counted.add_argument("node", help="the node's name")
    counted.add_argument("--forget", action="store_true", help="count from here on")
    audited = verb("audit", run_audit, "Start the demo fleet, audit it over WinRM, stop it, show the summary.")
    recorded = verb("record", run_record, "Record the demo fleet for machines without PowerShell.")
    recorded.add_argument("--output", type=Path, help="where the snapshots go (default: tests/lab/recorded)")
    audited.add_argument("--output", type=Path, help="where reports go (default: a folder of the cache)")
    for one in (*named, counted):
        one.add_argument("--name", default="lab", help="the lab's name (default lab)")
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb."""
    options = parser().parse_args(arguments)
    try:
        options.action(options)
        sys.stdout.flush()
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python must not complain about it at its end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
