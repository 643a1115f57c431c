# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The version of the integration services in a Linux guest: the kernel's, or that of Microsoft's old package.

IntegrationServicesVersion, which a Linux guest reports to its host, is the constant 3.1 whatever the kernel is
(HV_DRV_VERSION, include/uapi/linux/hyperv.h), so it is never looked at.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_channels import read_channels
from ansible_collections.hyperv.integration.plugins.module_utils._hv_families import LIS_PACKAGES
from ansible_collections.hyperv.integration.plugins.module_utils._hv_kernel import hv_utils, hv_utils_on_disk
from ansible_collections.hyperv.integration.plugins.module_utils._hv_packages import Package, read_packages
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import HvError, System
from ansible_collections.hyperv.integration.plugins.module_utils._hv_virtualization import Virtualization, detect

# Modules of the kernel itself carry no version, those of the package do.
VERSIONED_MODULES = ("hv_vmbus", "hv_utils")
# The third part of a Windows version is its build; no kernel comes near.
SMALLEST_BUILD = 1000

Evidence = t.Dict[str, t.Any]


class Finding(t.NamedTuple):
    """The version, before anything is compared."""

    version: str | None
    source: str | None
    flavour: str | None
    reason: str | None
    evidence: Evidence


def find_version(system: System) -> Finding:
    virtualization = detect(system, read_channels(system))
    return version_of(system, virtualization, read_packages(system).daemons if virtualization.hyperv else [])


def version_of(system: System, virtualization: Virtualization, packages: t.Iterable[Package]) -> Finding:
    """The version on a system that was looked at already."""
    driver = hv_utils(system)
    package = _lis_package(packages)
    loaded = next(filter(None, (system.line(f"/sys/module/{name}/version") for name in VERSIONED_MODULES)), None)
    evidence: Evidence = {
        "kernel": system.kernel,
        "hv_utils": driver,
        "package": package.name if package is not None else None,
        "package_version": package.version if package is not None else None,
        "loaded_version": loaded,
        "restart_required": _restart_required(package, loaded),
        "virtualization": virtualization.row(),
    }
    if not virtualization.hyperv:
        return Finding(None, None, None, "not_a_guest", evidence)
    if package is not None:
        # What is loaded counts; but a small release of the package may leave the version of the modules as it was.
        if loaded is not None or driver != "loaded":
            return Finding(package.version, "package", "lis_package", None, evidence)
        return Finding(system.kernel, "kernel", "inbox", "package_not_loaded", evidence)
    if driver == "absent" and not hv_utils_on_disk(system):
        return Finding(None, None, None, "driver_absent", evidence)
    return Finding(system.kernel, "kernel", "inbox", "driver_not_loaded" if driver == "absent" else None, evidence)


def _lis_package(packages: t.Iterable[Package]) -> Package | None:
    return next((package for package in packages if package.name == LIS_PACKAGES[0]), None)


def _restart_required(package: Package | None, loaded: str | None) -> bool:
    """Whether the modules in memory are not those of the package; its release is not part of their version."""
    if package is None:
        return False
    return loaded is None or not package.version.startswith(loaded)


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version.

    A release candidate comes before its release: 6.12-rc3 is (6, 12, -1, 3). The flavour of a kernel is no number.

    Raises:
        ValueError: The version does not begin with a number.
    """
    parts: list[int] = []
    for piece in re.split(r"[.\-_+~]", version.strip()):
        candidate = re.fullmatch(r"rc(\d*)", piece)
        if candidate:
            parts += [-1, int(candidate.group(1) or 0)]
        elif piece.isdigit():
            parts.append(int(piece))
        else:
            break
    if not parts:
        raise ValueError(f"'{version}' does not begin with a number")
    return tuple(parts)


def is_windows_version(minimum: str) -> bool:
    """Whether a minimum was meant for Windows guests, as a play for a mixed group has."""
    match = re.fullmatch(r"\d+\.\d+\.(\d+)(\.\d+)?", minimum.strip())
    return match is not None and int(match.group(1)) >= SMALLEST_BUILD


def compare(one: str, other: str) -> int:
    """-1, 0 or 1; parts that one version does not have count as zero."""
    left, right = numbers(one), numbers(other)
    size = max(len(left), len(right))
    padded = [(*parts, *(0,) * (size - len(parts))) for parts in (left, right)]
    return (padded[0] > padded[1]) - (padded[0] < padded[1])


def judge(finding: Finding, minimum: str | None) -> tuple[str | None, str | None]:
    """The verdict against a minimum, and its reason.

    Raises:
        HvError: The minimum is no version.
    """
    if minimum is None:
        return None, finding.reason
    if finding.reason == "not_a_guest":
        return "not_applicable", finding.reason
    if is_windows_version(minimum):
        return "not_applicable", "minimum_is_for_windows"
    try:
        numbers(minimum)
    except ValueError as exc:
        raise HvError("unexpected", f"Failed to compare with the minimum: {exc}", "Give one such as 5.10") from exc
    if finding.version is None:
        return "not_reported", finding.reason
    return ("outdated" if compare(finding.version, minimum) < 0 else "current"), finding.reason
