# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start a run and kill it with all its processes when its journal says that a step has begun.

kill_at_step.py JOURNAL STEP COMMAND...
"""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

PATIENCE = 120.0


def begun(journal: pathlib.Path, step: str) -> bool:
    """Whether one of the entries has the step as begun and not ended."""
    for path in journal.glob("??/*.json"):
        entry = json.loads(path.read_text())
        if any(row["id"] == step and row["state"] == "started" for row in entry["steps"]):
            return True
    return False


def main() -> None:
    journal, step = pathlib.Path(sys.argv[1]), sys.argv[2]
    run = subprocess.Popen(sys.argv[3:], start_new_session=True)
    deadline = time.monotonic() + PATIENCE
    try:
        while not begun(journal, step):
            if run.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"The run did not come to the step {step}")
            time.sleep(0.05)
        # Until the module works on the target, and not only its task on the controller.
        time.sleep(2)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()


main()
