# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything about one virtual machine that its update plan depends on. For internal use of the collection only.

Two virtual machines with equal cases get equal plans, so that a fleet's plan is worked out once for each kind of case.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_facts import mapping, text
from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_os import GuestOs, resolve_guest_os
from ansible_collections.hyperv.integration.plugins.plugin_utils._host_generation import HostGeneration
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import Policy

KVP = "key_value_pair_exchange"
VERDICTS = ("current", "outdated", "newer", "not_reported", "not_applicable", "unknown")
KVP_DAEMON_OR_SERVICE = (KVP, "kvp", "vmickvpexchange")
NOT_INSTALLED = ("not_installed", "no_integration_services")


class Case(t.NamedTuple):
    """None stands for "not known" throughout."""

    host: HostGeneration
    vmguest_iso: bool | None
    os: GuestOs
    state: str | None
    vm_generation: int | None
    checkpoints: int | None
    kvp_offered: bool | None
    kvp_switch: bool | None
    kvp_flows: bool
    guest_kvp: str | None
    host_version_seen: bool | None
    guest_error: str | None
    guest_read: bool | None
    restart_pending: bool | None
    package_manager: str | None
    verdict: str | None
    installed: bool | None
    vm_error: str | None

    @property
    def off(self) -> bool | None:
        return None if self.state is None else self.state == "off"

    @property
    def running(self) -> bool | None:
        # The host appends "_critical" when it lost the virtual machine's storage; the guest runs on all the same.
        return None if self.state is None else self.state.startswith("running")


def build_case(
    generation: HostGeneration, host: t.Any, vm: t.Any, guest: t.Any, verdict: t.Any, policy: Policy
) -> Case:
    """Reduce the snapshots of one virtual machine to its case."""
    row, own = mapping(vm), mapping(guest)
    identity, name = text(row.get("id")) or None, row.get("name")
    stated = policy.stated_os(identity, name if isinstance(name, str) else None)
    offered, switch = _kvp_on_host(row.get("services"))
    system = mapping(own.get("guest"))
    return Case(
        host=generation,
        vmguest_iso=None if generation.source == "override" else _iso(mapping(host).get("vmguest_iso")),
        os=resolve_guest_os(row, own, stated),
        state=text(row.get("state")).lower() or None,
        vm_generation=_whole(row.get("generation")),
        checkpoints=_whole(row.get("checkpoints")),
        kvp_offered=offered,
        kvp_switch=switch,
        kvp_flows=bool(mapping(row.get("kvp"))),
        guest_kvp=_kvp_in_guest(own.get("services")),
        host_version_seen=_host_version_seen(system),
        guest_error=_error_class(own.get("error")),
        guest_read=None if not own else own.get("error") is None,
        restart_pending=_truth(system.get("restart_pending")),
        package_manager=_package_manager(own, system),
        verdict=read_verdict(verdict),
        installed=_installed(own),
        vm_error=_error_class(row.get("error")),
    )


def _package_manager(own: t.Mapping[str, t.Any], system: t.Mapping[str, t.Any]) -> str | None:
    """Results of linux_hv_daemon_info have it beside the guest, what an audit keeps of them has it among its facts."""
    return text(system.get("package_manager") or mapping(own.get("distribution")).get("package_manager")) or None


def read_verdict(verdict: t.Any) -> str | None:
    """The word of a verdict, which may come alone or inside the audit's mapping."""
    word = text(verdict.get("verdict") if isinstance(verdict, t.Mapping) else verdict).lower()
    return word if word in VERDICTS else None


def _whole(value: t.Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _truth(value: t.Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _iso(value: t.Any) -> bool | None:
    return value if isinstance(value, bool) else (True if text(value) else None)


def _error_class(error: t.Any) -> str | None:
    return None if error is None else text(mapping(error).get("error_class")) or "unexpected"


def _kvp_on_host(services: t.Any) -> tuple[bool | None, bool | None]:
    """Whether the host offers Data Exchange, and whether it is on."""
    if not isinstance(services, (list, tuple)) or not services:
        return None, None
    for service in services:
        if mapping(service).get("key") == KVP:
            return True, _truth(service.get("enabled"))
    return False, None


def _kvp_in_guest(services: t.Any) -> str | None:
    """The state of the guest's own Data Exchange service: running, stopped or disabled."""
    for service in services if isinstance(services, (list, tuple)) else ():
        row = mapping(service)
        if row.get("key") in KVP_DAEMON_OR_SERVICE or row.get("name") in KVP_DAEMON_OR_SERVICE:
            if row.get("start_mode") == "disabled":
                return "disabled"
            return "running" if row.get("state") == "running" or row.get("running") is True else "stopped"
    return None


def _host_version_seen(system: t.Mapping[t.Any, t.Any]) -> bool | None:
    """Whether the guest knows the version of its host, which Windows Update reads there."""
    if "host_os_version" not in system:
        return None
    return bool(text(system.get("host_os_version")))


def _installed(guest: t.Mapping[t.Any, t.Any]) -> bool | None:
    version = mapping(guest.get("version"))
    if text(version.get("value")):
        return True
    return False if version.get("reason") in NOT_INSTALLED else None
