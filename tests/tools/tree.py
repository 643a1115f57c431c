# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of the checkout at .../ansible_collections/hyperv/integration, which Ansible's tools want as the real path.

A copy is kept from run to run, so that the tools' own caches stay warm, and belongs to one run at a time.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import typing as t
from dataclasses import dataclass
from pathlib import Path

from . import places

SLOTS = 16  # runs at once from one checkout
KEPT = ("tests/output", ".ansible")  # what ansible-test and ansible-lint write inside a copy


@dataclass(frozen=True)
class Room:
    """The folder of one run: copies, logs, and what the checks build."""

    folder: Path

    def collections(self, name: str) -> Path:
        """What ANSIBLE_COLLECTIONS_PATH is for a copy."""
        return self.folder / "copies" / name

    def path(self, name: str = "main") -> Path:
        return self.collections(name) / "ansible_collections/hyperv/integration"

    def take(self) -> Path:
        """The copy of the checkout as it is now."""
        synchronize(places.CHECKOUT, checkout_files(), self.path())
        return self.path()

    def twin(self, name: str) -> Path:
        """A further copy of what was taken, for a tool that writes into its copy."""
        names = [name for name in files_below(self.path()) if not is_kept(name)]
        synchronize(self.path(), names, self.path(name))
        return self.path(name)

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def work(self, name: str) -> Path:
        """An empty folder for what a check makes."""
        path = self.folder / "work" / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path


@contextlib.contextmanager
def occupy() -> t.Iterator[Room]:
    """The first room of this checkout that no other run uses."""
    key = hashlib.sha256(str(places.CHECKOUT).encode()).hexdigest()[:8]
    for slot in range(SLOTS):
        folder = places.cache() / "trees" / f"{key}-{slot}"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield Room(folder)
            return
    raise RuntimeError(f"{SLOTS} runs use this checkout already")


def checkout_files() -> list[str]:
    """What git knows and what it would know: edits that are not committed count, ignored files do not."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    done = subprocess.run(command, cwd=places.CHECKOUT, stdout=subprocess.PIPE, check=True, text=True)
    return [name for name in done.stdout.split("\0") if name and os.path.lexists(places.CHECKOUT / name)]


def files_below(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]


def is_kept(name: str) -> bool:
    return any(name == kept or name.startswith(f"{kept}/") for kept in KEPT) or "/__pycache__/" in f"/{name}"


def same(first: Path, second: Path) -> bool:
    if first.is_symlink() or not second.is_file() or second.is_symlink():
        return False
    one, other = first.stat(), second.stat()
    return (one.st_size, one.st_mtime_ns, one.st_mode) == (other.st_size, other.st_mtime_ns, other.st_mode)


def synchronize(source: Path, names: list[str], target: Path) -> None:
    """Make the copy equal, touching only what differs."""
    target.mkdir(parents=True, exist_ok=True)
    for name in set(files_below(target)) - set(names):
        if not is_kept(name):
            (target / name).unlink()
    for name in names:
        if not same(source / name, target / name):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            if (target / name).is_symlink() or (source / name).is_symlink():
                (target / name).unlink(missing_ok=True)
            with contextlib.suppress(FileNotFoundError):  # somebody edits the checkout meanwhile
                shutil.copy2(source / name, target / name, follow_symlinks=False)
    remove_empty_folders(target)


def remove_empty_folders(folder: Path) -> None:
    """Folders of removed files go too, with the bytecode that Python left in them."""
    for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if path.name == "__pycache__" and not any(path.parent.glob("*.py")):
            shutil.rmtree(path)
    for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        with contextlib.suppress(OSError):
            path.rmdir()
