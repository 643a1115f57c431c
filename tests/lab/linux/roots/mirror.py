# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where this machine's own apt gets Debian from; the guests' packages come from there too."""

from __future__ import annotations

import subprocess

from ..errors import LabError

_FORMAT = "$(CREATED_BY) $(REPO_URI) $(ORIGIN) $(LABEL) $(SUITE) $(COMPONENT)"


def choose_mirror(index_targets: str) -> str:
    """Pick the archive of Debian proper from `apt-get indextargets`, not that of -updates or -security."""
    for line in index_targets.splitlines():
        fields = line.split(" ")
        if len(fields) != 6 or "-" in fields[4]:
            continue
        created_by, uri, *rest = fields
        if created_by == "Packages" and rest[:2] == ["Debian", "Debian"] and rest[3] == "main":
            return uri.rstrip("/")
    raise LabError(
        "Failed to find a Debian archive among apt's sources: `apt-get indextargets` names none with origin Debian,"
        " so run `apt-get update` on a Debian machine first"
    )


def machine_mirror() -> str:
    """The archive that this machine uses."""
    targets = _apt("indextargets", "--format", _FORMAT)
    try:
        return choose_mirror(targets)
    except LabError:
        # A fresh machine has no lists yet, and apt knows nobody's origin without them.
        _apt("-qq", "update")
        return choose_mirror(_apt("indextargets", "--format", _FORMAT))


def _apt(*arguments: str) -> str:
    try:
        done = subprocess.run(["apt-get", *arguments], check=True, capture_output=True, text=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as exc:
        raise LabError(f"Failed to ask apt for its sources: {exc}") from exc
    return done.stdout


def machine_options() -> list[str]:
    """The machine's own apt settings that decide whether an archive can be reached and is believed."""
    done = subprocess.run(["apt-config", "dump"], check=True, capture_output=True, text=True, timeout=60)
    return choose_options(done.stdout)


def choose_options(dump: str) -> list[str]:
    """Take proxies, retries and date checks out of `apt-config dump`: a frozen mirror may need them."""
    wanted = (
        "Acquire::http",
        "Acquire::https",
        "Acquire::Retries",
        "Acquire::Check-Valid-Until",
        "Acquire::Check-Date",
    )
    return [
        line.strip()
        for line in dump.splitlines()
        if line.startswith(wanted) and not line.rstrip().endswith('"";') and "::Pipeline-Depth" not in line
    ]
