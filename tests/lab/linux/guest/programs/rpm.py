# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes packages of RPM, and the source that dnf, dnf5 and zypper get them from."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from .contents import Package
from .system import SOURCE, run, write

_REPOSITORY = f"""\
[lab]
name=Packages of a lab
baseurl=file://{SOURCE}
enabled=1
gpgcheck=0
skip_if_unavailable=0
"""
# As SUSE ships it: kernels are installed beside each other.
_ZYPP = "[main]\nmultiversion = provides:multiversion(kernel)\n"
# What scripts need.
_SHELL = Package("bash", "5", provides=("/bin/sh",))
# Debian's own plugin, which has a source that is not there.
_DNF_LOCAL = Path("/etc/dnf/plugins/local.conf")
_SPEC = """\
%global debug_package %{nil}
%global __os_install_post %{nil}
"""


def spec(packages: list[Package], stage: Path) -> str:
    """A spec whose own package is empty, with a subpackage for each."""
    lines = [_SPEC, *_head("lab-packages", "1")]
    for package in packages:
        lines += [f"%package -n {package.name}", *_head(package.name, package.version)[1:3], "AutoReqProv: no"]
        lines += [f"Requires: {item}" for item in package.requires]
        lines += [f"Provides: {item}" for item in package.provides]
    for package in packages:
        lines += [f"%description -n {package.name}", "A package of a lab"]
    lines += ["%description", "Packages of a lab", "%install", f"cp -a {stage}/. %{{buildroot}}/"]
    for package in packages:
        lines += [f"%files -n {package.name}", *package.files]
        # A script that fails before the files come ends the package, one after them is only told of.
        for part, script in (("pre", package.before), ("post", package.after)):
            lines += [f"%{part} -n {package.name}", script] if script else []
    return "\n".join(lines) + "\n"


def _head(name: str, version: str) -> list[str]:
    return [f"Name: {name}", f"Summary: {name} of a lab", f"Version: {version}", "Release: 1", "License: GPL-2.0-only"]


def build(packages: list[Package], folder: Path) -> list[Path]:
    """Make packages."""
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        stage = room / "stage"
        stage.mkdir()
        for package in packages:
            for path, data in package.files.items():
                write(stage / path.lstrip("/"), data)
        (room / "lab.spec").write_text(spec(packages, stage))
        run(["rpmbuild", "--quiet", "-bb", "--define", f"_topdir {room}/top", str(room / "lab.spec")])
        folder.mkdir(parents=True, exist_ok=True)
        return [Path(shutil.copy2(path, folder)) for path in sorted(room.glob("top/RPMS/*/*.rpm"))]


def offer(installed: list[Package], offered: list[Package]) -> None:
    """Make the database know the ones, whose files are there, and make the source offer the others."""
    with tempfile.TemporaryDirectory() as room:
        run(["rpm", "-i", "--justdb", "--nosignature", *map(str, build([_SHELL, *installed], Path(room)))])
        for package in installed:
            # Kernels have no files yet.
            for path, data in package.files.items():
                if not Path(path).exists():
                    write(Path(path), data)
    build(offered, SOURCE)
    run(["createrepo_c", "--quiet", str(SOURCE)])
    for folder in ("/etc/yum.repos.d", "/etc/zypp/repos.d"):
        write(Path(folder, "lab.repo"), _REPOSITORY.encode())
    write(Path("/etc/zypp/zypp.conf"), _ZYPP.encode())
    write(Path("/etc/dnf/vars/releasever"), b"9\n")
    _DNF_LOCAL.unlink(missing_ok=True)
