# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes into a guest's overlay what makes its packaged system run in namespaces, and what its scenario asks for."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from ..errors import LabError
from ..roots.recipes import Recipe
from ..services import SERVICES, Service
from ..spec import GuestSpec
from ..vmbus import messages
from . import families, managers, package, restart
from .families import Daemon
from .files import GuestFiles

_LIB = "/usr/lib/hyperv-lab"
_HERE = Path(__file__).parent
# Each would act on the machine, wait for hardware that a guest lacks, or open a door that is not used.
_MASKED = (
    "console-getty.service", "getty@tty1.service", "systemd-sysctl.service", "systemd-modules-load.service",
    "modprobe@.service", "kmod-static-nodes.service", "systemd-binfmt.service", "proc-sys-fs-binfmt_misc.automount",
    "proc-sys-fs-binfmt_misc.mount", "sys-kernel-debug.mount", "sys-kernel-tracing.mount", "sys-kernel-config.mount",
    "sys-fs-fuse-connections.mount", "dev-hugepages.mount", "systemd-pstore.service", "systemd-random-seed.service",
    "systemd-timesyncd.service", "systemd-networkd.service", "systemd-logind.service",
    "systemd-hibernate-clear.service", "ssh.service", "ssh.socket", "sshd-unix-local.socket", "sshd-vsock.socket",
    "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "fstrim.timer", "e2scrub_all.timer",
    "e2scrub_reap.service", "systemd-hwdb-update.service", "systemd-journal-catalog-update.service", "ldconfig.service",
)  # fmt: skip
_SSHD = """\
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
AcceptEnv LANG LC_*
Subsystem sftp internal-sftp
HostKey /etc/ssh/ssh_host_ed25519_key
"""


def prepare(spec: GuestSpec, recipe: Recipe, root: Path, authorized_key: str) -> tuple[Daemon, ...]:
    """Prepare the merged overlay at `root` and return the daemons that the guest has."""
    files = GuestFiles(root)
    _common(files, spec, authorized_key)
    managers.bring_programs(files)
    if recipe.manager == "systemd":
        _systemd(files)
        restart.prepare_systemd(files)
    else:
        _openrc(files)
        restart.prepare_openrc(files)
    daemons = _daemons(files, spec, recipe)
    if recipe.manager == "systemd":
        # A guest without the package may get it by apt later; its rules must be ready.
        _udev(files, spec, recipe, daemons or families.debian_daemons(recipe.daemons))
    _faults(files, spec, recipe, daemons)
    if spec.hv_utils == "builtin":
        lines = "".join(f"kernel/drivers/hv/{name}.ko\n" for name in ("hv_vmbus", "hv_utils"))
        files.write(f"/lib/modules/{os.uname().release}/modules.builtin", lines)
    if spec.hyperv and daemons:
        files.write_bytes("/var/lib/hyperv/.kvp_pool_3", pool(spec.parameters().items()))
    return daemons


def pool(items: Iterable[tuple[str, str]]) -> bytes:
    """The bytes of a KVP pool file."""
    return b"".join(
        key.encode().ljust(messages.KVP_KEY_SIZE, b"\0") + value.encode().ljust(messages.KVP_VALUE_SIZE, b"\0")
        for key, value in items
    )


def _common(files: GuestFiles, spec: GuestSpec, authorized_key: str) -> None:
    files.write("/etc/hostname", f"{spec.name}\n")
    files.write("/etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {spec.name}.lab.invalid {spec.name}\n")
    files.write("/etc/resolv.conf", "")
    # With an id systemd does not take this for the first boot, which would apply all presets.
    files.write("/etc/machine-id", f"{uuid.uuid5(uuid.NAMESPACE_DNS, spec.vm_id).hex}\n", 0o444)
    files.write("/root/.ssh/authorized_keys", authorized_key, 0o600)
    files.path("/root/.ssh").chmod(0o700)
    files.write("/etc/ssh/sshd_config", _SSHD)
    files.write("/etc/fstab", "")


def _systemd(files: GuestFiles) -> None:
    for unit in _MASKED:
        files.link(f"/etc/systemd/system/{unit}", "/dev/null")
    # Nothing of the machine's network may be renamed.
    files.link("/etc/udev/rules.d/80-net-setup-link.rules", "/dev/null")
    files.move("/usr/bin/udevadm" if files.exists("/usr/bin/udevadm") else "/bin/udevadm", f"{_LIB}/udevadm")
    # udevd is the same program by another name, and a link to where the stand-in now is.
    files.link("/lib/systemd/systemd-udevd", f"{_LIB}/udevadm")
    files.write("/bin/udevadm", (_HERE / "udevadm.sh").read_text(), 0o755)
    files.write(f"{_LIB}/uevent.py", (_HERE / "uevent.py").read_text())


def _openrc(files: GuestFiles) -> None:
    for level in ("sysinit", "off", "boot"):
        files.remove(*(f"/etc/runlevels/{level}/{name}" for name in files.names(f"/etc/runlevels/{level}")))
    for name in ("ssh", "bootlogs", "rc.local", "rmnologin"):
        files.remove(f"/etc/runlevels/default/{name}")
    lines = files.read("/etc/inittab").splitlines()
    files.write(
        "/etc/inittab", "\n".join(line for line in lines if "getty" not in line and "sulogin" not in line) + "\n"
    )
    text = files.read("/etc/rc.conf") if files.exists("/etc/rc.conf") else ""
    files.write("/etc/rc.conf", f'{text}\nrc_sys="lxc"\n')


def _daemons(files: GuestFiles, spec: GuestSpec, recipe: Recipe) -> tuple[Daemon, ...]:
    debian = families.debian_daemons(recipe.daemons)
    if spec.family == "debian":
        if not spec.package:
            package.strip_package(files)
            return ()
        return debian
    family = families.FAMILIES[spec.family]
    if (spec.family == "alpine") != (recipe.manager == "openrc"):
        raise LabError(f"Expected a root with the service manager of family '{spec.family}' but found '{recipe.name}'")
    kernel = "5.4.0-150-generic" if spec.other_kernel else os.uname().release
    binaries = {daemon.binary: files.path(daemon.binary).read_bytes() for daemon in debian}
    daemons = families.install(files, family, debian, kernel)
    package.strip_package(files)
    managers.leave_own(files, spec.family, recipe)
    # Stripping also took what the family calls by Debian's names.
    for old, new in zip(debian, daemons, strict=True):
        if old.binary == new.binary and not family.wrapper:
            files.write_bytes(new.binary, binaries[old.binary], 0o755)
    families.write_units(files, family, daemons, recipe.manager)
    if not spec.package:
        managers.keep_aside(files, spec.family)
        return ()
    return daemons


def udev_rules(service: Service, device: str, unit: str | None) -> str:
    """Rules that lend a device unit's name to the stand-in device while the host offers the device.

    Events of the machine itself reach every namespace. They keep the device unit as it is, but only an event of this
    lab starts a daemon.
    """
    match = f'SUBSYSTEM=="tty", KERNEL=="{service.stand_in}", TEST=="/dev/vmbus/{device}"'
    alias = f"/sys/devices/virtual/misc/vmbus!{device}"
    text = f'{match}, TAG+="systemd", ENV{{SYSTEMD_ALIAS}}+="{alias}"\n'
    if unit:
        text += f'{match}, ENV{{HYPERV_LAB}}=="1", ENV{{SYSTEMD_WANTS}}+="{unit}.service"\n'
    return text


def _udev(files: GuestFiles, spec: GuestSpec, recipe: Recipe, daemons: tuple[Daemon, ...]) -> None:
    text, stand_ins = "", []
    by_key = {daemon.service.key: daemon for daemon in daemons}
    for service in SERVICES:
        device = device_of(spec, recipe, service)
        if not device:
            continue
        daemon = by_key.get(service.key)
        unit = daemon.unit if daemon and families.started_by_udev(spec.family, daemon) else None
        text += udev_rules(service, device, unit)
        stand_ins.append(f"{service.stand_in}:{device}")
    files.write("/etc/udev/rules.d/59-hyperv-lab.rules", text)
    files.write(f"{_LIB}/stand-ins", " ".join(stand_ins) + "\n")


def device_of(spec: GuestSpec, recipe: Recipe, service: Service) -> str | None:
    """The file under /dev/vmbus that a service has in a guest; hv_utils makes them, so none without it."""
    if service.device is None or spec.hv_utils == "absent":
        return None
    return "uio0" if service.device == "hv_fcopy" and recipe.fcopy == "uio" else service.device


def _faults(files: GuestFiles, spec: GuestSpec, recipe: Recipe, daemons: tuple[Daemon, ...]) -> None:
    by_key = {daemon.service.key: daemon for daemon in daemons}
    for key in (*spec.masked, *spec.exits):
        if key not in by_key:
            raise LabError(f"Expected guest '{spec.name}' to have a daemon of '{key}' but found none to break")
    for key in spec.masked:
        if recipe.manager != "systemd":
            raise LabError(f"Expected systemd in guest '{spec.name}' to mask a unit but found '{recipe.manager}'")
        files.link(f"/etc/systemd/system/{by_key[key].unit}.service", "/dev/null")
    for key in spec.exits:
        files.write(by_key[key].binary, "#!/bin/sh\necho 'broken on purpose' >&2\nexit 1\n", 0o755)
