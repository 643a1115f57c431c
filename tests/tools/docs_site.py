# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the documentation site from a copy of the collection: python -m tests.tools.docs_site FOLDER."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from ..lab import pwsh
from . import tree
from .context import Context

Command = list[str | Path]


def site_commands(copy: Path, work: Path) -> list[Command]:
    """antsibull-docs writes the pages of the plugins, Sphinx makes the site; warnings are errors."""
    pages, settings = work / "rst", work / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    pages.mkdir(mode=0o700, exist_ok=True)  # antsibull-docs insists on that mode
    shutil.copyfile(copy / "docs/site/conf.py", settings / "conf.py")
    generate: Command = ["antsibull-docs", "--config-file", copy / "docs/site/antsibull-docs.cfg", "collection"]
    generate += ["--cleanup", "everything", "--use-current", "--squash-hierarchy", "--dest-dir", pages]
    build: Command = ["sphinx-build", "--quiet", "--fail-on-warning", "--keep-going", "-b", "html"]
    return [[*generate, "hyperv.integration"], [*build, "-c", settings, pages, work / "html"]]


def main(target: Path) -> int:
    with tree.occupy() as room:
        context = Context(room, room.take(), pwsh.Missing("not needed"), room.work("bin"))
        work, log = room.work("docs"), context.log("docs", "make")
        log.unlink(missing_ok=True)
        for command in site_commands(context.copy, work):
            if context.run(command, log):
                print(log.read_text(errors="replace"), file=sys.stderr)
                return 1
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(work / "html", target)
    print(f"The documentation is in {target / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
