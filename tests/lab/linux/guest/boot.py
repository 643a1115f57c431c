# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts the processes of one guest, and takes a guest down whatever state it is in."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import cgroups, mounts, paths, syscalls
from ..errors import LabError
from ..identity import Identity, only_child, wait_gone
from ..roots.recipes import find_recipe
from ..services import find_service
from ..spec import GuestSpec
from . import prepare, vmbus_tree

Record = Callable[[dict[str, Any]], None]
_INIT = {"systemd": ["/lib/systemd/systemd"], "openrc": ["/sbin/init"]}
_TMPFS_SIZE = "512m"
# Starts the namespaces again when the guest restarts itself: reboot(2) ends the init of a pid namespace by SIGHUP. The
# number keeps a guest that does nothing else from doing so for ever.
_LAUNCH = 'left=20; while [ $left -gt 0 ]; do left=$((left - 1)); "$@"; [ $? -eq 129 ] || exit; done'


@dataclass(frozen=True)
class Place:
    """Where a guest is on this machine."""

    directory: Path
    # None where the machine has no cgroup2; then only process guests can be.
    own_cgroup: Path | None

    @property
    def root(self) -> Path:
        """The merged overlay."""
        return self.directory / "root"

    @property
    def bus(self) -> Path:
        """What the guest sees as /sys/bus."""
        return self.directory / "bus"

    @property
    def vmbus(self) -> Path:
        """What the guest sees as /dev/vmbus."""
        return self.directory / "vmbus"

    @property
    def cgroup(self) -> Path:
        """The cgroup that is the guest's root of all cgroups."""
        if self.own_cgroup is None:
            raise LabError("Failed to find a cgroup2 mount")
        return self.own_cgroup

    @property
    def server_cgroup(self) -> Path:
        """The cgroup of what runs for the guest but outside of it."""
        return self.cgroup.with_name(f"{self.cgroup.name}.server")


def device_of(spec: GuestSpec, key: str) -> str | None:
    """The file under /dev/vmbus that a service has in this guest."""
    return prepare.device_of(spec, find_recipe(spec.root), find_service(key))


def start(spec: GuestSpec, place: Place, lower: Path, authorized_key: str, record: Record) -> None:
    """Start a guest; `record` is called with each process as soon as it is there."""
    place.directory.mkdir(parents=True)
    syscalls.mount(
        "hyperv-lab",
        str(place.directory),
        "tmpfs",
        syscalls.MS_NOSUID | syscalls.MS_NODEV,
        f"size={_TMPFS_SIZE},mode=755",
    )
    for name in ("upper", "work", "root", "vmbus", "bus"):
        (place.directory / name).mkdir(mode=0o755)
    options = f"lowerdir={lower},upperdir={place.directory}/upper,workdir={place.directory}/work"
    syscalls.mount("hyperv-lab", str(place.root), "overlay", 0, options)
    daemons = prepare.prepare(spec, find_recipe(spec.root), place.root, authorized_key)
    record({"daemons": [[d.service.key, d.unit, d.binary] for d in daemons]})
    place.cgroup.mkdir(parents=True)
    place.server_cgroup.mkdir()
    _make_bus(spec, place)
    if spec.hyperv:
        _start_server(spec, place, record)
    _start_init(spec, place, record)


def _make_bus(spec: GuestSpec, place: Place) -> None:
    if spec.hyperv:
        vmbus_tree.make_bus(place.bus, spec.hv_utils)
        for key in spec.offered():
            vmbus_tree.offer(place.bus, find_service(key), device_of(spec, key) == "uio0")
    hv_utils = spec.hv_utils if spec.hyperv else "absent"
    vmbus_tree.make_modules(place.directory / "module", place.directory / "modules", hv_utils)


def _start_server(spec: GuestSpec, place: Place, record: Record) -> None:
    devices = [device for device in (device_of(spec, key) for key in spec.offered()) if device]
    command = paths.module_command(
        "vmbus",
        str(place.vmbus),
        str(place.directory / "control"),
        *(f"--device={device}" for device in devices),
        f"--guest-parameters={json.dumps(spec.parameters())}",
    )
    process = spawn(cgroups.run_in(place.server_cgroup, command), place.directory / "server.log")
    record({"server": Identity.of(process.pid).to_json()})
    _await_file(place.directory / "control", process, place.directory / "server.log")


def _start_init(spec: GuestSpec, place: Place, record: Record) -> None:
    boot: dict[str, Any] = {
        "root": str(place.root),
        "cgroup": str(place.cgroup),
        "hostname": spec.name,
        "init": _INIT[find_recipe(spec.root).manager],
        "bus": str(place.bus),
        "module": str(place.directory / "module"),
        "modules": str(place.directory / "modules"),
        "boot_id": str(place.directory / "boot_id"),
        "vmbus": str(place.vmbus) if spec.hyperv else "",
    }
    (place.directory / "boot.json").write_text(json.dumps(boot))
    namespaces = ["--pid", "--mount", "--net", "--uts", "--ipc"]
    inner = paths.module_command("inside", str(place.directory / "boot.json"))
    command = ["/bin/sh", "-c", _LAUNCH, "launcher", "unshare", *namespaces, "--fork", "--kill-child", *inner]
    log = place.directory / "console.log"
    process = spawn(cgroups.run_in(place.server_cgroup, command), log)
    record({"launcher": Identity.of(process.pid).to_json()})
    deadline = time.monotonic() + 10
    child = None
    while child is None:
        if process.poll() is not None or time.monotonic() > deadline:
            raise LabError(f"Failed to start the namespaces of guest '{spec.name}': {tail(log)}")
        child = _init_below(process.pid)
        time.sleep(0.005)
    record({"init": Identity.of(child).to_json()})
    # Until init is init, the namespaces still show the machine's files: nothing may enter them.
    while os.path.basename(os.readlink(f"/proc/{child}/exe")) != init_program(spec):
        if process.poll() is not None or time.monotonic() > deadline:
            raise LabError(f"Failed to start init of guest '{spec.name}': {tail(log)}")
        time.sleep(0.005)


def init_program(spec: GuestSpec) -> str:
    """The name of the program that a guest's first process runs."""
    return os.path.basename(_INIT[find_recipe(spec.root).manager][0])


def present_init(launcher: Identity, recorded: Identity) -> Identity:
    """The first process of a guest as it is now, which is not the recorded one after a restart."""
    if not recorded.alive() and launcher.alive():
        child = _init_below(launcher.pid)
        with contextlib.suppress(OSError, ValueError):
            return Identity.of(child) if child is not None else recorded
    return recorded


def _init_below(launcher: int) -> int | None:
    outer = only_child(launcher)
    return only_child(outer) if outer is not None else None


def spawn(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process that outlives this one, with its output in a file."""
    with log.open("ab") as file:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            cwd=paths.IMPORT_ROOT,
            start_new_session=True,
        )


def _await_file(path: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 10
    while not path.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise LabError(f"Failed to start the server of '{path.parent.name}': {tail(log)}")
        time.sleep(0.005)


def tail(log: Path) -> str:
    """The end of a log, for a message."""
    return log.read_text(errors="replace")[-1500:] if log.exists() else "no log"


def take_down(place: Place, identities: list[Identity]) -> None:
    """End a guest and remove all of it. Safe to call at any time, and again."""
    for identity in identities:
        identity.signal(signal.SIGKILL)
    # Also what was started in the instant before its pid could be written down.
    if place.own_cgroup:
        for cgroup in (place.cgroup, place.server_cgroup):
            cgroups.destroy(cgroup)
    left = wait_gone(identities, 10)
    if left:
        raise LabError(f"Failed to end processes {[item.pid for item in left]} of '{place.directory.name}'")
    mounts.unmount_below(place.directory)
    if mounts.mounted_below(place.directory):
        raise LabError(f"Refused to remove '{place.directory}': something is still mounted there")
    if place.directory.exists():
        _remove_tree(place.directory)


def _remove_tree(directory: Path) -> None:
    # After the unmount only the empty mount point is left, or files of a start that came to nothing.
    for folder, folders, files in os.walk(directory, topdown=False):
        for name in files:
            os.unlink(os.path.join(folder, name))
        for name in folders:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                os.unlink(path)
            else:
                os.rmdir(path)
    directory.rmdir()
