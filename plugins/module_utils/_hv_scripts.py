# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Init scripts of the daemons, for OpenRC and for System V."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import (
    KINDS,
    kind_of_binary,
    may_concern,
    names_kind,
)
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

FOLDERS = ("/etc/init.d", "/etc/rc.d/init.d")
LINK_FOLDERS = tuple(
    f"{folder}/rc{level}.d" for folder in ("/etc", "/etc/rc.d", "/etc/init.d") for level in (2, 3, 4, 5)
)
ORDERED_NAME = re.compile(r"S\d\d_?(.+)")


class Script(t.NamedTuple):
    """One init script. C(keys) has more than one daemon for a script that serves several (Buildroot's does)."""

    name: str
    path: str
    keys: tuple[str, ...]
    binary: dict[str, str]
    enabled: bool


def init_system(system: System) -> str | None:
    """Which of the two starts the scripts here, if any does."""
    if system.exists("/run/openrc/softlevel") or system.is_folder("/run/openrc"):
        return "openrc"
    return "sysv" if any(system.is_folder(folder) for folder in FOLDERS) else None


def find_scripts(system: System, init: str) -> list[Script]:
    """The scripts that start a daemon, by their name or by what they run."""
    scripts: dict[str, Script] = {}
    for folder in FOLDERS:
        for name in system.names(folder):
            path = f"{folder}/{name}"
            if name in scripts or not may_concern(name) or not system.is_program(path):
                continue
            script = _read_script(system, name, path, init)
            if script.keys:
                scripts[name] = script
    return list(scripts.values())


def _read_script(system: System, name: str, path: str, init: str) -> Script:
    binary = _binaries(system.read(path) or "")
    stem = ORDERED_NAME.sub(r"\1", name)
    named = names_kind(stem)
    return Script(
        name=name,
        path=path,
        keys=(named,) if named is not None else tuple(sorted(binary)),
        binary=binary,
        enabled=bool(levels_of(system, name)) if init == "openrc" else _is_enabled(system, name),
    )


def _binaries(text: str) -> dict[str, str]:
    """The programs that a script mentions with their path, or by name alone, by daemon."""
    found: dict[str, str] = {}
    names = "|".join(name for kind in KINDS.values() for name in kind.binaries)
    code = re.sub(r"(?m)^\s*#.*$", "", text)
    for match in re.finditer(rf"(?:(?<![\w.])/[\w./-]*/)?(?<![\w.-])(?:{names})(?![\w.-])", code):
        path = match.group()
        key = kind_of_binary(path)
        if key is not None and (key not in found or (path.startswith("/") and not found[key].startswith("/"))):
            found[key] = path
    return found


def _is_enabled(system: System, name: str) -> bool:
    """Whether System V's links start it; Debian keeps those under OpenRC too, where they start nothing."""
    # BusyBox's init runs each script whose own name has the order in it.
    if ORDERED_NAME.fullmatch(name):
        return True
    pattern = re.compile(rf"S\d\d{re.escape(name)}")
    return any(pattern.fullmatch(link) for folder in LINK_FOLDERS for link in system.names(folder))


def levels_of(system: System, name: str) -> list[str]:
    """The runlevels of OpenRC that have a service."""
    folder = "/etc/runlevels"
    return [level for level in system.names(folder) if name in system.names(f"{folder}/{level}")]


def openrc_says_started(system: System, name: str) -> bool:
    """Whether OpenRC believes that it started a service; whether a process lives is another matter."""
    return system.link(f"/run/openrc/started/{name}") is not None or system.exists(f"/run/openrc/started/{name}")
