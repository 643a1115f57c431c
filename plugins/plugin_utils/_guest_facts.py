# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a guest reports about its system, as clean numbers and words. For internal use of the collection only.

The sources are the key-value pairs that the host received, the guest's own snapshot, and what the user states.
Every value may be absent, of the wrong type or hostile.
"""

from __future__ import annotations

import collections.abc
import re
import typing as t

LONGEST_TEXT = 256
LARGEST_NUMBER = 10**9
WINDOWS_PLATFORM = 2

VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,7}))?(?![0-9])")
NUMBER = re.compile(r"[0-9]{1,9}")
SERVICE_PACK = re.compile(r"\b(?:service pack|sp)[ _-]?([0-9]{1,2})\b", re.IGNORECASE)
LAST_NUMBER = re.compile(r"([0-9]{1,2})[^0-9]*$")
SEMI_ANNUAL_NAME = re.compile(r"windows server,? version (1709|1803|1809|1903|1909|2004|20h2)\b", re.IGNORECASE)

# The first that matches counts, so the longer names stand before the shorter ones.
NAMES = tuple(
    (re.compile(pattern, re.IGNORECASE), key)
    for pattern, key in (
        (r"\bsmall business server 2011\b", "Windows Small Business Server 2011"),
        (r"\bsmall business server 2008\b", "Windows Small Business Server 2008"),
        (r"\bhome server 2011\b", "Windows Home Server 2011"),
        (r"\bserver,? version 23h2\b", "Windows Server, version 23H2"),
        (r"\bsemi-annual channel\b", "Windows Server, Semi-Annual Channel"),
        (SEMI_ANNUAL_NAME.pattern, "Windows Server, Semi-Annual Channel"),
        (r"\bserver.{0,3} 2003 r2\b", "Windows Server 2003 R2"),
        (r"\bserver.{0,3} 2003\b", "Windows Server 2003"),
        (r"\bserver.{0,3} 2008 r2\b", "Windows Server 2008 R2"),
        (r"\bserver.{0,3} 2008\b", "Windows Server 2008"),
        (r"\bserver.{0,3} 2012 r2\b", "Windows Server 2012 R2"),
        (r"\bserver.{0,3} 2012\b", "Windows Server 2012"),
        (r"\bserver.{0,3} 2016\b", "Windows Server 2016"),
        (r"\bserver.{0,3} 2019\b", "Windows Server 2019"),
        (r"\bserver.{0,3} 2022\b", "Windows Server 2022"),
        (r"\bserver.{0,3} 2025\b", "Windows Server 2025"),
        (r"\bwindows.{0,3} xp\b", "Windows XP"),
        (r"\bwindows.{0,3} vista\b", "Windows Vista"),
        (r"\bwindows.{0,3} 7\b", "Windows 7"),
        (r"\bwindows.{0,3} 8\.1\b", "Windows 8.1"),
        (r"\bwindows.{0,3} 8\b", "Windows 8"),
        (r"\bwindows.{0,3} 10\b", "Windows 10"),
        (r"\bwindows.{0,3} 11\b", "Windows 11"),
    )
)
LINUX_NAMES = re.compile(
    r"\b(linux|debian|ubuntu|red hat|rhel|centos|rocky|almalinux|fedora|suse|sles|opensuse|gentoo|alpine|nixos|photon"
    r"|mariner|flatcar|kali|raspbian|mageia|slackware)\b",
    re.IGNORECASE,
)
WINDOWS_NAMES = re.compile(r"\b(windows|hyper-v server|small business server|home server)\b", re.IGNORECASE)
OTHER_UNIX = re.compile(r"(openbsd|netbsd|dragonfly|solaris|illumos|darwin)", re.IGNORECASE)

WINDOWS_ARCHITECTURES = {"0": "x86", "5": "arm", "6": "ia64", "9": "x64", "12": "arm64"}
# Only Linux says x86_64 and aarch64; the BSDs say amd64 and arm64.
LINUX_ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64", "i686": "x86", "i586": "x86"}
ARCHITECTURES = {
    **WINDOWS_ARCHITECTURES,
    **LINUX_ARCHITECTURES,
    "amd64": "x64",
    "x64": "x64",
    "em64t": "x64",
    "i386": "x86",
    "x86": "x86",
    "arm64": "arm64",
    "ia64": "ia64",
}


class Facts(t.NamedTuple):
    """The clean facts. C(name_key) is what the name alone would make of it."""

    family: str
    name: str
    name_key: str | None
    name_release: str | None
    version_text: str | None
    nt_version: tuple[int, int] | None
    build: int | None
    service_pack: int | None
    product_type: int | None
    suite: int | None
    edition: int | None
    architecture: str | None
    source: str | None


def text(value: t.Any) -> str:
    """A short single line of printable characters, or nothing if the value is no text at all."""
    if isinstance(value, str):
        line = " ".join(value[:LONGEST_TEXT].split())
        return line if line.isprintable() else "".join(char for char in line if char.isprintable())
    # Beyond this size Python itself may refuse to print an integer.
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER:
        return str(value)
    return ""


def number(value: t.Any) -> int | None:
    """A number of at most nine ASCII digits."""
    match = NUMBER.fullmatch(text(value))
    return int(match.group()) if match else None


def mapping(value: t.Any) -> t.Mapping[t.Any, t.Any]:
    # dict comes first: a check for the abstract class takes ten times as long, and is seldom needed.
    return value if isinstance(value, (dict, collections.abc.Mapping)) else {}


class _Sources:
    """Asks the sources in the order of trust and remembers which one answered first."""

    def __init__(self, vm: t.Any, guest: t.Any, stated: t.Any) -> None:
        row = mapping(vm)
        # The name in a guest's snapshot is the computer's, not the system's.
        own = {key: value for key, value in mapping(mapping(guest).get("guest")).items() if key != "name"}
        self.stated = text(stated)
        self.source: str | None = None
        every = (("guest", own), ("kvp", mapping(row.get("kvp"))), ("host", mapping(row.get("guest"))))
        self.sources: list[tuple[str, t.Mapping[t.Any, t.Any]]] = [(name, values) for name, values in every if values]

    def first(self, *keys: str) -> str:
        for source, values in self.sources:
            for key in keys:
                value = values.get(key)
                found = "" if value is None else text(value)
                if found:
                    self.source = self.source or source
                    return found
        return ""


def gather_facts(vm: t.Any, guest: t.Any, stated: t.Any) -> Facts:
    """Collect the facts of one VM. What the user states replaces everything that the guest says about its version."""
    sources = _Sources(vm, guest, stated)
    if sources.stated:
        sources.sources.clear()
    version_text = sources.first("os_version", "OSVersion")
    name = sources.stated or sources.first("os_name", "OSDistributionName", "OSName")
    architecture_text = sources.first("architecture", "ProcessorArchitecture").lower()
    facts = Facts(
        family="unknown",
        name=name,
        name_key=name_key(name),
        name_release=_name_release(name),
        version_text=version_text or None,
        nt_version=None,
        build=number(sources.first("os_build", "OSBuildNumber")),
        service_pack=_service_pack(sources, name),
        product_type=number(sources.first("product_type", "ProductType")),
        suite=number(sources.first("suite_mask", "SuiteMask")),
        edition=number(sources.first("edition_id", "OSEditionId")),
        architecture=_architecture(architecture_text),
        source="stated" if sources.stated else None,
    )
    family = _family(sources, facts, architecture_text)
    facts = facts._replace(family=family, source=facts.source or sources.source)
    return _with_version(facts, sources) if family == "windows" else facts


def _with_version(facts: Facts, sources: _Sources) -> Facts:
    """Read the version as one of Windows; a Linux kernel 6.1 must never become Windows 7."""
    match = VERSION.search(facts.version_text or "")
    if match:
        version = (int(match.group(1)), int(match.group(2)))
        build = facts.build if facts.build is not None else match.group(3)
        return facts._replace(nt_version=version, build=None if build is None else int(build))
    major, minor = number(sources.first("OSMajorVersion")), number(sources.first("OSMinorVersion"))
    if major is None or minor is None:
        return facts
    return facts._replace(nt_version=(major, minor))


def name_key(name: str) -> str | None:
    """The Windows that a name speaks of, in the words of the update tables."""
    return next((key for pattern, key in NAMES if pattern.search(name)), None)


def _name_release(name: str) -> str | None:
    match = SEMI_ANNUAL_NAME.search(name)
    return match.group(1).upper() if match else None


def _service_pack(sources: _Sources, name: str) -> int | None:
    major = number(sources.first("service_pack", "ServicePackMajor"))
    if major is not None:
        return major
    match = LAST_NUMBER.search(sources.first("CSDVersion")) or SERVICE_PACK.search(name)
    return int(match.group(1)) if match else None


def _architecture(value: str) -> str | None:
    if value in ARCHITECTURES:
        return ARCHITECTURES[value]
    if re.fullmatch(r"arm.{0,3}64.*", value):
        return "arm64"
    # Windows translates what follows the number in "64-bit".
    match = re.match(r"(64|32)\b|(64|32)[^0-9]", value)
    if not match:
        return None
    return "x64" if value.startswith("64") else "x86"


def _family(sources: _Sources, facts: Facts, architecture: str) -> str:
    said = sources.first("family").lower()
    if said in ("windows", "linux", "freebsd"):
        return said
    for pattern, family in ((r"freebsd", "freebsd"), (OTHER_UNIX.pattern, "unknown")):
        if re.search(pattern, facts.name, re.IGNORECASE):
            return family
    if sources.first("OSDistributionName", "OSDistributionData"):
        return "linux"
    numbers = (facts.product_type, facts.suite, facts.edition, facts.service_pack)
    if number(sources.first("OSPlatformId")) == WINDOWS_PLATFORM or any(value is not None for value in numbers):
        return "windows"
    if LINUX_NAMES.search(facts.name):
        return "linux"
    if WINDOWS_NAMES.search(facts.name) or architecture in WINDOWS_ARCHITECTURES:
        return "windows"
    return "linux" if architecture in LINUX_ARCHITECTURES else "unknown"
