# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The program `shutdown` of a guest that has no logind."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux.guest import restart

SHUTDOWN = Path(restart.__file__).with_name("shutdown.sh")


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        (["-r", "0", "Reboot initiated by Ansible"], "reboot.target"),
        (["--reboot", "+1"], "reboot.target"),
        (["-h", "now"], "poweroff.target"),
        (["-H"], "halt.target"),
        ([], "poweroff.target"),
    ],
)
def test_whatever_the_time_it_is_now(tmp_path: Path, arguments: list[str], target: str) -> None:
    (tmp_path / "systemctl").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "systemctl").chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", str(SHUTDOWN), *arguments],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    assert done.stdout.split()[-1] == target


def test_nothing_is_left_to_be_taken_back(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", str(SHUTDOWN), "-c"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")
