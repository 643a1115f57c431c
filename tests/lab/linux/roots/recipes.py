# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each root file system is made of, and the stamp that tells when one must be built anew."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from ..errors import LabError

# Counts the changes of how roots are built (build.py), so that old ones are not used.
_BUILD_VERSION = 1

_COMMON = ("procps", "iproute2", "python3", "python3-apt", "openssh-server")
_SYSTEMD = ("systemd-sysv", "dbus", "udev", "kmod")
# A user can become root, and packages of another family can be made and installed.
_MORE = ("sudo", "rpm")
_OPENRC = ("openrc", "sysvinit-core")
# The package managers of the families that use RPM, and what makes packages and sources for them.
_RPM = ("dnf", "dnf-plugins-core", "zypper", "rpm", "createrepo-c")
_DNF5 = ("dnf5", "python3-libdnf5", "rpm", "createrepo-c")


@dataclass(frozen=True)
class Recipe:
    """A root file system."""

    name: str
    suite: str
    manager: str
    packages: tuple[str, ...]
    # How this release's kernel offers fcopy: "chardev" up to 6.9, "uio" from 6.10.
    fcopy: str
    daemons: tuple[str, ...]
    backports: bool = False

    @property
    def built(self) -> bool:
        """Whether there is a root to build: a process guest shows the machine's own files."""
        return self.manager != "process"

    @property
    def moving(self) -> bool:
        """Whether it is of a release that changes every day, so that on some days its packages do not fit together."""
        return self.suite == "sid"

    def stamp(self) -> str:
        """What changes with the recipe."""
        data = json.dumps([_BUILD_VERSION, asdict(self)], sort_keys=True)
        return hashlib.sha256(data.encode()).hexdigest()[:12]

    def directory(self) -> str:
        """The name of its folder in the cache."""
        return f"{self.name}-{self.stamp()}"


_CHARDEV = ("hv_kvp_daemon", "hv_vss_daemon", "hv_fcopy_daemon")
RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe("debian-11", "bullseye", "systemd", _SYSTEMD + _COMMON, "chardev", _CHARDEV),
        Recipe("debian-12", "bookworm", "systemd", _SYSTEMD + _COMMON, "chardev", _CHARDEV),
        Recipe("debian-13", "trixie", "systemd", _SYSTEMD + _COMMON + _MORE, "uio", ("hv_kvp_daemon", "hv_vss_daemon")),
        Recipe(
            "debian-13-backports",
            "trixie",
            "systemd",
            _SYSTEMD + _COMMON,
            "uio",
            ("hv_kvp_daemon", "hv_vss_daemon", "hv_fcopy_uio_daemon"),
            backports=True,
        ),
        Recipe(
            "debian-13-rpm", "trixie", "systemd", _SYSTEMD + _COMMON + _RPM, "uio", ("hv_kvp_daemon", "hv_vss_daemon")
        ),
        # Stable releases of Debian have no dnf5.
        Recipe(
            "debian-sid-dnf5", "sid", "systemd", _SYSTEMD + _COMMON + _DNF5, "uio", ("hv_kvp_daemon", "hv_vss_daemon")
        ),
        Recipe("debian-12-openrc", "bookworm", "openrc", _OPENRC + _COMMON, "chardev", _CHARDEV),
        Recipe("process", "", "process", (), "chardev", _CHARDEV),
    )
}
DEFAULT_ROOTS = ("debian-11", "debian-12", "debian-13", "debian-12-openrc")


def find_recipe(name: str) -> Recipe:
    """Find a recipe by name."""
    if name not in RECIPES:
        raise LabError(f"Unknown root '{name}': expected one of {', '.join(RECIPES)}")
    return RECIPES[name]
