# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which operating system a guest runs, in the words of the update tables. For internal use of the collection only.

What a guest tells about itself can be absent, stale, translated or made up. Numbers decide wherever they can;
the name is read only where two products share the same numbers, and nothing in here raises.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_facts import Facts, gather_facts

UNKNOWN = "unknown"
LINUX = "Linux"
FREEBSD = "FreeBSD"
SEMI_ANNUAL = "Windows Server, Semi-Annual Channel"
HOME_SERVER_2011 = "Windows Home Server 2011"
SMALL_BUSINESS_2011 = "Windows Small Business Server 2011"
SMALL_BUSINESS_2008 = "Windows Small Business Server 2008"

CLIENTS = {
    (5, 1): "Windows XP",
    (5, 2): "Windows XP",  # Windows XP Professional x64 Edition
    (6, 0): "Windows Vista",
    (6, 1): "Windows 7",
    (6, 2): "Windows 8",
    (6, 3): "Windows 8.1",
}
SERVERS = {
    (5, 2): "Windows Server 2003",
    (6, 0): "Windows Server 2008",
    (6, 1): "Windows Server 2008 R2",
    (6, 2): "Windows Server 2012",
    (6, 3): "Windows Server 2012 R2",
}
LONG_TERM_BUILDS = {
    14393: "Windows Server 2016",
    17763: "Windows Server 2019",
    20348: "Windows Server 2022",
    26100: "Windows Server 2025",
}
SEMI_ANNUAL_BUILDS = {
    16299: "1709",
    17134: "1803",
    17763: "1809",
    18362: "1903",
    18363: "1909",
    19041: "2004",
    19042: "20H2",
}
ANNUAL_CHANNEL_BUILDS = {25398: "Windows Server, version 23H2"}
# The builds of Windows Vista, Windows 7 and their servers with a service pack; 6003 is Windows Server 2008 SP2 with
# later updates. A guest that reports no service pack, or 0, has the one that its build comes with.
SERVICE_PACK_BUILDS = {((6, 0), 6001): 1, ((6, 0), 6002): 2, ((6, 0), 6003): 2, ((6, 1), 7601): 1}
FIRST_WINDOWS_10 = 10240
FIRST_WINDOWS_11 = 22000

NT_VERSIONS = {
    "Windows XP": (5, 1),
    "Windows Server 2003": (5, 2),
    "Windows Server 2003 R2": (5, 2),
    "Windows Vista": (6, 0),
    "Windows Server 2008": (6, 0),
    SMALL_BUSINESS_2008: (6, 0),
    "Windows 7": (6, 1),
    "Windows Server 2008 R2": (6, 1),
    HOME_SERVER_2011: (6, 1),
    SMALL_BUSINESS_2011: (6, 1),
    "Windows 8": (6, 2),
    "Windows Server 2012": (6, 2),
    "Windows 8.1": (6, 3),
    "Windows Server 2012 R2": (6, 3),
    **dict.fromkeys(LONG_TERM_BUILDS.values(), (10, 0)),
    **dict.fromkeys(ANNUAL_CHANNEL_BUILDS.values(), (10, 0)),
    SEMI_ANNUAL: (10, 0),
    "Windows 10": (10, 0),
    "Windows 11": (10, 0),
}

# Numbers of GetProductInfo and of OSVERSIONINFOEX.wSuiteMask (winnt.h).
EDITIONS_SMALL_BUSINESS = frozenset({9, 25, 50, 63})
EDITION_HOME_SERVER_2011 = 34
EDITIONS_SEMI_ANNUAL = frozenset({145, 146})
SUITE_SMALL_BUSINESS = 0x01 | 0x20
SUITE_HOME_SERVER = 0x8000
PRODUCT_WORKSTATION = 1
PRODUCT_SERVERS = (2, 3)


class GuestOs(t.NamedTuple):
    """A guest's operating system. C(key) is the name that the update tables print, or C(unknown)."""

    key: str = UNKNOWN
    label: str = "unknown operating system"
    family: str = UNKNOWN
    nt_version: tuple[int, int] | None = None
    build: int | None = None
    service_pack: int | None = None
    architecture: str | None = None
    release: str | None = None
    source: str | None = None
    reasons: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, t.Any]:
        nt_version = None if self.nt_version is None else f"{self.nt_version[0]}.{self.nt_version[1]}"
        return {**self._asdict(), "nt_version": nt_version, "reasons": list(self.reasons)}


def resolve_guest_os(vm: t.Any = None, guest: t.Any = None, stated: t.Any = None) -> GuestOs:
    """Resolve a VM's row of a host snapshot, its guest snapshot, or what the user states, in rising order of trust."""
    facts = gather_facts(vm, guest, stated)
    if facts.family == "windows":
        return _windows(facts)
    if facts.family in ("linux", "freebsd"):
        key = LINUX if facts.family == "linux" else FREEBSD
        label = facts.name if facts.name and facts.name.lower() != key.lower() else key
        return GuestOs(
            key=key,
            label=label,
            family=facts.family,
            architecture=facts.architecture,
            release=facts.version_text,
            source=facts.source,
        )
    reason = f"The operating system '{facts.name}' is not known." if facts.name else "The guest reports no system."
    return GuestOs(architecture=facts.architecture, source=facts.source, reasons=(reason,))


def _windows(facts: Facts) -> GuestOs:
    from_numbers = _key_from_numbers(facts)
    key = from_numbers or facts.name_key or UNKNOWN
    reasons = []
    if from_numbers and facts.name_key and facts.name_key != from_numbers:
        reasons.append(f"The name says {facts.name_key}, the version numbers say {from_numbers}; the numbers count.")
    if key == UNKNOWN:
        reasons.append(_why_unknown(facts))
    service_pack = _service_pack(facts)
    release = SEMI_ANNUAL_BUILDS.get(facts.build or 0) if key == SEMI_ANNUAL else None
    return GuestOs(
        key=key,
        label=_label(key, facts, service_pack, release),
        family="windows",
        nt_version=facts.nt_version or NT_VERSIONS.get(key),
        build=facts.build,
        service_pack=service_pack,
        architecture=facts.architecture,
        release=release or (facts.name_release if key == SEMI_ANNUAL else None),
        source=facts.source,
        reasons=tuple(reasons),
    )


def _service_pack(facts: Facts) -> int | None:
    if facts.nt_version is None or facts.service_pack:
        return facts.service_pack
    if facts.nt_version >= (6, 2):
        return 0  # there has been no service pack since Windows 8
    return SERVICE_PACK_BUILDS.get((facts.nt_version, facts.build or 0), facts.service_pack)


def _label(key: str, facts: Facts, service_pack: int | None, release: str | None) -> str:
    if key == UNKNOWN:
        version = ".".join(str(part) for part in facts.nt_version) if facts.nt_version else "of unknown version"
        return f"Windows {version}" + (f" build {facts.build}" if facts.build is not None else "")
    if key == SEMI_ANNUAL and (release or facts.name_release):
        return f"Windows Server, version {release or facts.name_release} (Semi-Annual Channel)"
    return f"{key} SP{service_pack}" if service_pack else key


def _why_unknown(facts: Facts) -> str:
    if facts.nt_version and _is_server(facts) is None:
        return "The guest does not tell whether it is a client or a server, and its version number fits both."
    if facts.nt_version:
        return "The guest's version numbers belong to no Windows that the update tables or the collection know."
    return "The guest runs Windows but reports neither a version number nor a name that tells which."


def _is_server(facts: Facts) -> bool | None:
    if facts.product_type in PRODUCT_SERVERS:
        return True
    if facts.product_type == PRODUCT_WORKSTATION:
        return False
    known_edition = EDITIONS_SMALL_BUSINESS | EDITIONS_SEMI_ANNUAL | {EDITION_HOME_SERVER_2011}
    if facts.edition in known_edition or "server" in facts.name.lower():
        return True
    return False if facts.name_key else None


def _key_from_numbers(facts: Facts) -> str | None:
    version = facts.nt_version
    if version is None:
        return None
    server = _is_server(facts)
    if server is None:
        return CLIENTS.get(version) if version == (5, 1) else None
    if version >= (10, 0):
        return _server_10(facts) if server else _client_10(facts)
    if not server:
        return CLIENTS.get(version)
    return _special_server(facts, version) or SERVERS.get(version)


def _special_server(facts: Facts, version: tuple[int, int]) -> str | None:
    """The products that share their version number with a plain Windows Server."""
    if version == (5, 2):
        # R2 has the numbers of Windows Server 2003, and the tables treat both alike.
        return "Windows Server 2003 R2" if facts.name_key == "Windows Server 2003 R2" else None
    if version == (6, 1) and _is_home_server(facts):
        return HOME_SERVER_2011
    if version in ((6, 0), (6, 1)) and _is_small_business(facts):
        return SMALL_BUSINESS_2011 if version == (6, 1) else SMALL_BUSINESS_2008
    return None


def _is_home_server(facts: Facts) -> bool:
    if facts.edition is not None:
        return facts.edition == EDITION_HOME_SERVER_2011
    return bool((facts.suite or 0) & SUITE_HOME_SERVER) or facts.name_key == HOME_SERVER_2011


def _is_small_business(facts: Facts) -> bool:
    if facts.edition is not None:
        return facts.edition in EDITIONS_SMALL_BUSINESS
    if facts.name_key is not None:
        return facts.name_key in (SMALL_BUSINESS_2011, SMALL_BUSINESS_2008)
    # The mask stays set after an upgrade to a plain server, so it decides only when nothing else does.
    return bool((facts.suite or 0) & SUITE_SMALL_BUSINESS)


def _server_10(facts: Facts) -> str | None:
    build = facts.build
    if build is None:
        return facts.name_key
    if build in ANNUAL_CHANNEL_BUILDS:
        return ANNUAL_CHANNEL_BUILDS[build]
    if build in SEMI_ANNUAL_BUILDS and build not in LONG_TERM_BUILDS:
        return SEMI_ANNUAL
    if build in SEMI_ANNUAL_BUILDS and _is_semi_annual(facts):
        return SEMI_ANNUAL
    return LONG_TERM_BUILDS.get(build)


def _is_semi_annual(facts: Facts) -> bool:
    """Build 17763 is both Windows Server 2019 and version 1809."""
    if facts.edition is not None:
        return facts.edition in EDITIONS_SEMI_ANNUAL
    return facts.name_key == SEMI_ANNUAL or facts.name.lower() in (
        "windows server standard",
        "windows server datacenter",
    )


def _client_10(facts: Facts) -> str | None:
    if facts.build is None:
        return facts.name_key
    if facts.build >= FIRST_WINDOWS_11:
        return "Windows 11"
    return "Windows 10" if facts.build >= FIRST_WINDOWS_10 else None
