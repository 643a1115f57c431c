# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends a uevent of a stand-in device into the network namespace that it runs in, and nowhere else.

This one file is also copied into the guests, so it uses nothing but the standard library of Python 3.9. A write to a
device's `uevent` file would reach every namespace of the machine (lib/kobject_uevent.c); a message that is sent to the
kernel's uevent socket stays in the namespace of its sender.
"""

from __future__ import annotations

import os
import socket
import struct
import sys

NETLINK_KOBJECT_UEVENT = 15
NLM_F_REQUEST, NLM_F_ACK = 1, 4
NLMSG_ERROR = 2
# Any type that is not a control message; the kernel looks no closer.
MESSAGE_TYPE = 16
HEADER = struct.Struct("=IHHII")


def build_uevent(action: str, name: str, major: int, minor: int) -> bytes:
    """The text of an event as the kernel writes it, which adds SEQNUM; the guest's rules look for HYPERV_LAB."""
    path = "/devices/virtual/tty/" + name
    fields = [
        action + "@" + path,
        "ACTION=" + action,
        "DEVPATH=" + path,
        "SUBSYSTEM=tty",
        f"MAJOR={major}",
        f"MINOR={minor}",
        "DEVNAME=" + name,
        "HYPERV_LAB=1",
    ]
    return "\0".join(fields).encode() + b"\0"


def device_number(name: str) -> tuple[int, int]:
    """Major and minor of a stand-in device."""
    with open("/sys/class/tty/" + name + "/dev") as file:
        major, minor = file.read().strip().split(":")
    return int(major), int(minor)


def send(action: str, name: str) -> None:
    """Send one event and wait for the kernel's word on it."""
    payload = build_uevent(action, name, *device_number(name))
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_KOBJECT_UEVENT) as channel:
        channel.settimeout(5)
        length = HEADER.size + len(payload)
        channel.send(HEADER.pack(length, MESSAGE_TYPE, NLM_F_REQUEST | NLM_F_ACK, 1, 0) + payload)
        answer = channel.recv(4096)
    kind = HEADER.unpack_from(answer)[1]
    code = struct.unpack_from("=i", answer, HEADER.size)[0]
    if kind != NLMSG_ERROR or code != 0:
        raise OSError(-code, os.strerror(-code))


def main(arguments: list[str]) -> int:
    """ACTION NAME[:DEVICE]...: send the event of each stand-in NAME, unless it has a DEVICE that is not offered."""
    action = arguments[0]
    for argument in arguments[1:]:
        name, _colon, device = argument.partition(":")
        if not device or os.path.exists("/dev/vmbus/" + device):
            send(action, name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
