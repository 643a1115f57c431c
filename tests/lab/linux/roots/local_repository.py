# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A package source inside each root, so that a guest without network can install hyperv-daemons by apt."""

from __future__ import annotations

import gzip
import hashlib
import shlex
import subprocess
from pathlib import Path

from ..errors import LabError

FOLDER = "/srv/lab-repository"


def download_hook(package: str) -> str:
    """A shell command for mmdebstrap that keeps the package's file while the mirror's index is still there."""
    inner = f"mkdir -p {FOLDER} && cd {FOLDER} && apt-get download {shlex.quote(package)}"
    # _apt may not write into root's folder; the download is then done as root, with a notice.
    return f'chroot "$1" /bin/sh -c {shlex.quote(inner)}'


def install(root: Path) -> None:
    """Make the kept packages the root's only source."""
    folder = root / FOLDER.lstrip("/")
    stanzas = [_stanza(path) for path in sorted(folder.glob("*.deb"))]
    if not stanzas:
        raise LabError(f"Expected a package in '{folder}' but found none")
    index = "\n".join(stanzas).encode()
    (folder / "Packages").write_bytes(index)
    (folder / "Packages.gz").write_bytes(gzip.compress(index, mtime=0))
    for old in (root / "etc/apt/sources.list.d").glob("*"):
        old.unlink()
    (root / "etc/apt/sources.list").write_text(f"deb [trusted=yes] file:{FOLDER} ./\n")
    try:
        subprocess.run(
            ["chroot", str(root), "apt-get", "-qq", "update"], check=True, capture_output=True, text=True, timeout=120
        )
    except subprocess.SubprocessError as exc:
        raise LabError(f"Failed to index the packages of '{root.name}': {exc} {getattr(exc, 'stderr', '')}") from exc


def _stanza(path: Path) -> str:
    done = subprocess.run(["dpkg-deb", "-f", str(path)], check=True, capture_output=True, text=True, timeout=60)
    data = path.read_bytes()
    return (
        done.stdout.rstrip("\n")
        + f"\nFilename: ./{path.name}\nSize: {len(data)}\nSHA256: {hashlib.sha256(data).hexdigest()}\n"
    )
