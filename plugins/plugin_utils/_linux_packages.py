# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which packages of a Linux guest carry its integration services, and what an update of them means.

For internal use of the collection only. Reads the snapshot of a guest. What is not known is never made up: then the
lists are empty, and the reason is told.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_families import (
    CLOUD_TOOLS,
    DEBIAN,
    LIS_PACKAGES,
    SUPPORT_PAGE,
    UBUNTU,
    Family,
    find_family,
    is_beside_the_kernel,
    is_for_one_kernel,
    ubuntu_flavour,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._linux_kernels import newer_kernel
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SCHEMA

Data = dict[str, t.Any]

# Those that ansible-core or community.general has a module for, by its short name.
MANAGERS = {
    **{name: f"ansible.builtin.{name}" for name in ("apt", "dnf", "dnf5")},
    **{name: f"community.general.{name}" for name in ("zypper", "apk", "pacman", "portage", "pkgng")},
}
# Commands of a distribution that say whether it waits for a restart: the exit status that says so, and a word with it,
# as dnf ends with 1 for errors too. needs-restarting(1), zypper(8): ZYPPER_EXIT_INF_REBOOT_NEEDED.
_RESTART_CHECKS: dict[str, Data] = {
    "dnf": {"argv": ["dnf", "needs-restarting", "-r"], "rc": 1, "word": "Reboot is required"},
    "dnf5": {"argv": ["dnf5", "needs-restarting", "-r"], "rc": 1, "word": "Reboot is required"},
    "zypper": {"argv": ["zypper", "--non-interactive", "needs-rebooting"], "rc": 102, "word": ""},
}
_LIS_ADVICE = (
    "The integration services are those of Microsoft's package {name} {version}, which no distribution updates. Its "
    "modules belong to the kernel that they were installed for, so the kernel is left alone, too. Install the release "
    "of the package that fits, or remove it where the kernel brings the services itself."
)


class LinuxPackagesError(ValueError):
    """The input is no snapshot of a Linux guest; the message says why."""


class Installed(t.NamedTuple):
    """What a snapshot says of the packages, by name."""

    daemons: dict[str, Data]
    kernels: dict[str, Data]
    running: str

    @property
    def every(self) -> dict[str, Data]:
        return {**self.daemons, **self.kernels}


def linux_packages(snapshot: t.Any, before: t.Any = None) -> Data:
    """The packages of a guest that an update or an installation is about.

    With a snapshot from before an update, also what the update did.

    Raises:
        LinuxPackagesError: It is no snapshot of a Linux guest.
    """
    for given in (snapshot, snapshot if before is None else before):
        if not isinstance(given, dict) or given.get("schema") != SCHEMA or not given.get("distribution"):
            raise LinuxPackagesError("the input must be a result of linux_hv_daemon_info")
    distribution = snapshot["distribution"]
    installed = Installed(
        _by_name(snapshot.get("packages")), _by_name(snapshot.get("kernel_packages")), snapshot.get("kernel") or ""
    )
    family = find_family(distribution.get("id"), distribution.get("like") or ())
    blocked = _blocked(distribution, family, installed)
    install, daemons, kernel, advice = _lists(family, installed)
    if distribution.get("image") or _lis(installed):
        install = []
    if blocked is not None:
        daemons, kernel, advice = [], [], []
    held = [name for name in (*daemons, *kernel) if installed.every[name]["state"] == "held"]
    broken = sorted(name for name, package in installed.every.items() if package["state"] == "broken")
    manager = distribution.get("package_manager")
    return {
        "family": family.name if family is not None else None,
        "manager": manager if manager in MANAGERS else None,
        "module": MANAGERS.get(manager or ""),
        "install": install,
        "daemons": [name for name in daemons if name not in held],
        "kernel": [name for name in kernel if name not in held],
        "held": held,
        "broken": broken,
        "blocked": blocked,
        "changed": [] if before is None else _changed(before, snapshot),
        "restart": _restart(snapshot, before or snapshot),
        "restart_check": _RESTART_CHECKS.get(manager or ""),
        "advice": [*advice, *_state_advice(held, broken)],
    }


def _changed(before: Data, after: Data) -> list[str]:
    """A line for each package that is not as it was."""
    first, last = _versions(before), _versions(after)
    lines = []
    for name in sorted({*first, *last}):
        old, new = (", ".join(found.get(name, ())) or "absent" for found in (first, last))
        if old != new:
            lines.append(f"{name} {old} -> {new}")
    return lines


def _versions(snapshot: Data) -> dict[str, list[str]]:
    rows = [*(snapshot.get("packages") or []), *(snapshot.get("kernel_packages") or [])]
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["name"], []).append(row["version"] + (" (broken)" if row["state"] == "broken" else ""))
    return found


def _by_name(rows: t.Any) -> dict[str, Data]:
    return {row["name"]: {"state": "installed", **row} for row in rows or ()}


def _lis(installed: Installed) -> Data | None:
    return next((installed.daemons[name] for name in LIS_PACKAGES if name in installed.daemons), None)


def _blocked(distribution: Data, family: Family | None, installed: Installed) -> str | None:
    """Why nothing can be updated here, and what to do instead."""
    lis = _lis(installed)
    manager = distribution.get("package_manager")
    if lis is not None:
        return _LIS_ADVICE.format(name=lis["name"], version=lis["version"])
    if family is None:
        name = distribution.get("id") or "without a name"
        return f"The packages of the distribution {name} are not known. See {SUPPORT_PAGE} for what it supports."
    if distribution.get("image"):
        return "The system is an image, which is updated as a whole, with 'bootc upgrade' or 'rpm-ostree upgrade'."
    if family.by_hand is not None:
        return family.by_hand
    if manager not in MANAGERS:
        if manager is None:
            return "No package manager was found."
        _install, daemons, kernel, _advice = _lists(family, installed)
        names = " ".join([*daemons, *kernel])
        return f"Ansible has no module for {manager}. Run '{manager} update {names}' in the guest."
    return None


def _lists(family: Family | None, installed: Installed) -> tuple[list[str], list[str], list[str], list[str]]:
    """What to install so that all daemons are there; the daemons and the kernel that are installed; advice."""
    if family is None:
        return [], [], [], []
    if family is UBUNTU:
        install, daemons, advice = _ubuntu(installed)
    else:
        install, daemons, advice = list(family.install), sorted(installed.daemons), []
    if not daemons and install:
        advice.append(f"No daemon is installed. The role guest_services installs them, from {' '.join(install)}.")
    kernel = sorted(installed.kernels)
    if not kernel:
        advice.append(_no_kernel_advice(family, installed.running))
    return install, daemons, kernel, advice


def _ubuntu(installed: Installed) -> tuple[list[str], list[str], list[str]]:
    """Units and wrappers are in one package, the programs in one a kernel; the meta package of a flavour follows it."""
    flavours = sorted({flavour for name in installed.kernels if (flavour := ubuntu_flavour(name))})
    metas = [CLOUD_TOOLS + flavour for flavour in flavours]
    for_running = CLOUD_TOOLS + installed.running
    install = [f"{CLOUD_TOOLS}common", for_running, *metas]
    daemons = [name for name in sorted(installed.daemons) if not is_for_one_kernel(name)]
    advice = []
    if daemons and for_running not in installed.daemons:
        advice.append(f"The kernel that runs has no daemons. Install {for_running}, or restart into a kernel that has.")
    missing = [name for name in metas if name not in installed.daemons]
    if daemons and missing:
        advice.append(f"The daemons do not follow the kernel: a new one has none without {' '.join(missing)}.")
    return install, daemons, advice


# What releases of Debian's own kernels end with.
_DEBIAN_ARCHITECTURES = ("amd64", "arm64", "686", "pae")


def _no_kernel_advice(family: Family, running: str) -> str:
    text = "No package is installed that brings a newer kernel."
    flavour = running.rsplit("-", 1)[-1]
    if family is DEBIAN:
        # linux-image-cloud-amd64 goes with 6.1.0-35-cloud-amd64.
        words = running.split("-")
        kind = "-".join(words[-2:]) if len(words) > 2 and words[-2] in ("cloud", "rt") else flavour
        # A kernel of somebody's own has a name that no package of Debian has.
        return f"{text} Debian's is linux-image-{kind}." if flavour in _DEBIAN_ARCHITECTURES else text
    if family is UBUNTU:
        named = {"generic": "linux-virtual or linux-generic", "azure": "linux-azure"}.get(flavour)
        return f"{text} Ubuntu's is {named}." if named else text
    return text


def _state_advice(held: t.Sequence[str], broken: t.Sequence[str]) -> list[str]:
    lines = []
    if held:
        lines.append(f"Held by an administrator, so not updated: {', '.join(held)}")
    if broken:
        lines.append(f"Not installed to the end: {', '.join(broken)}. Repair them, with 'dpkg --configure -a'.")
    return lines


def _restart(snapshot: Data, before: Data) -> Data:
    reasons = []
    running = snapshot.get("kernel") or ""
    if (snapshot.get("guest") or {}).get("restart_pending"):
        reasons.append("The system waits for a restart, or the modules of the kernel that runs are gone")
    newer = newer_kernel(running, snapshot.get("kernels") or ())
    if newer is not None:
        reasons.append(f"The kernel {newer} is installed, {running} runs")
    elif _bootable(snapshot) != _bootable(before):
        # A distribution may give a new build of a kernel the same release.
        reasons.append("The packages of the kernel were updated")
    return {"needed": bool(reasons), "reasons": reasons}


def _bootable(snapshot: Data) -> list[tuple[str, str]]:
    rows = snapshot.get("kernel_packages") or ()
    return sorted((row["name"], row["version"]) for row in rows if not is_beside_the_kernel(row["name"]))
