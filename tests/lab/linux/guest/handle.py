# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A running guest, for whoever tests with it."""

from __future__ import annotations

import base64
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import GuestDownError, LabError
from ..identity import Identity
from ..roots.recipes import find_recipe
from ..services import find_service
from ..spec import GuestSpec
from . import control, enter, uevent, vmbus_tree
from .boot import Place, device_of
from .families import Daemon


@dataclass(frozen=True)
class Guest:
    """A guest by its processes; `init` is that of the moment in which the lab was asked for the guest."""

    spec: GuestSpec
    place: Place
    init: Identity
    launcher: Identity
    server: Identity | None
    daemons: tuple[Daemon, ...]

    @property
    def name(self) -> str:
        """The guest's name."""
        return self.spec.name

    @property
    def manager(self) -> str:
        """Its service manager."""
        return find_recipe(self.spec.root).manager

    def run(self, argv: list[str], seconds: float = 30.0, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command inside."""
        return enter.run(self.place.directory, argv, seconds, stdin)

    def ask(self, verb: str, **arguments: Any) -> Any:
        """Let the host do something: see the verbs of vmbus/host.py."""
        return control.ask(self.place.directory / "control", verb, **arguments)

    def state(self) -> dict[str, dict[str, Any]]:
        """Each offered device: whether it is open and its daemon registered."""
        state: dict[str, dict[str, Any]] = self.ask("state")
        return state

    def offered(self) -> list[str]:
        """The keys of the services whose channel the guest sees."""
        folder = self.place.bus / "vmbus/devices"
        found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        return [key for key in self.spec.services if find_service(key).instance_id in found]

    def switch(self, service: str, on: bool, abrupt: bool = False) -> bool:
        """Switch a service on or off as its host does; return whether that changed anything.

        The device comes after its channel and goes before it, as in hv_utils' probe and remove. Going, two things race:
        systemd stops the unit because its device unit goes, and the daemon ends itself because its device does. Here
        the first wins, or with `abrupt` the second, which leaves a failed unit.
        """
        if not self.spec.hyperv:
            raise LabError(f"Expected guest '{self.name}' to be on Hyper-V but it is not")
        key = find_service(service).key
        described = find_service(key)
        device = device_of(self.spec, key)
        if on:
            changed = vmbus_tree.offer(self.place.bus, described, device == "uio0")
            if device and self.ask("add", device=device)["changed"]:
                self._uevent("add", key)
        else:
            if device and not abrupt and device in self.state():
                self._uevent("remove", key)
                self._await_closed(device, 1.0)
            if device and self.ask("remove", device=device)["changed"] and abrupt:
                self._uevent("remove", key)
            changed = vmbus_tree.rescind(self.place.bus, described)
        return changed

    def copy_in(self, folder: str, name: str, content: bytes) -> None:
        """Copy a file into the guest as Copy-VMFile does."""
        self.ask("fcopy", folder=folder, name=name, content=base64.b64encode(content).decode())

    def _uevent(self, action: str, key: str) -> None:
        stand_in = find_service(key).stand_in
        if self.manager != "systemd" or not stand_in:
            return
        script = Path(uevent.__file__).read_text()
        try:
            # By the guest's own Python: the event must be sent from its network namespace.
            done = self.run(["/usr/bin/python3", "-", action, stand_in], 15.0, script)
        except GuestDownError:
            # Nobody is there to be told. When it starts it looks for devices itself.
            return
        if done.returncode != 0:
            raise LabError(f"Failed to send a uevent to guest '{self.name}': {done.stderr.strip()}")

    def _await_closed(self, device: str, seconds: float) -> None:
        # Nothing is wrong when it stays open: not every unit is bound to its device.
        deadline = time.monotonic() + seconds
        while self.manager == "systemd" and self.state()[device]["open"] and time.monotonic() < deadline:
            time.sleep(0.02)

    def pids(self, key: str) -> list[int]:
        """Pids, as the machine counts them, of the processes that hold the device of a service."""
        device = device_of(self.spec, find_service(key).key)
        pid = self.state().get(device or "", {}).get("pid")
        return [pid] if pid else []

    def await_registered(self, key: str, on: bool = True, seconds: float = 10.0) -> None:
        """Wait until the daemon of a service is connected, or is not any more."""
        device = device_of(self.spec, find_service(key).key) or ""
        deadline = time.monotonic() + seconds
        while bool(self.state().get(device, {}).get("registered")) != on:
            if time.monotonic() > deadline:
                wanted = "connect" if on else "leave"
                raise LabError(f"Expected the daemon of '{key}' in '{self.name}' to {wanted} but {self.state()}")
            time.sleep(0.02)

    def host_variables(self, key_file: Path, unique_name: str) -> dict[str, Any]:
        """What an inventory says about it."""
        return {
            **self.connection_variables(key_file, unique_name),
            "lab_guest_pid": self.init.pid,
            "lab_guest_dir": str(self.place.directory),
            "lab_guest_host": str(self.place.directory / "host"),
            "lab_guest_manager": self.manager,
            "lab_guest_root": self.spec.root,
            "lab_guest_family": self.spec.family,
            "lab_guest_daemons": {d.service.key: {"unit": d.unit, "binary": d.binary} for d in self.daemons},
            "lab_vm_id": self.spec.vm_id,
            "lab_vm_name": self.spec.vm_name,
        }

    def connection_variables(self, key_file: Path, unique_name: str) -> dict[str, Any]:
        """How Ansible reaches it."""
        connect = str(self.place.directory / "connect")
        return {
            "ansible_connection": "ssh",
            # Not the bare name: ssh keeps connections open by host name, and another lab may have a guest of this name.
            "ansible_host": unique_name,
            "ansible_user": "root",
            "ansible_ssh_private_key_file": str(key_file),
            "ansible_ssh_common_args": (
                f'-o ProxyCommand="{connect}" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null'
                " -o IdentitiesOnly=yes -o LogLevel=ERROR"
            ),
            "ansible_python_interpreter": "/usr/bin/python3",
        }
