# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A running process guest: what a test does with it is the same as with a real one, as far as it goes."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LabError
from ..guest import vmbus_tree
from ..guest.boot import device_of
from ..guest.handle import Guest
from ..services import find_service


def held(device: Path) -> bool:
    """Whether a daemon has a device: it keeps a lock on it."""
    with device.open("rb+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def holder(device: Path, init: int) -> int | None:
    """The process of a guest that has a device open."""
    found = device.stat()
    for process in _of_same_guest(init):
        with contextlib.suppress(OSError):
            for descriptor in os.scandir(process / "fd"):
                other = os.stat(descriptor.path)
                if (other.st_dev, other.st_ino) == (found.st_dev, found.st_ino):
                    return int(process.name)
    return None


def _of_same_guest(init: int) -> Iterator[Path]:
    namespace = os.readlink(f"/proc/{init}/ns/pid")
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                if os.readlink(process / "ns/pid") == namespace:
                    yield process


@dataclass(frozen=True)
class ProcessGuest(Guest):
    """A guest that is a user namespace with stand-in daemons."""

    def ask(self, verb: str, **arguments: Any) -> Any:
        """Only the state can be asked for: there is no channel for anything else."""
        if verb == "state":
            return self.state()
        raise LabError(f"Expected a real guest to do '{verb}' but '{self.name}' has only processes")

    def state(self) -> dict[str, dict[str, Any]]:
        """Each offered device: whether a daemon has it."""
        state = {}
        for path in sorted(self.place.vmbus.iterdir()):
            taken = held(path)
            state[path.name] = {
                "open": taken,
                "registered": taken,
                "pid": holder(path, self.init.pid) if taken else None,
            }
        return state

    def switch(self, service: str, on: bool, abrupt: bool = False) -> bool:
        """Switch a service on or off. A daemon ends by itself when its device goes, and nothing starts one."""
        if not self.spec.hyperv:
            raise LabError(f"Expected guest '{self.name}' to be on Hyper-V but it is not")
        described = find_service(service)
        device = device_of(self.spec, described.key)
        if on:
            changed = vmbus_tree.offer(self.place.bus, described, uio=False)
            if device:
                (self.place.vmbus / device).touch(mode=0o600)
        else:
            if device:
                (self.place.vmbus / device).unlink(missing_ok=True)
            changed = vmbus_tree.rescind(self.place.bus, described)
        return changed

    def connection_variables(self, _key_file: Path, _unique_name: str) -> dict[str, Any]:
        """Ansible works on this machine, but runs its modules inside."""
        return {
            "ansible_connection": "local",
            "ansible_python_interpreter": str(self.place.directory / "python"),
            # The only folder that can be written both inside and outside.
            "ansible_remote_tmp": str(self.place.directory / "tmp"),
        }
