# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts one guest of a lab, real or of processes, and waits until it is up."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import delayed, paths
from .errors import LabError
from .guest import boot, enter, families, waits
from .guest.boot import Place
from .guest.handle import Guest
from .plain import boot as plain_boot
from .roots.recipes import find_recipe
from .spec import GuestSpec

# A guest alone is up in less than a second; a machine that builds something at the same time may take much longer.
UP_SECONDS = 60.0
REGISTER_SECONDS = 15.0

Record = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Starting:
    """What the start of any guest of a lab needs. `find` gives the guest once its first process is recorded."""

    directory: Path
    roots: dict[str, Path]
    key: str
    find: Callable[[str], Guest]

    def start(self, spec: GuestSpec, place: Place, record: Record) -> set[str]:
        """Start a guest; return the devices whose daemon did not come."""
        try:
            if find_recipe(spec.root).built:
                boot.start(spec, place, self.roots[spec.root], self.key, record)
            else:
                plain_boot.start(spec, place, record)
            guest = self.find(spec.name)
            self._write_scripts(guest)
            record({"manager_state": self._await_manager(guest)})
            missing = await_daemons(guest)
            for service, seconds in spec.late.items():
                later = delayed.switch_later(self.directory, place, spec.name, service, True, seconds)
                record({"delayed": later.to_json()})
        except LabError as exc:
            # The guest is about to be taken down, and its log with it.
            console = boot.tail(place.directory / "console.log")
            raise LabError(f"{exc}\nConsole of guest '{spec.name}': {console or 'empty'}") from exc
        return missing

    def _write_scripts(self, guest: Guest) -> None:
        folder = guest.place.directory
        if find_recipe(guest.spec.root).built:
            enter.write_scripts(folder, guest.launcher, boot.init_program(guest.spec))
        else:
            plain_boot.write_scripts(folder, guest.init, sys.executable)
        command = shlex.join(
            [sys.executable, "-m", __package__, "host", "--directory", str(self.directory), guest.name]
        )
        host = folder / "host"
        host.write_text(f'#!/bin/sh\ncd {shlex.quote(str(paths.IMPORT_ROOT))} && exec {command} "$@"\n')
        host.chmod(0o755)

    @staticmethod
    def _await_manager(guest: Guest) -> str:
        spec = guest.spec
        if guest.manager == "process":
            return "none"
        wait = waits.await_systemd if guest.manager == "systemd" else waits.await_openrc
        off = set(spec.services) - set(spec.offered())
        return wait(spec.name, guest.run, UP_SECONDS, families.hangs_without_device(spec.family, off))


def await_daemons(guest: Guest) -> set[str]:
    """Wait for the daemons that come by themselves; return the devices of those that did not."""
    spec = guest.spec
    if not spec.hyperv:
        return set()
    held = {*spec.masked, *spec.exits}
    if spec.family == "photon" or (spec.other_kernel and guest.manager != "process"):
        held.update(spec.services)
    keys = [daemon.service.key for daemon in guest.daemons if daemon.service.key not in held]
    devices = {boot.device_of(spec, key) for key in keys if key in spec.offered()}
    return waits.await_registered(guest.state, {device for device in devices if device}, REGISTER_SECONDS)
