# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.filter.update_failure import FilterModule, update_failure
from ansible_collections.hyperv.integration.tests.unit.plugins.filter.example_playbook import run_examples


def test_the_filter_has_its_name() -> None:
    assert FilterModule().filters() == {"update_failure": update_failure}


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="update_failure: expected the result of a task but found 'str'"):
        update_failure("failed", "Install it")


def test_the_examples_say_what_the_documentation_promises(tmp_path: Path) -> None:
    died, hint = run_examples("update_failure", tmp_path, {})
    assert died["msg"].startswith("The program of windows_is_package on guest web01 ended without an answer, so the")
    assert hint == "Copy it there"
