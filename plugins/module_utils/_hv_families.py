# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Which packages bring the daemons and the kernel in each family of distributions: the one place that knows.

Guests and the controller both read it. A distribution that is not in it is unknown; nothing is made up for it.
"""

from __future__ import annotations

import re
import typing as t

SUPPORT_PAGE = (
    "https://learn.microsoft.com/windows-server/virtualization/hyper-v/"
    "supported-linux-and-freebsd-virtual-machines-for-hyper-v-on-windows"
)
# Microsoft's own package for RHEL and CentOS 5 to 7, with its modules.
LIS_PACKAGES = ("microsoft-hyper-v", "kmod-microsoft-hyper-v")


class Family(t.NamedTuple):
    """A family of distributions.

    C(install) brings the daemons, C(daemons) are all packages that an update may find; C(kernels) are the names of the
    packages that a kernel comes with, of which those that are installed are updated.
    """

    name: str
    install: tuple[str, ...] = ()
    daemons: tuple[str, ...] = ()
    kernels: tuple[str, ...] = ()
    # Why the collection updates nothing here by itself, and what to do instead.
    by_hand: str | None = None


_RPM_DAEMONS = ("hyperv-daemons", "hypervkvpd", "hypervvssd", "hypervfcopyd", "hyperv-tools")
# A module that DKMS builds needs the headers of the new kernel as well, so they go with it.
_RED_HAT_KERNELS = tuple(
    f"kernel{flavour}{part}"
    for flavour in ("", "-uek", "-rt", "-64k")
    for part in ("", "-core", "-modules-extra", "-devel")
)
_SUSE_KERNELS = tuple(
    f"kernel-{flavour}{part}"
    for flavour in ("default", "azure", "rt", "64kb", "longterm")
    for part in ("", "-base", "-devel", "-extra", "-optional")
)
_PHOTON_KERNELS = ("linux", "linux-esx", "linux-secure", "linux-rt", "linux-devel", "linux-esx-devel")

DEBIAN = Family("debian", ("hyperv-daemons",), ("hyperv-daemons",))
UBUNTU = Family("ubuntu")
RED_HAT = Family("redhat", ("hyperv-daemons",), _RPM_DAEMONS, _RED_HAT_KERNELS)
AZURE_LINUX = Family("azurelinux", ("hyperv-daemons",), _RPM_DAEMONS, ("kernel", "kernel-azure", "kernel-devel"))
SUSE = Family("suse", ("hyper-v",), ("hyper-v",), _SUSE_KERNELS)
PHOTON = Family("photon", ("hyper-v",), ("hyper-v",), _PHOTON_KERNELS)
ALPINE = Family("alpine", ("hvtools",), ("hvtools",), ("linux-lts", "linux-virt", "linux-edge", "linux-stable"))
ARCH = Family(
    "arch",
    ("hyperv",),
    ("hyperv",),
    ("linux", "linux-lts", "linux-zen", "linux-hardened"),
    # https://wiki.archlinux.org/title/System_maintenance
    "Arch Linux supports no update of single packages. Update the whole system, with 'pacman -Syu'.",
)
NIXOS = Family(
    "nixos",
    by_hand="NixOS takes the daemons and the kernel from its configuration. "
    "Set virtualisation.hypervGuest.enable in it, and update by 'nixos-rebuild switch --upgrade'.",
)
GENTOO = Family(
    "gentoo", by_hand="Gentoo has no official package of the daemons, and builds its kernel by a profile of its own."
)
FREEBSD = Family(
    "freebsd", by_hand="FreeBSD has the integration services in its base system. Update that, with 'freebsd-update'."
)

# By ID of os-release, then by each word of ID_LIKE.
_FAMILY_OF = {
    "ubuntu": UBUNTU,
    "debian": DEBIAN,
    "rhel": RED_HAT,
    "fedora": RED_HAT,
    "centos": RED_HAT,
    "ol": RED_HAT,
    "azurelinux": AZURE_LINUX,
    "mariner": AZURE_LINUX,
    "sles": SUSE,
    "suse": SUSE,
    "photon": PHOTON,
    "arch": ARCH,
    "alpine": ALPINE,
    "nixos": NIXOS,
    "gentoo": GENTOO,
    "freebsd": FREEBSD,
}
# They say to be like others, but nothing tells that they have the packages.
_UNLIKE = ("amzn",)

# Packages of one kernel have its version behind the hyphen, meta packages its flavour.
_META = re.compile(r"linux-(image|headers|modules-extra)-(?!unsigned-)[a-z][a-z0-9.+-]*")
_UBUNTU_FLAVOUR = r"(?:generic|virtual|lowlatency|azure)(?:-lts-[a-z0-9.]+|-hwe-\d\d\.\d\d)?(?:-edge)?"
_UBUNTU_META = re.compile(rf"linux-(?:(?:image|headers|tools|modules-extra)-)?({_UBUNTU_FLAVOUR})")
_UBUNTU_KERNEL = re.compile(rf"linux-(?:image-)?({_UBUNTU_FLAVOUR})")
_UBUNTU_VERSIONED = re.compile(r"linux-cloud-tools-\d.*")
CLOUD_TOOLS = "linux-cloud-tools-"


def find_family(identifier: str | None, like: t.Iterable[str] = ()) -> Family | None:
    """The family of a distribution by ID and ID_LIKE of os-release."""
    for name in (identifier or "", *like):
        if name in _UNLIKE:
            return None
        # openSUSE's ids are opensuse-leap, opensuse-tumbleweed and so on.
        family = _FAMILY_OF.get("suse" if name.startswith("opensuse") else name)
        if family is not None:
            return family
    return None


def is_dpkg_kernel(name: str) -> bool:
    """Whether a package of Debian or Ubuntu stands for the newest kernel of a flavour, or for what goes with it."""
    return bool(_META.fullmatch(name) or _UBUNTU_META.fullmatch(name))


def ubuntu_flavour(name: str) -> str | None:
    """The flavour whose newest kernel a meta package brings, such as C(azure) or C(virtual-hwe-22.04)."""
    match = _UBUNTU_KERNEL.fullmatch(name)
    return match.group(1) if match else None


def is_for_one_kernel(name: str) -> bool:
    """Whether a package of Ubuntu's daemons is for a single kernel."""
    return _UBUNTU_VERSIONED.fullmatch(name) is not None


def is_beside_the_kernel(name: str) -> bool:
    """Whether a package goes with a kernel but is not run by it: headers and tools."""
    return re.search(r"-(headers|devel|tools)(-|$)", name) is not None
