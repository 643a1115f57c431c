# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real guests for the tests of this folder; what the machine cannot run is skipped, loudly."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux import requirements
from ansible_collections.hyperv.integration.tests.lab.linux.lab import LinuxLab
from ansible_collections.hyperv.integration.tests.lab.linux.plain import requirements as plain_requirements
from ansible_collections.hyperv.integration.tests.lab.linux.roots.recipes import DEFAULT_ROOTS
from ansible_collections.hyperv.integration.tests.lab.linux.spec import GuestSpec


def skip_loudly(kind: str, reasons: list[str]) -> None:
    """Skip what needs a kind of guest that cannot run here."""
    if reasons:
        text = f"NOT TESTED, no {kind} can run here: " + "; ".join(reasons)
        warnings.warn(text, stacklevel=2)
        pytest.skip(text)


@pytest.fixture(scope="session")
def machine() -> None:
    """A machine that real guests can run on."""
    skip_loudly("real Linux guest", requirements.missing())


@pytest.fixture(scope="session")
def plain_machine() -> None:
    """A machine that process guests can run on."""
    skip_loudly("process guest", plain_requirements.missing())


def four() -> list[GuestSpec]:
    """One guest of each default root."""
    return [GuestSpec.from_mapping(root, {"root": root}) for root in DEFAULT_ROOTS]


@pytest.fixture(scope="session")
def lab(machine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinuxLab]:
    """Four guests that several tests share; each test leaves them as it found them."""
    with LinuxLab(tmp_path_factory.mktemp("four"), print) as made:
        made.up(four())
        yield made
