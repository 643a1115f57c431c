# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of an update plan, and the restart it leads to. For internal use of the collection only."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._linux_packages import MANAGERS
from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import (
    PACKAGE_MANAGER,
    SETUP_DISK,
    WINDOWS_UPDATE,
    Row,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import CAB, OFFLINE, Policy

PREFLIGHT, APPLY, VERIFY, CLEANUP = "preflight", "apply", "verify", "cleanup"
HOST, GUEST = "host", "guest"
COLLECTION = "hyperv.integration."


class Step(t.NamedTuple):
    """One thing to do: in which phase, where, by which module (None: by hand), and whether it changes anything."""

    id: str
    phase: str
    target: str
    module: str | None
    text: str
    changes: bool
    requirement: str

    def as_dict(self) -> dict[str, t.Any]:
        return self._asdict()


def _host(identity: str, phase: str, module: str, text: str, changes: bool, requirement: str) -> Step:
    return Step(identity, phase, HOST, COLLECTION + module, text, changes, requirement)


def _guest(identity: str, phase: str, module: str, text: str, changes: bool, requirement: str) -> Step:
    return Step(identity, phase, GUEST, module if "." in module else COLLECTION + module, text, changes, requirement)


RESTART_FIRST = "restart_first"
ENABLE_KVP = _host(
    "enable_kvp", APPLY, "hyperv_integration_service", "Enable Data Exchange for the virtual machine.", True, "R15"
)
START_GUEST_KVP = _guest(
    "start_guest_kvp",
    APPLY,
    "windows_vmic_service",
    "Set Data Exchange in the guest back to trigger start, and start it.",
    True,
    "R34",
)
CHECK_HOST_VERSION = _guest(
    "check_host_version",
    PREFLIGHT,
    "windows_vmic_service_info",
    "Check that the guest knows the version of its host.",
    False,
    "AC-MX-04",
)
INSTALL_UPDATES = _guest(
    "install_updates",
    APPLY,
    "ansible.windows.win_updates",
    "Install the updates that Windows Update offers.",
    True,
    "R52",
)
INSERT_DISK = _host(
    "insert_disk", APPLY, "hyperv_integration_disk", "Insert the integration services setup disk.", True, "R68"
)
RUN_SETUP = _guest(
    "run_setup", APPLY, "windows_is_setup", "Run the setup of the disk silently, without a restart.", True, "R69"
)
RUN_SETUP_BY_HAND = Step(
    "run_setup", APPLY, GUEST, None, "Run the setup of the disk by hand inside the guest.", True, "R69"
)
EJECT_DISK = _host(
    "eject_disk",
    CLEANUP,
    "hyperv_integration_disk",
    "Take the disk out and give back what was in the drive.",
    True,
    "R68",
)
INSTALL_CAB = _guest(
    "install_package", APPLY, "windows_is_package", "Install the cabinet file that fits the guest.", True, "R75"
)
INSTALL_OFFLINE = _host(
    "install_offline_package",
    APPLY,
    "hyperv_offline_package",
    "Mount the disk, apply the cabinet file that fits, and dismount the disk.",
    True,
    "R72",
)
BOOT_ONCE = Step(
    "boot_once", VERIFY, HOST, None, "Start the virtual machine once; the installation ends then.", True, "R72"
)
INSTALL_PACKAGES = _guest(
    "install_packages",
    APPLY,
    "ansible.builtin.package",
    "Update the kernel and the packages of the Hyper-V daemons from the distribution.",
    True,
    "R58",
)
# ansible-core has no module of its own for these.
GENERAL_MANAGERS = ("zypper", "apk", "pacman")
VERIFY_DAEMONS = _guest(
    "verify_daemons", VERIFY, "linux_hv_daemon_info", "Check that the daemons run that can run here.", False, "R38"
)
VERIFY_SERVICES = _host(
    "verify_services",
    VERIFY,
    "hyperv_integration_service_info",
    "Check that the services that were in contact before are so again.",
    False,
    "R17",
)
VERIFY_VERSION = _guest(
    "verify_version", VERIFY, "guest_is_version", "Compare the version with the one before.", False, "R77"
)

WINDOWS_RESTART, LINUX_RESTART = "ansible.windows.win_reboot", "ansible.builtin.reboot"
RESTART_TEXTS = {
    "if_required": "Restart the guest if the installation asks for it.",
    "always": "Restart the guest.",
    "window": "Restart the guest in its maintenance window, if the installation asks for it.",
}

# What each mechanism leads to. A setup that runs without a restart takes effect at the next one.
RESTARTS: dict[str, tuple[str, str]] = {
    WINDOWS_UPDATE: ("possible", "Updates ask for a restart when they need one."),
    SETUP_DISK: ("required", "New integration services take effect at the next restart of the guest."),
    CAB: ("required", "New integration services take effect at the next restart of the guest."),
    OFFLINE: ("next_start", "The installation ends when the virtual machine starts the next time."),
    PACKAGE_MANAGER: ("possible", "A new kernel takes effect at the next restart of the guest."),
}
NO_RESTART = {"expected": "none", "text": "No restart is needed."}


def steps(
    mechanism: str, policy: Policy, row: Row, resolving: t.Sequence[str], package_manager: str | None = None
) -> list[dict[str, t.Any]]:
    """The steps in the order in which they are done; the ones of the phase cleanup are done in any case."""
    chosen = _steps_of(mechanism, policy, row, resolving)
    if package_manager in GENERAL_MANAGERS:
        module = MANAGERS[package_manager]
        chosen = [step._replace(module=module) if step is INSTALL_PACKAGES else step for step in chosen]
    restart = _restart_step(mechanism, policy)
    if restart is not None:
        first_check = next(place for place, step in enumerate(chosen) if step.phase == VERIFY)
        chosen.insert(first_check, restart)
        if RESTART_FIRST in resolving:
            chosen.insert(0, restart._replace(id=RESTART_FIRST, text="Restart the guest, which waits for it."))
    return [step.as_dict() for step in chosen]


def _steps_of(mechanism: str, policy: Policy, row: Row, resolving: t.Sequence[str]) -> list[Step]:
    if mechanism == WINDOWS_UPDATE:
        repair = [step for step in (ENABLE_KVP, START_GUEST_KVP) if step.id in resolving]
        # After a repair the guest learns the host's version from the host, so the look comes after it.
        check = [CHECK_HOST_VERSION] if row.needs_kvp else []
        return [*repair, *check, INSTALL_UPDATES, VERIFY_VERSION, VERIFY_SERVICES]
    if mechanism == SETUP_DISK:
        setup = RUN_SETUP if policy.allow_online_setup else RUN_SETUP_BY_HAND
        return [INSERT_DISK, setup, VERIFY_VERSION, VERIFY_SERVICES, EJECT_DISK]
    if mechanism == CAB:
        return [INSTALL_CAB, VERIFY_VERSION, VERIFY_SERVICES]
    if mechanism == OFFLINE:
        return [INSTALL_OFFLINE, BOOT_ONCE, VERIFY_VERSION]
    return [INSTALL_PACKAGES, VERIFY_DAEMONS, VERIFY_VERSION]


def _restart_step(mechanism: str, policy: Policy) -> Step | None:
    if mechanism == OFFLINE or policy.restart == "never":
        return None
    module = LINUX_RESTART if mechanism == PACKAGE_MANAGER else WINDOWS_RESTART
    return Step("restart", APPLY, GUEST, module, RESTART_TEXTS[policy.restart], True, "R74")


def restart(mechanism: str | None, policy: Policy) -> dict[str, t.Any]:
    """What is to be expected of a restart, and what the policy does about it."""
    if mechanism is None:
        return {**NO_RESTART, "policy": policy.restart}
    expected, text = RESTARTS[mechanism]
    if policy.restart == "never" and expected in ("required", "possible"):
        text += " The policy does not restart it, so a restart may be left pending."
    return {"expected": expected, "text": text, "policy": policy.restart}
