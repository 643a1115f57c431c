# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the examples of a filter's documentation as the playbook that a reader would make of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import yaml

COLLECTION = Path(__file__).parents[4]


def run_examples(name: str, folder: Path, variables: dict[str, t.Any]) -> list[t.Any]:
    """Run the examples of a filter and return the messages of their tasks, those of a loop as a list."""
    docs = yaml.safe_load((COLLECTION / "plugins" / "filter" / f"{name}.yml").read_text())
    tasks = [{**task, "register": f"shown_{place}"} for place, task in enumerate(yaml.safe_load(docs["EXAMPLES"]))]
    answers = ", ".join(task["register"] for task in tasks)
    keep = {"content": "{{ [" + answers + "] | to_json }}", "dest": str(folder / "shown.json"), "mode": "0600"}
    tasks.append({"name": "Keep what was shown", "ansible.builtin.copy": keep})
    book = folder / "examples.yml"
    play = {"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": tasks}
    book.write_text(yaml.safe_dump([play]))
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTION.parents[2]),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "temp"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
    }
    command = [sys.executable, "-m", "ansible.cli.playbook", "-i", "localhost,", "-c", "local", str(book)]
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [_message(result) for result in json.loads((folder / "shown.json").read_text())]


def _message(result: dict[str, t.Any]) -> t.Any:
    return [item["msg"] for item in result["results"]] if "results" in result else result["msg"]
