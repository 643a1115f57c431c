# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The packages that bring the daemons or the kernel, asked from the package manager of the distribution."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_families import (
    ALPINE,
    ARCH,
    AZURE_LINUX,
    LIS_PACKAGES,
    PHOTON,
    RED_HAT,
    SUSE,
    is_dpkg_kernel,
)
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

_RPM_FAMILIES = (RED_HAT, AZURE_LINUX, SUSE, PHOTON)
RPM_NAMES = (*dict.fromkeys(name for family in _RPM_FAMILIES for name in family.daemons), *LIS_PACKAGES)
RPM_KERNELS = tuple(dict.fromkeys(name for family in _RPM_FAMILIES for name in family.kernels))
DPKG_NAMES = re.compile(r"hyperv-daemons|linux-cloud-tools-[A-Za-z0-9.+-]+|hv-kvp-daemon-init")
RPM_DATABASES = ("/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm")


class Package(t.NamedTuple):
    """One installed package."""

    name: str
    version: str
    # installed; held, if an administrator keeps its version; broken, if its installation stopped half-way.
    state: str = "installed"

    def row(self) -> dict[str, str]:
        return dict(self._asdict())


class Packages(t.NamedTuple):
    """What is installed, each sorted by name; a kernel can be installed in several versions."""

    daemons: list[Package]
    kernels: list[Package]


def read_packages(system: System) -> Packages:
    """The installed packages that have to do with the integration services."""
    managers = (
        ("/var/lib/dpkg/info", _dpkg),
        ("/lib/apk/db", _apk),
        ("/var/lib/pacman/local", _pacman),
        ("/var/db/pkg", _portage),
    )
    for database, ask in managers:
        if system.is_folder(database):
            return _sort(ask(system))
    if any(system.is_folder(database) for database in RPM_DATABASES):
        return _sort(_rpm(system))
    return Packages([], [])


def _sort(packages: t.Iterable[Package]) -> Packages:
    found = sorted(set(packages))
    kernels = [package for package in found if _is_kernel(package.name)]
    return Packages([package for package in found if package not in kernels], kernels)


def _is_kernel(name: str) -> bool:
    return name in (*RPM_KERNELS, *ALPINE.kernels, *ARCH.kernels) or is_dpkg_kernel(name)


def _dpkg(system: System) -> t.Iterator[Package]:
    # The file names spare the question where the answer is "none", as on each guest without the package.
    files = (name[:-5].split(":")[0] for name in system.names("/var/lib/dpkg/info") if name.endswith(".list"))
    names = sorted({name for name in files if DPKG_NAMES.fullmatch(name) or is_dpkg_kernel(name)})
    if not names:
        return
    answer = system.run(["dpkg-query", "-W", "-f", "${Package}\\t${Version}\\t${db:Status-Abbrev}\\n", *names])
    for fields in _fields(answer.out, 3):
        state = _dpkg_state(fields[2])
        if state is not None:
            yield Package(fields[0], fields[1], state)


def _dpkg_state(letters: str) -> str | None:
    """What Status-Abbrev of dpkg-query(1) says: what is wanted, what is there, and whether there is an error."""
    # "n" is not installed, "c" has left its configuration.
    if letters[1:2] in ("", "n", "c"):
        return None
    # "H" half-installed, "U" unpacked, "F" half-configured; triggers ("W", "t") come later and break nothing.
    if letters[1] in "HUF" or letters[2:3] == "R":
        return "broken"
    return "held" if letters[0] == "h" else "installed"


def _rpm(system: System) -> t.Iterator[Package]:
    # A package that is not installed becomes a line of text without a tab.
    answer = system.run(["rpm", "-q", "--qf", "%{NAME}\\t%{VERSION}-%{RELEASE}\\n", *RPM_NAMES, *RPM_KERNELS])
    for fields in _fields(answer.out, 2):
        yield Package(fields[0], fields[1])


def _apk(system: System) -> t.Iterator[Package]:
    names = (*ALPINE.daemons, *ALPINE.kernels)
    answer = system.run(["apk", "info", "-e", "-v", *names])
    for line in answer.out.splitlines():
        match = re.fullmatch(r"([a-z-]+)-(\d\S*)", line.strip())
        if match and match.group(1) in names:
            yield Package(match.group(1), match.group(2))


def _pacman(system: System) -> t.Iterator[Package]:
    names = (*ARCH.daemons, *ARCH.kernels)
    answer = system.run(["pacman", "-Q", *names])
    for line in answer.out.splitlines():
        words = line.split()
        if len(words) == 2 and words[0] in names:
            yield Package(words[0], words[1])


def _portage(system: System) -> t.Iterator[Package]:
    # Portage's database is its folders: category/name-version.
    for category in system.names("/var/db/pkg"):
        for name in system.names(f"/var/db/pkg/{category}"):
            match = re.fullmatch(r"(hyperv-daemons|hvtools)-(\d\S*)", name)
            if match:
                yield Package(match.group(1), match.group(2))


def _fields(text: str, count: int) -> t.Iterator[list[str]]:
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) == count:
            yield fields
