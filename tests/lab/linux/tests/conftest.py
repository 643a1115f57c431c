# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real guests for the tests of this folder; where the machine cannot run them, everything here is skipped, loudly."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux import requirements
from ansible_collections.hyperv.integration.tests.lab.linux.lab import LinuxLab
from ansible_collections.hyperv.integration.tests.lab.linux.roots.recipes import DEFAULT_ROOTS
from ansible_collections.hyperv.integration.tests.lab.linux.spec import GuestSpec


@pytest.fixture(scope="session", autouse=True)
def machine() -> None:
    """Skip where guests cannot run."""
    reasons = requirements.missing()
    if reasons:
        text = "NOT TESTED, no Linux guest can run here: " + "; ".join(reasons)
        warnings.warn(text, stacklevel=1)
        pytest.skip(text)


def four() -> list[GuestSpec]:
    """One guest of each default root."""
    return [GuestSpec.from_mapping(root, {"root": root}) for root in DEFAULT_ROOTS]


@pytest.fixture(scope="session")
def lab(machine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinuxLab]:
    """Four guests that several tests share; each test leaves them as it found them."""
    with LinuxLab(tmp_path_factory.mktemp("four"), print) as made:
        made.up(four())
        yield made
