# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.plugins.module_utils._hv_process import find_processes, holders
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import Answer
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import KERNEL_THREAD, Guest

KVP = ("hv_kvp_daemon", "hypervkvpd")
FCOPY = ("hv_fcopy_daemon", "hv_fcopy_uio_daemon", "hypervfcopyd")


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)


def pids(guest: Guest, *binaries: str) -> list[int]:
    return [process.pid for process in find_processes(guest.system, binaries or KVP)]


def test_the_documents_own_list_is_read_right(guest: Guest) -> None:
    """Kernel threads and the search itself are no daemons; one daemon that runs twice is found twice (R39)."""
    path = "/usr/lib/linux-tools/3.13.0-32-generic/hv_kvp_daemon"
    guest.process(320, "", comm="hv_vmbus_con", flags=KERNEL_THREAD)
    guest.process(321, "", comm="hv_vmbus_ctl", flags=KERNEL_THREAD)
    guest.process(1286, path)
    guest.process(9333, path)
    guest.process(9365, "/usr/lib/linux-tools/3.13.0-32-generic/hv_vss_daemon")
    guest.process(9400, "/bin/grep", argv=["grep", "--color=auto", "hv_kvp_daemon"])
    found = find_processes(guest.system, KVP)
    assert [(process.pid, process.path) for process in found] == [(1286, path), (9333, path)]


def test_a_kernel_thread_with_the_name_of_a_daemon_is_none(guest: Guest) -> None:
    guest.process(50, "", comm="hv_kvp_daemon", flags=KERNEL_THREAD)
    assert pids(guest) == []


def test_a_name_that_the_kernel_cut_is_found(guest: Guest) -> None:
    guest.process(77, "/usr/sbin/hv_fcopy_uio_daemon")
    (process,) = find_processes(guest.system, FCOPY)
    assert (guest.path("/proc/77/stat").read_text().split()[1], process.name) == (
        "(hv_fcopy_uio_da)",
        "hv_fcopy_uio_daemon",
    )


def test_another_program_with_the_same_cut_name_is_not_taken(guest: Guest) -> None:
    guest.process(78, "/opt/hv_fcopy_uio_dashboard")
    assert pids(guest, *FCOPY) == []


@pytest.mark.parametrize(
    "argv",
    [["vim", "/usr/sbin/hv_kvp_daemon"], ["tail", "-f", "hv_kvp_daemon"], ["bash", "-c", "hv_kvp_daemon"]],
)
def test_a_program_that_only_names_the_daemon_is_not_taken(guest: Guest, argv: list[str]) -> None:
    guest.process(80, f"/usr/bin/{argv[0]}", argv=argv)
    assert pids(guest) == []


def test_a_process_that_took_the_name_is_not_taken(guest: Guest) -> None:
    guest.process(81, "/usr/bin/python3", comm="hv_kvp_daemon", argv=["python3", "/opt/tool.py"])
    assert pids(guest) == []


def test_a_script_in_place_of_the_daemon_is_found_by_its_argument(guest: Guest) -> None:
    guest.process(82, "/bin/bash", comm="hv_kvp_daemon", argv=["/bin/bash", "/usr/sbin/hv_kvp_daemon", "-n"])
    assert pids(guest) == [82]


def test_a_zombie_is_marked_and_has_no_files(guest: Guest) -> None:
    guest.process(83, "/usr/sbin/hv_kvp_daemon", state="Z")
    (process,) = find_processes(guest.system, KVP)
    assert (process.zombie, process.name, process.path, process.files) == (True, "hv_kvp_daemon", None, None)


def test_a_program_that_was_deleted_is_marked(guest: Guest) -> None:
    guest.process(84, "/usr/sbin/hv_kvp_daemon (deleted)")
    (process,) = find_processes(guest.system, KVP)
    assert (process.deleted, process.path) == (True, "/usr/sbin/hv_kvp_daemon")


def test_a_containers_process_is_marked_by_its_numbers(guest: Guest) -> None:
    guest.process(85, "/usr/sbin/hv_kvp_daemon", namespaces=[7])
    (process,) = find_processes(guest.system, KVP)
    assert process.foreign


@pytest.mark.parametrize(("namespace", "foreign"), [("pid:[1]", False), ("pid:[2]", True)])
def test_without_numbers_the_namespace_itself_tells(guest: Guest, namespace: str, foreign: bool) -> None:
    guest.process(86, "/usr/sbin/hv_kvp_daemon")
    guest.write("/proc/86/status", "Name:\thv_kvp_daemon\n")
    guest.link("/proc/86/ns/pid", namespace)
    (process,) = find_processes(guest.system, KVP)
    assert process.foreign is foreign


def test_parentheses_and_spaces_in_a_name_do_not_confuse(guest: Guest) -> None:
    guest.write("/proc/87/stat", "87 (a) R (b c) S 1 1 1 0 -1 4194368 0")
    guest.process(88, "/usr/sbin/hypervkvpd")
    assert pids(guest) == [88]


@pytest.mark.parametrize(
    ("groups", "unit"),
    [
        ("0::/system.slice/hv-kvp-daemon.service\n", "hv-kvp-daemon.service"),
        ("12:pids:/system.slice\n1:name=systemd:/system.slice/hypervkvpd.service\n", "hypervkvpd.service"),
        ("0::/user.slice/user-0.slice/session-3.scope\n", None),
        ("", None),
    ],
)
def test_the_unit_of_a_process_is_read_from_its_group(guest: Guest, groups: str, unit: str | None) -> None:
    guest.process(89, "/usr/sbin/hv_kvp_daemon")
    guest.write("/proc/89/cgroup", groups)
    (process,) = find_processes(guest.system, KVP)
    assert process.unit == unit


def test_files_that_may_not_be_read_are_unknown_not_none(guest: Guest) -> None:
    guest.process(90, "/usr/sbin/hv_kvp_daemon")
    guest.remove("/proc/90/fd")
    (process,) = find_processes(guest.system, KVP)
    assert process.files is None


def test_a_process_that_ends_while_it_is_read_is_left_out(guest: Guest) -> None:
    guest.folder("/proc/91")
    assert pids(guest) == []


def test_a_child_that_will_execute_a_script_is_no_second_daemon(guest: Guest) -> None:
    """The KVP daemon calls popen for each question about addresses."""
    guest.process(412, "/usr/sbin/hv_kvp_daemon")
    guest.process(413, "/usr/sbin/hv_kvp_daemon", parent=412)
    assert pids(guest) == [412]


def test_whoever_holds_a_device_is_found(guest: Guest) -> None:
    guest.process(92, "/usr/bin/stray", opens=["/dev/vmbus/hv_kvp"])
    guest.process(93, "/usr/bin/other", opens=["/dev/null"])
    assert holders(guest.system, "/dev/vmbus/hv_kvp") == [92]


def test_freebsds_list_is_read(guest: Guest) -> None:
    guest.sysname = "FreeBSD"
    guest.commands["ps"] = lambda argv: Answer(
        0,
        "    0   0 DLs  [kernel]\n  512   0 Is   /usr/sbin/hv_kvp_daemon\n  600   3 Is   /usr/sbin/hv_kvp_daemon\n"
        "  900   0 R    python3 x\n  700   0 S+   grep hv_kvp_daemon\n",
        "",
    )
    found = find_processes(guest.system, KVP)
    assert [(process.pid, process.foreign, process.files) for process in found] == [
        (512, False, None),
        (600, True, None),
    ]
