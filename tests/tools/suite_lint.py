# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suite lint: style and types of the Python, YAML, roles and playbooks."""

from __future__ import annotations

from . import other_collections, places
from .context import Context
from .jobs import Job


def jobs(context: Context) -> list[Job]:
    package = "ansible_collections/hyperv/integration"
    sources = [f"{package}/{name}" for name in ("plugins", "tests") if (context.copy / name).exists()]
    mypy = ["mypy", "--config-file", context.copy / "mypy.ini", "--cache-dir", context.room.folder / "mypy", *sources]
    return [
        context.job("lint", "ruff check", ["ruff", "check", "."]),
        context.job("lint", "ruff format", ["ruff", "format", "--check", "--diff", "."]),
        context.job("lint", "yamllint", ["yamllint", "--strict", "."]),
        context.job("lint", "mypy", mypy, cwd=context.room.collections("main")),
        ansible_lint(context),
        context.job("lint", "changelog", ["antsibull-changelog", "lint"]),
        context.job("lint", "shellcheck", ["sh", "-c", "find . -name '*.sh' -print0 | xargs -0r shellcheck"]),
        context.job("lint", "pins", [places.main_venv() / "bin/python", "-m", "pip", "check"]),
    ]


def ansible_lint(context: Context) -> Job:
    """It takes a module that it cannot find for a mistake."""
    for name in other_collections.NAMES:
        reason = other_collections.missing(name)
        if reason and other_collections.used_in(context.copy, name):
            return context.skip("lint", "ansible-lint", reason)
    return context.job("lint", "ansible-lint", ["ansible-lint", "--offline", "--nocolor"])
