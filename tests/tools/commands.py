# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run commands with their output in a log, a time limit, and nothing left running behind them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import typing as t
from pathlib import Path

GRACE_SECONDS = 15  # a lab stops its nodes when it is told to end

running: set[subprocess.Popen[bytes]] = set()
running_lock = threading.Lock()
stopped = threading.Event()


class StoppedError(Exception):
    """The run was told to end, so no further command is started."""


def run(
    command: t.Sequence[object],
    log: Path,
    *,
    cwd: Path,
    env: t.Mapping[str, str],
    seconds: float,
    always: bool = False,
) -> int:
    """The exit code; 124 if the time was up. The log gets the command, its output, and why it was ended.

    A command that cleans up runs `always`, even when the run was told to end.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        out.write(f"$ {' '.join(str(part) for part in command)}\n".encode())
        out.flush()
        with running_lock:
            if stopped.is_set() and not always:
                raise StoppedError
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            if not always:
                running.add(process)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            out.write(f"\nThe command was ended after its {seconds:g} s.\n".encode())
            return 124
        finally:
            end(process)
            with running_lock:
                running.discard(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the command's process group: politely first."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_SECONDS)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def stop_all() -> None:
    """Tell every running command to end; their waiting threads do the rest."""
    with running_lock:
        stopped.set()
        for process in running:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGTERM)
