# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lab raises for things that its user can mend."""

from __future__ import annotations


class LabError(Exception):
    """A lab cannot be started, found or used; the message says why."""


class ScenarioError(LabError):
    """A scenario says something that the lab does not understand; the message names the file and the key."""


class SessionError(LabError):
    """The simulated Windows cannot be started."""
