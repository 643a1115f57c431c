# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts and ends process guests."""

from __future__ import annotations

import json
import shlex
import shutil
import time
from pathlib import Path
from typing import Any

from .. import paths
from ..errors import LabError
from ..guest import boot, families, prepare, vmbus_tree
from ..guest.boot import Place, Record
from ..guest.enter import guarded_script
from ..identity import Identity, only_child
from ..roots.recipes import find_recipe
from ..services import find_service
from ..spec import GuestSpec
from .build import ensure_standin
from .requirements import NAMESPACES

SBIN = "/usr/local/sbin"


def daemons_of(spec: GuestSpec) -> tuple[families.Daemon, ...]:
    """The daemons by the names of the guest's family, all in one folder and without units."""
    if not spec.package:
        return ()
    found = families.debian_daemons(find_recipe(spec.root).daemons)
    if spec.family != "debian":
        found = families.family_daemons(families.FAMILIES[spec.family], found)
    return tuple(families.Daemon(d.service, "", f"{SBIN}/{d.binary.rpartition('/')[2]}") for d in found)


def start(spec: GuestSpec, place: Place, record: Record) -> None:
    """Start a guest; its first process waits until it is written down."""
    if spec.masked:
        raise LabError(f"Expected a service manager in guest '{spec.name}' to mask a unit but it has only processes")
    guest = place.directory
    for name in ("vmbus", "bus", "sbin", "hyperv", "tmp"):
        (guest / name).mkdir(parents=True)
    daemons = daemons_of(spec)
    record({"daemons": [[d.service.key, d.unit, d.binary] for d in daemons]})
    _fill(spec, place, daemons)
    offered = {find_service(key).key for key in spec.offered()}
    begun = [d.binary for d in daemons if d.service.key in offered and spec.family != "photon"]
    settings: dict[str, Any] = {"hostname": spec.name, "hyperv": spec.hyperv, "daemons": begun}
    (guest / "boot.json").write_text(json.dumps(settings))
    command = ["unshare", *NAMESPACES, *paths.module_command("plain.inside", str(guest / "boot.json"))]
    process = boot.spawn(command, guest / "console.log")
    record({"launcher": Identity.of(process.pid).to_json()})
    deadline = time.monotonic() + 15
    child = None
    while not (guest / "up").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise LabError(f"Failed to start process guest '{spec.name}': {boot.tail(guest / 'console.log')}")
        if child is None:
            child = only_child(process.pid)
            if child is not None:
                record({"init": Identity.of(child).to_json()})
                (guest / "go").touch()
        time.sleep(0.005)


def _fill(spec: GuestSpec, place: Place, daemons: tuple[families.Daemon, ...]) -> None:
    """Lay out what the guest will see."""
    guest, standin = place.directory, ensure_standin()
    for daemon in daemons:
        program = guest / "sbin" / daemon.binary.rpartition("/")[2]
        if daemon.service.key in spec.exits:
            program.write_text("#!/bin/sh\necho 'broken on purpose' >&2\nexit 1\n")
        else:
            shutil.copy(standin, program)
        program.chmod(0o755)
    vmbus_tree.make_modules(guest / "module", guest / "modules", spec.hv_utils if spec.hyperv else "absent")
    if not spec.hyperv:
        return
    vmbus_tree.make_bus(place.bus, spec.hv_utils)
    for key in spec.offered():
        vmbus_tree.offer(place.bus, find_service(key), uio=False)
        device = boot.device_of(spec, key)
        if device:
            (place.vmbus / device).touch(mode=0o600)
    if daemons:
        (guest / "hyperv/.kvp_pool_3").write_bytes(prepare.pool(spec.parameters().items()))


def write_scripts(directory: Path, init: Identity, python: str) -> None:
    """Put `enter` and `python`, the guest's interpreter as Ansible shall see it, into the guest's folder."""
    enter = directory / "enter"
    enter.write_text(enter_script(directory, init))
    enter.chmod(0o755)
    interpreter = directory / "python"
    interpreter.write_text(f'#!/bin/sh\nexec {shlex.quote(str(enter))} {shlex.quote(python)} "$@"\n')
    interpreter.chmod(0o755)


def enter_script(directory: Path, init: Identity) -> str:
    """A script that runs its arguments inside the guest, where only the guest's own folder can be written."""
    namespaces = "-U -m -p -u -i -n --preserve-credentials"
    temporary = f"TMPDIR={shlex.quote(str(directory / 'tmp'))}"
    return guarded_script(init, f'exec env {temporary} nsenter -t {init.pid} {namespaces} -- "$@"')
