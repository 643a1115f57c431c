# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds root file systems with mmdebstrap, two at a time, into the cache; a killed build leaves nothing mounted."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .. import mounts
from ..errors import LabError
from . import local_repository, mirror
from .recipes import Recipe

Progress = Callable[[str], None]

# A build took 16 to 20 seconds where this was measured; a slow mirror may take some minutes.
SECONDS = 600
ATTEMPTS = 2
AT_ONCE = 2
_UNUSED_FILES = ("/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/doc/*")
PACKAGE = "hyperv-daemons"


def build_command(recipe: Recipe, target: Path, archive: str, apt_options: Iterable[str]) -> list[str]:
    """The command that builds a root into `target`.

    The process has a mount and a pid namespace of its own and dies with us, so whatever ends it ends its mounts too.
    """
    guard = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    command = [*guard, "mmdebstrap", "--mode=root", "--variant=minbase", "--format=directory"]
    command += [f"--dpkgopt=path-exclude={pattern}" for pattern in _UNUSED_FILES]
    command += [f"--aptopt={option}" for option in apt_options]
    suites = [recipe.suite]
    package = PACKAGE
    if recipe.backports:
        suites.append(f"{recipe.suite}-backports")
        package += f"/{suites[-1]}"
    command.append(f"--include={','.join([*recipe.packages, package])}")
    command.append(f"--customize-hook={local_repository.download_hook(package)}")
    return [*command, recipe.suite, str(target), *(f"deb {archive} {suite} main" for suite in suites)]


def ensure_roots(recipes: Iterable[Recipe], folder: Path, progress: Progress) -> dict[str, Path]:
    """Build what is missing and return the folder of each root by name."""
    wanted = list({recipe.name: recipe for recipe in recipes}.values())
    missing = [recipe for recipe in wanted if not (folder / recipe.directory()).is_dir()]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        archive, options = mirror.machine_mirror(), mirror.machine_options()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            jobs = [pool.submit(_ensure, recipe, folder, archive, options, progress) for recipe in missing]
            for job in jobs:
                job.result()
    return {recipe.name: folder / recipe.directory() for recipe in wanted}


def _ensure(recipe: Recipe, folder: Path, archive: str, options: list[str], progress: Progress) -> None:
    target = folder / recipe.directory()
    with _locked(folder / f"{recipe.name}.lock"):
        # Another lab may have built it while this one waited.
        if target.is_dir():
            return
        _remove_leftovers(recipe, folder)
        started = time.monotonic()
        for attempt in range(1, ATTEMPTS + 1):
            partial = folder / f"{recipe.directory()}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            try:
                _run(recipe, build_command(recipe, partial, archive, options), progress)
                _finish(recipe, partial)
                partial.rename(target)
                break
            except LabError as exc:
                shutil.rmtree(partial, ignore_errors=True)
                if attempt == ATTEMPTS:
                    raise
                progress(f"root {recipe.name}: {exc}; trying once more")
        progress(f"root {recipe.name}: built in {time.monotonic() - started:.0f} s")


def _remove_leftovers(recipe: Recipe, folder: Path) -> None:
    """Remove unfinished builds, and older ones that no overlay stands on."""
    used = mounts.overlay_lower_directories()
    for old in folder.glob(f"{recipe.name}-*"):
        stamp = old.name.removeprefix(f"{recipe.name}-").removesuffix(".partial")
        # "debian-12-*" also finds "debian-12-openrc-...": only this recipe's own stamps are hex.
        if len(stamp) == 12 and "-" not in stamp and str(old) not in used:
            shutil.rmtree(old, ignore_errors=True)


def _run(recipe: Recipe, command: list[str], progress: Progress) -> None:
    """Run a build, telling each of its stages, within the time limit."""
    deadline = time.monotonic() + SECONDS
    tail: list[str] = []
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stderr is not None
        os.set_blocking(process.stderr.fileno(), False)
        try:
            pending = b""
            while process.poll() is None:
                if time.monotonic() > deadline:
                    raise LabError(f"Failed to build root '{recipe.name}': not done after {SECONDS} seconds")
                block = process.stderr.read() or b""
                lines = (pending + block).replace(b"\r", b"\n").split(b"\n")
                pending = lines.pop()
                _tell(recipe, lines, tail, progress)
                time.sleep(0.1)
            _tell(recipe, [*(process.stderr.read() or b"").split(b"\n")], tail, progress)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait(30)
    if process.returncode != 0:
        raise LabError(f"Failed to build root '{recipe.name}': mmdebstrap ended with {process.returncode}: {tail[-6:]}")


def _tell(recipe: Recipe, lines: Iterable[bytes], tail: list[str], progress: Progress) -> None:
    for raw in lines:
        line = raw.decode(errors="replace").strip()
        if line.startswith("I: ") and line.endswith("..."):
            progress(f"root {recipe.name}: {line[3:-3]}")
        elif line and not line.startswith(("I: ", "done")):
            tail.append(line)


def _finish(recipe: Recipe, root: Path) -> None:
    """Make the root work without network, and check that it has what the recipe promises."""
    local_repository.install(root)
    absent = [name for name in recipe.daemons if not (root / "usr/sbin" / name).is_file()]
    if absent:
        raise LabError(f"Expected root '{recipe.name}' to have {', '.join(absent)} but found none")


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
