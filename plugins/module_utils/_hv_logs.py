# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The last words of a daemon, from the journal or the log files."""

from __future__ import annotations

import os
import re
import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System

LOG_FILES = ("/var/log/syslog", "/var/log/messages", "/var/log/user.log", "/var/log/daemon.log")
TAIL_SIZE = 64 * 1024
MOST_LINES = 200
LONGEST_LINE = 300
COMPLAINT = re.compile(r"fail|error|invalid|denied|cannot|unable|no such|not found|timed out", re.IGNORECASE)


def last_complaint(system: System, idents: t.Sequence[str], unit: str | None, since: float) -> str | None:
    """The last line in which a daemon complains, no older than C(since) seconds where the log tells."""
    lines = _journal(system, idents, unit, since)
    if not lines:
        lines = [line for path in LOG_FILES for line in _tail(system, path, idents)]
    complaints = [line for line in lines if COMPLAINT.search(line)]
    return complaints[-1].strip()[:LONGEST_LINE] if complaints else None


def _journal(system: System, idents: t.Sequence[str], unit: str | None, since: float) -> list[str]:
    if system.command("journalctl") is None:
        return []
    # A plus sign means "or": what the unit said, or systemd about it, or anything under the daemon's own name.
    matches = [f"SYSLOG_IDENTIFIER={ident}" for ident in idents]
    matches += ["+", f"_SYSTEMD_UNIT={unit}", "+", f"UNIT={unit}"] if unit is not None else []
    limits = ["--no-pager", "-q", "-o", "cat", "-n", str(MOST_LINES), f"--since=-{max(1, round(since))}s"]
    return system.run(["journalctl", *limits, *matches], 10.0).out.splitlines()


def _tail(system: System, path: str, idents: t.Sequence[str]) -> list[str]:
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
    return [line for line in text.splitlines()[-MOST_LINES:] if any(f" {ident}" in line for ident in idents)]
