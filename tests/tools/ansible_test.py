# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How ansible-test is run: without a site of its own, in a home of its own, with every Python that is here."""

from __future__ import annotations

import ast
import shutil
import typing as t
from pathlib import Path

from ..lab import pwsh
from . import places
from .context import Context

# Settings of the package index that a user keeps in his home.
INDEX_SETTINGS = (".config/pip", ".pip", ".netrc")


def lane(core: str) -> str:
    """ansible-test writes into its copy of the collection, so it runs once at a time for each ansible-core."""
    return f"ansible-test {core}"


def internals(core: str) -> Path:
    return next(places.venv(core).glob("lib/python3*/site-packages/ansible_test"))


def constant(core: str, name: str) -> t.Any:
    """A constant of ansible-test, read rather than imported: it belongs to another environment."""
    source = (internals(core) / "_util/target/common/constants.py").read_text()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
    raise LookupError(f"ansible-test of {core} has no constant {name}")


def target_pythons(core: str) -> list[str]:
    """The versions of Python that only a target of this ansible-core may have, oldest first."""
    return list(constant(core, "REMOTE_ONLY_PYTHON_VERSIONS"))


def controller_pythons(core: str) -> list[str]:
    return list(constant(core, "CONTROLLER_PYTHON_VERSIONS"))


def bootstrap_pip(core: str) -> str:
    """The version of pip that this ansible-test puts into its environments."""
    source = (internals(core) / "_internal/python_requirements.py").read_text()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "pip" and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    raise LookupError(f"ansible-test of {core} names no version of pip")


def prepare_home(context: Context, core: str) -> Path:
    """A home folder: ansible-test keeps environments there, and would download get-pip.py into it."""
    home = places.cache() / "ansible" / core
    script = home / ".ansible/test/cache" / f"get_pip_{bootstrap_pip(core).replace('.', '_')}.py"
    script.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(context.copy / "tests/tools/get_pip.py", script)
    for name in INDEX_SETTINGS:
        source, link = Path.home() / name, home / name
        if source.exists() and not link.is_symlink():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(source)
    return home


def link_programs(folder: Path, found: pwsh.Found | pwsh.Missing) -> None:
    """Fill a folder with python3.8 ... and pwsh by those names."""
    for version, path in places.pythons().items():
        (folder / f"python{version}").symlink_to(path)
    if isinstance(found, pwsh.Found):
        script = folder / "pwsh"
        settings = " ".join(f"{key}={value}" for key, value in pwsh.ENVIRONMENT.items())
        script.write_text(f"#!/bin/sh\nexec env {settings} '{found.path}' \"$@\"\n")
        script.chmod(0o755)


def run(context: Context, core: str, arguments: t.Sequence[str], log: Path) -> int:
    """The exit code of ansible-test in the twin of the copy that belongs to this ansible-core."""
    env = context.env(core, context.room.collections(core))
    env["HOME"] = str(prepare_home(context, core))
    env["PATH"] = f"{places.venv(core)}/bin:{context.programs}:{env['PATH']}"
    command = [places.venv(core) / "bin/ansible-test", *arguments]
    return context.run(command, log, cwd=context.room.path(core), env=env, seconds=900)
