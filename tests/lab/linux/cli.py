# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line of the Linux lab."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import delayed, paths, requirements
from .errors import LabError
from .lab import LinuxLab
from .roots.build import ensure_roots
from .roots.recipes import DEFAULT_ROOTS, RECIPES, find_recipe
from .services import KEYS, SERVICES
from .spec import GuestSpec

CANNOT_RUN = 3
BUILT = [name for name, recipe in RECIPES.items() if recipe.built]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _print(data: Any) -> None:
    print(json.dumps(data, indent=2, sort_keys=True))


def _lab(options: argparse.Namespace) -> LinuxLab:
    directory = Path(options.directory) if options.directory else paths.lab_dir(options.name)
    return LinuxLab(directory, _say)


def _require(options: argparse.Namespace) -> int:
    if options.install:
        for package in requirements.install_packages():
            _say(f"installed {package}")
    reasons = requirements.missing()
    if reasons:
        _say("Linux guests cannot run on this machine, so what needs them is NOT tested:")
        for reason in reasons:
            _say(f"- {reason}")
        packages = requirements.missing_packages()
        if packages:
            _say(f"On Debian: apt-get install {' '.join(packages)} (or: {__package__} require --install)")
        return CANNOT_RUN
    _say("Linux guests can run on this machine")
    return 0


def _build(options: argparse.Namespace) -> int:
    requirements.check()
    recipes = [find_recipe(name) for name in options.root or BUILT]
    started = time.monotonic()
    ready = ensure_roots([recipe for recipe in recipes if not recipe.moving], paths.roots_dir(), _say)
    for recipe in recipes:
        if recipe.moving:
            try:
                ready.update(ensure_roots([recipe], paths.roots_dir(), _say))
            except LabError as exc:
                # Nobody can do anything about it, unless it is just what was asked for.
                if options.root:
                    raise
                _say(f"root {recipe.name}: LEFT OUT, so what needs it is not tested: {exc}")
    for name, folder in ready.items():
        print(f"{name} {folder}")
    _say(f"{len(ready)} roots ready after {time.monotonic() - started:.0f} s")
    return 0


def _up(options: argparse.Namespace) -> int:
    if options.spec:
        text = sys.stdin.read() if options.spec == "-" else Path(options.spec).read_text()
        data = json.loads(text)
    else:
        data = {f"guest-{root}": {"root": root} for root in DEFAULT_ROOTS}
    lab = _lab(options)
    specs = [GuestSpec.from_mapping(name, mapping) for name, mapping in data.items()]
    lab.up(specs, processes_if_need_be=options.processes_if_need_be)
    inventory = {"linux_guests": {"hosts": lab.inventory()}}
    if options.inventory:
        # JSON is YAML, so Ansible reads it by this name.
        Path(options.inventory).write_text(json.dumps(inventory, indent=1))
    _print(inventory)
    return 0


def _down(options: argparse.Namespace) -> int:
    _lab(options).down()
    return 0


def _status(options: argparse.Namespace) -> int:
    lab = _lab(options)
    found = {}
    for name, entry in lab.state.read().items():
        row: dict[str, Any] = {"root": entry["spec"]["root"], "manager_state": entry.get("manager_state")}
        if entry.get("init"):
            guest = lab[name]
            row["manager"] = guest.manager
            row.update(alive=guest.init.alive(), pid=guest.init.pid, offered=guest.offered())
            if guest.init.alive() and guest.spec.hyperv:
                row["devices"] = guest.state()
        found[name] = row
    _print(found)
    return 0


def _switch(options: argparse.Namespace) -> int:
    lab = _lab(options)
    guest = lab[options.guest]
    on = options.to == "on"
    if options.after is not None:
        process = delayed.switch_later(lab.directory, guest.place, guest.name, options.service, on, options.after)
        lab.state.update(guest.name, {"delayed": process.to_json()})
        _print({"changed": True, "after": options.after})
        return 0
    if options.sleep:
        time.sleep(min(options.sleep, delayed.LIMIT))
    _print({"changed": guest.switch(options.service, on, options.abrupt)})
    return 0


def _host(options: argparse.Namespace) -> int:
    if options.what == "switch":
        return _switch(options)
    guest = _lab(options)[options.guest]
    if options.what == "offered":
        _print(guest.offered())
    elif options.what == "fcopy":
        guest.copy_in(options.folder, Path(options.file).name, Path(options.file).read_bytes())
        _print({"changed": True})
    else:
        arguments = {name: getattr(options, name) for name in ("pool", "key", "value") if getattr(options, name, None)}
        _print(guest.ask(options.what, **arguments))
    return 0


def _add_switch(parser: argparse.ArgumentParser) -> None:
    names = [*KEYS, *(alias for service in SERVICES for alias in service.aliases)]
    parser.add_argument("service", choices=names, metavar="SERVICE")
    parser.add_argument("to", choices=("on", "off"))
    parser.add_argument("--after", type=float, metavar="SECONDS", help="do it later, in the background")
    parser.add_argument("--abrupt", action="store_true", help="off: the device goes before systemd is told")
    parser.add_argument("--sleep", type=float, help=argparse.SUPPRESS)


def _add_host(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("guest")
    verbs = parser.add_subparsers(dest="what", required=True)
    _add_switch(verbs.add_parser("switch", help="switch a service on or off"))
    for name, text in (
        ("state", "devices, and whether their daemons are registered"),
        ("offered", "services whose channel the guest sees"),
        ("hotbackup", "ask the VSS daemon whether a backup could be made"),
    ):
        verbs.add_parser(name, help=text)
    for name, names in (("kvp_enum", ()), ("kvp_set", ("key", "value")), ("kvp_delete", ("key",))):
        verb = verbs.add_parser(name, help="key-value pairs, through the daemon")
        for argument in names:
            verb.add_argument(argument)
        verb.add_argument("--pool", choices=("external", "guest", "auto", "auto_external", "auto_internal"))
    copy = verbs.add_parser("fcopy", help="copy a file into the guest")
    copy.add_argument("file")
    copy.add_argument("folder")


def build_parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description=__doc__)
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--name", default="linux", help="name of the lab (default: linux)")
    where.add_argument("--directory", help="folder of the lab, instead of a name")
    verbs = parser.add_subparsers(required=True)

    def verb(
        name: str, function: Callable[[argparse.Namespace], int], text: str, lab: bool = True
    ) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text, parents=[where] if lab else [])
        made.set_defaults(function=function)
        return made

    require = verb("require", _require, "say whether guests can run here, and why not", lab=False)
    require.add_argument("--install", action="store_true", help="install missing Debian packages first")
    build = verb("build", _build, "build the root file systems that are missing", lab=False)
    build.add_argument("root", nargs="*", help=f"some of {', '.join(BUILT)} (default: all)")
    up = verb("up", _up, "start guests and print their inventory")
    up.add_argument("spec", nargs="?", help="JSON file, or - for standard input (default: one of each root)")
    up.add_argument("--inventory", help="file to write the inventory to as well")
    up.add_argument(
        "--processes-if-need-be", action="store_true", help="process guests where real ones cannot run, told loudly"
    )
    verb("down", _down, "take the guests down")
    verb("status", _status, "show the guests")
    switch = verb("switch", _switch, "switch a service of a guest on or off as its host does")
    switch.add_argument("guest")
    _add_switch(switch)
    _add_host(verb("host", _host, "play a guest's host"))
    return parser


def main(argv: list[str]) -> int:
    """Run one verb."""
    options = build_parser().parse_args(argv)
    try:
        return int(options.function(options))
    except LabError as exc:
        _say(str(exc))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
