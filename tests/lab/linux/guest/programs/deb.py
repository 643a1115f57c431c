# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes packages of Debian's format, and the source that apt gets them from."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import tempfile
from pathlib import Path

from .contents import Package, Wish, changed
from .system import SOURCE, run, write

DAEMONS = "hyperv-daemons"


def build(package: Package, folder: Path) -> Path:
    """Make a package."""
    control = [
        f"Package: {package.name}",
        f"Version: {package.version}",
        "Architecture: all",
        "Maintainer: A lab <lab@lab.invalid>",
        f"Description: {package.name} of a lab",
    ]
    if package.requires:
        control.append(f"Depends: {', '.join(package.requires)}")
    with tempfile.TemporaryDirectory() as room:
        for path, data in package.files.items():
            write(Path(room) / path.lstrip("/"), data)
        write(Path(room, "DEBIAN/control"), "".join(f"{line}\n" for line in control).encode())
        return _pack(Path(room), package.after, folder, f"{package.name}_{package.version}.deb")


def _pack(room: Path, script: str, folder: Path, name: str) -> Path:
    if script:
        write(room / "DEBIAN/postinst", f"#!/bin/sh\n{script}\n".encode())
    target = folder / name
    run(["dpkg-deb", "-Znone", "--root-owner-group", "-b", str(room), str(target)])
    return target


def build_daemons(wish: Wish) -> None:
    """The guest's own package once more, under a higher version and with other programs."""
    old = next(SOURCE.glob(f"{DAEMONS}_*.deb"))
    with tempfile.TemporaryDirectory() as name:
        room = Path(name, "package")
        run(["dpkg-deb", "-R", str(old), str(room)])
        control = room / "DEBIAN/control"
        lines = control.read_text().splitlines()
        version = next(line for line in lines if line.startswith("Version: ")) + "+lab1"
        control.write_text("".join(f"{version if line.startswith('Version: ') else line}\n" for line in lines))
        programs = {str(path): path.read_bytes() for path in (room / "usr/sbin").iterdir()}
        for path, data in changed(programs, wish).items():
            Path(path).write_bytes(data)
        (room / "DEBIAN/md5sums").unlink(missing_ok=True)
        _pack(room, wish.script, SOURCE, f"offered_{DAEMONS}.deb")


def offer(installed: list[Package], offered: list[Package], wish: Wish, family: str) -> None:
    """Install the ones, and make the source offer the others."""
    if family == "debian":
        build_daemons(wish)
    with tempfile.TemporaryDirectory() as room:
        made = [str(build(package, Path(room))) for package in installed]
        if made:
            run(["dpkg", "-i", *made])
    for package in offered:
        build(package, SOURCE)
    index = "\n".join(_stanza(path) for path in sorted(SOURCE.glob("*.deb"))).encode()
    (SOURCE / "Packages").write_bytes(index)
    (SOURCE / "Packages.gz").write_bytes(gzip.compress(index, mtime=0))
    run(["apt-get", "-qq", "update"])


def _stanza(path: Path) -> str:
    done = subprocess.run(["dpkg-deb", "-f", str(path)], check=True, capture_output=True, text=True, timeout=60)
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return f"{done.stdout.rstrip()}\nFilename: ./{path.name}\nSize: {len(data)}\nSHA256: {digest}\n"
