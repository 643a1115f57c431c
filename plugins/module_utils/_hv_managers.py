# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The four ways to start and stop a daemon: systemd, OpenRC, System V scripts, and the plain process.

A manager only gives the order. Whether the daemon then runs is never taken from its answer: scripts answer 0 whatever
happened, and systemd answers 0 for a unit that it stops again at once.
"""

from __future__ import annotations

import signal
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils import _hv_systemctl
from ansible_collections.hyperv.integration.plugins.module_utils._hv_scripts import levels_of, openrc_says_started
from ansible_collections.hyperv.integration.plugins.module_utils._hv_status import Daemon
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import Answer, HvError, System
from ansible_collections.hyperv.integration.plugins.module_utils._hv_units import unmet_condition

SHORTEST_TIMEOUT = 5.0
# A start that systemd took back is tried again, as often and after so many seconds. Five starts in ten seconds are too
# many for systemd, and udev may start the daemon as well.
FURTHER_TRIES = 3
PAUSE_BETWEEN_TRIES = 0.5


class Outcome(t.NamedTuple):
    """How a start ended, as the manager tells; C(over) is False while it still may succeed."""

    over: bool
    why: str | None


class Manager:
    """The orders to one manager about one daemon."""

    def __init__(self, system: System, daemon: Daemon) -> None:
        self.system = system
        self.daemon = daemon
        self.name = daemon.installation.service or daemon.key

    def start(self, timeout: float) -> None:
        raise NotImplementedError

    def stop(self, timeout: float) -> None:
        raise NotImplementedError

    def outcome(self) -> Outcome:
        """Asked while no process is there after a start."""
        return Outcome(True, None)

    def give_up(self) -> None:
        """Take an order back that did not come to an end in time."""

    def configure(self, verb: str) -> None:
        """Do C(enable), C(disable), C(mask) or C(unmask)."""
        raise HvError("blocked", f"Failed to {verb} {self.name}: nothing here starts it by itself")

    def check(self, answer: Answer, verb: str) -> None:
        if answer.rc != 0:
            text = "it did not end in time" if answer.timed_out else (answer.err or answer.out).strip()
            raise HvError("timeout" if answer.timed_out else "unexpected", f"Failed to {verb} {self.name}: {text}")


class Systemd(Manager):
    """A unit. All orders are --no-block, since a start may wait 90 s for a device unit (DefaultDeviceTimeoutSec)."""

    # Only who started it tries again: the outcome of a stop is asked for as well.
    tries = 0
    ordered = 0.0

    def start(self, timeout: float) -> None:
        state = self.daemon.state
        if state is not None and state.active == "failed":
            # Else a unit that failed too often is refused without a try.
            _hv_systemctl.order(self.system, "reset-failed", "--", self.name, timeout=timeout)
        self.check(_hv_systemctl.order(self.system, "start", "--no-block", "--", self.name, timeout=timeout), "start")
        self.tries = FURTHER_TRIES
        self.ordered = self.system.now()

    def stop(self, timeout: float) -> None:
        self.check(_hv_systemctl.order(self.system, "stop", "--no-block", "--", self.name, timeout=timeout), "stop")

    def outcome(self) -> Outcome:
        state = self._state()
        if state is None or state.job is not None or state.active not in ("inactive", "failed"):
            return Outcome(False, None)
        if not state.condition_met:
            unit = self.daemon.installation.unit
            condition = unmet_condition(self.system, unit) if unit is not None else None
            if not condition and self.tries:
                # It was not met when systemd looked, and may be by now: the device has come meanwhile.
                return self._try_again()
            return Outcome(True, f"a condition of {self.name} is not met" + (f", {condition}" if condition else ""))
        if state.result not in ("", "success"):
            return Outcome(True, f"{self.name} failed with {state.result}, exit status {state.exit_status}")
        if self.tries:
            # A unit that is bound to its device is stopped as long as systemd has not heard of the device from udev.
            return self._try_again()
        return Outcome(True, f"systemd stopped {self.name} again")

    def _try_again(self) -> Outcome:
        if self.system.now() - self.ordered >= PAUSE_BETWEEN_TRIES:
            left = self.tries - 1
            self.start(SHORTEST_TIMEOUT)
            self.tries = left
        return Outcome(False, None)

    def give_up(self) -> None:
        state = self._state()
        if state is not None and state.job is not None:
            _hv_systemctl.order(self.system, "cancel", state.job, timeout=SHORTEST_TIMEOUT)

    def configure(self, verb: str) -> None:
        self.check(_hv_systemctl.order(self.system, verb, "--", self.name, timeout=60.0), verb)

    def _state(self) -> _hv_systemctl.State | None:
        return _hv_systemctl.show(self.system, [self.name]).get(self.name)


class Script(Manager):
    """An init script, called by its path as System V does. Its exit status says nothing."""

    def start(self, timeout: float) -> None:
        self.call("start", timeout)

    def stop(self, timeout: float) -> None:
        self.call("stop", timeout)

    def call(self, verb: str, timeout: float) -> None:
        script = self.daemon.installation.script
        if script is not None:
            self.system.run([script.path, verb], max(timeout, SHORTEST_TIMEOUT))

    def configure(self, verb: str) -> None:
        on = verb == "enable"
        if self.system.command("update-rc.d"):
            # "enable" alone needs links that exist; "defaults" makes them and changes no others.
            orders = [["update-rc.d", self.name, "defaults"]] if on else []
            orders.append(["update-rc.d", self.name, verb])
        elif self.system.command("chkconfig"):
            orders = [["chkconfig", self.name, "on" if on else "off"]]
        else:
            raise HvError("blocked", f"Failed to {verb} {self.name}: neither update-rc.d nor chkconfig is here")
        for order in orders:
            self.check(self.system.run(order, 60.0), verb)


class OpenRC(Script):
    """An init script that OpenRC keeps account of, if not of its processes."""

    def start(self, timeout: float) -> None:
        if openrc_says_started(self.system, self.name):
            # It believes in a daemon that is gone, and would do nothing.
            self.system.run(["rc-service", self.name, "zap"], SHORTEST_TIMEOUT)
        self.call("start", timeout)

    def call(self, verb: str, timeout: float) -> None:
        self.system.run(["rc-service", self.name, verb], max(timeout, SHORTEST_TIMEOUT))

    def configure(self, verb: str) -> None:
        # "-a" would ask each runlevel, and fail for those that never had the service.
        levels = levels_of(self.system, self.name)
        arguments = ["add", self.name, "default"] if verb == "enable" else ["delete", self.name, *levels]
        self.check(self.system.run(["rc-update", *arguments], 60.0), verb)


class PlainProcess(Manager):
    """The daemon itself: started as a command, which puts itself into the background, and stopped by SIGTERM."""

    def start(self, timeout: float) -> None:
        binary = self.daemon.installation.binary or ""
        self.check(self.system.run([binary], max(timeout, SHORTEST_TIMEOUT)), "start")

    def stop(self, timeout: float) -> None:
        terminate(self.system, self.daemon.pids)


def terminate(system: System, pids: t.Iterable[int]) -> None:
    for pid in pids:
        try:
            system.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            continue
        except PermissionError as exc:
            raise HvError("access_denied", f"Failed to stop process {pid}: {exc}", "Run the task with become") from exc


def manager_of(system: System, daemon: Daemon) -> Manager:
    kinds: dict[str, type[Manager]] = {"systemd": Systemd, "openrc": OpenRC, "sysv": Script}
    return kinds.get(daemon.installation.manager or "", PlainProcess)(system, daemon)
