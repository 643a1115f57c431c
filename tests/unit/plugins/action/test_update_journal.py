# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of Ansible that meet at one virtual machine, and runs that are killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.hyperv.integration.tests.unit.plugins.filter.example_playbook import COLLECTION

PLAN = {
    "id": "7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f",
    "name": "web01",
    "host": "HV01",
    "mechanism": "integration_services_disk",
    "version": "6.2.9200.16384",
    "hash": "aa",
    "steps": [{"id": "insert_disk"}, {"id": "run_setup"}, {"id": "eject_disk"}],
}
PATIENCE = 180.0


class Controller:
    """A folder with a journal, in which playbooks run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.books = 0

    def write(self, state: str, **options: t.Any) -> dict[str, t.Any]:
        journal = {"directory": str(self.folder / "journal"), "vm": PLAN, "state": state, **options}
        return {"name": state, "hyperv.integration.update_journal": journal, "register": "answer"}

    def start(self, *tasks: dict[str, t.Any]) -> subprocess.Popen[str]:
        self.books += 1
        book = self.folder / f"book{self.books}.yml"
        book.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": list(tasks)}]))
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTION.parents[2]),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_NOCOLOR": "1",
        }
        command = [sys.executable, "-m", "ansible.cli.playbook", "-i", "localhost,", "-c", "local", str(book)]
        return subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *tasks: dict[str, t.Any]) -> tuple[int, str]:
        process = self.start(*tasks)
        try:
            output, _unused = process.communicate(timeout=PATIENCE)
        finally:
            end(process)
        return process.returncode, output

    def wait_for(self, name: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not (self.folder / name).exists():
            assert time.monotonic() < deadline, f"{name} did not come"
            time.sleep(0.05)

    def keep(self, name: str) -> dict[str, t.Any]:
        """A task that keeps the last answer in a file."""
        copy = {"content": "{{ answer | to_json }}", "dest": str(self.folder / name), "mode": "0600"}
        return {"name": "Keep the answer", "ansible.builtin.copy": copy}

    def kept(self, name: str) -> dict[str, t.Any]:
        return dict(json.loads((self.folder / name).read_text()))

    def linger(self, name: str) -> dict[str, t.Any]:
        """A task that says that the run is here, and stays for a while."""
        command = ["sh", "-c", 'echo $$ >"$0.new" && mv "$0.new" "$0" && exec sleep 170', str(self.folder / name)]
        return {"name": "Stay", "ansible.builtin.command": {"argv": command}}

    def kill(self, process: subprocess.Popen[str], name: str) -> None:
        """Kill a run, and what it left running in a session of its own."""
        end(process)
        if (self.folder / name).exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int((self.folder / name).read_text()), signal.SIGKILL)


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait(timeout=PATIENCE)
    if process.stdout is not None:
        process.stdout.close()


@pytest.fixture
def controller(tmp_path: Path) -> Controller:
    return Controller(tmp_path)


def test_a_run_that_lives_keeps_its_vm_and_one_that_is_killed_is_resumed(controller: Controller) -> None:
    first = controller.start(
        controller.write("claimed"),
        controller.write("step_started", step="insert_disk", undo={"path": "user.iso"}),
        controller.write("step_done", step="insert_disk"),
        controller.write("step_started", step="run_setup"),
        controller.linger("first"),
    )
    try:
        controller.wait_for("first")
        code, output = controller.run(controller.write("claimed"))
        assert code == 2
        assert "works on the virtual machine 'web01' on 'HV01'" in output
    finally:
        controller.kill(first, "first")
    code, output = controller.run(controller.write("claimed"), controller.keep("second"))
    assert code == 0, output
    answer = controller.kept("second")
    assert (answer["resumed"], answer["done"]) == (True, ["insert_disk"])
    assert answer["remaining"] == ["run_setup", "eject_disk"]
    assert answer["leftovers"][0]["undo"] == {"path": "user.iso"}


def test_what_a_killed_run_left_is_listed(controller: Controller) -> None:
    first = controller.start(
        controller.write("claimed"), controller.write("step_started", step="run_setup"), controller.linger("first")
    )
    info = {
        "name": "Read the journal",
        "hyperv.integration.update_journal_info": {"directory": str(controller.folder / "journal")},
        "register": "answer",
    }
    try:
        controller.wait_for("first")
        code, output = controller.run(info, controller.keep("while"))
        assert code == 0, output
    finally:
        controller.kill(first, "first")
    code, output = controller.run(info, controller.keep("after"))
    assert code == 0, output
    assert controller.kept("while")["unfinished"] == []
    [found] = controller.kept("after")["unfinished"]
    assert (found["name"], found["state"], found["begun"]) == ("web01", "cut_off", ["run_setup"])
