# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.filter.update_mechanism import FilterModule
from ansible_collections.hyperv.integration.tests.unit.plugins.filter.example_playbook import run_examples

update_mechanism = FilterModule().filters()["update_mechanism"]


def test_the_mechanism_is_a_word_and_the_details_are_a_mapping() -> None:
    assert update_mechanism("Windows Server 2012", "Windows Server 2016") == "windows_update"
    assert update_mechanism("Windows Server 2012", "Windows Server 2016", details=True)["requires_kvp_exchange"] is True


@pytest.mark.parametrize(
    ("guest", "host", "details", "message"),
    [
        (
            "Windows 10",
            "Debian",
            False,
            "update_mechanism: 'Debian' is no host; give one of win10_ws2016_ws2019, win81_ws2012r2, win8_ws2012, "
            "ws2022_plus, the name of a Windows, a build number, or the host part of a snapshot",
        ),
        (
            7,
            9600,
            False,
            "update_mechanism: '7' is no guest; give the name of its operating system, or a mapping that tells it",
        ),
        ("Windows 10", 9600, "yes", "update_mechanism: details must be true or false, not 'yes'"),
    ],
)
def test_a_failure_names_the_filter_and_what_the_user_wrote(
    guest: t.Any, host: t.Any, details: t.Any, message: str
) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        update_mechanism(guest, host, details)
    assert str(caught.value) == message


def test_the_examples_of_the_documentation_run(tmp_path: Path) -> None:
    shown = run_examples("update_mechanism", tmp_path, {})
    assert shown[:2] == ["integration_services_disk", "windows_update"]
    assert shown[2][0] == (
        "Not in the matrix: No row of the table for Windows 8 / Windows Server 2012 names Windows Server 2016."
    )
