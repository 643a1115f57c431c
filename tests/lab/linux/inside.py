# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first program of a guest's namespaces: builds its view of the machine, then becomes its init.

Runs as PID 1 of a new pid, mount, net, uts and ipc namespace, and makes the cgroup namespace itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import socket
import stat
import struct
import sys
import time
import uuid
from typing import Any

from . import syscalls

_PR_CAPBSET_DROP = 24
# Modules, raw input and output, and the clock belong to the machine.
_DROPPED = {"CAP_SYS_MODULE": 16, "CAP_SYS_RAWIO": 17, "CAP_SYS_TIME": 25}
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
_NODES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0)}


def loopback_up() -> None:
    """Bring up the only network interface that the guest has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(handle, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(handle, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))


def mount_proc(root: str, modules: str, boot_id: str) -> None:
    """/proc, with what would act on the machine itself out of reach, and a boot id of this guest's own."""
    proc = f"{root}/proc"
    syscalls.mount("proc", proc, "proc", syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC)
    # Without a user namespace a write to /proc/sys would change the machine.
    syscalls.bind(f"{proc}/sys", f"{proc}/sys", read_only=True)
    # It is how others tell that a system was restarted.
    with open(boot_id, "w") as file:
        file.write(f"{uuid.uuid4()}\n")
    syscalls.bind(boot_id, f"{proc}/sys/kernel/random/boot_id", read_only=True)
    if os.path.exists(f"{proc}/sysrq-trigger"):
        syscalls.bind("/dev/null", f"{proc}/sysrq-trigger")
    if os.path.exists(f"{proc}/modules"):
        syscalls.bind(modules, f"{proc}/modules", read_only=True)


def mount_sys(root: str, boot: dict[str, Any]) -> None:
    """/sys, writable because systemd has no device units otherwise, with the host's offers bound in."""
    flags = syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC
    syscalls.mount("sysfs", f"{root}/sys", "sysfs", flags)
    syscalls.mount("cgroup2", f"{root}/sys/fs/cgroup", "cgroup2", flags)
    syscalls.bind(boot["bus"], f"{root}/sys/bus")
    syscalls.bind(boot["module"], f"{root}/sys/module")


def make_dev(root: str, boot: dict[str, Any]) -> None:
    """A small /dev."""
    dev = f"{root}/dev"
    syscalls.mount("tmpfs", dev, "tmpfs", syscalls.MS_NOSUID | syscalls.MS_STRICTATIME, "mode=755,size=4m")
    for name, (major, minor) in _NODES.items():
        os.mknod(f"{dev}/{name}", stat.S_IFCHR | 0o666, os.makedev(major, minor))
        os.chmod(f"{dev}/{name}", 0o666)
    # Init writes its log there; the machine's console is not the guest's.
    os.mknod(f"{dev}/console", stat.S_IFCHR | 0o600, os.makedev(1, 3))
    for name in ("pts", "shm", "mqueue", "vmbus"):
        os.mkdir(f"{dev}/{name}")
    syscalls.mount(
        "devpts",
        f"{dev}/pts",
        "devpts",
        syscalls.MS_NOSUID | syscalls.MS_NOEXEC,
        "newinstance,ptmxmode=0666,mode=620,gid=5",
    )
    syscalls.mount("tmpfs", f"{dev}/shm", "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, "mode=1777,size=64m")
    os.symlink("pts/ptmx", f"{dev}/ptmx")
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(f"/proc/self/{target}", f"{dev}/{name}")
    if boot["vmbus"]:
        syscalls.bind(boot["vmbus"], f"{dev}/vmbus")
        # A link, not a bind: it must lead nowhere while the host does not offer the device.
        os.symlink("vmbus/uio0", f"{dev}/uio0")
    else:
        os.rmdir(f"{dev}/vmbus")


def make_run(root: str) -> None:
    """A fresh /run."""
    run = f"{root}/run"
    syscalls.mount("tmpfs", run, "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, "mode=755,size=64m")
    for name in ("lock", "udev"):
        os.mkdir(f"{run}/{name}")
    # Without it PID 1 does not listen to udev at all.
    with open(f"{run}/udev/control", "w"):
        pass


def enter_cgroup(cgroup: str) -> None:
    """Make the guest's cgroup the root of all that is seen of cgroups.

    Only this process: one of an outer pid namespace would show as pid 0 there, at which systemd fails ("Input/output
    error") and ends services.
    """
    _clear_cgroup(cgroup)
    with open(f"{cgroup}/cgroup.procs", "w") as file:
        file.write("0")
    syscalls.unshare(syscalls.CLONE_NEWCGROUP)


def _clear_cgroup(cgroup: str) -> None:
    """Take away what an earlier start of this guest left: a cgroup that has passed on controllers takes no process."""
    deadline = time.monotonic() + 5
    while True:
        for folder, _folders, _files in os.walk(cgroup, topdown=False):
            if folder != cgroup:
                with contextlib.suppress(OSError):
                    os.rmdir(folder)
        if not any(entry.is_dir() for entry in os.scandir(cgroup)) or time.monotonic() > deadline:
            break
        time.sleep(0.01)
    with open(f"{cgroup}/cgroup.subtree_control", "r+") as file:
        passed_on = file.read().split()
        if passed_on:
            file.write(" ".join(f"-{name}" for name in passed_on))


def drop_capabilities() -> None:
    """Take from everything that will run here what would act on the machine itself."""
    libc = ctypes.CDLL(None, use_errno=True)
    for name, number in _DROPPED.items():
        if libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"Failed to drop {name}")


def enter(root: str, boot: dict[str, Any]) -> None:
    """Make the guest's root the root, and its init this process."""
    socket.sethostname(boot["hostname"])
    os.chdir(root)
    syscalls.pivot_root(".", ".")
    syscalls.detach(".")
    os.chdir("/")
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "container": "lab",
        "TERM": "linux",
    }
    os.execve(boot["init"][0], boot["init"], environment)


def main(path: str) -> None:
    """Do it all."""
    with open(path) as file:
        boot: dict[str, Any] = json.load(file)
    root = boot["root"]
    syscalls.mount("", "/", flags=syscalls.MS_REC | syscalls.MS_PRIVATE)
    enter_cgroup(boot["cgroup"])
    loopback_up()
    mount_proc(root, boot["modules"], boot["boot_id"])
    mount_sys(root, boot)
    make_dev(root, boot)
    make_run(root)
    drop_capabilities()
    enter(root, boot)


if __name__ == "__main__":
    main(sys.argv[1])
