# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_status import Daemon, Survey, survey
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import (
    DEBIAN_UNIT,
    STATIC_UNIT,
    Guest,
)

KVP_BINARY = "/usr/sbin/hv_kvp_daemon"
KVP_UNIT = "hv-kvp-daemon.service"


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    """A Debian guest whose KVP daemon is installed and does not run."""
    guest = Guest(tmp_path).on_hyperv().boot_systemd()
    guest.debian_unit("kvp", guest.program(KVP_BINARY))
    guest.pools()
    return guest


def look(guest: Guest, *keys: str) -> Survey:
    return survey(guest.system, keys or ("kvp",))


def kvp(guest: Guest) -> Daemon:
    return look(guest).daemons["kvp"]


# Health


def test_a_daemon_that_is_well(guest: Guest) -> None:
    guest.daemon("kvp", 412, KVP_BINARY, KVP_UNIT)
    row = kvp(guest).row()
    assert {name: row[name] for name in ("running", "pids", "connected", "healthy", "problems", "available")} == {
        "running": True,
        "pids": [412],
        "connected": True,
        "healthy": True,
        "problems": [],
        "available": True,
    }
    assert row["processes"] == [{"pid": 412, "path": KVP_BINARY, "deleted": False, "zombie": False}]


def test_a_daemon_that_does_not_run_is_not_well_but_available(guest: Guest) -> None:
    daemon = kvp(guest)
    assert (daemon.running, daemon.healthy, daemon.connected, daemon.reason) == (False, False, False, None)


def test_a_process_without_the_device_is_not_connected(guest: Guest) -> None:
    guest.process(412, KVP_BINARY, opens=["/dev/null"], unit=KVP_UNIT)
    guest.runs_in(KVP_UNIT, 412)
    assert (kvp(guest).connected, kvp(guest).healthy, kvp(guest).problems) == (False, False, ("not_connected",))


def test_a_device_that_went_away_under_the_daemon_does_not_count(guest: Guest) -> None:
    guest.process(412, KVP_BINARY, opens=["/dev/vmbus/hv_kvp (deleted)"], unit=KVP_UNIT)
    assert kvp(guest).connected is False


def test_what_nobody_may_see_is_not_called_ill(guest: Guest) -> None:
    guest.daemon("kvp", 412, KVP_BINARY, KVP_UNIT)
    guest.remove("/proc/412/fd")
    assert (kvp(guest).connected, kvp(guest).healthy, kvp(guest).problems) == (None, None, ())


def test_two_processes_of_one_daemon_are_a_problem(guest: Guest) -> None:
    guest.daemon("kvp", 412, KVP_BINARY, KVP_UNIT)
    guest.process(413, KVP_BINARY, unit=KVP_UNIT)
    assert (kvp(guest).pids, kvp(guest).problems) == ([412, 413], ("several_processes",))


def test_the_process_of_a_removed_package_is_a_problem(guest: Guest) -> None:
    guest.daemon("kvp", 412, f"{KVP_BINARY} (deleted)", KVP_UNIT)
    guest.remove(KVP_BINARY)
    daemon = kvp(guest)
    assert (daemon.installation.present, daemon.running, daemon.problems) == (False, True, ("deleted_binary",))
    assert daemon.reason == "binary_missing"


def test_the_program_of_another_kernel_is_a_problem(guest: Guest) -> None:
    wrapper = guest.program(KVP_BINARY, "#!/bin/bash\nexec /usr/lib/linux-tools/$(uname -r)/hv_kvp_daemon\n")
    guest.program(f"/usr/lib/linux-tools/{guest.kernel}/hv_kvp_daemon")
    guest.daemon("kvp", 412, guest.program("/usr/lib/linux-tools/5.4.0-1-generic/hv_kvp_daemon"), KVP_UNIT)
    assert (kvp(guest).installation.wrapper, kvp(guest).problems) == (wrapper, ("other_binary",))


def test_the_same_program_behind_links_is_no_problem(guest: Guest) -> None:
    guest.program("/usr/lib/linux-tools-6.1.0-35/hv_kvp_daemon")
    guest.program(KVP_BINARY, "#!/bin/bash\n# linux-tools\n")
    guest.link(f"/usr/lib/linux-tools/{guest.kernel}/hv_kvp_daemon", "../../linux-tools-6.1.0-35/hv_kvp_daemon")
    guest.daemon("kvp", 412, "/usr/lib/linux-tools-6.1.0-35/hv_kvp_daemon", KVP_UNIT)
    assert kvp(guest).problems == ()


def test_a_daemon_that_was_started_by_hand_is_outside_its_unit(guest: Guest) -> None:
    guest.daemon("kvp", 9000, KVP_BINARY)
    guest.states[KVP_UNIT]["ActiveState"] = "inactive"
    assert kvp(guest).problems == ("outside_unit",)


def test_a_unit_that_is_active_without_a_process_is_a_problem(guest: Guest) -> None:
    guest.runs_in(KVP_UNIT, 412)
    assert (kvp(guest).running, kvp(guest).problems) == (False, ("unit_active_without_process",))


@pytest.mark.parametrize(("count", "problems"), [(5, ()), (4, ("pools_missing",)), (0, ("pools_missing",))])
def test_the_pools_are_part_of_the_health_of_kvp(guest: Guest, count: int, problems: tuple[str, ...]) -> None:
    guest.daemon("kvp", 412, KVP_BINARY, KVP_UNIT)
    guest.remove("/var/lib/hyperv")
    guest.pools(count)
    assert kvp(guest).problems == problems


def test_a_torn_pool_is_a_problem(guest: Guest) -> None:
    guest.daemon("kvp", 412, KVP_BINARY, KVP_UNIT)
    guest.write("/var/lib/hyperv/.kvp_pool_1", b"torn")
    assert kvp(guest).problems == ("pools_torn",)


def test_zombies_and_containers_processes_do_not_count(guest: Guest) -> None:
    guest.process(412, KVP_BINARY, state="Z")
    guest.process(413, KVP_BINARY, namespaces=[9], opens=["/dev/vmbus/hv_kvp"])
    daemon = kvp(guest)
    assert (daemon.running, daemon.zombies, daemon.foreign) == (False, (412,), (413,))


def test_a_kernel_that_speaks_netlink_has_no_device(guest: Guest) -> None:
    guest.kernel = "3.13.0-32-generic"
    guest.remove("/dev/vmbus")
    guest.process(412, KVP_BINARY, unit=KVP_UNIT)
    guest.runs_in(KVP_UNIT, 412)
    daemon = kvp(guest)
    assert (daemon.device, daemon.connected, daemon.healthy, daemon.reason) == (None, None, None, None)


def test_the_file_copy_daemon_is_connected_by_its_uio_device(guest: Guest) -> None:
    guest.kernel = "6.12.0-1-amd64"
    guest.uio("uio3")
    guest.daemon("fcopy", 500, guest.program("/usr/sbin/hv_fcopy_uio_daemon"))
    daemon = look(guest, "fcopy").daemons["fcopy"]
    assert (daemon.device, daemon.connected, daemon.healthy) == ("/dev/uio3", True, True)


def test_a_unit_of_any_name_is_found_by_what_runs_in_it(guest: Guest) -> None:
    """Somebody wrote his own unit, after the distribution dropped it."""
    guest.remove("/lib/systemd/system/hv-kvp-daemon.service")
    guest.unit("guest-addresses.service", DEBIAN_UNIT.format(key="kvp", binary=KVP_BINARY), "/etc/systemd/system")
    guest.daemon("kvp", 412, KVP_BINARY, "guest-addresses.service")
    assert kvp(guest).row()["unit"] == "guest-addresses.service"


# Enabled and masked


def test_what_udev_starts_is_enabled_whatever_systemd_calls_it(guest: Guest) -> None:
    assert guest.states[KVP_UNIT]["UnitFileState"] == "disabled"
    assert (kvp(guest).enabled, kvp(guest).masked) == (True, False)


def test_what_nobody_starts_is_not_enabled(guest: Guest) -> None:
    guest.remove("/lib/udev/rules.d/60-hyperv-daemons.rules")
    assert kvp(guest).enabled is False


def test_a_rule_that_an_administrator_overrode_starts_nothing(guest: Guest) -> None:
    guest.link("/etc/udev/rules.d/60-hyperv-daemons.rules", "/dev/null")
    assert kvp(guest).enabled is False


def test_a_rule_for_another_unit_does_not_count(guest: Guest) -> None:
    guest.write("/lib/udev/rules.d/60-hyperv-daemons.rules", f'ENV{{SYSTEMD_WANTS}}+="my-{KVP_UNIT}"\n')
    assert kvp(guest).enabled is False


@pytest.mark.parametrize(
    ("state", "enabled"),
    [("enabled", True), ("enabled-runtime", True), ("static", True), ("generated", True), ("disabled", False)],
)
def test_systemds_word_is_told_as_yes_or_no(guest: Guest, state: str, enabled: bool) -> None:
    guest.remove("/lib/udev/rules.d/60-hyperv-daemons.rules")
    guest.states[KVP_UNIT]["UnitFileState"] = state
    assert kvp(guest).enabled is enabled


def test_a_masked_unit_is_known_with_its_program(guest: Guest) -> None:
    guest.link(f"/etc/systemd/system/{KVP_UNIT}", "/dev/null")
    row = kvp(guest).row()
    assert (row["masked"], row["enabled"], row["binary"], row["manager"]) == (True, False, KVP_BINARY, "systemd")


def test_a_mask_is_seen_without_systemds_answer(guest: Guest) -> None:
    del guest.commands["systemctl"]
    guest.link(f"/etc/systemd/system/{KVP_UNIT}", "/dev/null")
    assert (kvp(guest).masked, kvp(guest).enabled) == (True, False)


def test_a_static_unit_is_enabled_without_systemds_answer(guest: Guest) -> None:
    del guest.commands["systemctl"]
    guest.remove("/lib/udev/rules.d/60-hyperv-daemons.rules")
    guest.unit(KVP_UNIT, STATIC_UNIT.format(key="kvp", binary=KVP_BINARY), "/etc/systemd/system")
    assert kvp(guest).enabled is True


# Why not


def reasons(guest: Guest) -> dict[str, str | None]:
    return {key: daemon.reason for key, daemon in look(guest, "kvp", "vss", "fcopy").daemons.items()}


def test_off_hyper_v_there_is_one_reason(tmp_path: Path) -> None:
    guest = Guest(tmp_path).boot_systemd()
    guest.debian_unit("kvp", guest.program(KVP_BINARY))
    assert reasons(guest) == {"kvp": "not_a_guest", "vss": "not_a_guest", "fcopy": "not_a_guest"}


def test_a_service_that_the_host_switched_off_is_named(guest: Guest) -> None:
    guest.rescind("key_value_pair_exchange")
    daemon = kvp(guest)
    assert daemon.reason == "off_on_host"
    assert daemon.hint == "Turn on Key-Value Pair Exchange for this VM on its host"
    assert look(guest).offered == {
        "dynamic_memory": False,
        "guest_service_interface": True,
        "heartbeat": True,
        "key_value_pair_exchange": False,
        "shutdown": True,
        "time_synchronization": True,
        "vss": True,
    }


def test_an_offer_without_its_device_is_named(guest: Guest) -> None:
    guest.remove("/dev/vmbus/hv_kvp")
    assert kvp(guest).reason == "device_missing"


def test_a_driver_that_is_absent_is_named_with_what_to_load(guest: Guest) -> None:
    guest.remove("/dev/vmbus/hv_kvp")
    guest.remove("/sys/module/hv_utils")
    assert (kvp(guest).reason, "no hv_utils" in str(kvp(guest).hint)) == ("driver_absent", True)
    guest.write(f"/lib/modules/{guest.kernel}/modules.dep", "kernel/drivers/hv/hv_utils.ko.xz: kernel/x.ko\n")
    assert "Load the driver hv_utils" in str(kvp(guest).hint)


def test_a_confidential_vm_is_told_from_a_host_that_switched_off(guest: Guest) -> None:
    for service in ("key_value_pair_exchange", "vss", "guest_service_interface"):
        guest.rescind(service)
    guest.write("/dev/kmsg", "6,1,0,-;Hyper-V: Isolation Config: Group A 0x1, Group B 0xba2\n")
    assert reasons(guest) == {"kvp": "confidential_vm", "vss": "confidential_vm", "fcopy": "confidential_vm"}
    assert look(guest).virtualization.confidential == "snp"


def test_a_container_without_the_device_is_named(guest: Guest) -> None:
    guest.remove("/dev/vmbus")
    guest.write("/.dockerenv")
    assert (kvp(guest).reason, look(guest).virtualization.container) == ("container", "docker")


def test_a_container_that_was_given_the_device_is_like_a_guest(guest: Guest) -> None:
    guest.write("/run/systemd/container", "lxc\n")
    assert (kvp(guest).reason, look(guest).virtualization.container) == (None, "lxc")


def test_a_daemon_for_the_other_interface_of_file_copy_is_named(guest: Guest) -> None:
    guest.kernel = "6.12.0-1-amd64"
    guest.program("/usr/sbin/hv_fcopy_daemon")
    guest.uio()
    assert reasons(guest)["fcopy"] == "wrong_interface"


def test_a_kernel_without_the_uio_driver_bound_is_named(guest: Guest) -> None:
    guest.kernel = "6.11.0-1-amd64"
    guest.remove("/dev/vmbus/hv_fcopy")
    daemon = look(guest, "fcopy").daemons["fcopy"]
    assert daemon.reason == "uio_not_bound"
    assert "34d14be3-dee4-41c8-9ae7-6b174977c192" in str(daemon.hint)


def test_file_copy_is_not_to_be_had_on_arm_since_6_10(guest: Guest) -> None:
    guest.kernel, guest.machine = "6.12.0-1-arm64", "aarch64"
    guest.remove("/dev/vmbus/hv_fcopy")
    assert reasons(guest)["fcopy"] == "unsupported"


def test_a_unit_whose_program_is_gone_is_named(guest: Guest) -> None:
    guest.remove(KVP_BINARY)
    daemon = kvp(guest)
    assert (daemon.reason, KVP_BINARY in str(daemon.hint)) == ("binary_missing", True)


def test_a_device_that_was_opened_by_another_name_of_it_counts(guest: Guest) -> None:
    guest.uio("uio0")
    guest.remove("/dev/uio0")
    guest.write("/dev/vmbus/uio0")
    guest.link("/dev/uio0", "vmbus/uio0")
    guest.process(500, guest.program("/usr/sbin/hv_fcopy_uio_daemon"), opens=["/dev/vmbus/uio0"])
    assert look(guest, "fcopy").daemons["fcopy"].connected is True
