# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays other distributions: their names of units and binaries and the way their units are guarded, on a Debian root.

The units are written here from facts about the families; none is a copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..services import Service, find_service
from .files import GuestFiles

_KVP, _VSS, _GSI = "key_value_pair_exchange", "vss", "guest_service_interface"


@dataclass(frozen=True)
class Family:
    """How one family names and guards its daemons; `{}` of a name is the part that differs."""

    name: str
    os_release: tuple[str, str, str]  # ID, NAME, VERSION_ID
    unit: str
    parts: Mapping[str, str]
    binary: str
    binary_parts: Mapping[str, str]
    binds: bool = True
    after: tuple[str, ...] = ()
    condition_path: bool = False
    restart: bool = False
    wanted_by: str = ""
    enabled: bool = False
    udev: tuple[str, ...] = (_KVP, _VSS, _GSI)
    wrapper: bool = False
    # Ansible reads the distribution of some families from a file of their own.
    release_file: tuple[str, str] = ("", "")


_UPSTREAM = {_KVP: "kvp", _VSS: "vss", _GSI: "fcopy"}
_RED_HAT = {_KVP: "kvp", _VSS: "vss", _GSI: "fcopy"}
FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            "ubuntu",
            ("ubuntu", "Ubuntu", "22.04"),
            "hv-{}-daemon",
            _UPSTREAM,
            "/usr/sbin/hv_{}_daemon",
            _UPSTREAM,
            after=(_KVP, _VSS, _GSI),
            condition_path=True,
            wanted_by="multi-user.target",
            enabled=True,
            udev=(_KVP,),
            wrapper=True,
        ),
        Family(
            "redhat",
            ("rhel", "Red Hat Enterprise Linux", "9.4"),
            "hyperv{}d",
            _RED_HAT,
            "/usr/sbin/hyperv{}d",
            _RED_HAT,
            after=(_KVP,),
            release_file=("/etc/redhat-release", "Red Hat Enterprise Linux release 9.4 (lab)"),
        ),
        Family(
            "fedora",
            ("fedora", "Fedora Linux", "41"),
            "hyperv{}d",
            _RED_HAT,
            "/usr/sbin/hv_{}_daemon",
            _UPSTREAM,
            after=(_KVP,),
            release_file=("/etc/redhat-release", "Fedora release 41 (lab)"),
        ),
        Family(
            "azurelinux",
            ("azurelinux", "Microsoft Azure Linux", "3.0"),
            "hyperv{}d",
            _RED_HAT,
            "/usr/sbin/hyperv{}d",
            _RED_HAT,
            after=(_KVP,),
        ),
        Family(
            "suse",
            ("sles", "SLES", "15.6"),
            "hv_{}_daemon",
            _UPSTREAM,
            "/usr/lib/hyper-v/bin/hv_{}_daemon",
            _UPSTREAM,
            binds=False,
            condition_path=True,
            restart=True,
            wanted_by="default.target",
            enabled=True,
        ),
        Family(
            "photon",
            ("photon", "VMware Photon OS", "5.0"),
            "hv_{}_daemon",
            _UPSTREAM,
            "/usr/bin/hv_{}_daemon",
            _UPSTREAM,
            binds=False,
            wanted_by="multi-user.target",
            udev=(),
        ),
        Family(
            "alpine",
            ("alpine", "Alpine Linux", "3.20"),
            "hv_{}_daemon",
            _UPSTREAM,
            "/usr/bin/hv_{}_daemon",
            _UPSTREAM,
            enabled=True,
            udev=(),
            release_file=("/etc/alpine-release", "3.20.0"),
        ),
    )
}


@dataclass(frozen=True)
class Daemon:
    """Where a guest has the daemon of a service."""

    service: Service
    unit: str
    binary: str

    @property
    def uio(self) -> bool:
        """Whether it is the daemon of kernels from 6.10, which no udev rule of Debian starts."""
        return self.binary.endswith("_uio_daemon")


def started_by_udev(family: str, daemon: Daemon) -> bool:
    """Whether an event of the device starts the daemon."""
    if family == "debian":
        return not daemon.uio
    return daemon.service.key in FAMILIES[family].udev


def hangs_without_device(family: str, keys: Iterable[str]) -> bool:
    """Whether a start of the system waits for the devices of these services until systemd gives up on them."""
    found = FAMILIES.get(family)
    return bool(found and found.enabled and found.binds and set(keys) & set(found.after))


def debian_daemons(available: tuple[str, ...]) -> tuple[Daemon, ...]:
    """The daemons of Debian's own package, by the names of its binaries."""
    keys = {"hv_kvp_daemon": _KVP, "hv_vss_daemon": _VSS, "hv_fcopy_daemon": _GSI, "hv_fcopy_uio_daemon": _GSI}
    return tuple(Daemon(find_service(keys[name]), name.replace("_", "-"), f"/usr/sbin/{name}") for name in available)


def family_daemons(family: Family, debian: tuple[Daemon, ...]) -> tuple[Daemon, ...]:
    """The same daemons by the family's names."""
    daemons = []
    for daemon in debian:
        key = daemon.service.key
        part = family.binary_parts[key]
        # Only the old names were ever shortened: the UIO daemon has upstream's name wherever daemons do.
        if daemon.uio and "_daemon" in family.binary:
            part = "fcopy_uio"
        daemons.append(Daemon(daemon.service, family.unit.format(family.parts[key]), family.binary.format(part)))
    return tuple(daemons)


def unit_text(family: Family, daemon: Daemon) -> str:
    """The unit of a daemon."""
    device = daemon.service.device or ""
    node = f"/dev/vmbus/{device}"
    unit = [f"Description=Hyper-V daemon for {daemon.service.key} ({family.name})"]
    if daemon.uio:
        unit.append(f"ConditionPathIsDirectory=/sys/bus/vmbus/devices/{daemon.service.instance_id}/uio")
    else:
        device_unit = f"sys-devices-virtual-misc-vmbus\\x21{device}.device"
        if family.binds:
            unit.append(f"BindsTo={device_unit}")
        if daemon.service.key in family.after:
            unit.append(f"After={device_unit}")
        if family.condition_path:
            unit.append(f"ConditionPathExists={node}")
    service = [f"ExecStart={daemon.binary} -n"]
    if family.restart:
        service.append("Restart=on-failure")
    sections = ["[Unit]", *unit, "", "[Service]", *service]
    if family.wanted_by:
        sections += ["", "[Install]", f"WantedBy={family.wanted_by}"]
    return "\n".join(sections) + "\n"


def openrc_text(daemon: Daemon) -> str:
    """The OpenRC script of a daemon. The daemon goes to the background by itself."""
    return (
        "#!/sbin/openrc-run\n"
        f'description="Hyper-V daemon for {daemon.service.key}"\n'
        f'command="{daemon.binary}"\n'
        'command_args="-n"\n'
        "command_background=true\n"
        f'pidfile="/run/{daemon.unit}.pid"\n'
        # Not `need`: Debian's OpenRC mounts by a script of another name.
        "depend() {\n    use localmount\n}\n"
    )


def wrapper_text(name: str) -> str:
    """A wrapper that runs the binary of the running kernel, or says what is missing."""
    return (
        "#!/bin/bash\n"
        f'tool="/usr/lib/linux-tools/$(uname -r)/{name}"\n'
        'if [ ! -x "$tool" ]; then\n'
        f'    echo "WARNING: {name} not found for kernel $(uname -r)" >&2\n'
        '    echo "  You may need to install linux-cloud-tools-$(uname -r)" >&2\n'
        "    exit 2\n"
        "fi\n"
        'exec "$tool" "$@"\n'
    )


def install(files: GuestFiles, family: Family, debian: tuple[Daemon, ...], kernel: str) -> tuple[Daemon, ...]:
    """Put the family's binaries and units in place of Debian's. `kernel` is the release that the binaries are for."""
    daemons = family_daemons(family, debian)
    for old, new in zip(debian, daemons, strict=True):
        name = new.binary.rpartition("/")[2]
        if family.wrapper:
            real = f"/usr/lib/linux-tools-{kernel}/{name}"
            files.copy(old.binary, real)
            files.link(f"/usr/lib/linux-tools/{kernel}/{name}", f"../../linux-tools-{kernel}/{name}")
        elif new.binary != old.binary:
            files.copy(old.binary, new.binary)
    return daemons


def write_units(files: GuestFiles, family: Family, daemons: tuple[Daemon, ...], manager: str) -> None:
    """Write units or scripts, and enable them where the family does."""
    for daemon in daemons:
        if family.wrapper:
            files.write(daemon.binary, wrapper_text(daemon.binary.rpartition("/")[2]), 0o755)
        if manager == "openrc":
            files.write(f"/etc/init.d/{daemon.unit}", openrc_text(daemon), 0o755)
            if family.enabled:
                files.link(f"/etc/runlevels/default/{daemon.unit}", f"/etc/init.d/{daemon.unit}")
        else:
            unit = f"/usr/lib/systemd/system/{daemon.unit}.service"
            files.write(unit, unit_text(family, daemon))
            if family.enabled:
                files.link(f"/etc/systemd/system/{family.wanted_by}.wants/{daemon.unit}.service", unit)
    identity, name, version = family.os_release
    text = f'ID={identity}\nNAME="{name}"\nVERSION_ID="{version}"\nPRETTY_NAME="{name} {version} (played by a lab)"\n'
    files.write("/etc/os-release", text)
    if family.release_file[0]:
        files.write(family.release_file[0], f"{family.release_file[1]}\n")
