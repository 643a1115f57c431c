# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Linux guests beside simulated hosts: one scenario, one inventory, one end."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from ansible_collections.hyperv.integration.tests.lab import linux_guests, running
from ansible_collections.hyperv.integration.tests.lab.errors import LabError, ScenarioError
from ansible_collections.hyperv.integration.tests.lab.linux import requirements
from ansible_collections.hyperv.integration.tests.lab.scenario import parse

HOST = {"name": "hv01", "vms": [{"name": "deb", "guest": "debian_12", "services": {"vss": False}}]}


def test_a_linux_guest_has_the_id_and_the_channels_of_its_vm() -> None:
    made = parse({"hosts": [HOST], "linux_guests": [{"name": "deb", "vm": "hv01/deb", "vars": {"x": 1}}]})
    (guest,) = made.linux_guests
    assert guest.values["vm_id"] == made.node("hv01").state["vms"][0]["id"]
    assert guest.values["host_name"] == "HV01.lab.example"
    assert guest.values["services"]["heartbeat"] is True
    assert guest.values["services"]["vss"] is guest.values["services"]["guest_service_interface"] is False
    assert guest.variables == {"x": 1}


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"name": "deb", "rot": "debian-12"}, "linux_guests[0]"),
        ({"name": "Bad Name"}, "linux_guests[0]"),
        ({"root": "debian-12"}, "linux_guests[0].name"),
        ({"name": "deb", "vm": "hv01/other"}, "linux_guests[0].vm"),
        ({"name": "hv01"}, "document"),
    ],
)
def test_an_error_names_the_row(row: dict[str, str], place: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse({"hosts": [HOST], "linux_guests": [row]}, "x.yml")
    assert str(caught.value).startswith(f"x.yml: {place}: ")


def test_a_guest_runs_without_any_host_and_is_gone_afterwards(tmp_path: Path) -> None:
    if reasons := requirements.missing():
        pytest.skip(f"Linux guests cannot run here: {'; '.join(reasons)}")
    directory = tmp_path / "lab"
    with running.running({"linux_guests": [{"name": "deb", "root": "debian-12"}]}, directory) as lab:
        told = yaml.safe_load(lab.inventory.read_text(encoding="utf-8"))["all"]["children"]["linux_guests"]["hosts"]
        assert told["deb"]["ansible_connection"] == "ssh"
        assert lab.nodes == []
        assert linux_guests.mounts_below(directory)
    assert linux_guests.mounts_below(directory) == []
    assert running.remove(directory) is False
    assert not directory.exists()


def test_a_folder_with_something_mounted_in_it_is_not_deleted(tmp_path: Path) -> None:
    directory = tmp_path / "lab"
    mounted = directory / "in the way"
    mounted.mkdir(parents=True)
    (directory / "lab.json").write_text("{}", encoding="utf-8")
    done = subprocess.run(["mount", "-t", "tmpfs", "lab", str(mounted)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"Nothing can be mounted here: {done.stderr.strip()}")
    try:
        assert linux_guests.mounts_below(directory) == [str(mounted)]
        with pytest.raises(LabError, match=r"something is still mounted there: .*in the way"):
            running.remove(directory)
    finally:
        subprocess.run(["umount", str(mounted)], check=True)
    assert (directory / "lab.json").exists()
