# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.module_utils.testing import patch_module_args

from ansible_collections.hyperv.integration.plugins.modules import linux_hv_daemon_info
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest


@pytest.fixture
def guest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Guest:
    guest = Guest(tmp_path)
    monkeypatch.setattr(linux_hv_daemon_info, "System", lambda: guest.system)
    return guest


def run(capfd: pytest.CaptureFixture[str], **args: t.Any) -> dict[str, t.Any]:
    with patch_module_args(args), pytest.raises(SystemExit):
        linux_hv_daemon_info.main()
    result: dict[str, t.Any] = json.loads(capfd.readouterr().out)
    return result


def well(guest: Guest) -> None:
    guest.on_hyperv("heartbeat", "key_value_pair_exchange").boot_systemd()
    binary = guest.program("/usr/sbin/hv_kvp_daemon")
    guest.daemon("kvp", 412, binary, guest.debian_unit("kvp", binary))
    guest.pools()
    guest.write("/var/lib/hyperv/.kvp_pool_1", b"token".ljust(512, b"\0") + b"secret".ljust(2048, b"\0"))


def test_a_guest_that_is_well(capfd: pytest.CaptureFixture[str], guest: Guest) -> None:
    well(guest)
    result = run(capfd)
    assert (result["changed"], result["error"], result["kind"]) == (False, None, "guest")
    assert [(row["key"], row["healthy"], row["reason"]) for row in result["daemons"]] == [
        ("kvp", True, None),
        ("vss", False, "off_on_host"),
        ("fcopy", False, "off_on_host"),
    ]
    assert result["version"] == {"value": guest.kernel, "source": "kernel", "flavour": "inbox", "reason": None}


def test_pairs_are_given_only_to_who_asks(capfd: pytest.CaptureFixture[str], guest: Guest) -> None:
    well(guest)
    assert "secret" not in json.dumps(run(capfd))
    assert run(capfd, kvp_pairs=True)["pools"][1]["pairs"] == {"token": "secret"}


@pytest.mark.parametrize(
    ("vendor", "msg"),
    [
        ("QEMU", "This system is not a Hyper-V guest but a kvm machine"),
        ("Dell Inc.", "This system is not a Hyper-V guest but no virtual machine"),
    ],
)
def test_elsewhere_the_answer_is_an_error_in_a_result(
    capfd: pytest.CaptureFixture[str], guest: Guest, vendor: str, msg: str
) -> None:
    guest.write("/sys/class/dmi/id/sys_vendor", vendor)
    result = run(capfd, names=["vss"])
    assert "failed" not in result
    assert (result["error"]["error_class"], result["error"]["msg"]) == ("not_a_guest", msg)
    assert (result["channels"], [row["key"] for row in result["daemons"]]) == (None, ["vss"])


def test_each_key_of_the_result_is_documented_and_the_other_way_round(
    capfd: pytest.CaptureFixture[str], guest: Guest
) -> None:
    well(guest)
    result = run(capfd)
    documented = yaml.safe_load(linux_hv_daemon_info.RETURN)
    assert set(result) - {"changed", "invocation", "warnings"} == set(documented)
    assert set(result["daemons"][0]) == set(documented["daemons"]["contains"])
    for name in ("guest", "version", "virtualization"):
        assert set(result[name]) == set(documented[name]["contains"])
    assert set(run(capfd, kvp_pairs=True)["pools"][0]) == set(documented["pools"]["contains"])


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the core of the controller needs its Python")
def test_the_result_is_a_snapshot_that_the_reports_read(capfd: pytest.CaptureFixture[str], guest: Guest) -> None:
    from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import read_snapshot

    well(guest)
    snapshot = read_snapshot(run(capfd))
    assert snapshot["kind"] == "guest"
    assert snapshot["version"]["value"] == guest.kernel
    assert snapshot["channels"]["key_value_pair_exchange"] is True
    assert snapshot["channels"]["vss"] is False
