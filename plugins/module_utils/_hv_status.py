# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The state of the daemons: installed, possible here, running, connected, healthy; and why not."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hyperv.integration.plugins.module_utils import _hv_availability, _hv_kernel
from ansible_collections.hyperv.integration.plugins.module_utils._hv_channels import Channel, offered, read_channels
from ansible_collections.hyperv.integration.plugins.module_utils._hv_discovery import Installation, discover
from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import KINDS
from ansible_collections.hyperv.integration.plugins.module_utils._hv_pools import Pool, read_pools
from ansible_collections.hyperv.integration.plugins.module_utils._hv_process import Process, find_processes
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System
from ansible_collections.hyperv.integration.plugins.module_utils._hv_systemctl import WITHOUT_INSTALL, State, show
from ansible_collections.hyperv.integration.plugins.module_utils._hv_virtualization import Virtualization, detect


@dataclass(frozen=True)
class Daemon:
    """One daemon now."""

    key: str
    installation: Installation
    state: State | None
    processes: tuple[Process, ...]
    zombies: tuple[int, ...]
    foreign: tuple[int, ...]
    device: str | None
    device_present: bool
    connected: bool | None
    reason: str | None
    hint: str | None
    # A reason that passes, such as a late device, must not hide one that does not.
    package_reason: str | None
    package_hint: str | None
    problems: tuple[str, ...]

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self.processes]

    @property
    def running(self) -> bool:
        return bool(self.processes)

    @property
    def healthy(self) -> bool | None:
        if not self.running or self.problems or self.connected is False:
            return False
        return True if self.connected else None

    @property
    def masked(self) -> bool | None:
        """Whether the unit is masked; None where the manager knows no such thing."""
        if self.installation.unit is None or self.installation.manager != "systemd":
            return None
        return self.state.is_masked if self.state is not None and self.state.load else self.installation.unit.masked

    @property
    def enabled(self) -> bool | None:
        """Whether it starts by itself, at the boot or with its device; None where nobody starts it."""
        unit, script = self.installation.unit, self.installation.script
        if unit is None:
            return script.enabled if script is not None else None
        if self.masked:
            return False
        if self.state is None or not self.state.file:
            return unit.starts_by_itself
        started = self.state.file.startswith(("enabled", "alias")) or self.state.file in WITHOUT_INSTALL
        return started or unit.udev

    def row(self) -> dict[str, t.Any]:
        return {
            "key": self.key,
            "service": KINDS[self.key].service,
            "installed": self.installation.present,
            "available": self.reason is None,
            "reason": self.reason,
            "hint": self.hint,
            "binary": self.installation.binary or self.installation.wrapper,
            "unit": self.installation.service,
            "manager": self.installation.manager,
            "running": self.running,
            "pids": self.pids,
            "processes": [process.row() for process in self.processes],
            "zombies": list(self.zombies),
            "device": self.device,
            "connected": self.connected,
            "healthy": self.healthy,
            "problems": list(self.problems),
            "enabled": self.enabled,
            "masked": self.masked,
        }


@dataclass(frozen=True)
class Survey:
    """Everything that was read, once, for all daemons asked for."""

    virtualization: Virtualization
    channels: list[Channel] | None
    hv_utils: str
    fcopy_interface: str
    pools: list[Pool]
    daemons: dict[str, Daemon]

    @property
    def offered(self) -> dict[str, bool] | None:
        return offered(self.channels)


def is_connected(system: System, processes: t.Sequence[Process], device: str | None) -> bool | None:
    """Whether a process has the device open; None where that cannot be seen."""
    if not processes:
        return False
    if device is None:
        return None
    # The link of an open file has the device's own path, whatever path it was opened by.
    names = {device, system.resolve(device)}
    known = [process.files for process in processes if process.files is not None]
    if any(names & files for files in known):
        return True
    return False if len(known) == len(processes) else None


def survey(system: System, keys: t.Sequence[str]) -> Survey:
    """Read the system once."""
    channels = read_channels(system)
    virtualization = detect(system, channels)
    interface = _hv_kernel.fcopy_interface(system, channels)
    processes = find_processes(system, {name for kind in KINDS.values() for name in kind.binaries})
    seen_in = {process.unit for process in processes if process.unit is not None and not process.foreign}
    installations = discover(system, keys, interface, seen_in)
    states = show(system, [found.unit.name for found in installations if found.unit is not None])
    pools = read_pools(system)
    place = _hv_availability.Place(
        virtualization=virtualization,
        offered=offered(channels),
        hv_utils=_hv_kernel.hv_utils(system),
        fcopy_interface=interface,
    )
    daemons = {found.key: _daemon(system, found, states, processes, pools, place, channels) for found in installations}
    return Survey(virtualization, channels, place.hv_utils, interface, pools, daemons)


def _daemon(
    system: System,
    found: Installation,
    states: dict[str, State],
    processes: t.Sequence[Process],
    pools: t.Sequence[Pool],
    place: _hv_availability.Place,
    channels: list[Channel] | None,
) -> Daemon:
    mine = [process for process in processes if process.name in KINDS[found.key].binaries]
    alive = tuple(process for process in mine if not process.zombie and not process.foreign)
    device = _hv_kernel.device_of(system, found.key, channels)
    device_present = device is not None and system.exists(device)
    state = states.get(found.unit.name) if found.unit is not None else None
    connected = is_connected(system, alive, device)
    missing = _hv_availability.package_reason(system, found, place)
    reason = _hv_availability.place_reason(system, found.key, place, device, device_present) or missing
    return Daemon(
        key=found.key,
        installation=found,
        state=state,
        processes=alive,
        zombies=tuple(process.pid for process in mine if process.zombie and not process.foreign),
        foreign=tuple(process.pid for process in mine if process.foreign),
        device=device,
        device_present=device_present,
        connected=connected,
        reason=reason,
        hint=_hv_availability.hint(system, found, reason),
        package_reason=missing,
        package_hint=_hv_availability.hint(system, found, missing),
        problems=find_problems(system, found, state, alive, connected, pools),
    )


def find_problems(
    system: System,
    found: Installation,
    state: State | None,
    processes: t.Sequence[Process],
    connected: bool | None,
    pools: t.Sequence[Pool],
) -> tuple[str, ...]:
    """What is wrong with a daemon that runs, in words for a program."""
    if not processes:
        return ("unit_active_without_process",) if state is not None and state.active == "active" else ()
    checks = (
        ("several_processes", len(processes) > 1),
        ("not_connected", connected is False),
        ("deleted_binary", any(process.deleted for process in processes)),
        ("other_binary", _is_other_binary(system, found, processes)),
        ("outside_unit", _is_outside(found, state, processes)),
        ("pools_missing", found.key == "kvp" and not all(pool.present for pool in pools)),
        ("pools_torn", found.key == "kvp" and any(pool.problem == "torn" for pool in pools)),
    )
    return tuple(name for name, wrong in checks if wrong)


def _is_other_binary(system: System, found: Installation, processes: t.Sequence[Process]) -> bool:
    """Whether something else runs than what would be started, such as the program of another kernel."""
    if found.binary is None:
        return False
    right = system.resolve(found.binary)
    paths = [process.path for process in processes if process.path is not None and not process.deleted]
    # A script's path is its interpreter's.
    known = [path for path in paths if path.rsplit("/", 1)[-1] in KINDS[found.key].binaries]
    return any((system.resolve(path) or path) != right for path in known)


def _is_outside(found: Installation, state: State | None, processes: t.Sequence[Process]) -> bool:
    """Whether it was started by hand beside the unit, so that nobody would stop or confine it."""
    if state is None or found.unit is None or (state.main_pid is None and not state.active):
        return False
    return any(process.pid != state.main_pid and process.unit != found.unit.name for process in processes)
