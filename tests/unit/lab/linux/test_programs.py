# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The programs that offer packages in a guest, and the stand-in of apk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux.guest import managers
from ansible_collections.hyperv.integration.tests.lab.linux.guest.files import GuestFiles
from ansible_collections.hyperv.integration.tests.lab.linux.guest.programs import apk, apk_source, contents, rpm, system
from ansible_collections.hyperv.integration.tests.lab.linux.roots.recipes import find_recipe

Package = contents.Package


@pytest.mark.parametrize(
    ("release", "newer", "number"),
    [
        ("6.1.0-35-cloud-amd64", "6.1.1-35-cloud-amd64", "6.1.0"),
        ("5.15.0-1063-azure", "5.15.1-1063-azure", "5.15.0"),
        ("7-x", "8-x", "7"),
    ],
)
def test_a_newer_kernel_has_the_same_flavour(release: str, newer: str, number: str) -> None:
    assert contents.newer(release) == newer
    assert contents.number(release) == number


def test_a_kernel_without_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="it is 'custom'"):
        contents.newer("custom")


def test_a_spec_has_a_subpackage_each_and_its_scripts(tmp_path: Path) -> None:
    packages = [
        Package("hypervkvpd", "2", {"/usr/sbin/hypervkvpd": b""}, before="exit 1"),
        Package("hyperv-daemons", "2", requires=("hypervkvpd",), provides=("all",)),
    ]
    lines = rpm.spec(packages, tmp_path).splitlines()
    for line in ("%package -n hypervkvpd", "%files -n hyperv-daemons", "Requires: hypervkvpd", "Provides: all"):
        assert line in lines
    assert lines[lines.index("%pre -n hypervkvpd") + 1] == "exit 1"
    assert "%pre -n hyperv-daemons" not in lines


@pytest.fixture
def alpine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system in a folder, with one package and a newer one in its source."""
    for name in ("DATABASE", "WORLD", "SOURCE", "INDEX"):
        monkeypatch.setattr(apk, name, tmp_path / getattr(apk, name).relative_to("/"))
    monkeypatch.setattr(apk, "ROOT", tmp_path)
    monkeypatch.setattr(apk_source, "SOURCE", apk.SOURCE)
    for path in (apk.DATABASE, apk.WORLD):
        system.write(path, b"")
    system.write(tmp_path / "usr/bin/daemon", b"old")
    offered = Package("hvtools", "4.10-r0", {"/usr/bin/daemon": b"new"}, after=f"echo ran > {tmp_path}/ran")
    apk_source.offer([Package("hvtools", "4.9-r0", {f"{tmp_path}/usr/bin/daemon": b"old"})], [offered])
    database = apk.Installed()
    database.packages["hvtools"]["R"] = ["usr/bin/daemon", "usr/bin/gone"]
    database.write()
    system.write(tmp_path / "usr/bin/gone", b"old")
    return tmp_path


def run_apk(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["apk", *words])
    return apk.main()


def test_apk_upgrades_what_is_older(
    alpine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run_apk(monkeypatch, "version", "hvtools") == 0
    assert "hvtools-4.9-r0 " in capsys.readouterr().out
    assert run_apk(monkeypatch, "add", "--upgrade", "--simulate", "hvtools") == 0
    assert "(1/1) Upgrading hvtools (4.9-r0 -> 4.10-r0)" in capsys.readouterr().out
    assert (alpine / "usr/bin/daemon").read_bytes() == b"old"
    assert run_apk(monkeypatch, "add", "--upgrade", "hvtools") == 0
    assert (alpine / "usr/bin/daemon").read_bytes() == b"new"
    assert not (alpine / "usr/bin/gone").exists()
    assert (alpine / "ran").exists()
    capsys.readouterr()
    assert run_apk(monkeypatch, "info", "-e", "-v", "hvtools", "other") == 1
    assert capsys.readouterr().out == "hvtools-4.10-r0\n"
    assert run_apk(monkeypatch, "add", "--upgrade", "hvtools") == 0
    assert "Upgrading" not in capsys.readouterr().out


def test_apk_fails_for_a_package_that_nobody_has_and_without_its_source(
    alpine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_apk(monkeypatch, "add", "nothing") == 1
    assert "nothing" not in apk.WORLD.read_text()
    subprocess.run(["rm", "-r", str(alpine / "srv")], check=True)
    assert run_apk(monkeypatch, "update") == 1


@pytest.mark.parametrize(
    ("family", "root", "stays", "goes"),
    [
        ("redhat", "debian-13-rpm", "dnf", "zypper"),
        ("suse", "debian-13-rpm", "zypper", "dnf"),
        ("fedora", "debian-sid-dnf5", "dnf5", "apt-get"),
        ("redhat", "debian-12", "apt-get", None),
    ],
)
def test_a_guest_keeps_the_package_manager_of_its_family(
    tmp_path: Path, family: str, root: str, stays: str, goes: str | None
) -> None:
    for name in ("apt-get", "dnf", "dnf5", "zypper"):
        system.write(tmp_path / "usr/bin" / name, b"#!")
    system.write(tmp_path / "var/lib/dpkg/info/a.list", b"")
    managers.leave_own(GuestFiles(tmp_path), family, find_recipe(root))
    assert (tmp_path / "usr/bin" / stays).exists()
    assert goes is None or not (tmp_path / "usr/bin" / goes).exists()
    assert (tmp_path / "var/lib/dpkg").exists() is (goes is None)
