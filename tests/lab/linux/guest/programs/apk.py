# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in the place of apk in guests that play Alpine, since Debian has none.

Knows what the module community.general.apk and a reader of installed packages ask: update, info, version and add, with
the words and exit codes of apk-tools 2.14. Its packages are folders below /srv/lab-repository, NAME=VERSION, with the
files as they shall lie in the system and perhaps a program `.post-install`; what is installed is in apk's own database.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path("/")
DATABASE = ROOT / "lib/apk/db/installed"
WORLD = ROOT / "etc/apk/world"
SOURCE = ROOT / "srv/lab-repository"
INDEX = ROOT / "var/cache/apk/APKINDEX.lab"
SCRIPT = ".post-install"


def key(version: str) -> list[int]:
    """What versions are compared by; those of the lab are numbers and a release, such as 4.9-r0."""
    return [int(number) for number in re.findall(r"\d+", version)]


class Installed:
    """Apk's database: a paragraph a package, of lines such as P:name and V:version."""

    def __init__(self) -> None:
        self.packages: dict[str, dict[str, list[str]]] = {}
        for paragraph in DATABASE.read_text().split("\n\n"):
            fields: dict[str, list[str]] = {}
            for line in filter(None, paragraph.splitlines()):
                fields.setdefault(line[0], []).append(line[2:])
            if fields:
                self.packages[fields["P"][0]] = fields

    def version(self, name: str) -> str | None:
        """The installed version of a package."""
        return self.packages[name]["V"][0] if name in self.packages else None

    def write(self) -> None:
        """Keep the database."""
        paragraphs = []
        for fields in self.packages.values():
            paragraphs.append("".join(f"{letter}:{value}\n" for letter, values in fields.items() for value in values))
        DATABASE.write_text("\n".join(paragraphs))


def available() -> dict[str, str]:
    """The newest version of each package, by the index that was fetched last."""
    found: dict[str, str] = {}
    for line in INDEX.read_text().splitlines() if INDEX.exists() else ():
        name, _equal, version = line.partition("=")
        found[name] = max(version, found.get(name, version), key=key)
    return found


def update() -> int:
    print(f"fetch {SOURCE}/x86_64/APKINDEX.tar.gz")
    if not SOURCE.is_dir():
        print(f"ERROR: {SOURCE}: No such file or directory", file=sys.stderr)
        print(f"1 unavailable, 0 stale; {len(available())} distinct packages available")
        return 1
    names = sorted(path.name for path in SOURCE.iterdir() if "=" in path.name)
    INDEX.parent.mkdir(parents=True, exist_ok=True)
    INDEX.write_text("".join(f"{name}\n" for name in names))
    print(f"OK: {len(available())} distinct packages available")
    return 0


def info(options: argparse.Namespace) -> int:
    installed, absent = Installed(), 0
    for name in options.names or list(installed.packages):
        version = installed.version(name)
        if version is None:
            absent += 1
        elif options.description:
            print(f"{name}-{version} description:\nA package of a lab\n")
        elif options.depends:
            print(f"{name}-{version} depends on:\n")
        else:
            print(f"{name}-{version}" if options.verbose else name)
    return absent


def version(options: argparse.Namespace) -> int:
    installed, offered = Installed(), available()
    print(f"{'Installed:':<42}Available:")
    for name in options.names:
        have, newest = installed.version(name), offered.get(name)
        if have and newest and key(have) != key(newest):
            print(f"{name + '-' + have:<40}{'<' if key(have) < key(newest) else '>'} {newest} ")
    return 0


def add(options: argparse.Namespace) -> int:
    installed, offered = Installed(), available()
    unknown = [name for name in options.names if name not in offered and installed.version(name) is None]
    if unknown:
        print("ERROR: unable to select packages:", *(f"  {name} (no such package)" for name in unknown), sep="\n")
        return len(unknown)
    wanted = []
    for name in options.names:
        have, newest = installed.version(name), offered.get(name)
        if newest and (have is None or (options.upgrade and key(have) < key(newest))):
            wanted.append((name, have, newest))
    failed = 0
    for number, (name, have, newest) in enumerate(wanted, 1):
        print(
            f"({number}/{len(wanted)}) "
            + (f"Upgrading {name} ({have} -> {newest})" if have else f"Installing {name} ({newest})")
        )
        if not options.simulate:
            failed += not install(installed, name, newest)
    if not options.simulate:
        world = WORLD.read_text().split()
        WORLD.write_text("".join(f"{name}\n" for name in sorted({*world, *options.names})))
    print(f"{failed} error; 9 MiB in 30 packages" if failed else "OK: 9 MiB in 30 packages")
    return failed


def install(installed: Installed, name: str, newest: str) -> bool:
    """Put the files of a package into the system in place of those of its older version."""
    folder = SOURCE / f"{name}={newest}"
    old = installed.packages.get(name, {}).get("R", [])
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.name != SCRIPT]
    for path in files:
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        # A program that runs keeps its old file.
        fresh = target.with_name(f".apk.{target.name}")
        shutil.copy2(folder / path, fresh)
        fresh.rename(target)
    for gone in {*old} - {str(path) for path in files}:
        (ROOT / gone).unlink(missing_ok=True)
    installed.packages[name] = {"P": [name], "V": [newest], "R": [str(path) for path in files]}
    installed.write()
    script = folder / SCRIPT
    if not script.exists():
        return True
    print(f"Executing {name}-{newest}.post-install")
    sys.stdout.flush()
    code = subprocess.run([str(script)], check=False).returncode
    if code:
        print(f"ERROR: {name}-{newest}.post-install: script exited with error {code}", file=sys.stderr)
    return code == 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="apk")
    parser.add_argument("-v", "--verbose", action="store_true")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("update")
    for verb, flags in (
        ("info", (("-e", "--installed"), ("--description",), ("--depends",), ("-v", "--verbose"))),
        ("version", ()),
        ("add", (("--upgrade", "-u"), ("--simulate", "-s"))),
    ):
        own = verbs.add_parser(verb)
        for flag in flags:
            own.add_argument(*flag, action="store_true", default=argparse.SUPPRESS if "-v" in flag else False)
        own.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.verb == "update":
        return update()
    return {"info": info, "version": version, "add": add}[options.verb](options)


if __name__ == "__main__":
    sys.exit(main())
