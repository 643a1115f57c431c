# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the user allows an update plan to do. For internal use of the collection only."""

from __future__ import annotations

import dataclasses
import difflib
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import (
    GENERATIONS,
    PACKAGE_MANAGER,
    SETUP_DISK,
    WINDOWS_UPDATE,
)

CAB = "cab"
OFFLINE = "offline"
MECHANISMS = (WINDOWS_UPDATE, SETUP_DISK, CAB, OFFLINE, PACKAGE_MANAGER)
RESTARTS = ("never", "if_required", "always", "window")

# The names of the update role's task files, and what people say.
MECHANISM_ALIASES = {"integration_disk": SETUP_DISK, "disk": SETUP_DISK, "linux_package": PACKAGE_MANAGER}


class PolicyError(ValueError):
    """The policy is not one that a plan can be made by; the message names what the user wrote."""


@dataclasses.dataclass(frozen=True)
class Policy:
    """The switches default to the side that changes least."""

    host_generation: str | None = None
    mechanism: str | None = None
    restart: str = "never"
    allow_enable_kvp: bool = False
    allow_install: bool = False
    allow_cab: bool = False
    allow_offline: bool = False
    allow_online_setup: bool = True
    allow_pending_restart: bool = False
    optional_updates: bool = False
    force: bool = False
    guest_os: t.Mapping[str, str] = dataclasses.field(default_factory=dict)

    def as_dict(self) -> dict[str, t.Any]:
        return {**dataclasses.asdict(self), "guest_os": dict(sorted(self.guest_os.items()))}

    def stated_os(self, identity: str | None, name: str | None) -> str | None:
        """What the user states about a VM's operating system, by id or by name."""
        if not self.guest_os:
            return None
        return self.guest_os.get(identity or "") or self.guest_os.get(name or "")


_CHOICES: dict[str, tuple[str, ...]] = {
    "host_generation": GENERATIONS,
    "mechanism": MECHANISMS,
    "restart": RESTARTS,
}
_OPTIONAL = ("host_generation", "mechanism")


def read_policy(value: t.Any) -> Policy:
    """Check what the user wrote.

    Raises:
        PolicyError: An option is unknown, or its value is not one of its choices.
    """
    if isinstance(value, Policy):
        return value
    if value is None:
        return Policy()
    if not isinstance(value, t.Mapping):
        raise PolicyError(f"the policy must be a mapping, not {type(value).__name__}")
    return Policy(**{str(key): _read_option(str(key), item) for key, item in value.items()})


def _read_option(key: str, value: t.Any) -> t.Any:
    names = [field.name for field in dataclasses.fields(Policy)]
    if key not in names:
        close = difflib.get_close_matches(key, names, n=1)
        raise PolicyError(f"'{key}' is no option of an update plan" + (f"; is {close[0]} meant?" if close else ""))
    if key == "guest_os":
        return _read_guest_os(value)
    if key in _CHOICES:
        return _read_choice(key, value)
    if not isinstance(value, bool):
        raise PolicyError(f"{key} must be true or false, not '{value}'")
    return value


def _read_choice(key: str, value: t.Any) -> str | None:
    if value is None and key in _OPTIONAL:
        return None
    chosen = MECHANISM_ALIASES.get(str(value), str(value)) if key == "mechanism" else str(value)
    if chosen not in _CHOICES[key]:
        raise PolicyError(f"{key} must be one of {', '.join(_CHOICES[key])}, not '{value}'")
    return chosen


def _read_guest_os(value: t.Any) -> dict[str, str]:
    if not isinstance(value, t.Mapping):
        raise PolicyError(f"guest_os must map virtual machines to operating systems, not {type(value).__name__}")
    read = {}
    for vm, os in value.items():
        if not isinstance(os, str) or not os.strip():
            raise PolicyError(f"guest_os of '{vm}' must be the name of an operating system, not '{os}'")
        # An id may be written with braces and in capitals; a name is taken as it stands.
        read[str(vm)] = os
        read.setdefault(str(vm).strip("{}").lower(), os)
    return read
