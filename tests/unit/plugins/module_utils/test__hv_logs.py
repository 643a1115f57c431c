# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_logs import LONGEST_LINE, TAIL_SIZE, last_complaint
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import Answer
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest

NAMES = ("Hyper-V VSS", "hv_vss_daemon")


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)


def journal(guest: Guest, own: str, others: str = "") -> None:
    guest.program("/usr/bin/journalctl")
    guest.commands["journalctl"] = lambda argv: Answer(0, others if argv[-1].startswith("UNIT=") else own, "")


def test_the_last_complaint_counts_not_the_last_line(guest: Guest) -> None:
    journal(guest, "VSS starting; pid is:4\nopen failed; error: 2\nexiting\n")
    assert last_complaint(guest.system, NAMES, "u.service", 3.2) == "open failed; error: 2"
    assert guest.calls[0][-5:] == [
        "SYSLOG_IDENTIFIER=Hyper-V VSS",
        "+",
        "SYSLOG_IDENTIFIER=hv_vss_daemon",
        "+",
        "_SYSTEMD_UNIT=u.service",
    ]
    assert "--since=-4s" in guest.calls[0]


def test_what_systemd_says_counts_where_the_daemon_said_nothing(guest: Guest) -> None:
    journal(guest, "VSS starting\n", "u.service: Failed to execute /usr/sbin/x: Permission denied\n")
    assert last_complaint(guest.system, NAMES, "u.service", 1) == (
        "u.service: Failed to execute /usr/sbin/x: Permission denied"
    )


def test_a_log_file_counts_before_systemds_words(guest: Guest) -> None:
    journal(guest, "", "u.service: Failed with result 'exit-code'.\n")
    guest.write("/var/log/messages", "May 4 db hv_vss_daemon: Hyper-V VSS: read failed\nMay 4 db sshd: error\n")
    found = last_complaint(guest.system, NAMES, "u.service", 1)
    assert found == "May 4 db hv_vss_daemon: Hyper-V VSS: read failed"


def test_without_any_log_there_is_nothing_to_tell(guest: Guest) -> None:
    assert last_complaint(guest.system, NAMES, None, 1) is None


def test_only_the_end_of_a_long_log_is_read(guest: Guest) -> None:
    old = "x Hyper-V VSS: old failure\n"
    guest.write("/var/log/syslog", old + "y" * TAIL_SIZE)
    assert last_complaint(guest.system, NAMES, None, 1) is None


def test_a_line_without_end_is_cut(guest: Guest) -> None:
    journal(guest, "error " + "x" * 5000)
    assert len(last_complaint(guest.system, NAMES, None, 1) or "") == LONGEST_LINE
