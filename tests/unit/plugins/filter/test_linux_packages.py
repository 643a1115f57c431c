# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.filter.linux_packages import FilterModule
from ansible_collections.hyperv.integration.tests.unit.plugins.filter.example_playbook import run_examples

linux_packages = FilterModule().filters()["linux_packages"]


def test_an_error_names_the_filter() -> None:
    with pytest.raises(AnsibleFilterError, match="linux_packages: the input must be a result of linux_hv_daemon_info"):
        linux_packages("nonsense")


def test_the_examples_show_what_their_comments_say(tmp_path: Path) -> None:
    assert run_examples("linux_packages", tmp_path, {}) == [
        ["linux-azure"],
        {"needed": True, "reasons": ["The kernel 5.15.0-1064-azure is installed, 5.15.0-1063-azure runs"]},
    ]
