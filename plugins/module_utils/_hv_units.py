# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""systemd's unit files: found, merged with their drop-ins and read, without asking systemd."""

from __future__ import annotations

import re
import shlex
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import (
    kind_of_binary,
    may_concern,
    names_kind,
)
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

# In the order in which a name is looked up (systemd.unit(5), load path of the system manager).
FOLDERS = (
    "/etc/systemd/system",
    "/run/systemd/system",
    "/run/systemd/generator",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
    "/run/systemd/generator.late",
)
RULE_FOLDERS = ("/etc/udev/rules.d", "/run/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d")
SUFFIX = ".service"
NOTHING = "/dev/null"
# Without one of these in [Install] there is nothing that enable or disable could do.
INSTALL_SETTINGS = ("WantedBy", "RequiredBy", "UpheldBy", "Also")

Settings = t.Dict[str, t.List[str]]


class Unit(t.NamedTuple):
    """One service unit as its files describe it."""

    name: str
    key: str
    path: str | None
    masked: bool
    binary: str | None
    conditions: tuple[tuple[str, str], ...]
    installable: bool
    wanted: bool
    udev: bool

    @property
    def starts_by_itself(self) -> bool:
        """Whether something starts it, if it is not masked: a link, a rule of udev, or what a static unit waits for."""
        return self.wanted or self.udev or not self.installable

    @property
    def disable_holds(self) -> bool:
        """Whether there is nothing that starts it in spite of C(systemctl disable)."""
        return self.installable and not self.udev


def is_booted(system: System) -> bool:
    """Whether systemd runs this system (sd_booted(3))."""
    return system.is_folder("/run/systemd/system")


def find_units(system: System, more_names: t.Iterable[str] = ()) -> list[Unit]:
    """The services of the daemons. C(more_names) are units that a running daemon was seen in, whatever their name."""
    names = {name for folder in FOLDERS for name in system.names(folder) if name.endswith(SUFFIX)}
    wanted = [name for name in sorted(names) if may_concern(name)]
    wanted += [name for name in sorted(set(more_names)) if name in names and name not in wanted]
    rules = _udev_wants(system) if wanted else ""
    units = []
    for name in wanted:
        if _alias_of(system, name) is None:
            unit = _read_unit(system, name, rules)
            if unit is not None:
                units.append(unit)
    return units


def _alias_of(system: System, name: str) -> str | None:
    """The unit that this name is only another name of."""
    for folder in FOLDERS:
        target = system.link(f"{folder}/{name}")
        if target is not None:
            base = target.rsplit("/", 1)[-1]
            return base if base != name and target != NOTHING and base.endswith(SUFFIX) else None
    return None


def _read_unit(system: System, name: str, rules: str) -> Unit | None:
    places = [f"{folder}/{name}" for folder in FOLDERS]
    present = [place for place in places if system.link(place) is not None or system.exists(place)]
    masked = bool(present) and _is_mask(system, present[0])
    # Behind a mask the file of the package still tells what would run.
    path = next((place for place in present if not _is_mask(system, place)), None)
    settings: Settings = {}
    if path is not None:
        _merge(settings, system.read(path) or "")
        for drop_in in _drop_ins(system, name):
            _merge(settings, system.read(drop_in) or "")
    key, binary = _identify(name, settings.get("Service.ExecStart", []))
    if key is None:
        return None
    return Unit(
        name=name,
        key=key,
        path=path,
        masked=masked,
        binary=binary,
        conditions=_conditions(settings),
        installable=any(
            settings.get(f"Install.{setting}") for setting in ("WantedBy", "RequiredBy", "UpheldBy", "Also")
        ),
        wanted=_is_wanted(system, name),
        udev=re.search(rf"(?<![\w.-]){re.escape(name)}", rules) is not None,
    )


def _is_mask(system: System, path: str) -> bool:
    if system.link(path) is not None and system.link(path) == NOTHING:
        return True
    # An empty file masks as well.
    return system.read_bytes(path, 1) == b""


def _drop_ins(system: System, name: str) -> list[str]:
    """The drop-ins in the order of their names; of two with one name the first folder's counts (systemd.unit(5))."""
    stem = name[: -len(SUFFIX)]
    parts = [f"{stem[: dash + 1]}{SUFFIX}" for dash, letter in enumerate(stem) if letter == "-"]
    chosen: dict[str, str] = {}
    for unit in [name, *reversed(parts), "service"]:
        for folder in FOLDERS:
            for drop_in in system.names(f"{folder}/{unit}.d"):
                if drop_in.endswith(".conf"):
                    chosen.setdefault(drop_in, f"{folder}/{unit}.d/{drop_in}")
    return [chosen[drop_in] for drop_in in sorted(chosen) if system.link(chosen[drop_in]) != NOTHING]


def _merge(settings: Settings, text: str) -> None:
    section = ""
    for raw in re.sub(r"\\\n\s*", " ", text).splitlines():
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            continue
        name, _equals, value = (piece.strip() for piece in line.partition("="))
        key = f"{section}.{name}"
        if value:
            settings.setdefault(key, []).append(value)
        elif name.startswith("Condition"):
            # An empty condition of any kind resets the conditions of all kinds.
            for other in [other for other in settings if other.startswith("Unit.Condition")]:
                del settings[other]
        else:
            settings.pop(key, None)


def _conditions(settings: Settings) -> tuple[tuple[str, str], ...]:
    pairs = ((name.split(".", 1)[1], value) for name, values in settings.items() for value in values)
    return tuple((name, value) for name, value in pairs if name.startswith("Condition"))


def _identify(name: str, commands: list[str]) -> tuple[str | None, str | None]:
    """The daemon that a unit starts, and the path of its program: by what it starts, else by its name."""
    for command in commands:
        for word in _split(command):
            key = kind_of_binary(word)
            if key is not None and word.startswith("/"):
                return key, word
    stem = name[: -len(SUFFIX)]
    key = names_kind(stem)
    first = _split(commands[0])[0] if commands and _split(commands[0]) else None
    return key, first if key is not None and first is not None and first.startswith("/") else None


def _split(command: str) -> list[str]:
    # The prefixes of ExecStart= (systemd.service(5)), and a shell's "exec" in a quoted argument.
    text = command.lstrip("@-:+!|")
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    return [piece for word in words for piece in word.split()]


def _is_wanted(system: System, name: str) -> bool:
    for folder in ("/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"):
        for entry in system.names(folder):
            if entry.endswith((".wants", ".requires")) and system.link(f"{folder}/{entry}/{name}") is not None:
                return True
    return False


def _udev_wants(system: System) -> str:
    """What the rules of udev make systemd start; a file of the same name in an earlier folder replaces a later one."""
    chosen: dict[str, str] = {}
    for folder in RULE_FOLDERS:
        for name in system.names(folder):
            if name.endswith(".rules"):
                chosen.setdefault(name, f"{folder}/{name}")
    lines = []
    for path in chosen.values():
        text = system.read(path) or ""
        if "SYSTEMD_WANTS" in text:
            lines += [line for line in text.splitlines() if "SYSTEMD_WANTS" in line and not line.startswith("#")]
    return "\n".join(lines)


def unmet_condition(system: System, unit: Unit) -> str | None:
    """The condition of a unit that can be seen not to hold, as it stands in the unit."""
    for name, value in unit.conditions:
        negated, path = value.startswith("!"), value.lstrip("|!")
        if name in ("ConditionPathExists", "ConditionPathIsDirectory"):
            holds = system.is_folder(path) if name == "ConditionPathIsDirectory" else system.exists(path)
            if holds == negated:
                return f"{name}={value}"
    return None
