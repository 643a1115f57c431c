# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""Where this system runs: on Hyper-V or elsewhere, in a container, in a confidential VM."""

from __future__ import annotations

import os
import re
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_channels import VMBUS, Channel
from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import KINDS
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

DMI = "/sys/class/dmi/id"
MOST_LOG_RECORDS = 20000
# The low four bits of group B, and their meaning: enum hv_isolation_type, include/asm-generic/mshyperv.h.
ISOLATION_LINE = re.compile(r"Isolation Config: Group A 0x[0-9a-f]+, Group B 0x([0-9a-f]+)", re.IGNORECASE)
ISOLATION_TYPES = {1: "vbs", 2: "snp", 3: "tdx"}
OTHERS = (
    ("qemu", "kvm"),
    ("kvm", "kvm"),
    ("vmware", "vmware"),
    ("innotek", "virtualbox"),
    ("xen", "xen"),
    ("amazon ec2", "amazon"),
    ("google", "google"),
    ("parallels", "parallels"),
)
CONTAINER_GROUPS = re.compile(r"[/:-](docker|lxc|kubepods|libpod|containerd)\b")


class Virtualization(t.NamedTuple):
    """What was found, with what it was found by."""

    hyperv: bool
    type: str
    container: str | None
    confidential: str | None
    vendor: str | None
    product: str | None

    def row(self) -> dict[str, t.Any]:
        return dict(self._asdict())


def detect(system: System, channels: t.Sequence[Channel] | None) -> Virtualization:
    if system.freebsd:
        return _detect_freebsd(system)
    vendor, product = system.line(f"{DMI}/sys_vendor") or None, system.line(f"{DMI}/product_name") or None
    # The vendor alone is not enough: Microsoft's own hardware has it too.
    by_dmi = vendor == "Microsoft Corporation" and product == "Virtual Machine"
    # The kernel registers the bus only after it has found the hypervisor (hv_acpi_init, drivers/hv/vmbus_drv.c).
    hyperv = by_dmi or bool(system.names(f"{VMBUS}/devices"))
    kind = "hyperv" if hyperv else _other_type(system, f"{vendor or ''} {product or ''}".lower())
    return Virtualization(
        hyperv=hyperv,
        type=kind,
        container=find_container(system),
        confidential=find_confidential(system, channels) if hyperv else None,
        vendor=vendor,
        product=product,
    )


def _detect_freebsd(system: System) -> Virtualization:
    answer = system.run(["sysctl", "-n", "kern.vm_guest", "security.jail.jailed"])
    lines = [*answer.out.split(), "", ""]
    hyperv = lines[0] == "hv"
    return Virtualization(
        hyperv=hyperv,
        type="hyperv" if hyperv else lines[0] or "none",
        container="jail" if lines[1] == "1" else None,
        confidential=None,
        vendor=None,
        product=None,
    )


def _other_type(system: System, maker: str) -> str:
    for word, kind in OTHERS:
        if word in maker:
            return kind
    # The flag that each hypervisor sets for its guests; it is absent on bare metal.
    flags = re.search(r"(?m)^flags\s*:.*\bhypervisor\b", system.read("/proc/cpuinfo") or "")
    return "other" if flags else "none"


def find_container(system: System) -> str | None:
    """The kind of container that this system runs in."""
    for name, kind in (("/.dockerenv", "docker"), ("/run/.containerenv", "podman")):
        if system.exists(name):
            return kind
    told = system.line("/run/systemd/container")
    if told:
        return told
    environment = system.read("/proc/1/environ") or ""
    told = next((item[10:] for item in environment.split("\0") if item.startswith("container=")), None)
    if told:
        return told
    match = CONTAINER_GROUPS.search(system.read("/proc/1/cgroup") or "")
    if match:
        return match.group(1)
    return "openvz" if system.exists("/proc/vz") and not system.exists("/proc/bc") else None


def find_confidential(system: System, channels: t.Sequence[Channel] | None) -> str | None:
    """The isolation of a confidential VM; None if nothing speaks for one.

    Such a kernel refuses the channels of the three daemons (allowed_in_isolated, drivers/hv/channel_mgmt.c), so a
    channel that is there spares the reading of the log.
    """
    refused = {kind.class_id for kind in KINDS.values()}
    if any(channel.class_id in refused for channel in channels or ()):
        return None
    for device, kind in (("/dev/tdx_guest", "tdx"), ("/dev/sev-guest", "snp")):
        if system.exists(device):
            return kind
    match = ISOLATION_LINE.search(_boot_log(system))
    return ISOLATION_TYPES.get(int(match.group(1), 16) & 0xF) if match else None


def _boot_log(system: System) -> str:
    """The kernel's messages about Hyper-V, from the ring buffer or from what was kept of it."""
    lines: list[str] = []
    try:
        descriptor = os.open(system.path("/dev/kmsg"), os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return system.read("/var/log/dmesg") or ""
    try:
        for _record in range(MOST_LOG_RECORDS):
            try:
                record = os.read(descriptor, 8192)
            except BlockingIOError:
                break
            except BrokenPipeError:
                continue  # The record was overwritten before it was read; the next read goes on.
            if not record:
                break
            if b"Hyper-V" in record:
                lines.append(record.decode("utf-8", errors="replace"))
    except OSError:
        return system.read("/var/log/dmesg") or ""
    finally:
        os.close(descriptor)
    return "\n".join(lines) or system.read("/var/log/dmesg") or ""
