# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""How each daemon is installed: the unit or init script that starts it, its program, and who manages it.

The search goes from unit files to what they start, to programs on and off PATH; names are only hints, since unit and
program of a distribution need not be named alike (Fedora's hypervkvpd.service starts hv_kvp_daemon).
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import (
    COMPANIONS,
    FOLDER_OF_COMPANIONS,
    FOLDERS_OF_DAEMONS,
    KINDS,
    fcopy_style,
)
from ansible_collections.hyperv.integration.plugins.module_utils._hv_scripts import Script, find_scripts, init_system
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System
from ansible_collections.hyperv.integration.plugins.module_utils._hv_units import Unit, find_units, is_booted


class Installation(t.NamedTuple):
    """One daemon as it is installed; None for what is not there."""

    key: str
    manager: str | None
    service: str | None
    unit: Unit | None
    script: Script | None
    configured: str | None
    binary: str | None
    wrapper: str | None

    @property
    def present(self) -> bool:
        """Whether the program is there."""
        return self.binary is not None


class Program(t.NamedTuple):
    """What would run: the file itself, and the script in front of it, if any."""

    binary: str | None
    wrapper: str | None


def discover(system: System, keys: t.Sequence[str], interface: str, seen_in: t.Iterable[str]) -> list[Installation]:
    """Find each daemon.

    Args:
        system: The machine.
        keys: The daemons.
        interface: C(chardev) or C(uio), what this kernel gives to the file copy daemon.
        seen_in: Units that running daemons were seen in.
    """
    booted = is_booted(system)
    units = find_units(system, seen_in)
    other = None if booted else init_system(system)
    scripts = find_scripts(system, other) if other is not None else []
    return [
        _install(system, key, interface, units if booted else [], units, scripts, other if scripts else None)
        for key in keys
    ]


def _install(
    system: System,
    key: str,
    interface: str,
    usable: t.Sequence[Unit],
    units: t.Sequence[Unit],
    scripts: t.Sequence[Script],
    other: str | None,
) -> Installation:
    unit = _choose_unit(system, key, interface, usable)
    script = next((script for script in scripts if key in script.keys), None)
    configured = unit.binary if unit is not None else None
    if configured is None and script is not None:
        configured = script.binary.get(key)
    # The unit files of a system that runs without systemd still tell the program.
    candidates = [configured, *(other_unit.binary for other_unit in units if other_unit.key == key)]
    program = _find_program(system, key, interface, [path for path in candidates if path])
    manager, service = None, None
    if unit is not None:
        manager, service = "systemd", unit.name
    elif script is not None and len(script.keys) == 1:
        manager, service = other, script.name
    elif program.binary is not None or program.wrapper is not None:
        # A script for several daemons cannot start or stop one of them.
        manager = "process"
    return Installation(
        key=key,
        manager=manager,
        service=service,
        unit=unit,
        script=script if manager != "process" else None,
        configured=configured,
        binary=program.binary,
        wrapper=program.wrapper,
    )


def _choose_unit(system: System, key: str, interface: str, units: t.Sequence[Unit]) -> Unit | None:
    """The unit that counts where there are several: its program is there, and it fits the kernel."""

    def rank(unit: Unit) -> tuple[bool, bool, bool, str]:
        missing = unit.binary is None or not system.is_program(unit.binary)
        style = fcopy_style(unit.binary or "")
        return (missing, style is not None and style != interface, unit.path is None, unit.name)

    mine = [unit for unit in units if unit.key == key]
    return min(mine, key=rank) if mine else None


def _find_program(system: System, key: str, interface: str, configured: t.Sequence[str]) -> Program:
    candidates = [path for path in configured if path.startswith("/")]
    for name in _names_by_fit(key, interface):
        candidates += [f"{folder}/{name}" for folder in FOLDERS_OF_DAEMONS]
        candidates.append(_per_kernel(system, name))
    wrapper = None
    for path in candidates:
        if not system.is_program(path):
            continue
        if not _is_wrapper(system, path):
            return Program(path, wrapper if wrapper is not None and _same_name(wrapper, path) else None)
        target = _per_kernel(system, path.rsplit("/", 1)[-1])
        if system.is_program(target):
            return Program(target, path)
        wrapper = wrapper or path
    return Program(None, wrapper)


def _names_by_fit(key: str, interface: str) -> list[str]:
    names = list(KINDS[key].binaries)
    return sorted(names, key=lambda name: fcopy_style(name) not in (None, interface))


def _same_name(one: str, other: str) -> bool:
    return one.rsplit("/", 1)[-1] == other.rsplit("/", 1)[-1]


def _per_kernel(system: System, name: str) -> str:
    """Where Ubuntu keeps the program of each kernel; /usr/sbin only has a script that executes it."""
    return f"/usr/lib/linux-tools/{system.kernel}/{name}"


def _is_wrapper(system: System, path: str) -> bool:
    head = system.read_bytes(path, 4096) or b""
    return head.startswith(b"#!") and b"linux-tools" in head


def find_companions(system: System) -> dict[str, str | None]:
    """The scripts beside the KVP daemon, with the path at which it would find each."""
    folders = (FOLDER_OF_COMPANIONS, *FOLDERS_OF_DAEMONS)
    return {
        name: next(filter(system.is_program, (f"{folder}/{name}" for folder in folders)), None) for name in COMPANIONS
    }
