# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lab: some guests in a folder, started together, and taken down with nothing left."""

from __future__ import annotations

import contextlib
import subprocess
import time
import types
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import cgroups, fallback, limits, mounts, paths
from .errors import LabError
from .guest import boot
from .guest.boot import Place
from .guest.families import Daemon
from .guest.handle import Guest
from .identity import Identity
from .plain.handle import ProcessGuest
from .roots.build import ensure_roots
from .roots.recipes import find_recipe
from .services import find_service
from .spec import GuestSpec
from .starting import Starting
from .state import LabState, identities


def _silent(_line: str) -> None:
    pass


class LinuxLab:
    """The guests of one folder. Use it as a context manager, or call `up` and `down`."""

    def __init__(self, directory: Path, progress: Callable[[str], None] = _silent) -> None:
        self.directory = directory.resolve()
        self.identifier = paths.lab_id(self.directory)
        self.state = LabState(self.directory)
        self.progress = progress

    def __enter__(self) -> LinuxLab:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: types.TracebackType | None,
    ) -> None:
        self.down()

    def __getitem__(self, name: str) -> Guest:
        known = self.state.read()
        if not known.get(name, {}).get("init"):
            raise LabError(f"Failed to find guest '{name}': this lab has {sorted(known) or 'none'}")
        entry = known[name]
        spec = GuestSpec.from_mapping(name, entry["spec"])
        kind = Guest if find_recipe(spec.root).built else ProcessGuest
        return kind(
            spec,
            self._place(name),
            boot.present_init(Identity(**entry["launcher"]), Identity(**entry["init"])),
            Identity(**entry["launcher"]),
            Identity(**entry["server"]) if entry.get("server") else None,
            tuple(Daemon(find_service(key), unit, binary) for key, unit, binary in entry["daemons"]),
        )

    def names(self) -> list[str]:
        """The names of the guests."""
        return sorted(self.state.read())

    def up(self, specs: Iterable[GuestSpec], processes_if_need_be: bool = False) -> None:
        """Start guests afresh; whatever an earlier run left in this folder goes first.

        Where real guests cannot run this fails, or with `processes_if_need_be` starts process guests in their place.
        """
        wanted = [spec.complete() for spec in specs]
        if len({spec.name for spec in wanted}) != len(wanted):
            raise LabError(f"Expected guests with different names but found {[spec.name for spec in wanted]}")
        if processes_if_need_be:
            wanted = fallback.replace_if_need_be(wanted, self.progress)
        fallback.check(wanted)
        real = [spec for spec in wanted if find_recipe(spec.root).built]
        roots = ensure_roots([find_recipe(spec.root) for spec in real], paths.roots_dir(), self.progress)
        with self.state.locked():
            self._down()
            if real:
                limits.make_room(len(real), self.progress)
            starting = Starting(self.directory, roots, self._make_key() if real else "", self.__getitem__)
            try:
                with ThreadPoolExecutor(max(1, len(wanted))) as pool:
                    jobs = [pool.submit(self._start, starting, spec) for spec in wanted]
                    for job in jobs:
                        job.result()
            except BaseException:
                self._down()
                raise

    def down(self) -> None:
        """Take everything down that this folder knows of, or that bears its name."""
        if self.directory.exists():
            with self.state.locked():
                self._down()

    def inventory(self) -> dict[str, dict[str, Any]]:
        """Host variables by guest, for the group linux_guests."""
        return {
            name: self[name].host_variables(self._key_file, f"{name}.{self.identifier}.invalid")
            for name in self.names()
        }

    @property
    def _key_file(self) -> Path:
        return self.directory / "id_ed25519"

    def _place(self, name: str) -> Place:
        parent = cgroups.lab_cgroup(self.identifier)
        return Place(self.directory / "guests" / name, parent / name if parent else None)

    def _make_key(self) -> str:
        self._remove_key()
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", self.identifier, "-f", str(self._key_file)]
        subprocess.run(command, check=True, timeout=30, stdin=subprocess.DEVNULL)
        return self._key_file.with_suffix(".pub").read_text()

    def _remove_key(self) -> None:
        for path in (self._key_file, self._key_file.with_suffix(".pub")):
            path.unlink(missing_ok=True)

    def _start(self, starting: Starting, spec: GuestSpec) -> None:
        started = time.monotonic()

        def record(values: dict[str, Any]) -> None:
            self.state.update(spec.name, values)

        record({"spec": spec.to_json()})
        missing = starting.start(spec, self._place(spec.name), record)
        took = time.monotonic() - started
        record({"up_seconds": round(took, 2)})
        note = f", no daemon at {', '.join(sorted(missing))}" if missing else ""
        self.progress(f"guest {spec.name}: up after {took:.1f} s{note}")

    def _down(self) -> None:
        known = self.state.read()
        folder = self.directory / "guests"
        names = set(known) | ({path.name for path in folder.iterdir()} if folder.is_dir() else set())
        for name in sorted(names):
            boot.take_down(self._place(name), identities(known.get(name, {})))
            self.state.forget(name)
        # What no state and no folder tells of, but what has this lab's own name.
        parent = cgroups.lab_cgroup(self.identifier)
        if parent:
            cgroups.destroy(parent)
        mounts.unmount_below(self.directory)
        self._remove_key()
        with contextlib.suppress(FileNotFoundError):
            folder.rmdir()
        self.state.clear()
