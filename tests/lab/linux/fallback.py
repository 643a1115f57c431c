# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which kind of guest this machine can run, and process guests in place of real ones where it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from . import requirements
from .errors import LabError
from .plain import requirements as plain_requirements
from .roots.recipes import find_recipe
from .spec import GuestSpec


def what_runs() -> tuple[str, list[str]]:
    """The best kind of guest for this machine, "real", "process" or "none", and why it is no better."""
    reasons = requirements.missing()
    if not reasons:
        return "real", []
    plain = plain_requirements.missing()
    return ("process", reasons) if not plain else ("none", [*dict.fromkeys([*reasons, *plain])])


def check(specs: Iterable[GuestSpec]) -> None:
    """Refuse to go on where one of the guests cannot run."""
    kinds = {find_recipe(spec.root).built for spec in specs}
    if True in kinds:
        requirements.check()
    if False in kinds:
        reasons = plain_requirements.missing()
        if reasons:
            raise LabError("Process guests cannot run on this machine:\n" + "\n".join(f"- {item}" for item in reasons))


def replace_if_need_be(specs: list[GuestSpec], say: Callable[[str], None]) -> list[GuestSpec]:
    """Process guests of the same names where real ones cannot run, told loudly."""
    reasons = requirements.missing()
    if not reasons:
        return specs
    say("NOT TESTED: no real Linux guest can run here, so no service manager and no daemon of a distribution is:")
    for reason in reasons:
        say(f"- {reason}")
    say("Process guests with stand-in daemons take their place.")
    return [as_processes(spec) for spec in specs]


def as_processes(spec: GuestSpec) -> GuestSpec:
    """The nearest guest that needs neither root nor FUSE: nothing can be masked, and all programs are the machine's."""
    return replace(spec, root="process", masked=(), other_kernel=False)
