# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the PowerShell that plays Windows: run as a program it prints the path, or why there is none.

It looks in this order: $HYPERV_PWSH (a path, a name on PATH, or "none"), pwsh on PATH, the cache, ../shared/pwsh/pwsh
beside the checkout, and last a download of Microsoft's archive into the cache. $HYPERV_PWSH_URL names a mirror of the
release's folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

from . import pwsh_archive

CHECKOUT = Path(__file__).resolve().parents[2]
OLDEST = (7, 4)
START_SECONDS = 60  # a first start on a loaded machine
FAILURE_HOLDS_SECONDS = 600  # a network that was not there is not asked again by each of many processes

# PowerShell wants ICU, or this setting; names are compared by code point anyway.
ENVIRONMENT = {
    "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
    "POWERSHELL_TELEMETRY_OPTOUT": "1",
    "POWERSHELL_UPDATECHECK": "Off",
}


@dataclass(frozen=True)
class Found:
    """A PowerShell that runs."""

    path: Path
    version: str
    origin: str


@dataclass(frozen=True)
class Missing:
    """There is none, and why."""

    reason: str


def cache_folder(environ: t.Mapping[str, str]) -> Path:
    base = environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME") or Path.home(), ".cache")
    return Path(environ.get("HYPERV_CACHE") or Path(base, "hyperv.integration"))


def started_version(path: Path) -> str:
    """What the program itself says; raises OSError if it does not run or is not PowerShell."""
    command = [str(path), "-NoProfile", "-NonInteractive", "-Command", "$PSVersionTable.PSVersion.ToString()"]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=START_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise OSError(f"it did not answer in {START_SECONDS} s") from error
    version = done.stdout.strip()
    if done.returncode or not re.fullmatch(r"\d+\.\d+\.\d+\S*", version):
        said = (done.stderr or done.stdout).strip().splitlines()
        raise OSError(f"it ended with {done.returncode}: {said[0][:200] if said else 'no output'}")
    return version


def verify(path: Path, origin: str, cache: Path) -> Found | Missing:
    """Start it once; the answer is kept for as long as the file does not change."""
    notes = cache / "pwsh" / "verified.json"
    try:
        path = path.resolve(strict=True)
        about = path.stat()
        key = f"{path}:{about.st_size}:{about.st_mtime_ns}"
        known = read_notes(notes)
        if key not in known:
            known[key] = started_version(path)
            write_notes(notes, known)
    except OSError as error:
        return Missing(f"{path} ({origin}): {error}")
    version = known[key]
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        return Missing(f"{path} ({origin}) is PowerShell {version}, the lab needs {OLDEST[0]}.{OLDEST[1]} or later")
    return Found(path, version, origin)


def read_notes(path: Path) -> dict[str, str]:
    try:
        notes = json.loads(path.read_text())
        return {str(key): str(value) for key, value in notes.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def write_notes(path: Path, notes: t.Mapping[str, str]) -> None:
    with contextlib.suppress(OSError):  # a cache that cannot be written costs half a second a run, no more
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps(notes, indent=1))
        new.replace(path)


def local_candidates(environ: t.Mapping[str, str], checkout: Path) -> t.Iterator[tuple[Path, str]]:
    on_path = shutil.which("pwsh", path=environ.get("PATH"))
    if on_path:
        yield Path(on_path), "on PATH"
    yield cache_folder(environ) / "pwsh" / pwsh_archive.VERSION / "pwsh", "in the cache"
    yield checkout.parent / "shared" / "pwsh" / "pwsh", "beside the checkout"


def named(wish: str, environ: t.Mapping[str, str], cache: Path) -> Found | Missing:
    """What HYPERV_PWSH names: a wish is not replaced by something else."""
    if wish == "none":
        return Missing("HYPERV_PWSH=none says that there is none")
    where = shutil.which(wish, path=environ.get("PATH"))
    if not where:
        return Missing(f"HYPERV_PWSH names '{wish}', which is neither a program nor a name on PATH")
    return verify(Path(where), "named by HYPERV_PWSH", cache)


def downloaded(
    environ: t.Mapping[str, str], cache: Path, archive: pwsh_archive.Archive | None, silence: float
) -> Found | Missing:
    """Bring the pinned archive into the cache; one process does it, the others wait for it."""
    room = cache / "pwsh"
    failure = room / "download-failed.json"
    try:
        room.mkdir(parents=True, exist_ok=True)
        with (room / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            target = room / pwsh_archive.VERSION / "pwsh"
            wanted = archive or pwsh_archive.pinned(environ.get("HYPERV_PWSH_URL") or pwsh_archive.RELEASES)
            last = read_notes(failure)
            if last.get("url") == wanted.url and time.time() - float(last["at"]) < FAILURE_HOLDS_SECONDS:
                return Missing(f"{last['reason']} (a moment ago; not tried again)")
            try:
                if not target.exists():
                    pwsh_archive.bring(wanted, target.parent, silence=silence)
            except pwsh_archive.ArchiveError as error:
                write_notes(failure, {"url": wanted.url, "at": str(time.time()), "reason": str(error)})
                raise
            failure.unlink(missing_ok=True)
    except (pwsh_archive.ArchiveError, OSError) as error:
        return Missing(str(error))
    return verify(target, "downloaded", cache)


def find(
    *,
    download: bool = True,
    environ: t.Mapping[str, str] | None = None,
    checkout: Path = CHECKOUT,
    archive: pwsh_archive.Archive | None = None,
    silence: float = pwsh_archive.SILENCE_SECONDS,
) -> Found | Missing:
    """The first PowerShell that runs, or the reasons why there is none."""
    environ = os.environ if environ is None else environ
    cache = cache_folder(environ)
    wish = environ.get("HYPERV_PWSH")
    if wish:
        return named(wish, environ, cache)
    reasons = []
    for path, origin in local_candidates(environ, checkout):
        if not path.exists():
            continue
        answer = verify(path, origin, cache)
        if isinstance(answer, Found):
            return answer
        reasons.append(answer.reason)
    if download:
        answer = downloaded(environ, cache, archive, silence)
        if isinstance(answer, Found):
            return answer
        reasons.append(answer.reason)
    else:
        reasons.append("there is no pwsh on PATH, in the cache or beside the checkout")
    return Missing("; ".join(reasons))


def main() -> int:
    answer = find()
    if isinstance(answer, Found):
        print(answer.path)
        return 0
    print(f"There is no PowerShell: {answer.reason}", file=sys.stderr)
    print("README.md says how to get it by hand; HYPERV_PWSH names one that lies elsewhere.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
