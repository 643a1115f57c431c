# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring Microsoft's release archive of PowerShell, pinned by version and sum, into a folder."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import platform
import shutil
import ssl
import sys
import tarfile
import tempfile
import time
import typing as t
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

VERSION = "7.6.6"
RELEASES = f"https://github.com/PowerShell/PowerShell/releases/download/v{VERSION}/"

# The sums of the release's own hashes.sha256.
SUMS = {
    "linux-x64": "ddbc4a2d113bbd46d283cfedcbcd117a70caefd7673f41f2b4e0000badf103bc",
    "linux-arm64": "924829e54c983648f6f1419a2dc7f9433c861b2fb5bd57736ff096c24f133729",
    "linux-musl-x64": "9537c256a60c34f6bc2dd60c1c10b31a0c2ef26e96799d066be78325ab4947cc",
    "osx-x64": "e325ed9f666894eb39a5ea52800b602da2fb4242bbe9747ceddb39cdc66de805",
    "osx-arm64": "6df833d094ebac1c1a74340d7b3437f4aaf5e03ce640484a1c4359f3ce8b3db1",
}

SILENCE_SECONDS = 10.0  # for the connection, and for each piece of data
WHOLE_SECONDS = 900.0
LARGEST_ARCHIVE = 300 * 1024 * 1024
LARGEST_CONTENT = 1024 * 1024 * 1024
CHUNK = 256 * 1024


class ArchiveError(Exception):
    """The archive cannot be had, or is not what it should be."""


@dataclass(frozen=True)
class Archive:
    """Where an archive lies and what its sum must be."""

    url: str
    sha256: str


def platform_key() -> str:
    """The name that the release gives to this platform."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower())
    system = {"Linux": "linux", "Darwin": "osx"}.get(platform.system())
    musl = "-musl" if system == "linux" and not platform.libc_ver()[0] else ""
    return f"{system}{musl}-{machine}"


def pinned(base_url: str = RELEASES) -> Archive:
    """The archive for this platform, from Microsoft's release or from a mirror of its folder."""
    key = platform_key()
    if key not in SUMS:
        raise ArchiveError(f"no PowerShell archive is pinned for this platform ({key})")
    return Archive(f"{base_url.rstrip('/')}/powershell-{VERSION}-{key}.tar.gz", SUMS[key])


class Progress:
    """A bar on a terminal; elsewhere one line at the start and one at the end."""

    def __init__(self, title: str, stream: t.TextIO) -> None:
        self.title = title
        self.stream = stream
        self.live = stream.isatty()
        self.shown = -1
        if not self.live:
            print(f"{title} ...", file=stream, flush=True)

    def update(self, done: int, total: int) -> None:
        percent = min(100, done * 100 // total) if total else 0
        if self.live and percent != self.shown:
            self.shown = percent
            filled = "#" * (percent // 4)
            print(f"\r{self.title} [{filled:<25}] {percent:3d} %", end="", file=self.stream, flush=True)

    def close(self, how: str) -> None:
        print(f"\n{how}" if self.live else how, file=self.stream, flush=True)


def tls_context() -> ssl.SSLContext:
    """The machine's certificates; where it has none, those that come with pywinrm's own dependencies."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"] and not os.environ.get("SSL_CERT_FILE"):
        with contextlib.suppress(ImportError):
            import certifi

            context.load_verify_locations(certifi.where())
    return context


def download(archive: Archive, target: Path, progress: Progress, *, silence: float = SILENCE_SECONDS) -> None:
    """Write the archive to a file: one try, and nothing is kept that has not the pinned sum."""
    digest = hashlib.sha256()
    deadline = time.monotonic() + WHOLE_SECONDS
    done = 0
    try:
        with (
            urllib.request.urlopen(archive.url, timeout=silence, context=tls_context()) as answer,
            target.open("wb") as out,
        ):
            total = int(answer.headers.get("Content-Length") or 0)
            while piece := answer.read(CHUNK):
                done += len(piece)
                if done > LARGEST_ARCHIVE or time.monotonic() > deadline:
                    raise ArchiveError(f"{archive.url} is larger or slower than a PowerShell archive may be")
                digest.update(piece)
                out.write(piece)
                progress.update(done, total)
    except urllib.error.HTTPError as error:
        raise ArchiveError(f"{archive.url} answered {error.code} {error.reason}") from error
    except TimeoutError as error:
        raise ArchiveError(f"{archive.url} was silent for {silence:g} s after {done} bytes") from error
    except (OSError, http.client.HTTPException) as error:
        raise ArchiveError(f"cannot read {archive.url}: {getattr(error, 'reason', error)}") from error
    if total and done < total:
        raise ArchiveError(f"{archive.url} broke off after {done} of {total} bytes")
    if digest.hexdigest() != archive.sha256:
        raise ArchiveError(f"{archive.url} has the SHA-256 {digest.hexdigest()}, expected {archive.sha256}")


def checked_name(member: tarfile.TarInfo) -> PurePosixPath:
    """The member's path inside the folder; anything that would leave it is refused."""
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts:
        raise ArchiveError(f"the archive holds the path '{member.name}', which leaves its folder")
    if not (member.isreg() or member.isdir()):
        raise ArchiveError(f"the archive holds '{member.name}', which is neither a file nor a folder")
    return path


def unpack(packed: Path, folder: Path) -> None:
    """Unpack into a folder of its own; the archive's pwsh comes without the run bit."""
    room = LARGEST_CONTENT
    try:
        with tarfile.open(packed, "r:gz") as tar:
            for member in tar:
                path = folder / checked_name(member)
                if member.isdir():
                    path.mkdir(parents=True, exist_ok=True)
                    continue
                room -= member.size
                content = tar.extractfile(member)
                if room < 0 or content is None:
                    raise ArchiveError(f"the archive is larger than {LARGEST_CONTENT} bytes unpacked")
                path.parent.mkdir(parents=True, exist_ok=True)
                with content, path.open("wb") as out:
                    shutil.copyfileobj(content, out)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ArchiveError(f"cannot unpack the archive: {error}") from error
    if not (folder / "pwsh").is_file():
        raise ArchiveError("the archive holds no pwsh")
    (folder / "pwsh").chmod(0o755)


def bring(archive: Archive, folder: Path, *, silence: float = SILENCE_SECONDS, stream: t.TextIO | None = None) -> Path:
    """Download and unpack, all or nothing: the folder appears only when it is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    progress = Progress(f"Downloading PowerShell {VERSION} (70 MB)", stream or sys.stderr)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder.parent) as workplace:
        packed, content = Path(workplace, "archive"), Path(workplace, "content")
        try:
            download(archive, packed, progress, silence=silence)
            unpack(packed, content)
            if folder.exists():
                shutil.rmtree(folder)
            content.rename(folder)
        except ArchiveError:
            progress.close("The download failed.")
            raise
    progress.close(f"PowerShell {VERSION} is in {folder}")
    return folder / "pwsh"
