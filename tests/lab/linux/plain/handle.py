# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A running process guest: what a test does with it is the same as with a real one, as far as it goes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LabError
from ..guest import vmbus_tree
from ..guest.boot import device_of
from ..guest.handle import Guest
from ..services import find_service


def find_holder(locks: str, inode: int, is_ours: Callable[[int], bool]) -> int | None:
    """The process that has the lock on a file, from the text of /proc/locks; file systems may have equal numbers."""
    for line in locks.splitlines():
        fields = line.split()
        # "1: FLOCK  ADVISORY  WRITE 708 08:01:12345 0 EOF"; one that only waits has "->" in second place.
        if len(fields) == 8 and fields[1] == "FLOCK" and int(fields[5].rpartition(":")[2]) == inode:
            pid = int(fields[4])
            if is_ours(pid):
                return pid
    return None


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
        # Read, not tried: a daemon that starts would find the device taken by who tries.
        locks = Path("/proc/locks").read_text()
        state = {}
        for path in sorted(self.place.vmbus.iterdir()):
            pid = find_holder(locks, path.stat().st_ino, self._is_inside)
            state[path.name] = {"open": pid is not None, "registered": pid is not None, "pid": pid}
        return state

    def _is_inside(self, pid: int) -> bool:
        try:
            return os.readlink(f"/proc/{pid}/ns/pid") == os.readlink(f"/proc/{self.init.pid}/ns/pid")
        except OSError:
            return False

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
