# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What the distributions call the daemons. These are hints for the search, not the answer to it."""

from __future__ import annotations

import re
import typing as t


class Kind(t.NamedTuple):
    """One daemon of the kernel's tools/hv, whatever a distribution makes of it."""

    key: str
    service: str
    class_id: str
    device: str
    freebsd_device: str | None
    binaries: tuple[str, ...]
    idents: tuple[str, ...]


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            key="kvp",
            service="key_value_pair_exchange",
            class_id="a9a0f4e7-5a45-4d96-b827-8a841e8c03e6",
            device="/dev/vmbus/hv_kvp",
            freebsd_device="/dev/hv_kvp_dev",
            binaries=("hv_kvp_daemon", "hypervkvpd"),
            idents=("KVP",),
        ),
        Kind(
            key="vss",
            service="vss",
            class_id="35fa2e29-ea23-4236-96ae-3a6ebacba440",
            device="/dev/vmbus/hv_vss",
            freebsd_device="/dev/hv_fsvss_dev",
            binaries=("hv_vss_daemon", "hypervvssd"),
            idents=("Hyper-V VSS",),
        ),
        Kind(
            key="fcopy",
            service="guest_service_interface",
            class_id="34d14be3-dee4-41c8-9ae7-6b174977c192",
            device="/dev/vmbus/hv_fcopy",
            freebsd_device=None,
            binaries=("hv_fcopy_daemon", "hv_fcopy_uio_daemon", "hypervfcopyd"),
            idents=("HV_FCOPY", "HV_UIO_FCOPY"),
        ),
    )
}

# SUSE keeps the daemons off PATH, NixOS has no other folder of commands than this profile.
FOLDERS_OF_DAEMONS = (
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/lib/hyper-v/bin",
    "/run/current-system/sw/bin",
)

# The KVP daemon calls these for what the host asks and injects about addresses; without them it answers less.
COMPANIONS = ("hv_get_dhcp_info", "hv_get_dns_info", "hv_set_ifconfig")
# KVP_SCRIPTS_PATH (tools/hv/Makefile); SUSE compiles it empty, so that PATH counts.
FOLDER_OF_COMPANIONS = "/usr/libexec/hypervkvpd"

# hv-kvp-daemon (Debian, Ubuntu; hyperv-daemons.hv-kvp-daemon before 5.8), hv_kvp_daemon (SUSE, Photon, Arch, Alpine,
# Gentoo), hypervkvpd (Red Hat, Azure Linux, Buildroot), hv-kvp (NixOS).
_FAMILIES = r"(?:hyperv-daemons\.)?(?:hv|hyperv)[-_]?{key}(?:[-_]uio)?(?:[-_]daemon|d)?(?:-init)?"

# Which kernel interface a daemon of this name speaks; hypervfcopyd has been both.
_STYLES = {"hv_fcopy_daemon": "chardev", "hv_fcopy_uio_daemon": "uio"}


def names_kind(name: str) -> str | None:
    """The daemon that a unit or init script of this name (without its suffix) is surely about."""
    return next((key for key in KINDS if re.fullmatch(_FAMILIES.format(key=key), name)), None)


def may_concern(name: str) -> bool:
    """Whether a unit or init script of this name is worth a look into it."""
    lower = name.lower()
    return any(key in lower for key in KINDS) or "hyperv" in lower or "hyper-v" in lower


def kind_of_binary(path: str) -> str | None:
    """The daemon that a program of this path is."""
    base = path.rsplit("/", 1)[-1]
    return next((key for key, kind in KINDS.items() if base in kind.binaries), None)


def fcopy_style(path: str) -> str | None:
    """The interface that a file copy daemon of this path speaks, where its name tells."""
    return _STYLES.get(path.rsplit("/", 1)[-1])
