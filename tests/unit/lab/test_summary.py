# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of an audit in a terminal."""

from __future__ import annotations

from typing import Any

from ansible_collections.hyperv.integration.tests.lab import summary


def host(name: str, **keys: Any) -> dict[str, Any]:
    return {
        "name": name,
        "os_caption": "Microsoft Windows Server 2016 Datacenter",
        "status": "ok",
        "vms": 10,
        "running": 7,
        "severities": {"critical": 1, "warning": 2},
        "versions": {"outdated": 3},
        **keys,
    }


def test_there_is_a_row_for_each_host_and_one_for_all() -> None:
    refused = host("hv02", os_caption=None, status="access_denied", vms=0, running=0, severities={}, versions={})
    report = {"hosts": [host("HV01"), refused], "summary": {"hosts": {"read": 1, "total": 2}}}
    rows = [" ".join(line.split()) for line in summary.lines(report)]
    assert rows[0] == "host system status VMs running outdated critical warning info"
    assert rows[2:4] == ["HV01 Windows Server 2016 ok 10 7 3 1 2 0", "hv02 access_denied 0 0 0 0 0 0"]
    assert rows[5] == "all 1 of 2 read 10 7 3 1 2 0"


def test_wide_letters_keep_the_columns_straight() -> None:
    report = {"hosts": [host("ホスト"), host("HV0001")], "summary": {"hosts": {"read": 2, "total": 2}}}
    rows = summary.lines(report)
    assert rows[2].index("Windows") + len("ホスト") == rows[3].index("Windows")
