# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PID 1 of a process guest: shows it the machine with other devices, starts the daemons, and waits for what ends.

Runs as root of a user namespace of its own, so it can do no more than whoever started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from .. import syscalls

_SYS_MOUNT_SETATTR = 442  # the same on all architectures
_AT_FDCWD, _AT_RECURSIVE, _MOUNT_ATTR_RDONLY = -100, 0x8000, 1
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_GO_SECONDS = 10.0


def read_only(path: str, on: bool, recursive: bool = False) -> None:
    """Make mounts read-only, or let one be written again."""
    attributes = (ctypes.c_uint64 * 4)(_MOUNT_ATTR_RDONLY if on else 0, 0 if on else _MOUNT_ATTR_RDONLY, 0, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    flags = _AT_RECURSIVE if recursive else 0
    arguments = (_SYS_MOUNT_SETATTR, _AT_FDCWD, os.fsencode(path), flags, ctypes.byref(attributes), 32)
    if libc.syscall(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Failed to change mount '{path}': {os.strerror(number)}")


def graft(staging: Path, folder: Path, name: str = "", content: str = "") -> None:
    """Put a folder of the guest's own in place of one, with all that is in that one.

    `content` is shown as `name` in it, which need not exist; without a name the guest may write there.
    """
    staging.mkdir()
    syscalls.mount("tmpfs", str(staging), "tmpfs", 0, f"mode={'755' if name else '1777'},size=64m")
    for entry in folder.iterdir():
        target = staging / entry.name
        if entry.name == name:
            continue
        if entry.is_symlink():
            target.symlink_to(os.readlink(entry))
        elif entry.is_dir():
            target.mkdir()
            syscalls.mount(str(entry), str(target), flags=syscalls.MS_BIND | syscalls.MS_REC)
        elif entry.is_file():
            target.touch()
            syscalls.bind(str(entry), str(target))
    if name:
        (staging / name).mkdir()
        syscalls.bind(content, str(staging / name))
    syscalls.mount(str(staging), str(folder), flags=syscalls.MS_BIND | syscalls.MS_REC)
    if name:
        read_only(str(folder), on=True)


def make_dev(staging: Path, vmbus: str) -> None:
    """A small /dev with the guest's /dev/vmbus."""
    staging.mkdir()
    syscalls.mount("tmpfs", str(staging), "tmpfs", syscalls.MS_NOSUID, "mode=755,size=4m")
    for name in _DEVICES:
        if stat.S_ISCHR(os.stat(f"/dev/{name}").st_mode):
            (staging / name).touch()
            syscalls.bind(f"/dev/{name}", str(staging / name))
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        (staging / name).symlink_to(f"/proc/self/{target}")
    (staging / "shm").mkdir(mode=0o777)
    if vmbus:
        (staging / "vmbus").mkdir()
        syscalls.bind(vmbus, str(staging / "vmbus"))
    syscalls.mount(str(staging), "/dev", flags=syscalls.MS_BIND | syscalls.MS_REC)


def build_view(guest: Path, boot: dict[str, Any]) -> None:
    """Mount all that differs from the machine, and forbid to write to the rest."""
    syscalls.mount("", "/", flags=syscalls.MS_REC | syscalls.MS_PRIVATE)
    # Bound over itself so that it can stay writable when all else is not.
    syscalls.mount(str(guest), str(guest), flags=syscalls.MS_BIND)
    read_only("/", on=True, recursive=True)
    read_only(str(guest), on=False)
    views = guest / "views"
    views.mkdir()
    syscalls.mount("proc", "/proc", "proc", syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC)
    syscalls.bind(str(guest / "bus"), "/sys/bus")
    syscalls.bind(str(guest / "module"), "/sys/module")
    if os.path.exists("/proc/modules"):
        syscalls.bind(str(guest / "modules"), "/proc/modules")
    syscalls.bind(str(guest / "sbin"), "/usr/local/sbin")
    # An empty /run: a service manager of the machine is none of this guest's.
    syscalls.mount("tmpfs", "/run", "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, "mode=755,size=8m")
    # The machine's files stay in it: Ansible and its Python may be among them.
    graft(views / "tmp", Path("/tmp"))
    graft(views / "var-lib", Path("/var/lib"), "hyperv", str(guest / "hyperv"))
    make_dev(views / "dev", str(guest / "vmbus") if boot["hyperv"] else "")


def await_go(guest: Path) -> None:
    """Wait until whoever started this has written it down: nothing may run that a later `down` would not know."""
    deadline = time.monotonic() + _GO_SECONDS
    while not (guest / "go").exists():
        if time.monotonic() > deadline:
            raise SystemExit("nobody wanted this guest")
        time.sleep(0.01)


def reap() -> None:
    """Wait for the end of whatever is nobody else's child any more."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    while True:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        # With a limit, in case the last one ended between the two calls.
        signal.sigtimedwait({signal.SIGCHLD}, 1.0)


def main(path: str) -> None:
    """Do it all."""
    guest = Path(path).parent
    await_go(guest)
    boot: dict[str, Any] = json.loads(Path(path).read_text())
    build_view(guest, boot)
    socket.sethostname(boot["hostname"])
    os.chdir("/")
    for program in boot["daemons"]:
        subprocess.Popen([program], stdin=subprocess.DEVNULL)
    (guest / "up").touch()
    reap()


if __name__ == "__main__":
    main(sys.argv[1])
