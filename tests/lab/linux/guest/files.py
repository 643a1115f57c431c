# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes into a guest's file system from outside without leaving it: a root holds links to paths of the machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ..errors import LabError


class GuestFiles:
    """The file system of a guest that does not run yet."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def path(self, name: str) -> Path:
        """The place of an absolute path of the guest; links on the way must stay inside."""
        plain = self.root / name.lstrip("/")
        if plain == self.root:
            return plain
        parent = plain.parent.resolve()
        if parent != self.root and self.root not in parent.parents:
            raise LabError(f"Refused to follow '{name}' out of the guest to '{parent}'")
        return parent / plain.name

    def exists(self, name: str) -> bool:
        """Whether there is a file, or a link that may lead nowhere from outside."""
        return os.path.lexists(self.path(name))

    def read(self, name: str) -> str:
        """The text of a file."""
        return self.path(name).read_text()

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        """Put a file in place of whatever is there."""
        target = self._fresh(name)
        target.write_text(text)
        target.chmod(mode)

    def write_bytes(self, name: str, data: bytes, mode: int = 0o644) -> None:
        """Put a file of bytes in place of whatever is there."""
        target = self._fresh(name)
        target.write_bytes(data)
        target.chmod(mode)

    def link(self, name: str, target: str) -> None:
        """Put a link in place of whatever is there."""
        self._fresh(name).symlink_to(target)

    def move(self, old: str, new: str) -> None:
        """Move a file."""
        source, target = self.path(old), self._fresh(new)
        # Not rename: overlayfs would need a redirect for a file of the lower layer.
        shutil.copy2(source, target)
        source.unlink()

    def copy(self, old: str, new: str) -> None:
        """Copy a file with its mode."""
        source, target = self.path(old), self._fresh(new)
        shutil.copy2(source, target)

    def remove(self, *names: str) -> None:
        """Remove files that may or may not be there."""
        for name in names:
            if self.exists(name):
                self.path(name).unlink()

    def remove_folder(self, name: str) -> None:
        """Remove a folder, with all that is in it, that may or may not be there."""
        if self.exists(name):
            shutil.rmtree(self.path(name))

    def names(self, folder: str) -> list[str]:
        """What is in a folder; nothing if there is none."""
        path = self.path(folder)
        return sorted(os.listdir(path)) if path.is_dir() else []

    def _fresh(self, name: str) -> Path:
        # Folders first from the nearest one that is there, so that links among them are looked at.
        missing = []
        parent = os.path.dirname("/" + name.lstrip("/"))
        while parent != "/" and not self.path(parent).exists():
            missing.append(parent)
            parent = os.path.dirname(parent)
        for folder in reversed(missing):
            self.path(folder).mkdir(mode=0o755)
        target = self.path(name)
        if os.path.lexists(target):
            target.unlink()
        return target
