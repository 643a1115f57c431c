# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes hyperv-daemons out of a guest that does not run yet, as if it had never been installed."""

from __future__ import annotations

import re

from .files import GuestFiles

PACKAGE = "hyperv-daemons"
_INFO = "/var/lib/dpkg/info"
_STATUS = "/var/lib/dpkg/status"
# Where Debian's helpers keep links and notes about the units and scripts of a package.
_LINK_FOLDERS = (
    *(f"/etc/rc{level}.d" for level in "S0123456"),
    "/etc/runlevels/default",
    "/etc/systemd/system/multi-user.target.wants",
    "/var/lib/systemd/deb-systemd-helper-enabled",
    "/var/lib/systemd/deb-systemd-helper-enabled/multi-user.target.wants",
)
_LINK = re.compile(r"([SK]\d\d)?hv-[a-z-]+-daemon(\.service)?(\.dsh-also)?")


def remove_stanza(status: str, package: str) -> str:
    """A dpkg status file without a package."""
    stanzas = status.split("\n\n")
    return "\n\n".join(stanza for stanza in stanzas if f"Package: {package}\n" not in stanza + "\n")


def strip_package(files: GuestFiles) -> None:
    """Remove every file of the package and all that knows of it."""
    for name in files.read(f"{_INFO}/{PACKAGE}.list").splitlines():
        if files.exists(name) and not files.path(name).is_dir():
            files.remove(name)
    files.remove(*(f"{_INFO}/{name}" for name in files.names(_INFO) if name.startswith(f"{PACKAGE}.")))
    files.write(_STATUS, remove_stanza(files.read(_STATUS), PACKAGE))
    for folder in _LINK_FOLDERS:
        files.remove(*(f"{folder}/{name}" for name in files.names(folder) if _LINK.fullmatch(name)))
