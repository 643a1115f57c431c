# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which update table a host belongs to. For internal use of the collection only."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_facts import mapping, number, text
from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import TABLES

# The builds of Windows Server 2012, 2012 R2, 2022, 23H2 and 2025, and the first of Windows 10 and 11.
BUILD_2012 = 9200
BUILD_2012_R2 = 9600
FIRST_BUILD_10 = 10240
BUILD_2022 = 20348
FIRST_BUILD_11 = 22000
BUILD_23H2 = 25398
BUILD_2025 = 26100

# Hosts of the fourth table that Microsoft's list of supported guests names.
NAMED_SERVERS = {BUILD_2022: "Windows Server 2022", BUILD_2025: "Windows Server 2025"}
BUILD_IN_VERSION = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}\.([0-9]{1,7})(?![0-9])")
WINDOWS_11 = re.compile(r"\bwindows.{0,3} 11\b", re.IGNORECASE)


class HostGeneration(t.NamedTuple):
    """The key of a table, or None, with where it comes from and what must be said about it."""

    key: str | None
    source: str
    reason: str | None = None


def resolve_host(host: t.Any, override: str | None = None) -> HostGeneration:
    """Resolve the host part of a host snapshot. What numbers cannot tell stays unknown; nothing is guessed."""
    if override is not None:
        return HostGeneration(override, "override", f"The host is treated as {TABLES[override].title} (what-if).")
    facts = mapping(host)
    build = number(facts.get("os_build"))
    if build is None:
        match = BUILD_IN_VERSION.search(text(facts.get("os_version")))
        build = int(match.group(1)) if match else None
    if WINDOWS_11.search(text(facts.get("os_caption"))):
        return HostGeneration(None, "caption", "The update tables name no host with Windows 11.")
    if build is not None:
        return from_build(build)
    stated = text(facts.get("generation"))
    if stated in TABLES:
        return HostGeneration(stated, "snapshot")
    return HostGeneration(None, "none", "The host reports neither its build number nor its generation.")


def from_build(build: int) -> HostGeneration:
    """The table of a build number of Windows or Windows Server."""
    if build == BUILD_2012:
        return HostGeneration("win8_ws2012", "build")
    if build == BUILD_2012_R2:
        return HostGeneration("win81_ws2012r2", "build")
    if FIRST_BUILD_10 <= build < BUILD_2022:
        return HostGeneration("win10_ws2016_ws2019", "build")
    if build < FIRST_BUILD_10:
        return HostGeneration(None, "build", f"The update tables name no host with build {build}.")
    if build in NAMED_SERVERS:
        return HostGeneration("ws2022_plus", "build")
    if FIRST_BUILD_11 <= build < BUILD_2025 and build != BUILD_23H2:
        return HostGeneration(None, "build", f"The update tables name no host with build {build} (Windows 11).")
    return HostGeneration(
        "ws2022_plus",
        "build",
        f"The extension names no host with build {build}; the rows of Windows Server 2022 and 2025 are used.",
    )
