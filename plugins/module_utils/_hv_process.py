# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The processes of this system, and which of them are daemons of the integration services.

Nothing here trusts a name alone: the kernel cuts it at 15 characters, kernel threads have names too, a search for the
name has the name among its arguments, and containers' processes are seen from outside.
"""

from __future__ import annotations

import os
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

# TASK_COMM_LEN less its NUL byte, include/linux/sched.h.
COMM_SIZE = 15
# PF_KTHREAD, include/linux/sched.h.
KERNEL_THREAD = 0x00200000
DELETED = " (deleted)"


class Process(t.NamedTuple):
    """One process of a daemon. What could not be read is None."""

    pid: int
    parent: int
    name: str
    path: str | None
    deleted: bool
    zombie: bool
    foreign: bool
    unit: str | None
    files: frozenset[str] | None

    def row(self) -> dict[str, t.Any]:
        return {"pid": self.pid, "path": self.path, "deleted": self.deleted, "zombie": self.zombie}


def find_processes(system: System, binaries: t.Collection[str]) -> list[Process]:
    """The processes whose program is one of these, by base name; zombies and other PID namespaces' are marked."""
    if system.freebsd:
        return list(_freebsd_processes(system, binaries))
    short = {name[:COMM_SIZE]: name for name in binaries}
    own_namespace = system.link(f"/proc/{system.own_pid}/ns/pid")
    found = []
    for name in system.names("/proc"):
        if name.isdigit():
            process = _linux_process(system, int(name), short, binaries, own_namespace)
            if process is not None:
                found.append(process)
    return sorted(_without_children(found), key=lambda process: process.pid)


def _without_children(found: t.Sequence[Process]) -> list[Process]:
    """Leave out what a daemon forked a moment ago: before it executes a script, the child looks like a second one."""
    pids = {process.pid for process in found if not process.zombie}
    return [process for process in found if process.parent not in pids]


def _linux_process(
    system: System, pid: int, short: dict[str, str], binaries: t.Collection[str], own_namespace: str | None
) -> Process | None:
    stat = _read_stat(system, pid)
    if stat is None:
        return None
    comm, state, parent, flags = stat
    if comm not in short or flags & KERNEL_THREAD:
        return None
    zombie = state in "ZX"
    target = system.link(f"/proc/{pid}/exe")
    deleted = target is not None and target.endswith(DELETED)
    path = target[: -len(DELETED)] if target is not None and deleted else target
    argv = (system.read(f"/proc/{pid}/cmdline") or "").split("\0")
    name = _program_name(path, argv, binaries)
    if name is None and not zombie:
        return None
    return Process(
        pid=pid,
        parent=parent,
        # A zombie has neither program nor arguments any more.
        name=name or short[comm],
        path=path or (argv[0] if argv[0].startswith("/") else None),
        deleted=deleted,
        zombie=zombie,
        foreign=_is_foreign(system, pid, own_namespace),
        unit=_unit_of(system.read(f"/proc/{pid}/cgroup") or ""),
        files=None if zombie else _open_files(system, pid),
    )


def _read_stat(system: System, pid: int) -> tuple[str, str, int, int] | None:
    """Name, state, parent and flags (proc_pid_stat(5))."""
    text = _read_live(system, f"/proc/{pid}/stat")
    # The name stands in parentheses and may hold parentheses and spaces itself.
    start, end = text.find("("), text.rfind(")")
    fields = text[end + 1 :].split()
    if start < 0 or len(fields) < 7:
        return None
    return text[start + 1 : end], fields[0], int(fields[1]), int(fields[6])


def _read_live(system: System, name: str) -> str:
    # Straight to the file: a look at each process must not cost a look at each part of its path.
    try:
        with open(system.path(name), "rb") as stream:
            return stream.read().decode("utf-8", errors="replace")
    except OSError:
        return ""


def _program_name(path: str | None, argv: t.Sequence[str], binaries: t.Collection[str]) -> str | None:
    """The base name of the program; the arguments count only as far as a script or an unreadable link needs them."""
    candidates = [path] if path is not None else []
    candidates += argv[:2]
    bases = [candidate.rsplit("/", 1)[-1] for candidate in candidates]
    return next((base for base in bases if base in binaries), None)


def _is_foreign(system: System, pid: int, own_namespace: str | None) -> bool:
    """Whether it lives in another PID namespace, so that it is a container's daemon and not this system's."""
    for line in (_read_live(system, f"/proc/{pid}/status")).splitlines():
        # One number for each namespace from this one inwards; readable by everybody, since kernel 4.1.
        if line.startswith("NSpid:"):
            return len(line.split()) > 2
    namespace = system.link(f"/proc/{pid}/ns/pid")
    return namespace is not None and own_namespace is not None and namespace != own_namespace


def _unit_of(groups: str) -> str | None:
    """The systemd service that a process belongs to."""
    for line in groups.splitlines():
        last = line.rsplit("/", 1)[-1]
        if last.endswith(".service"):
            return last
    return None


def _open_files(system: System, pid: int) -> frozenset[str] | None:
    folder = f"/proc/{pid}/fd"
    try:
        links = os.listdir(system.path(folder))
    except OSError:
        return None
    return frozenset(target for target in (system.link(f"{folder}/{name}") for name in links) if target)


def holders(system: System, device: str) -> list[int]:
    """The processes that have a device open, whatever they are."""
    pids = [int(name) for name in system.names("/proc") if name.isdigit()]
    names = {device, system.resolve(device)}
    return [pid for pid in sorted(pids) if names & (_open_files(system, pid) or frozenset())]


def _freebsd_processes(system: System, binaries: t.Collection[str]) -> t.Iterator[Process]:
    rows = []
    answer = system.run(["ps", "-axww", "-o", "pid=", "-o", "jid=", "-o", "state=", "-o", "args="])
    for line in answer.out.splitlines():
        fields = line.split(None, 3)
        if len(fields) == 4 and fields[0].isdigit():
            rows.append(fields)
    own_jail = next((jail for pid, jail, _state, _args in rows if int(pid) == system.own_pid), "0")
    for pid, jail, state, args in rows:
        # A process without arguments is shown by its name in brackets: a kernel process, or a zombie's "<defunct>".
        path = args.split()[0]
        base = path.rsplit("/", 1)[-1]
        zombie = state.startswith("Z")
        if base.strip("[]<>") in binaries and (zombie or base in binaries):
            yield Process(int(pid), 0, base, path, False, zombie, jail != own_jail, None, None)
