# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hyperv.integration.plugins.filter.package_failure import FilterModule
from ansible_collections.hyperv.integration.tests.unit.plugins.filter.example_playbook import run_examples

package_failure = FilterModule().filters()["package_failure"]


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="package_failure: expected the result of a task but found 'str'"):
        package_failure("nonsense")


def test_the_examples_show_what_their_comments_say(tmp_path: Path) -> None:
    assert run_examples("package_failure", tmp_path, {}) == [
        ["Zypper run command failed with return code 4.", "Repository 'Updates' is invalid."]
    ]
