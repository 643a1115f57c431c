# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._causes import (
    OTHER_CAUSES,
    SERVICE_CAUSES,
    SEVERITIES,
    VERSION_CAUSES,
    fill,
    worst,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SERVICE_KEYS, read_snapshot
from ansible_collections.hyperv.integration.plugins.plugin_utils._verdict import (
    SERVICE_VERDICTS,
    VERSION_VERDICTS,
    guest_family,
    judge_services,
    judge_version,
)
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    make_guest,
    make_guest_service,
    make_host,
    make_off_vm,
    make_service,
    make_services,
    make_vm,
)

Data = dict[str, t.Any]

WS2008R2 = {"os_name": "Windows Server 2008 R2 Enterprise", "os_version": "6.1.7601"}
WS2012R2 = {"os_name": "Windows Server 2012 R2 Standard", "os_version": "6.3.9600"}
DEBIAN = {"os_name": "Debian GNU/Linux", "os_version": "6.1.0-28-amd64"}
NO_OS: Data = {"os_name": None, "os_version": None}
KVP_OFF = make_services(key_value_pair_exchange=make_service("key_value_pair_exchange", False))
KVP_SILENT = make_services(key_value_pair_exchange=make_service("key_value_pair_exchange", True, "no_contact"))
KVP_ABSENT = [service for service in make_services() if service["key"] != "key_value_pair_exchange"]
BROKEN = {"error_class": "unexpected", "msg": "being deleted", "hint": None}


def version_of(vm: Data, host_generation: str, minimum: str | None = "6.3.9600.18907", **host: t.Any) -> Data:
    snapshot = read_snapshot(make_host("HV01", host_generation, [vm], host=host))
    return judge_version(snapshot["vms"][0], snapshot["host"], minimum)


def services_of(vm: Data, guest: Data | None = None, generation: str = "win10_ws2016_ws2019") -> dict[str, Data]:
    snapshot = read_snapshot(make_host("HV01", generation, [vm]))
    judged = judge_services(snapshot["vms"][0], read_snapshot(guest) if guest else None)
    return {service["key"]: service for service in judged}


@pytest.mark.parametrize(
    ("value", "verdict", "cause"),
    [
        ("6.3.9600.18692", "outdated", "below_reference"),
        ("6.3.9600.9999", "outdated", "below_reference"),
        ("6.3.9600.18907", "current", "at_reference"),
        ("6.3.9600.19456", "newer", "above_reference"),
        ("10.0.17763", "newer", "above_reference"),
    ],
)
def test_a_host_with_a_disk_compares_with_its_own_version(value: str, verdict: str, cause: str) -> None:
    judged = version_of(make_vm("a", value, **WS2012R2), "win81_ws2012r2")
    assert (judged["verdict"], judged["cause"]) == (verdict, cause)
    assert judged["evidence"] == {
        "value": value,
        "source": "kvp",
        "reference": "6.3.9600.18907",
        "reference_source": "registry",
    }


@pytest.mark.parametrize("reference", [None, "", "0.0", "rubbish"])
def test_a_host_without_a_readable_version_of_its_own_is_no_reason_to_guess(reference: str | None) -> None:
    judged = version_of(make_vm("a", "6.2.9200.16384"), "win8_ws2012", reference_version=reference)
    assert (judged["verdict"], judged["cause"]) == ("unknown", "no_reference")


@pytest.mark.parametrize(
    ("state", "verdict", "cause"),
    [
        ("mismatch", "outdated", "host_says_outdated"),
        ("up_to_date", "current", "host_says_current"),
        (None, "unknown", "no_reference"),
    ],
)
def test_a_host_with_a_disk_may_say_itself_what_it_thinks(state: str | None, verdict: str, cause: str) -> None:
    vm = make_vm("a", "6.3.9600.16384", version={"value": "6.3.9600.16384", "source": "cmdlet", "state": state})
    judged = version_of(vm, "win81_ws2012r2", reference_version=None)
    assert (judged["verdict"], judged["cause"]) == (verdict, cause)


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("6.3.9600.16384", "below_reference"),
        ("6.3.9600.18907", "host_says_outdated"),
        ("10.0.17763", "above_reference"),
    ],
)
def test_a_mismatch_that_the_host_sees_counts_unless_the_guest_is_newer(value: str, cause: str) -> None:
    vm = make_vm("a", value, version={"value": value, "source": "kvp", "state": "mismatch"})
    assert version_of(vm, "win81_ws2012r2")["cause"] == cause


@pytest.mark.parametrize("generation", ["win10_ws2016_ws2019", "ws2022_plus"])
@pytest.mark.parametrize(
    ("value", "system", "verdict", "cause"),
    [
        ("10.0.17763", {}, "not_applicable", "windows_update"),
        ("6.3.9600.16384", WS2012R2, "not_applicable", "windows_update"),
        ("6.1.7601.17514", WS2008R2, "outdated", "below_minimum"),
        ("6.3.9600.18692", WS2008R2, "outdated", "below_minimum"),
        ("6.3.9600.18907", WS2008R2, "current", "at_minimum"),
        ("6.3.9600.19456", WS2008R2, "current", "at_minimum"),
        ("5.2.3790.0", {"os_name": "Windows Server 2003", "os_version": "5.2.3790"}, "unknown", "not_in_matrix"),
        ("6.3.9600.18692", NO_OS, "unknown", "guest_os_unknown"),
        ("6.3.9600.18907", NO_OS, "not_applicable", "windows_update"),
        ("6.1.7601.17514", NO_OS, "outdated", "below_minimum"),
        ("10.0.14393", NO_OS, "not_applicable", "windows_update"),
    ],
)
def test_a_host_from_2016_on_compares_only_old_guests_and_only_with_the_minimum(
    generation: str, value: str, system: Data, verdict: str, cause: str
) -> None:
    judged = version_of(make_vm("a", value, **system), generation)
    assert (judged["verdict"], judged["cause"]) == (verdict, cause)


def test_a_reference_version_of_a_host_from_2016_on_is_not_compared() -> None:
    judged = version_of(make_vm("a", "10.0.14393"), "ws2022_plus", reference_version="10.0.20348")
    assert (judged["verdict"], judged["evidence"]["reference"]) == ("not_applicable", None)


def test_without_a_minimum_old_guests_are_unknown() -> None:
    judged = version_of(make_vm("a", "6.1.7601.17514", **WS2008R2), "ws2022_plus", minimum=None)
    assert (judged["verdict"], judged["cause"]) == ("unknown", "no_minimum")


@pytest.mark.parametrize("generation", ["win8_ws2012", "win81_ws2012r2", "win10_ws2016_ws2019", "ws2022_plus"])
@pytest.mark.parametrize("system", [DEBIAN, NO_OS, {"os_name": "FreeBSD", "os_version": "14.1"}])
def test_the_constant_of_linux_is_never_compared(generation: str, system: Data) -> None:
    judged = version_of(make_vm("a", "3.1", **system), generation)
    assert (judged["verdict"], judged["cause"]) == ("not_applicable", "guest_kernel")


@pytest.mark.parametrize("state", ["off", "saved", "paused"])
@pytest.mark.parametrize("value", [None, "", "0.0"])
def test_a_vm_that_does_not_run_raises_no_alarm(state: str, value: str | None) -> None:
    vm = make_off_vm("a", state=state, version={"value": value})
    judged = version_of(vm, "ws2022_plus")
    assert (judged["verdict"], judged["cause"], judged["severity"]) == ("unknown", "vm_not_running", "ok")
    assert {service["severity"] for service in services_of(vm).values()} == {"ok"}


@pytest.mark.parametrize(
    ("services", "cause", "severity"),
    [
        (KVP_OFF, "kvp_off", "notice"),
        (KVP_SILENT, "kvp_silent", "ok"),
        (KVP_ABSENT, "kvp_not_offered", "notice"),
        (make_services(), "guest_silent", "notice"),
    ],
)
@pytest.mark.parametrize("value", [None, "", "0.0", "0.0.0.0"])
def test_a_running_vm_without_a_version_says_why(
    services: list[Data], cause: str, severity: str, value: str | None
) -> None:
    vm = make_vm("a", None, services=services, version={"value": value}, **NO_OS)
    judged = version_of(vm, "win10_ws2016_ws2019")
    assert (judged["verdict"], judged["cause"], judged["severity"]) == ("not_reported", cause, severity)


def test_a_version_that_is_none_is_unknown_and_shown() -> None:
    judged = version_of(make_vm("a", "{value} rubbish"), "ws2022_plus")
    assert (judged["verdict"], judged["cause"]) == ("unknown", "unreadable_version")
    assert judged["reason"] == "The guest reports '{value} rubbish'"


def test_a_host_of_unknown_generation_is_not_guessed() -> None:
    judged = version_of(make_vm("a", "10.0.17763"), "ws2022_plus", generation=None)
    assert judged["cause"] == "host_generation_unknown"


def test_a_vm_that_could_not_be_read_is_unknown_throughout() -> None:
    vm = make_vm("a", None, error=BROKEN, services=[])
    assert version_of(vm, "ws2022_plus")["cause"] == "vm_unreadable"
    assert version_of(make_vm("a", error=BROKEN), "ws2022_plus")["cause"] == "windows_update"
    assert {service["cause"] for service in services_of(vm).values()} == {"vm_unreadable"}


@pytest.mark.parametrize(
    ("vm", "family"),
    [
        (make_vm("a"), "windows"),
        (make_vm("a", **DEBIAN), "linux"),
        (make_vm("a", "3.1", **NO_OS), "linux"),
        (make_vm("a", **NO_OS, kvp={"OSDistributionName": "x"}), "linux"),
        (make_vm("a", **NO_OS, kvp={"OSName": "Windows Server 2019"}), "windows"),
        (make_vm("a", os_name="FreeBSD"), "other"),
        (make_off_vm("a"), None),
    ],
)
def test_the_family_of_the_guest_is_what_it_tells(vm: Data, family: str | None) -> None:
    assert guest_family(read_snapshot(make_host(vms=[vm]))["vms"][0]) == family


@pytest.mark.parametrize(
    ("key", "service", "verdict", "cause"),
    [
        ("heartbeat", (True, "ok", "ok"), "ok", "working"),
        ("shutdown", (True, "ok", None), "ok", "working"),
        ("time_synchronization", (False, "ok", None), "host_off", "host_switch_off"),
        ("shutdown", (True, "ok", "protocol_mismatch"), "ok", "protocol_mismatch"),
        ("shutdown", (True, "protocol_mismatch", None), "ok", "protocol_mismatch"),
        ("vss", (True, "degraded", None), "degraded", "older_protocol"),
        ("heartbeat", (True, "error", "ok"), "error", "service_error"),
        ("heartbeat", (True, "non_recoverable_error", None), "error", "no_compatible_protocol"),
        ("vss", (True, "no_contact", None), "no_contact", "guest_service_silent"),
        ("heartbeat", (True, "lost_communication", None), "lost_contact", "lost_heartbeat"),
        ("vss", (True, "lost_communication", None), "lost_contact", "lost_contact"),
        ("heartbeat", (True, "ok", "application_critical"), "error", "application_critical"),
        ("heartbeat", (True, "ok", "communication_timed_out"), "error", "communication_failed"),
        ("heartbeat", (True, "ok", "communication_failed"), "error", "communication_failed"),
        ("vss", (True, None, None), "unknown", "status_unknown"),
        ("vss", (True, "unknown_99", None), "unknown", "status_unknown"),
    ],
)
def test_a_service_is_judged_from_the_host_side(
    key: str, service: tuple[bool, str | None, str | None], verdict: str, cause: str
) -> None:
    judged = services_of(make_vm("a", services=make_services(**{key: make_service(key, *service)})))[key]
    assert (judged["verdict"], judged["cause"], judged["basis"]) == (verdict, cause, "host")
    assert verdict in SERVICE_VERDICTS
    assert judged["severity"] == SERVICE_CAUSES[cause].severity


@pytest.mark.parametrize(
    ("key", "system", "cause"),
    [
        ("vss", DEBIAN, "guest_daemon_silent"),
        ("key_value_pair_exchange", DEBIAN, "guest_daemon_silent"),
        ("shutdown", DEBIAN, "guest_module_silent"),
        ("guest_service_interface", WS2008R2, "guest_too_old"),
        ("guest_service_interface", WS2012R2, "guest_service_silent"),
        ("vss", WS2008R2, "guest_service_silent"),
        ("vss", NO_OS, "guest_service_silent"),
    ],
)
def test_no_contact_means_what_the_guest_is(key: str, system: Data, cause: str) -> None:
    service = {key: make_service(key, True, "no_contact")}
    vm = make_vm("a", services=make_services(**service), **system)
    assert services_of(vm)[key]["cause"] == cause


def test_every_vm_shows_the_six_services_in_one_order() -> None:
    vm = make_vm("a", services=[make_service("heartbeat"), make_service("0c09bb55-aaaa-4da0-8931-c9bf705f6480")])
    judged = services_of(vm)
    assert tuple(judged) == (*SERVICE_KEYS, "0c09bb55-aaaa-4da0-8931-c9bf705f6480")
    assert judged["vss"]["verdict"] == "not_offered"
    assert judged["heartbeat"]["verdict"] == "ok"


@pytest.mark.parametrize(
    ("host", "guest", "channel", "verdict", "cause"),
    [
        ("ok", make_guest_service("vss"), True, "ok", "working"),
        ("ok", make_guest_service("vss"), None, "ok", "working"),
        ("no_contact", make_guest_service("vss"), False, "no_contact", "guest_channel_missing"),
        ("no_contact", make_guest_service("vss"), True, "no_contact", "guest_runs_unheard"),
        ("no_contact", make_guest_service("vss", False), True, "guest_off", "guest_service_stopped"),
        (
            "no_contact",
            make_guest_service("vss", False, start_mode="Disabled"),
            True,
            "guest_off",
            "guest_service_disabled",
        ),
        ("ok", make_guest_service("vss", True, healthy=False), True, "no_contact", "guest_service_unhealthy"),
        (
            "no_contact",
            make_guest_service("vss", False, available=False),
            True,
            "guest_missing",
            "guest_service_missing",
        ),
        ("no_contact", None, True, "no_contact", "guest_service_silent"),
        (None, make_guest_service("vss"), True, "host_off", "guest_still_on"),
        (None, make_guest_service("vss"), None, "host_off", "guest_still_on"),
        (None, make_guest_service("vss"), False, "host_off", "host_switch_off"),
        (None, make_guest_service("vss", False), None, "host_off", "host_switch_off"),
    ],
)
def test_switch_channel_and_guest_make_one_verdict(
    host: str | None, guest: Data | None, channel: bool | None, verdict: str, cause: str
) -> None:
    vm = make_vm("a", services=make_services(vss=make_service("vss", host is not None, host)))
    channels = None if channel is None else {"vss": channel}
    judged = services_of(vm, make_guest(vm, [guest] if guest else [], channels=channels))["vss"]
    assert (judged["verdict"], judged["cause"]) == (verdict, cause)
    assert judged["basis"] == "host_and_guest"
    assert judged["evidence"]["channel_offered"] is channel
    assert (judged["evidence"]["guest"] is None) is (guest is None)


def test_a_guest_that_could_not_be_reached_is_judged_from_the_host_side() -> None:
    vm = make_vm("a")
    judged = services_of(vm, make_guest(vm, error={"error_class": "guest_unreachable", "msg": "x", "hint": None}))
    assert {service["basis"] for service in judged.values()} == {"host"}
    assert judged["heartbeat"]["verdict"] == "ok"


def test_every_cause_is_graded_and_every_problem_tells_the_next_step() -> None:
    for causes in (VERSION_CAUSES, SERVICE_CAUSES, OTHER_CAUSES):
        for name, cause in causes.items():
            assert cause.severity in SEVERITIES, name
            assert cause.severity == "ok" or cause.next_step, name


def test_evidence_is_never_a_template() -> None:
    assert fill(VERSION_CAUSES["unreadable_version"], {"value": "{0.__class__}"}) == "The guest reports '{0.__class__}'"
    assert fill(VERSION_CAUSES["unreadable_version"], {"value": None}) == "The guest reports 'nothing'"


def test_the_worst_of_nothing_is_ok() -> None:
    assert worst([]) == "ok"
    assert worst(["notice", "critical", "warning"]) == "critical"


def test_every_version_verdict_can_be_reached() -> None:
    cases = [
        version_of(make_vm("a", "6.3.9600.18907", **WS2012R2), "win81_ws2012r2"),
        version_of(make_vm("a", "6.3.9600.16384", **WS2012R2), "win81_ws2012r2"),
        version_of(make_vm("a", "10.0.17763"), "win81_ws2012r2"),
        version_of(make_vm("a", None), "win81_ws2012r2"),
        version_of(make_vm("a", "10.0.17763"), "ws2022_plus"),
        version_of(make_off_vm("a"), "ws2022_plus"),
    ]
    assert tuple(case["verdict"] for case in cases) == VERSION_VERDICTS
