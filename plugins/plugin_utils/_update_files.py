# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of an update on the controller: plans by their hash, and the run that carries one out.

For internal use of the collection only.
"""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._audit_files import (
    by_time,
    free_path,
    point_link,
    write_file,
)

Data = dict[str, t.Any]
PLANS, RUNS = "plans", "runs"
LATEST = "latest.json"
SHORT = 12
_RUN = re.compile(r"\d{8}T\d{6}Z(-\d+)?\.json")


def plan_path(directory: pathlib.Path, digest: str) -> pathlib.Path:
    """The file of a plan. The same plan has the same file."""
    # The hash that a user expects is no path.
    name = re.sub("[^0-9a-f]", "_", digest[:SHORT])
    return directory / PLANS / f"plan-{name}.json"


def write_plan(directory: pathlib.Path, plan: Data, markdown: str) -> pathlib.Path:
    """Keep a plan for whoever approves it, as data and as a text to read."""
    path = plan_path(directory, plan["hash"])
    write_file(path, json.dumps(plan, ensure_ascii=False) + "\n")
    write_file(path.with_suffix(".md"), markdown)
    point_link(path.parent / LATEST, path.name)
    return path


def read_plan(directory: pathlib.Path, wanted: str) -> Data | None:
    """The plan that was kept under a hash, which may be given by its beginning, if it is still there.

    Raises:
        OSError: It is there and cannot be read.
        ValueError: It is no JSON.
    """
    try:
        plan = json.loads(plan_path(directory, wanted).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return plan if isinstance(plan, dict) and str(plan.get("hash")).startswith(wanted) else None


def write_run(directory: pathlib.Path, plan: Data, at: str, keep: int) -> pathlib.Path:
    """Keep what a run carries out, with the run's own name in it. The oldest runs are forgotten."""
    path = free_path(directory / RUNS, at, ".json")
    write_file(path, json.dumps(plan, ensure_ascii=False) + "\n")
    point_link(path.parent / LATEST, path.name)
    runs = sorted((one for one in path.parent.iterdir() if _RUN.fullmatch(one.name)), key=by_time)
    for old in runs[:-keep] if keep else []:
        old.unlink(missing_ok=True)
    return path


def differences(approved: Data, found: Data) -> list[str]:
    """The virtual machines whose plans are not those that were approved, and how each differs."""
    before = {vm["id"]: vm for vm in approved["vms"]}
    after = {vm["id"]: vm for vm in found["vms"]}
    lines = []
    for identity in sorted({*before, *after}, key=str):
        old, new = before.get(identity), after.get(identity)
        if old is None and new is not None:
            lines.append(f"'{new['name']}' is new")
        elif new is None and old is not None:
            lines.append(f"'{old['name']}' is gone")
        elif old is not None and new is not None and old["hash"] != new["hash"]:
            lines.append(_difference(old, new))
    return lines


def _difference(old: Data, new: Data) -> str:
    names = ("host", "name", "mechanism", "status", "version", "verdict")
    told = [f"{name} was {old[name]}, is {new[name]}" for name in names if old[name] != new[name]]
    return f"'{new['name']}': " + ("; ".join(told) or "its steps or preconditions are others")
