# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A switch that a host throws some seconds from now, in a process of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from . import cgroups, paths
from .errors import LabError
from .guest.boot import Place
from .identity import Identity

LIMIT = 600.0


def switch_later(directory: Path, place: Place, guest: str, service: str, on: bool, seconds: float) -> Identity:
    """Start the process and return it; it belongs to the guest and goes down with it."""
    if not 0 <= seconds <= LIMIT:
        raise LabError(f"Expected a wait of 0 to {LIMIT:g} seconds but found {seconds:g}")
    command = paths.module_command(
        "cli",
        "host",
        "--directory",
        str(directory),
        guest,
        "switch",
        service,
        "on" if on else "off",
        "--sleep",
        str(seconds),
    )
    with (place.directory / "delayed.log").open("ab") as log:
        process = subprocess.Popen(
            cgroups.run_in(place.server_cgroup, command) if place.own_cgroup and place.cgroup.exists() else command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=paths.IMPORT_ROOT,
            start_new_session=True,
        )
    return Identity.of(process.pid)
