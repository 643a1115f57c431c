# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Doing what a plan says, and verifying each step by the processes themselves, within a time limit."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils import _hv_kernel
from ansible_collections.hyperv.integration.plugins.module_utils._hv_channels import offered, read_channels
from ansible_collections.hyperv.integration.plugins.module_utils._hv_logs import last_complaint
from ansible_collections.hyperv.integration.plugins.module_utils._hv_managers import Manager, manager_of, terminate
from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import KINDS
from ansible_collections.hyperv.integration.plugins.module_utils._hv_plan import PASSING_REASONS, Plan, unavailable
from ansible_collections.hyperv.integration.plugins.module_utils._hv_process import Process, find_processes, holders
from ansible_collections.hyperv.integration.plugins.module_utils._hv_status import Daemon, is_connected, survey
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import HvError, System

PAUSE = 0.05
LONGEST_PAUSE = 0.5
# After the host has switched a service on, its offer comes within moments; a service that is off stays off.
GRACE_FOR_OFFER = 5.0
# A daemon that lost the fight for its device, or was refused by the driver, is gone well within this time.
SETTLING = 0.3
# Without a look at its files a daemon has to prove itself by living on.
SETTLING_UNSEEN = 1.5
GRACE_FOR_PROCESS = 2.0
# What a start has at least, however long the device kept it waiting.
SHORTEST_START = 5.0


class Control:
    """One daemon under change."""

    def __init__(self, system: System, daemon: Daemon, timeout: float) -> None:
        self.system = system
        self.daemon = daemon
        self.began = system.now()
        self.deadline = self.began + timeout
        self.kind = KINDS[daemon.key]
        # The processes that a start has to go beyond. With a late device udev may start the daemon before the module
        # does, so they are those that were there at the beginning.
        self.old = set(daemon.pids)

    def carry_out(self, plan: Plan, done: list[str]) -> None:
        """Take the steps; each that was taken goes to C(done), so that a failure tells how far it came."""
        for step in plan.steps:
            if step == "restart":
                self.stop()
                done.append("stop")
                self.start()
                done.pop()
            elif step == "start":
                self.start()
            elif step == "stop":
                self.stop()
            else:
                manager_of(self.system, self.daemon).configure(step)
            done.append(step)

    # Looking

    def processes(self) -> list[Process]:
        found = find_processes(self.system, self.kind.binaries)
        return [process for process in found if not process.zombie and not process.foreign]

    def remaining(self) -> float:
        return max(0.0, self.deadline - self.system.now())

    def pauses(self) -> t.Iterator[None]:
        """One turn for each look, ever slower, until the time is over."""
        pause = PAUSE
        while True:
            yield
            remaining = self.remaining()
            if remaining <= 0:
                return
            self.system.sleep(min(pause, remaining))
            pause = min(pause * 1.5, LONGEST_PAUSE)

    def device(self) -> tuple[str | None, bool]:
        """The device that the daemon needs, and whether it is there."""
        device = _hv_kernel.device_of(self.system, self.daemon.key, read_channels(self.system))
        return device, device is not None and self.system.exists(device)

    # Stopping

    def stop(self) -> None:
        """Stop it through its manager, then each process that is left; all have to be gone at the end."""
        manager = manager_of(self.system, self.daemon)
        manager.stop(self.remaining())
        terminated: set[int] = set()
        patience = self.system.now() + GRACE_FOR_PROCESS
        left: list[int] = []
        for _turn in self.pauses():
            left = [process.pid for process in self.processes()]
            if not left and self._is_at_rest(manager):
                self.old = set()
                return
            others = [pid for pid in left if pid not in terminated]
            if others and (self.system.now() >= patience or self._is_at_rest(manager)):
                terminate(self.system, others)
                terminated.update(others)
        manager.give_up()
        what = f"processes {', '.join(map(str, left))} are still there" if left else f"{manager.name} still stops"
        raise HvError("timeout", f"Failed to stop the {self.daemon.key} daemon: {what}", "Raise the timeout")

    def _is_at_rest(self, manager: Manager) -> bool:
        return manager.outcome().over

    # Starting

    def start(self) -> None:
        """Start it, and wait until it is connected; only then it counts as started."""
        self._wait_for_device()
        manager = manager_of(self.system, self.daemon)
        ordered = self.system.now()
        self.deadline = max(self.deadline, ordered + SHORTEST_START)
        manager.start(self.remaining())
        since: dict[int, float] = {}
        for _turn in self.pauses():
            now = self.system.now()
            new = [process for process in self.processes() if process.pid not in self.old]
            since = {process.pid: since.get(process.pid, now) for process in new}
            if new and self._has_settled(new, now - min(since.values())):
                return
            if not new and now - ordered >= PAUSE:
                outcome = manager.outcome()
                # A script or a command is over at once, while its daemon still forks.
                patient = outcome.why is None and now - ordered < GRACE_FOR_PROCESS
                if outcome.over and not patient:
                    raise self._not_started(outcome.why)
        manager.give_up()
        device, present = self.device()
        if device is not None and not present:
            raise self._device_error(device)
        raise self._not_started(f"it is not connected to {device or 'the kernel'} in time", "timeout")

    def _has_settled(self, processes: t.Sequence[Process], age: float) -> bool:
        device, _present = self.device()
        seen = is_connected(self.system, processes, device)
        if seen is None:
            return age >= SETTLING_UNSEEN
        return seen and age >= SETTLING

    def _wait_for_device(self) -> None:
        """Wait for a device that comes late; without it a start would hang, or seem to succeed."""
        if not _hv_kernel.has_devices(self.system):
            return
        device: str | None = None
        for _turn in self.pauses():
            device, present = self.device()
            if present:
                return
            waited = self.system.now() - self.began
            if not self._is_offered() and waited >= GRACE_FOR_OFFER:
                break
        raise self._device_error(device)

    def _is_offered(self) -> bool:
        services = offered(read_channels(self.system))
        return services is None or services.get(self.kind.service, False)

    def _device_error(self, device: str | None) -> HvError:
        fresh = survey(self.system, [self.daemon.key]).daemons[self.daemon.key]
        if fresh.reason in PASSING_REASONS:
            return unavailable(fresh, "start")
        return HvError("timeout", f"Failed to start the {self.daemon.key} daemon: {device} was not there in time")

    def _not_started(self, why: str | None, error_class: str = "unexpected") -> HvError:
        """The error for a daemon that ended, with its own last words and who has its device."""
        device, present = self.device()
        if device is not None and not present:
            return self._device_error(device)
        unit = self.daemon.installation.unit
        # An ident with a space in it, as the VSS daemon's, makes the journal take the name of the program.
        names = [*self.kind.idents, *self.kind.binaries]
        said = last_complaint(
            self.system, names, unit.name if unit is not None else None, self.system.now() - self.began
        )
        owners = holders(self.system, device) if device is not None else []
        if owners:
            return HvError(
                "blocked",
                f"Failed to start the {self.daemon.key} daemon: {device} is open in process "
                + ", ".join(map(str, owners)),
                "The driver lets one process in; end that one, or find out who starts it",
            )
        reasons = [reason for reason in (why or "it ended at once", said and f"it said '{said}'") if reason]
        return HvError(
            error_class,
            f"Failed to start the {self.daemon.key} daemon: {'; '.join(reasons)}",
            "See its messages in the journal or the system log" if not said else None,
        )
