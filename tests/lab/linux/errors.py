# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exceptions that the Linux lab raises for what a user can mend."""

from __future__ import annotations


class LabError(Exception):
    """Something is missing, wrong or late; the message says what and what was found."""


class GuestDownError(LabError):
    """A guest cannot be entered: it starts, goes down, or has ended."""
