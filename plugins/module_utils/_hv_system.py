# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The machine that the Linux modules look at: its files below a root, its commands and its clock.

Everything that reads or runs something gets a C(System), so that the same code works on a directory tree.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import typing as t
from dataclasses import dataclass, field

LONGEST_FILE = 4 * 1024 * 1024
COMMAND_TIMEOUT = 20.0
FOLDERS_OF_COMMANDS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
# As many links as the kernel itself follows (MAXSYMLINKS, include/linux/namei.h).
MOST_LINKS = 40


class HvError(Exception):
    """Something could not be done; the class and the hint are for the user."""

    def __init__(self, error_class: str, msg: str, hint: str | None = None) -> None:
        super().__init__(msg)
        self.error_class = error_class
        self.msg = msg
        self.hint = hint

    def row(self) -> dict[str, str | None]:
        return {"error_class": self.error_class, "msg": self.msg, "hint": self.hint}


class Answer(t.NamedTuple):
    """What a command answered. C(rc) is None if it was not there or did not end in time."""

    rc: int | None
    out: str
    err: str
    timed_out: bool = False


def run_command(argv: t.Sequence[str], timeout: float = COMMAND_TIMEOUT) -> Answer:
    """Run a command with a time limit.

    The output goes to files, not pipes: a daemon that keeps the descriptors of its parent open would hold a pipe
    open for ever, and with it the module.
    """
    environment = {
        "PATH": os.pathsep.join(FOLDERS_OF_COMMANDS),
        "LC_ALL": "C",
        "SYSTEMD_PAGER": "",
        "SYSTEMD_COLORS": "0",
    }
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        rc: int | None = None
        timed_out = False
        try:
            # The module's own run_command has no time limit and reads pipes.
            rc = subprocess.run(  # pylint: disable=ansible-bad-function
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=environment,
                cwd="/",
                timeout=timeout,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            timed_out = True
        except OSError as exc:
            return Answer(None, "", str(exc))
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read(LONGEST_FILE).decode("utf-8", errors="replace"))
        return Answer(rc, texts[0], texts[1], timed_out)


@dataclass(frozen=True)
class System:
    """One machine, real or laid out in a directory tree."""

    root: str = "/"
    kernel: str = field(default_factory=lambda: os.uname().release)
    machine: str = field(default_factory=lambda: os.uname().machine)
    sysname: str = field(default_factory=lambda: os.uname().sysname)
    is_root: bool = field(default_factory=lambda: os.geteuid() == 0)
    own_pid: int = field(default_factory=os.getpid)
    run: t.Callable[..., Answer] = run_command
    kill: t.Callable[[int, int], None] = os.kill
    now: t.Callable[[], float] = time.monotonic
    sleep: t.Callable[[float], None] = time.sleep

    @property
    def freebsd(self) -> bool:
        return self.sysname == "FreeBSD"

    def path(self, name: str) -> str:
        return os.path.join(self.root, name.lstrip("/"))

    def resolve(self, name: str) -> str | None:
        """The name behind all links, as seen inside the root; None if there is nothing."""
        if self.root == "/":
            real = os.path.realpath(name)
            return real if os.path.lexists(real) else None
        parts = [part for part in name.split("/") if part]
        done: list[str] = []
        links = 0
        while parts:
            part = parts.pop(0)
            if part in (".", ".."):
                done = done[:-1] if part == ".." else done
                continue
            here = "/".join([*done, part])
            try:
                target = os.readlink(self.path(here))
            except OSError:
                done.append(part)
                continue
            links += 1
            if links > MOST_LINKS:
                return None
            done = [] if target.startswith("/") else done
            parts = [piece for piece in target.split("/") if piece] + parts
        real = "/" + "/".join(done)
        return real if os.path.lexists(self.path(real)) else None

    def exists(self, name: str) -> bool:
        return self.resolve(name) is not None

    def is_folder(self, name: str) -> bool:
        real = self.resolve(name)
        return real is not None and os.path.isdir(self.path(real))

    def is_program(self, name: str) -> bool:
        real = self.resolve(name)
        return real is not None and os.path.isfile(self.path(real)) and os.access(self.path(real), os.X_OK)

    def read_bytes(self, name: str, limit: int = LONGEST_FILE) -> bytes | None:
        real = self.resolve(name)
        if real is None:
            return None
        try:
            with open(self.path(real), "rb") as stream:
                return stream.read(limit)
        except OSError:
            return None

    def read(self, name: str) -> str | None:
        data = self.read_bytes(name)
        return None if data is None else data.decode("utf-8", errors="replace")

    def line(self, name: str) -> str | None:
        """The content of a file of one line, without the white space around it."""
        text = self.read(name)
        return None if text is None else text.strip()

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted; none if there is no such folder."""
        real = self.resolve(folder)
        try:
            return sorted(os.listdir(self.path(real))) if real is not None else []
        except OSError:
            return []

    def link(self, name: str) -> str | None:
        """Where a link leads to, as it is written."""
        try:
            return os.readlink(self.path(name))
        except OSError:
            return None

    def command(self, name: str) -> str | None:
        """The path of a command, as the modules' own environment finds it."""
        candidates = (f"{folder}/{name}" for folder in FOLDERS_OF_COMMANDS)
        return next((path for path in candidates if self.is_program(path)), None)
