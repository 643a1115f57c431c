# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lab: some guests in a folder, started together, and taken down with nothing left."""

from __future__ import annotations

import contextlib
import shlex
import subprocess
import sys
import time
import types
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import cgroups, delayed, limits, mounts, paths, requirements
from .errors import LabError
from .guest import boot, enter, families, waits
from .guest.boot import Place
from .guest.families import Daemon
from .guest.handle import Guest
from .identity import Identity
from .roots.build import ensure_roots
from .roots.recipes import find_recipe
from .services import find_service
from .spec import GuestSpec
from .state import LabState, identities

# A guest alone is up in less than a second; a machine that builds something at the same time may take much longer.
UP_SECONDS = 60.0
REGISTER_SECONDS = 15.0


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
        return Guest(
            GuestSpec.from_mapping(name, entry["spec"]),
            self._place(name),
            Identity(**entry["init"]),
            Identity(**entry["server"]) if entry.get("server") else None,
            tuple(Daemon(find_service(key), unit, binary) for key, unit, binary in entry["daemons"]),
        )

    def names(self) -> list[str]:
        """The names of the guests."""
        return sorted(self.state.read())

    def up(self, specs: Iterable[GuestSpec]) -> None:
        """Start guests afresh; whatever an earlier run left in this folder goes first."""
        wanted = [spec.complete() for spec in specs]
        if len({spec.name for spec in wanted}) != len(wanted):
            raise LabError(f"Expected guests with different names but found {[spec.name for spec in wanted]}")
        requirements.check()
        roots = ensure_roots([find_recipe(spec.root) for spec in wanted], paths.roots_dir(), self.progress)
        with self.state.locked():
            self._down()
            key = self._make_key()
            limits.make_room(len(wanted), self.progress)
            try:
                with ThreadPoolExecutor(max(1, len(wanted))) as pool:
                    jobs = [pool.submit(self._start, spec, roots[spec.root], key) for spec in wanted]
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
        found = {}
        for name in self.names():
            guest = self[name]
            unique = f"{name}.{self.identifier}.invalid"
            found[name] = guest.host_variables(self._key_file, unique, guest.place.directory / "host")
        return found

    @property
    def _key_file(self) -> Path:
        return self.directory / "id_ed25519"

    def _place(self, name: str) -> Place:
        return Place(self.directory / "guests" / name, cgroups.lab_cgroup(self.identifier) / name)

    def _make_key(self) -> str:
        for path in (self._key_file, self._key_file.with_suffix(".pub")):
            path.unlink(missing_ok=True)
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", self.identifier, "-f", str(self._key_file)]
        subprocess.run(command, check=True, timeout=30, stdin=subprocess.DEVNULL)
        return self._key_file.with_suffix(".pub").read_text()

    def _start(self, spec: GuestSpec, root: Path, key: str) -> None:
        try:
            self._start_guest(spec, root, key)
        except LabError as exc:
            # The guest is about to be taken down, and its log with it.
            console = boot.tail(self._place(spec.name).directory / "console.log")
            raise LabError(f"{exc}\nConsole of guest '{spec.name}': {console or 'empty'}") from exc

    def _start_guest(self, spec: GuestSpec, root: Path, key: str) -> None:
        started = time.monotonic()
        place = self._place(spec.name)
        self.state.update(spec.name, {"spec": spec.to_json()})

        def record(values: dict[str, Any]) -> None:
            self.state.update(spec.name, values)

        boot.start(spec, place, root, key, record)
        guest = self[spec.name]
        enter.write_scripts(place.directory, guest.init)
        self._write_host_script(guest)
        wait = waits.await_systemd if guest.manager == "systemd" else waits.await_openrc
        off = set(spec.services) - set(spec.offered())
        manager_state = wait(spec.name, guest.run, UP_SECONDS, families.hangs_without_device(spec.family, off))
        missing = self._await_daemons(guest)
        for service, seconds in spec.late.items():
            record(
                {"delayed": delayed.switch_later(self.directory, place, spec.name, service, True, seconds).to_json()}
            )
        note = f", no daemon at {', '.join(sorted(missing))}" if missing else ""
        took = time.monotonic() - started
        record({"manager_state": manager_state, "up_seconds": round(took, 2)})
        self.progress(f"guest {spec.name}: {manager_state} after {took:.1f} s{note}")

    def _await_daemons(self, guest: Guest) -> set[str]:
        spec = guest.spec
        if not spec.hyperv:
            return set()
        # Those that cannot come by themselves are not waited for.
        held = {*spec.masked, *spec.exits}
        if spec.family == "photon" or spec.other_kernel:
            held.update(spec.services)
        devices = {
            boot.device_of(spec, daemon.service.key)
            for daemon in guest.daemons
            if daemon.service.key in spec.offered() and daemon.service.key not in held
        }
        return waits.await_registered(
            guest.place.directory / "control", {device for device in devices if device}, REGISTER_SECONDS
        )

    def _write_host_script(self, guest: Guest) -> None:
        command = shlex.join(
            [sys.executable, "-m", __package__, "host", "--directory", str(self.directory), guest.name]
        )
        path = guest.place.directory / "host"
        path.write_text(f'#!/bin/sh\ncd {shlex.quote(str(paths.IMPORT_ROOT))} && exec {command} "$@"\n')
        path.chmod(0o755)

    def _down(self) -> None:
        known = self.state.read()
        folder = self.directory / "guests"
        names = set(known) | ({path.name for path in folder.iterdir()} if folder.is_dir() else set())
        parent = cgroups.lab_cgroup(self.identifier)
        for name in sorted(names):
            boot.take_down(self._place(name), identities(known.get(name, {})))
            self.state.forget(name)
        # What no state and no folder tells of, but what has this lab's own name.
        cgroups.destroy(parent)
        mounts.unmount_below(self.directory)
        for path in (self._key_file, self._key_file.with_suffix(".pub")):
            path.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            folder.rmdir()
        self.state.clear()
