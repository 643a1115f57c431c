# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Process guests: daemons without a service manager, for machines without root or FUSE."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hyperv.integration.tests.lab.linux import fallback
from ansible_collections.hyperv.integration.tests.lab.linux.errors import LabError
from ansible_collections.hyperv.integration.tests.lab.linux.lab import LinuxLab
from ansible_collections.hyperv.integration.tests.lab.linux.spec import GuestSpec
from ansible_collections.hyperv.integration.tests.lab.linux.state import identities

SPECS: dict[str, dict[str, Any]] = {
    "plain": {},
    "other": {"services": {"vss": False}},
    "redhat": {"family": "redhat"},
    "elsewhere": {"hyperv": False},
    "broken": {"exits": ["kvp"]},
    "bare": {"package": False},
    "late": {"late": {"kvp": 1}},
}


@pytest.fixture(scope="module")
def processes(plain_machine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinuxLab]:
    """One guest for each case, all at once."""
    with LinuxLab(tmp_path_factory.mktemp("processes"), print) as made:
        made.up(GuestSpec.from_mapping(name, {"root": "process", **data}) for name, data in SPECS.items())
        yield made


def pids(lab: LinuxLab, name: str, program: str = "hv_kvp_daemon") -> list[int]:
    """Pids as the guest counts them."""
    done = lab[name].run(["pgrep", "-r", "S,R,D", "-x", program])
    return [int(pid) for pid in done.stdout.split()]


def test_the_daemons_run_and_hold_their_devices(processes: LinuxLab) -> None:
    state = processes["plain"].state()
    assert {name: found["registered"] for name, found in state.items()} == {
        "hv_kvp": True,
        "hv_vss": True,
        "hv_fcopy": True,
    }
    assert len(pids(processes, "plain")) == 1
    link = processes["plain"].run(["sh", "-c", "readlink /proc/[0-9]*/fd/*"]).stdout.split()
    assert "/dev/vmbus/hv_kvp" in link
    assert "hv_vss" not in processes["other"].state()


def test_a_daemon_is_killed_and_started_again_by_its_program(processes: LinuxLab) -> None:
    guest = processes["plain"]
    (pid,) = pids(processes, "plain")
    assert guest.run(["kill", str(pid)]).returncode == 0
    guest.await_registered("kvp", on=False)
    assert pids(processes, "plain") == []
    assert guest.run(["/usr/local/sbin/hv_kvp_daemon"]).returncode == 0
    guest.await_registered("kvp")
    (new,) = pids(processes, "plain")
    assert new != pid


def test_a_second_daemon_is_refused_the_device(processes: LinuxLab) -> None:
    second = processes["plain"].run(["/usr/local/sbin/hv_kvp_daemon", "-n"])
    assert second.returncode == 1
    assert second.stderr == "open /dev/vmbus/hv_kvp failed; error: 16 Device or resource busy\n"
    assert len(pids(processes, "plain")) == 1


def test_a_device_that_anything_has_open_is_taken(processes: LinuxLab) -> None:
    guest = processes["other"]
    (pid,) = pids(processes, "other")
    guest.run(["kill", str(pid)])
    guest.await_registered("kvp", on=False)
    program = "/usr/local/sbin/hv_kvp_daemon"
    refused = guest.run(["sh", "-c", f"exec 3<>/dev/vmbus/hv_kvp; {program} -n 3>&-"])
    assert refused.returncode == 1
    assert "error: 16" in refused.stderr
    assert guest.run([program]).returncode == 0
    guest.await_registered("kvp")


def test_a_daemon_ends_with_its_device_and_nothing_brings_it_back(processes: LinuxLab) -> None:
    guest = processes["plain"]
    assert guest.switch("vss", on=False) is True
    assert "vss" not in guest.offered()
    failed = guest.run(["/usr/local/sbin/hv_vss_daemon", "-n"])
    assert failed.returncode == 1
    assert "error: 2 No such file or directory" in failed.stderr
    assert guest.switch("vss", on=True) is True
    assert guest.state()["hv_vss"]["registered"] is False
    guest.run(["/usr/local/sbin/hv_vss_daemon"])
    guest.await_registered("vss")


@pytest.mark.parametrize(("argument", "code"), [("-h", 0), ("--nonsense", 1)])
def test_the_stand_in_has_the_options_of_the_daemons(processes: LinuxLab, argument: str, code: int) -> None:
    done = processes["plain"].run(["/usr/local/sbin/hv_kvp_daemon", argument])
    assert done.returncode == code
    assert done.stderr.startswith("Usage: ")


def test_other_names_faults_and_absence_are_played(processes: LinuxLab) -> None:
    assert len(pids(processes, "redhat", "hypervkvpd")) == 1
    assert pids(processes, "broken") == []
    assert len(pids(processes, "broken", "hv_vss_daemon")) == 1
    assert processes["bare"].run(["sh", "-c", "ls /usr/local/sbin"]).stdout == ""
    for path in ("/dev/vmbus", "/sys/bus/vmbus"):
        assert processes["elsewhere"].run(["test", "-e", path]).returncode == 1


def test_a_late_device_comes(processes: LinuxLab) -> None:
    guest = processes["late"]
    waiting = guest.run(
        ["sh", "-c", "for i in $(seq 100); do test -e /dev/vmbus/hv_kvp && exit 0; sleep 0.1; done; exit 1"]
    )
    assert waiting.returncode == 0
    assert pids(processes, "late") == []


def test_pool_3_has_the_id(processes: LinuxLab) -> None:
    guest = processes["plain"]
    pool = guest.run(["cat", "/var/lib/hyperv/.kvp_pool_3"]).stdout
    assert guest.spec.vm_id.upper() in pool


def test_the_machines_files_cannot_be_written(processes: LinuxLab) -> None:
    guest = processes["plain"]
    for path in ("/etc/hv-lab", "/var/lib/hv-lab", "/usr/local/sbin/../hv-lab"):
        refused = guest.run(["touch", path])
        assert refused.returncode == 1
        assert not os.path.exists(path)
    assert guest.run(["sh", "-c", 'touch "$TMPDIR/x" /tmp/hv-lab']).returncode == 0
    assert not os.path.exists("/tmp/hv-lab")


def test_a_guest_sees_no_process_but_its_own(processes: LinuxLab) -> None:
    seen = processes["plain"].run(["sh", "-c", "echo /proc/[0-9]*"]).stdout.split()
    assert 4 <= len(seen) <= 8
    assert processes["plain"].run(["hostname"]).stdout == "plain\n"


def test_ansible_works_here_but_its_python_inside(processes: LinuxLab) -> None:
    variables = processes.inventory()["plain"]
    assert (variables["ansible_connection"], variables["lab_guest_manager"]) == ("local", "process")
    command = [
        variables["ansible_python_interpreter"],
        "-c",
        "import os; print(os.uname().nodename, os.getpid() < 10000)",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "plain True\n"


def test_what_needs_a_real_guest_is_refused(processes: LinuxLab, tmp_path: Path) -> None:
    with pytest.raises(LabError, match="Expected a real guest to do 'kvp_enum'"):
        processes["plain"].ask("kvp_enum")
    spec = GuestSpec.from_mapping("a", {"root": "process", "masked": ["kvp"]})
    with pytest.raises(LabError, match="to mask a unit but it has only processes"):
        LinuxLab(tmp_path).up([spec])
    assert fallback.as_processes(spec).masked == ()


def test_nothing_is_left(plain_machine: None, tmp_path: Path) -> None:
    lab = LinuxLab(tmp_path)
    lab.up([GuestSpec.from_mapping("a", {"root": "process"}), GuestSpec.from_mapping("b", {"root": "process"})])
    running = [process for entry in lab.state.read().values() for process in identities(entry)]
    assert len(running) == 4
    assert all(process.alive() for process in running)
    lab.down()
    assert not [process for process in running if process.alive()]
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


SYSTEM_PYTHON = "/usr/bin/python3"


def someone_elses_python() -> bool:
    """Whether a user other than root, which may not look into root's home, has a Python that is new enough."""
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    return Path(SYSTEM_PYTHON).exists() and subprocess.run([SYSTEM_PYTHON, "-c", check], check=False).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.skipif(not someone_elses_python(), reason=f"{SYSTEM_PYTHON} is not there or older than 3.11")
def test_nobody_can_run_them_in_place_of_real_ones(plain_machine: None, tmp_path: Path) -> None:
    for folder in (*reversed(tmp_path.parents[:2]), tmp_path):
        folder.chmod(0o755)
    # The checkout itself may be out of that user's reach.
    shutil.copytree(Path(fallback.__file__).parent, tmp_path / "tests/lab/linux")
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    (home / "spec").write_text(json.dumps({"a": {"root": "debian-12", "masked": ["kvp"]}}))
    environment = {"HYPERV_CACHE": str(home / "cache"), "HOME": str(home), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}

    def run(verb: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SYSTEM_PYTHON, "-m", "tests.lab.linux", verb, "--directory", str(home / "lab"), *arguments],
            cwd=tmp_path,
            env=environment,
            user=65534,
            group=65534,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    refused = run("up", str(home / "spec"))
    assert refused.returncode == 1
    assert "root is needed" in refused.stderr
    up = run("up", "--processes-if-need-be", str(home / "spec"))
    assert up.returncode == 0, up.stderr
    assert "NOT TESTED: no real Linux guest can run here" in up.stderr
    assert json.loads(run("status").stdout)["a"]["devices"]["hv_kvp"]["registered"] is True
    assert run("down").returncode == 0
    assert [path.name for path in (home / "lab").iterdir()] == ["lock"]
