# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lab for one test: started from a scenario, and stopped whatever happens."""

from __future__ import annotations

import contextlib
import re
import typing as t
from pathlib import Path

from . import places
from .context import Context

START_SECONDS = 1200  # the first start compiles the simulated Windows and builds the Linux guests
STOP_SECONDS = 60


class LabFailedError(Exception):
    """The lab did not start; its output says why."""


def lab_command(*arguments: str | Path) -> list[str | Path]:
    return [places.main_venv() / "bin/python", "-m", "tests.lab", *arguments]


@contextlib.contextmanager
def lab(context: Context, name: str, scenario: Path, log: Path) -> t.Iterator[Path]:
    """The inventory of a lab that runs as long as the block."""
    full_name = f"{context.room.folder.name}-{name}"
    started = log.with_suffix(".lab")
    started.unlink(missing_ok=True)
    try:
        up = lab_command("up", "--scenario", scenario, "--name", full_name)
        code = context.run(up, started, seconds=START_SECONDS)
        text = started.read_text(errors="replace")
        found = re.search(r"^inventory: (.+)$", text, re.MULTILINE)
        if code or not found:
            raise LabFailedError(text)
        yield Path(found.group(1))
    finally:
        stop(context, full_name, started)


def stop(context: Context, full_name: str, log: Path) -> None:
    """A run that was told to end stops its labs all the same."""
    down = lab_command("down", "--name", full_name)
    context.run(down, log, seconds=STOP_SECONDS, always=True)


def stop_left_over(context: Context) -> None:
    """Labs of an earlier run in this room, which was killed before it could stop them."""
    for folder in sorted((places.cache() / "labs").glob(f"{context.room.folder.name}-*")):
        stop(context, folder.name, context.log("integration", "left over"))
