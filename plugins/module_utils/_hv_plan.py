# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What is to be done so that a daemon is as it is wished, before anything is done."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.module_utils._hv_status import Daemon
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import HvError

# These end by themselves or by the host's hand, so a start may wait for them.
PASSING_REASONS = ("device_missing", "off_on_host", "uio_not_bound", "driver_absent")
CLASSES = {"not_a_guest": "not_a_guest", "off_on_host": "service_not_offered", "device_missing": "timeout"}
# What a new start puts right; a torn pool, for one, stays torn.
MENDED_BY_RESTART = (
    "several_processes",
    "not_connected",
    "deleted_binary",
    "other_binary",
    "outside_unit",
    "pools_missing",
)


class Wish(t.NamedTuple):
    """What the user asked for; None is not managed."""

    state: str | None
    enabled: bool | None
    masked: bool | None


class Plan(t.NamedTuple):
    """The steps in their order, with what the user should know."""

    steps: tuple[str, ...]
    warnings: tuple[str, ...]


def make_plan(daemon: Daemon, wish: Wish) -> Plan:
    """Compare a daemon with the wish.

    Raises:
        HvError: It can be seen beforehand that the wish cannot be fulfilled.
    """
    mask = _mask_steps(daemon, wish)
    # A mask that comes is laid on last but before the stop, so that no event of udev starts the daemon in between.
    masked = wish.masked if wish.masked is not None else bool(daemon.masked)
    enable, warnings = _enable_steps(daemon, wish, masked)
    state, more_warnings = _state_steps(daemon, wish, masked)
    before, after = ([], mask) if mask == ["mask"] else (mask, [])
    return Plan((*before, *enable, *after, *state), (*warnings, *more_warnings))


def unavailable(daemon: Daemon, verb: str, reason: str | None = None) -> HvError:
    """The error for a daemon that cannot work here."""
    reason = reason or daemon.reason or "unavailable"
    hint = daemon.package_hint if reason == daemon.package_reason else daemon.hint
    what = {
        "not_a_guest": "this system is not a Hyper-V guest",
        "confidential_vm": "the kernel of a confidential VM refuses the service",
        "container": "this system is a container without the device",
        "off_on_host": "the host does not offer the service",
        "unsupported": "this system has no such daemon",
        "driver_absent": "the driver hv_utils is not loaded",
        "device_missing": f"the device {daemon.device} is missing",
        "uio_not_bound": "the channel of the service has no uio device",
        "not_installed": "it is not installed",
        "binary_missing": f"its program {daemon.installation.configured} is missing",
        "not_for_this_kernel": "it is not installed for the running kernel",
        "wrong_interface": f"{daemon.installation.binary} does not fit the running kernel",
    }.get(reason, reason)
    return HvError(CLASSES.get(reason, "blocked"), f"Failed to {verb} the {daemon.key} daemon: {what}", hint)


def _mask_steps(daemon: Daemon, wish: Wish) -> list[str]:
    if wish.masked is None or wish.masked == bool(daemon.masked):
        return []
    if daemon.masked is None:
        manager = daemon.installation.manager
        raise HvError(
            "blocked",
            f"Failed to mask the {daemon.key} daemon: "
            + (f"{manager} knows no masking" if manager else "no unit of it was found"),
            "Use enabled: false and state: stopped here" if manager else daemon.hint,
        )
    return ["mask" if wish.masked else "unmask"]


def _enable_steps(daemon: Daemon, wish: Wish, masked: bool) -> tuple[list[str], list[str]]:
    if wish.enabled is None:
        return [], []
    return _to_enable(daemon, masked) if wish.enabled else _to_disable(daemon, masked)


def _to_enable(daemon: Daemon, masked: bool) -> tuple[list[str], list[str]]:
    unit = daemon.installation.unit
    if masked:
        raise HvError(
            "blocked",
            f"Failed to enable the {daemon.key} daemon: its unit {daemon.installation.service} is masked",
            "Set masked: false as well",
        )
    if daemon.installation.manager in (None, "process"):
        if not daemon.installation.present:
            raise unavailable(daemon, "enable")
        raise HvError(
            "blocked",
            f"Failed to enable the {daemon.key} daemon: no unit or init script starts it",
            "Install the distribution's package, which brings one",
        )
    enabled = unit.starts_by_itself if unit is not None and daemon.masked else daemon.enabled
    return ([] if enabled else ["enable"]), []


def _to_disable(daemon: Daemon, masked: bool) -> tuple[list[str], list[str]]:
    unit = daemon.installation.unit
    if masked or (not daemon.enabled and not daemon.masked):
        return [], []
    if unit is None:
        return ["disable"], []
    links = unit.wanted or (daemon.state is not None and daemon.state.file.startswith("enabled"))
    steps = ["disable"] if links and unit.installable else []
    if unit.disable_holds:
        return steps, []
    why = "udev starts it with its device" if unit.udev else "it is static, so there is nothing to disable"
    return steps, [f"{unit.name} still starts by itself: {why}. Only masked: true keeps it from starting."]


def _state_steps(daemon: Daemon, wish: Wish, masked: bool) -> tuple[list[str], list[str]]:
    if wish.state == "stopped":
        active = daemon.state is not None and daemon.state.is_active
        return (["stop"] if daemon.running or active else []), []
    if wish.state is None:
        return [], []
    if wish.state == "started" and daemon.running:
        steps, warnings = _mend(daemon)
        if not steps:
            return [], warnings
    else:
        active = daemon.state is not None and daemon.state.is_active
        steps, warnings = (["restart"] if daemon.running or active else ["start"]), []
    if masked:
        raise HvError(
            "blocked",
            f"Failed to start the {daemon.key} daemon: its unit {daemon.installation.service} is masked",
            "Set masked: false as well",
        )
    if daemon.reason is not None and daemon.reason not in PASSING_REASONS:
        raise unavailable(daemon, "start")
    # A device can come by waiting, a program cannot.
    if daemon.package_reason is not None:
        raise unavailable(daemon, "start", daemon.package_reason)
    return steps, warnings


def _mend(daemon: Daemon) -> tuple[list[str], list[str]]:
    """What a daemon that runs needs to be well."""
    wrong = [problem for problem in daemon.problems if problem in MENDED_BY_RESTART]
    if not wrong:
        return [], []
    words = ", ".join(problem.replace("_", " ") for problem in wrong)
    if not daemon.installation.present and daemon.connected is not False:
        # It still works; a restart would only end it.
        return [], [f"The {daemon.key} daemon runs but cannot be started again: {words}."]
    return ["restart"], [f"The {daemon.key} daemon runs but not well, so it is restarted: {words}."]
