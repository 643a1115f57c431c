# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the packages of each family hold: those that a guest has, and the newer ones that its source offers.

The daemons and their units are those that the guest has already. A kernel is the one file by which an installed kernel
is known, since a guest runs the kernel of the machine.
"""

from __future__ import annotations

import glob
import os
import re
import types
import typing as t
from pathlib import Path

# Anything behind the end of a program changes the file and not what it does.
_NEWER = b"\0newer\n"
_DEAD = b"#!/bin/sh\nexit 1\n"


class Package(t.NamedTuple):
    """A package: its files by path, what it needs, and scripts that run before its files come and after them."""

    name: str
    version: str
    files: t.Mapping[str, bytes] = types.MappingProxyType({})
    requires: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    before: str = ""
    after: str = ""


class Wish(t.NamedTuple):
    """What shall be offered: a kernel as well, a script that runs with the daemons, daemons that end at once."""

    kernel: bool = False
    script: str = ""
    dead: bool = False


class Offer(t.NamedTuple):
    """The packages that the guest has, and those of its source."""

    installed: list[Package]
    offered: list[Package]


# Where the files of a package are that is not installed.
KEPT = "/usr/lib/hyperv-lab/kept"
# Links by which the daemons start with the system.
ENABLED = ("/etc/systemd/system/*.wants/hv*.service", "/etc/runlevels/*/hv_*_daemon")
# Which files of the guest are whose, by family. RELEASE is that of the kernel.
_TOOLS = ("/usr/lib/linux-tools-RELEASE/*", "/usr/lib/linux-tools/RELEASE/*")
DAEMONS = {
    "redhat": ("/usr/sbin/hyperv*d", "/usr/lib/systemd/system/hyperv*d.service"),
    "fedora": ("/usr/sbin/hv_*_daemon", "/usr/lib/systemd/system/hyperv*d.service"),
    "suse": ("/usr/lib/hyper-v/bin/hv_*_daemon", "/usr/lib/systemd/system/hv_*_daemon.service"),
    "alpine": ("/usr/bin/hv_*_daemon", "/etc/init.d/hv_*_daemon"),
    "ubuntu": ("/usr/sbin/hv_*_daemon", "/usr/lib/systemd/system/hv-*-daemon.service", *_TOOLS),
}
_RESTART = "systemctl try-restart hv_kvp_daemon.service hv_vss_daemon.service"


def newer(release: str) -> str:
    """The release of a kernel that is newer than this, of the same flavour."""
    head = re.match(r"(\d+(?:\.\d+)*)(.*)", release)
    if head is None:
        raise ValueError(f"Expected the release of the kernel to begin with a number but it is '{release}'")
    first, dot, last = head.group(1).rpartition(".")
    return f"{first}{dot}{int(last) + 1}{head.group(2)}"


def number(release: str) -> str:
    """The part of a release that a version of a package can be."""
    return re.split(r"[^0-9.]", release, maxsplit=1)[0].rstrip(".")


def kernel_files(release: str) -> dict[str, bytes]:
    """What tells that a kernel is installed."""
    return {f"/usr/lib/modules/{release}/modules.builtin": b"kernel/drivers/hv/hv_vmbus.ko\n"}


def found(patterns: t.Iterable[str]) -> dict[str, bytes]:
    """The files of this guest that fit, also those that were put aside."""
    files = {}
    for pattern in patterns:
        for root in (KEPT, ""):
            for path in sorted(glob.glob(root + pattern.replace("RELEASE", os.uname().release))):
                files[path[len(root) :]] = Path(path).read_bytes()
    return files


def changed(files: dict[str, bytes], wish: Wish) -> dict[str, bytes]:
    """The same with other programs."""
    fresh = {}
    for path, data in files.items():
        if data.startswith(b"\x7fELF"):
            data = _DEAD if wish.dead else data + _NEWER
        elif data.startswith(b"#!"):
            data += b"# newer\n"
        fresh[path] = data
    return fresh


def red_hat(files: dict[str, bytes], release: str, wish: Wish) -> Offer:
    """One package a daemon and one that wants them all. None restarts a daemon: see the comment in Fedora's spec."""

    def daemons(version: str, contents: dict[str, bytes], before: str = "") -> list[Package]:
        names = sorted({Path(path).stem for path in contents if path.endswith(".service")})
        parts = {"kvp": "kvp", "vss": "vss", "fcopy": "fcopy"}
        split = [
            Package(
                name,
                version,
                {path: data for path, data in contents.items() if parts[name[len("hyperv") : -1]] in path},
                before=before,
            )
            for name in names
        ]
        return [*split, Package("hyperv-daemons", version, requires=tuple(names))]

    old, new = release, newer(release)
    kernels = [Package("kernel-core", number(item), kernel_files(item)) for item in (old, new)]
    offered = daemons("2", changed(files, wish), wish.script)
    return Offer([*daemons("1", files), kernels[0]], [*offered, *(kernels[1:] if wish.kernel else ())])


def suse(files: dict[str, bytes], release: str, wish: Wish) -> Offer:
    """One package, which restarts its daemons."""
    old, new = release, newer(release)
    kernels = [
        Package("kernel-default", number(item), kernel_files(item), provides=("multiversion(kernel)", "kernel"))
        for item in (old, new)
    ]
    offered = Package("hyper-v", "9", changed(files, wish), before=wish.script, after=_RESTART)
    return Offer([Package("hyper-v", "8", files), kernels[0]], [offered, *(kernels[1:] if wish.kernel else ())])


def alpine(files: dict[str, bytes], release: str, wish: Wish) -> Offer:
    """One package; the new kernel takes the place of the old one."""
    old, new = release, newer(release)
    kernels = [Package("linux-virt", f"{number(item)}-r0", kernel_files(item)) for item in (old, new)]
    offered = Package("hvtools", "4.10-r0", changed(files, wish), after=wish.script)
    return Offer([Package("hvtools", "4.9-r0", files), kernels[0]], [offered, *(kernels[1:] if wish.kernel else ())])


def ubuntu(files: dict[str, bytes], release: str, wish: Wish) -> Offer:
    """Wrappers and units in one package, programs in one a kernel, and meta packages that follow the flavour azure."""

    def programs(kernel: str) -> Package:
        contents = {path.replace(release, kernel): data for path, data in found(_TOOLS).items()}
        return Package(f"linux-cloud-tools-{kernel}", "1", contents)

    def kernel(item: str, version: str) -> list[Package]:
        return [
            programs(item),
            Package(f"linux-image-{item}", "1", kernel_files(item)),
            Package("linux-cloud-tools-azure", version, requires=(f"linux-cloud-tools-{item}",)),
            Package("linux-azure", version, requires=(f"linux-image-{item}",)),
        ]

    new = newer(release)
    files = {path: data for path, data in files.items() if "/linux-tools" not in path}
    common = Package("linux-cloud-tools-common", "2", changed(files, wish), after=wish.script)
    offered = [common, *(kernel(new, number(new)) if wish.kernel else ())]
    return Offer([Package("linux-cloud-tools-common", "1", files), *kernel(release, number(release))], offered)


def debian(_files: dict[str, bytes], release: str, wish: Wish) -> Offer:
    """The kernel alone: the daemons are in Debian's own package, which deb.py makes anew."""

    def kernel(item: str) -> list[Package]:
        return [
            Package(f"linux-image-{item}", "1", kernel_files(item)),
            Package("linux-image-amd64", number(item), requires=(f"linux-image-{item}",)),
        ]

    return Offer(kernel(release), kernel(newer(release))) if wish.kernel else Offer([], [])


FAMILIES = {"redhat": red_hat, "fedora": red_hat, "suse": suse, "alpine": alpine, "ubuntu": ubuntu, "debian": debian}


def make(family: str, wish: Wish) -> Offer:
    """What a guest of a family has and is offered."""
    return FAMILIES[family](found(DAEMONS.get(family, ())), os.uname().release, wish)
