# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the generations of Hyper-V hosts differ in, as data (facts: build numbers, module versions, setup disk)."""

from __future__ import annotations

from dataclasses import dataclass

INSTALLER_KEY = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Virtualization\GuestInstaller\Version"


@dataclass(frozen=True)
class Generation:
    """One generation of hosts."""

    key: str
    caption: str
    version: str
    configuration_version: str
    reference: str | None  # the version of the integration services that the host would install in guests

    @property
    def build(self) -> int:
        """The build of Windows."""
        return int(self.version.rpartition(".")[2])

    @property
    def has_setup_disk(self) -> bool:
        """Up to 2012 R2 a host compares its guests with its own setup disk."""
        return self.build < 14393


GENERATIONS = {
    generation.key: generation
    for generation in (
        Generation(
            "2012",
            "Microsoft Windows Server 2012 Datacenter",
            "6.2.9200",
            "4.0",
            "6.2.9200.16433",
        ),
        Generation(
            "2012r2",
            "Microsoft Windows Server 2012 R2 Datacenter",
            "6.3.9600",
            "5.0",
            "6.3.9600.16384",
        ),
        Generation("2016", "Microsoft Windows Server 2016 Datacenter", "10.0.14393", "8.0", None),
        Generation("2019", "Microsoft Windows Server 2019 Datacenter", "10.0.17763", "9.0", None),
        Generation("2022", "Microsoft Windows Server 2022 Datacenter", "10.0.20348", "10.0", None),
        Generation("2025", "Microsoft Windows Server 2025 Datacenter", "10.0.26100", "12.0", None),
    )
}
DEFAULT = "2019"


@dataclass(frozen=True)
class Windows:
    """A guest's Windows; *level* is the integration services version that it came with."""

    name: str
    version: str
    level: str
    product_type: int = 3

    @property
    def is_down_level(self) -> bool:
        """Before Windows 10 the integration services are no part of Windows that is always current."""
        return not self.version.startswith("10.")

    @property
    def has_file_copy(self) -> bool:
        """The guest service interface came with Windows 8.1 and 2012 R2."""
        return tuple(int(part) for part in self.version.split(".")[:2]) >= (6, 3)


@dataclass(frozen=True)
class Linux:
    """A guest's Linux, as the KVP daemon describes it (os-release and uname)."""

    name: str
    release: str
    kernel: str


WINDOWS = {
    "windows_server_2003": Windows("Windows Server 2003 Standard", "5.2.3790", "6.2.9200.16384"),
    "windows_server_2003_r2": Windows("Windows Server 2003 R2 Standard", "5.2.3790", "6.2.9200.16384"),
    "windows_server_2008": Windows("Windows Server (R) 2008 Standard", "6.0.6002", "6.2.9200.16433"),
    "windows_server_2008_r2": Windows("Windows Server 2008 R2 Standard", "6.1.7601", "6.1.7601.17514"),
    "windows_server_2012": Windows("Windows Server 2012 Standard", "6.2.9200", "6.2.9200.16384"),
    "windows_server_2012_r2": Windows("Windows Server 2012 R2 Standard", "6.3.9600", "6.3.9600.16384"),
    "windows_server_2016": Windows("Windows Server 2016 Standard", "10.0.14393", "10.0.14393"),
    "windows_server_2019": Windows("Windows Server 2019 Standard", "10.0.17763", "10.0.17763"),
    "windows_server_2022": Windows("Windows Server 2022 Standard", "10.0.20348", "10.0.20348"),
    "windows_server_2025": Windows("Windows Server 2025 Standard", "10.0.26100", "10.0.26100"),
    "windows_vista": Windows("Windows Vista (TM) Business", "6.0.6002", "6.2.9200.16433", 1),
    "windows_7": Windows("Windows 7 Professional", "6.1.7601", "6.1.7601.17514", 1),
    "windows_8": Windows("Windows 8 Pro", "6.2.9200", "6.2.9200.16384", 1),
    "windows_8_1": Windows("Windows 8.1 Pro", "6.3.9600", "6.3.9600.16384", 1),
    "windows_10": Windows("Windows 10 Pro", "10.0.19045", "10.0.19045", 1),
    "windows_11": Windows("Windows 11 Pro", "10.0.22631", "10.0.22631", 1),
}

LINUX = {
    "debian_11": Linux("Debian GNU/Linux", "11", "5.10.0-33-amd64"),
    "debian_12": Linux("Debian GNU/Linux", "12", "6.1.0-31-amd64"),
    "debian_13": Linux("Debian GNU/Linux", "13", "6.12.6-amd64"),
    "ubuntu_22_04": Linux("Ubuntu", "22.04", "5.15.0-126-generic"),
    "ubuntu_24_04": Linux("Ubuntu", "24.04", "6.8.0-51-generic"),
    "rhel_8": Linux("Red Hat Enterprise Linux", "8.10", "4.18.0-553.el8_10.x86_64"),
    "rhel_9": Linux("Red Hat Enterprise Linux", "9.5", "5.14.0-503.14.1.el9_5.x86_64"),
    "sles_15": Linux("SLES", "15.6", "6.4.0-150600.23.30-default"),
}
GUESTS = (*WINDOWS, *LINUX, "none")

# The level of the last integration services packages for guests before Windows 10 (KB4072650).
LAST_LEVEL = "6.3.9600.18907"


def current_level(generation: Generation, guest: Windows) -> str:
    """Return the version that an up-to-date guest has on a host."""
    if not guest.is_down_level:
        return guest.level
    if generation.reference is None:
        return LAST_LEVEL
    return max(generation.reference, guest.level, key=lambda text: tuple(int(part) for part in text.split(".")))
