# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The packages that bring the daemons, asked from the package manager of the distribution."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

RPM_NAMES = (
    "hyperv-daemons",
    "hypervkvpd",
    "hypervvssd",
    "hypervfcopyd",
    "hyperv-tools",
    "hyper-v",
    "microsoft-hyper-v",
    "kmod-microsoft-hyper-v",
)
DPKG_NAMES = re.compile(r"(hyperv-daemons|linux-cloud-tools-[A-Za-z0-9.+-]+|hv-kvp-daemon-init)(?::[a-z0-9]+)?\.list")
RPM_DATABASES = ("/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm")


class Package(t.NamedTuple):
    """One installed package."""

    name: str
    version: str

    def row(self) -> dict[str, str]:
        return dict(self._asdict())


def read_packages(system: System) -> list[Package]:
    """The installed packages that have to do with the integration services, sorted by name."""
    managers = (
        ("/var/lib/dpkg/info", _dpkg),
        ("/lib/apk/db", _apk),
        ("/var/lib/pacman/local", _pacman),
        ("/var/db/pkg", _portage),
    )
    for database, ask in managers:
        if system.is_folder(database):
            return sorted(ask(system))
    if any(system.is_folder(database) for database in RPM_DATABASES):
        return sorted(_rpm(system))
    return []


def _dpkg(system: System) -> t.Iterator[Package]:
    # The file names spare the question where the answer is "none", as on each guest without the package.
    matches = (DPKG_NAMES.fullmatch(name) for name in system.names("/var/lib/dpkg/info"))
    names = sorted({match.group(1) for match in matches if match})
    if not names:
        return
    answer = system.run(["dpkg-query", "-W", "-f", "${Package}\\t${Version}\\t${db:Status-Abbrev}\\n", *names])
    for fields in _fields(answer.out, 3):
        # The second letter is the state: only "i" is installed, "c" has left its configuration.
        if fields[2][1:2] == "i":
            yield Package(fields[0], fields[1])


def _rpm(system: System) -> t.Iterator[Package]:
    # A package that is not installed becomes a line of text without a tab.
    answer = system.run(["rpm", "-q", "--qf", "%{NAME}\\t%{VERSION}-%{RELEASE}\\n", *RPM_NAMES])
    for fields in _fields(answer.out, 2):
        yield Package(fields[0], fields[1])


def _apk(system: System) -> t.Iterator[Package]:
    answer = system.run(["apk", "info", "-e", "-v", "hvtools"])
    for line in answer.out.splitlines():
        match = re.fullmatch(r"(hvtools)-(\d\S*)", line.strip())
        if match:
            yield Package(match.group(1), match.group(2))


def _pacman(system: System) -> t.Iterator[Package]:
    answer = system.run(["pacman", "-Q", "hyperv"])
    for line in answer.out.splitlines():
        words = line.split()
        if len(words) == 2 and words[0] == "hyperv":
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
