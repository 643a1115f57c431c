# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._update_failure import update_failure

# What ansible-core says of a program that gave no JSON, in several releases.
DEAD = [
    {"failed": True, "msg": "Module result deserialization failed: No start of json char found", "module_stdout": ""},
    {"failed": True, "msg": "MODULE FAILURE: No start of json char found\nSee stdout/stderr", "module_stdout": ""},
    {"failed": True, "msg": "No JSON object could be decoded", "module_stdout": "Killed", "rc": 137},
]


@pytest.mark.parametrize("result", DEAD)
@pytest.mark.parametrize(
    ("module", "left", "hint"),
    [
        ("hyperv.integration.hyperv_offline_package", "half installed on the disk", "dismounted"),
        ("hyperv.integration.windows_is_package", "half installed", "dism.log of the guest"),
        ("hyperv.integration.windows_is_setup", "may run still", "vmguestsetup.log"),
        ("ansible.windows.win_updates", "updates may be half installed", "update history"),
        ("hyperv.integration.guest_is_version", "nothing was changed", "event log"),
        ("hyperv.integration.windows_vmic_service_info", "nothing was changed", "event log"),
        ("community.general.zypper", "may be half done", "Look at the target"),
    ],
)
def test_a_program_that_died_tells_what_may_be_half_done(
    result: dict[str, t.Any], module: str, left: str, hint: str
) -> None:
    told = update_failure(result, "Disk | Run its setup", module, "guest 'web01'")
    name = module.rpartition(".")[2]
    assert told["msg"].startswith(f"The program of {name} on guest 'web01' ended without an answer, so ")
    assert left in told["msg"]
    # The raw text stays in the detail, on one line.
    assert str(result["msg"]).partition("\n")[0] in told["msg"]
    assert "\n" not in told["msg"]
    assert hint in told["hint"]
    assert told["error_class"] == "unexpected"


def test_the_last_words_of_a_program_are_kept() -> None:
    told = update_failure(DEAD[2], "Install", "x.y.z", "host 'HV01'")
    assert told["msg"].endswith("(No JSON object could be decoded: Killed)")


def test_what_a_module_says_itself_stays() -> None:
    result = {"failed": True, "msg": "no", "error_class": "blocked", "hint": "do", "module_stdout": "x"}
    assert update_failure(result, "T", "m", "t") == {"msg": "no", "error_class": "blocked", "hint": "do"}


@pytest.mark.parametrize(
    ("task", "error_class"),
    [
        ("Disk | Reach the host", "host_unreachable"),
        ("Windows Update | Reach the guest again", "guest_unreachable"),
        ("Version | It is new enough", "unexpected"),
    ],
)
def test_a_failure_without_a_class_has_that_of_its_task(task: str, error_class: str) -> None:
    told = update_failure({"failed": True}, task, "ansible.builtin.fail", "t")
    assert told == {"msg": f"{task} failed", "error_class": error_class, "hint": None}


def test_why_a_restart_was_refused_is_told() -> None:
    result = {"failed": True, "msg": "Reboot command failed", "stderr": "\nAccess is denied\nat line 1"}
    assert update_failure(result, "T", "m", "t")["msg"] == "Reboot command failed: Access is denied"
