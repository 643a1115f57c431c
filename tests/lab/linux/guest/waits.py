# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits, each with a limit, for what a guest becomes by itself."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from typing import Any

from ..errors import LabError

State = Callable[[], dict[str, dict[str, Any]]]
Run = Callable[[list[str], float], subprocess.CompletedProcess[str]]


def await_systemd(name: str, run: Run, seconds: float, hangs: bool) -> str:
    """Wait until systemd has done its start-up, and return "running" or "degraded".

    With `hangs` the guest waits for a device for 90 seconds, as its family is known to; then "starting" is returned as
    soon as nothing but that is left to do.
    """
    deadline = time.monotonic() + seconds
    while True:
        # It fails at once while systemd does not listen yet.
        wait = [] if hangs else ["--wait"]
        done = run(["/bin/systemctl", "is-system-running", *wait], max(1.0, deadline - time.monotonic()))
        state = done.stdout.strip()
        if state in ("running", "degraded") or (hangs and state == "starting" and _only_devices(run)):
            return state
        if time.monotonic() > deadline:
            raise LabError(f"Failed to start guest '{name}': systemd says '{state}' after {seconds:g} seconds")
        time.sleep(0.03)


def _only_devices(run: Run) -> bool:
    jobs = run(["/bin/systemctl", "list-jobs", "--plain", "--no-legend"], 5.0).stdout.splitlines()
    running = [line.split()[1] for line in jobs if line.split()[-1:] == ["running"]]
    return bool(running) and all(unit.endswith(".device") for unit in running)


def await_openrc(name: str, run: Run, seconds: float, _hangs: bool) -> str:
    """Wait until OpenRC has entered its default runlevel, and return "running"."""
    deadline = time.monotonic() + seconds
    while True:
        # rc-status answers while services are still starting; openrc writes the level down when it is through.
        done = run(["/bin/cat", "/run/openrc/softlevel"], 5.0)
        if (
            done.stdout.strip() == "default"
            and run(["/usr/bin/test", "!", "-e", "/run/openrc/rc.starting"], 5.0).returncode == 0
        ):
            return "running"
        if time.monotonic() > deadline:
            raise LabError(f"Failed to start guest '{name}': OpenRC was not done after {seconds:g} seconds")
        time.sleep(0.03)


def await_registered(state: State, devices: set[str], seconds: float) -> set[str]:
    """Wait until the daemons of the devices are connected; return the devices whose daemon is not."""
    deadline = time.monotonic() + seconds
    while True:
        found = state()
        missing = {device for device in devices if not found.get(device, {}).get("registered")}
        if not missing or time.monotonic() > deadline:
            return missing
        time.sleep(0.02)
