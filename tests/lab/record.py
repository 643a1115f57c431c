# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records the snapshots of the demo fleet, which `audit` falls back on where there is no PowerShell."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from . import audit, running

# What differs between two runs and tells nothing about the fleet.
COLLECTED_AT = "2026-01-01T00:00:00Z"
RUN = "recorded"
_PORT = re.compile(r"\bport \d+")


def stable(value: Any) -> Any:
    """Return a part of a snapshot without what differs between two runs."""
    if isinstance(value, dict):
        return {key: stable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [stable(item) for item in value]
    return _PORT.sub("port 5985", value) if isinstance(value, str) else value


def text(snapshot: dict[str, Any]) -> str:
    """Return a snapshot as the text of its file, a line for each virtual machine so that changes can be read."""
    rest = stable({**snapshot, "collected_at": COLLECTED_AT, "run": RUN})
    machines = rest.pop("vms")
    lines = [json.dumps(row, sort_keys=True) for row in machines]
    head = json.dumps(rest, sort_keys=True, indent=1).removesuffix("\n}")
    return f"{head},\n" + ' "vms": [' + ",".join(f"\n  {line}" for line in lines) + ("\n ]" if lines else "]") + "\n}\n"


def record(folder: Path) -> list[Path]:
    """Write the snapshots of the demo fleet into *folder*, and return the files."""
    with tempfile.TemporaryDirectory() as scratch:
        audit.live(Path(scratch), running.find_pwsh())
        snapshots = {
            path.name: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted((Path(scratch) / "snapshots").glob("*.json"))
        }
    folder.mkdir(parents=True, exist_ok=True)
    for stale in set(folder.glob("*.json")) - {folder / name for name in snapshots}:
        stale.unlink()
    for name, snapshot in snapshots.items():
        (folder / name).write_text(text(snapshot), encoding="utf-8")
    return [folder / name for name in snapshots]
