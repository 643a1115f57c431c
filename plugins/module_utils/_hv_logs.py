# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The last words of a daemon, from the journal or the log files."""

from __future__ import annotations

import math
import os
import re
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

LOG_FILES = ("/var/log/syslog", "/var/log/messages", "/var/log/user.log", "/var/log/daemon.log")
TAIL_SIZE = 64 * 1024
MOST_LINES = 200
LONGEST_LINE = 300
COMPLAINT = re.compile(r"fail|error|invalid|denied|cannot|unable|no such|not found|timed out", re.IGNORECASE)


def last_complaint(system: System, names: t.Sequence[str], unit: str | None, since: float) -> str | None:
    """The last line in which a daemon complains, no older than C(since) seconds where the log tells.

    Args:
        system: The machine.
        names: The names under which the daemon logs.
        unit: Its unit.
        since: How far to look back.
    """
    # The daemon's own words count for more than what systemd says about it.
    own = [f"SYSLOG_IDENTIFIER={name}" for name in names] + ([f"_SYSTEMD_UNIT={unit}"] if unit is not None else [])
    others = [f"UNIT={unit}"] if unit is not None else []
    sources: list[t.Callable[[], list[str]]] = [
        lambda: _journal(system, own, since),
        lambda: [line for path in LOG_FILES for line in _tail(system, path, names)],
        lambda: _journal(system, others, since) if others else [],
    ]
    for read in sources:
        complaints = [line for line in read() if COMPLAINT.search(line)]
        if complaints:
            return complaints[-1].strip()[:LONGEST_LINE]
    return None


def _journal(system: System, matches: t.Sequence[str], since: float) -> list[str]:
    if system.command("journalctl") is None:
        return []
    limits = ["--no-pager", "-q", "-o", "cat", "-n", str(MOST_LINES), f"--since=-{max(1, math.ceil(since))}s"]
    # A plus sign between matches of two fields means "or"; two of one field mean it anyway.
    either = [word for match in matches for word in ("+", match)][1:]
    return system.run(["journalctl", *limits, *either], 10.0).out.splitlines()


def _tail(system: System, path: str, names: t.Sequence[str]) -> list[str]:
    real = system.resolve(path)
    if real is None:
        return []
    try:
        with open(system.path(real), "rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - TAIL_SIZE))
            text = stream.read().decode("utf-8", errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines()[-MOST_LINES:] if any(f" {name}" in line for name in names)]
