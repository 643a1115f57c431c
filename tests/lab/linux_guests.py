# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bridge to the real Linux guests in linux/: from the rows of a scenario to guests that run beside the hosts.

Nothing of linux/ is imported before a scenario names such a guest: it needs root and a Linux with FUSE.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import LabError
from .vocabulary import SERVICES
from .words import Place

if TYPE_CHECKING:
    from .linux.lab import LinuxLab

FOLDER = "linux"


@dataclass(frozen=True)
class LinuxGuest:
    """A row of a scenario's linux_guests; *values* are the fields of linux/spec.py."""

    name: str
    values: dict[str, Any]
    variables: dict[str, Any] = field(default_factory=dict)


def read(row: Any, link: tuple[Mapping[str, Any], dict[str, Any]] | None, place: Place) -> LinuxGuest:
    """Read a row; *link* is the state of its host and its VM, which give it its id and its channels."""
    from .linux.errors import LabError as LinuxError
    from .linux.spec import GuestSpec

    values = place.mapping(row)
    name = place.at("name").text(values.pop("name", None))
    variables = place.at("vars").mapping(values.pop("vars", None))
    values.pop("vm", None)
    if link is not None:
        host, vm = link
        switches = {short: vm["services"].get(key, {}).get("enabled", False) for short, key in SERVICES.items()}
        fqdn = f"{host['computerName']}.{host['domain']}"
        values = {"vm_id": vm["id"], "vm_name": vm["name"], "host_name": fqdn, "services": switches, **values}
    try:
        GuestSpec.from_mapping(name, values)
    except LinuxError as error:
        raise place.error(str(error)) from error
    return LinuxGuest(name, values, variables)


def lab(directory: Path) -> LinuxLab:
    """Return the Linux part of the lab in *directory*; it tells when guests are less than real ones."""
    from .linux.lab import LinuxLab

    return LinuxLab(directory / FOLDER, lambda line: print(line, file=sys.stderr, flush=True))


def start(guests: Sequence[LinuxGuest], directory: Path) -> dict[str, dict[str, Any]]:
    """Start guests and return their host variables."""
    from .linux.errors import LabError as LinuxError
    from .linux.spec import GuestSpec

    part = lab(directory)
    try:
        specs = [GuestSpec.from_mapping(guest.name, guest.values) for guest in guests]
        part.up(specs, processes_if_need_be=True)
        variables = part.inventory()
    except LinuxError as error:
        raise LabError(str(error)) from error
    return {guest.name: {**variables[guest.name], **guest.variables} for guest in guests}


def stop(directory: Path) -> None:
    """Take down the Linux guests of the lab in *directory*, if it ever had any."""
    if (directory / FOLDER).is_dir():
        lab(directory).down()


def mounts_below(directory: Path) -> list[str]:
    """Return what is mounted below *directory*; nobody may delete a folder through which it would reach other files."""
    table = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    # The kernel writes white space and backslashes as three octal digits.
    points = (
        re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), line.split(" ")[4]) for line in table.splitlines()
    )
    return [point for point in points if point.startswith(f"{directory.resolve()}/")]
