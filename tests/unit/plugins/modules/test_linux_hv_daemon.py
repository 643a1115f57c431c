# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from ansible.module_utils.testing import patch_module_args

from ansible_collections.hyperv.integration.plugins.modules import linux_hv_daemon
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest

UNIT = "hv-kvp-daemon.service"
BINARY = "/usr/sbin/hv_kvp_daemon"


@pytest.fixture
def guest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Guest:
    guest = Guest(tmp_path).on_hyperv().boot_systemd()
    guest.debian_unit("kvp", guest.program(BINARY))
    guest.pools()
    guest.on_start[UNIT] = lambda: guest.daemon("kvp", 412, BINARY, UNIT)
    monkeypatch.setattr(linux_hv_daemon, "System", lambda: guest.system)
    return guest


def run(capfd: pytest.CaptureFixture[str], **args: t.Any) -> dict[str, t.Any]:
    with patch_module_args(args), pytest.raises(SystemExit):
        linux_hv_daemon.main()
    result: dict[str, t.Any] = json.loads(capfd.readouterr().out)
    return result


@pytest.mark.parametrize("check_mode", [False, True])
def test_start(capfd: pytest.CaptureFixture[str], guest: Guest, check_mode: bool) -> None:
    result = run(capfd, name="kvp", state="started", _ansible_check_mode=check_mode)
    assert result["changed"] is True
    assert result["diff"] == {"before": {"kvp": {"state": "stopped"}}, "after": {"kvp": {"state": "started"}}}
    assert result["daemons"][0]["running"] is not check_mode
    assert "error_class" not in result


def test_a_failure_keeps_the_rows_and_says_what_helps(capfd: pytest.CaptureFixture[str], guest: Guest) -> None:
    result = run(capfd, names=["vss", "kvp", "vss"], state="started")
    assert result["failed"] is True
    assert result["msg"] == "Failed to start the vss daemon: it is not installed; kvp went well"
    assert (result["error_class"], result["changed"]) == ("blocked", True)
    assert result["hint"].startswith("See https://learn.microsoft.com")
    assert [row["key"] for row in result["daemons"]] == ["vss", "kvp"]
    assert result["daemons"][0]["error"]["msg"] == "Failed to start the vss daemon: it is not installed"


def test_a_disable_that_does_not_hold_warns(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, guest: Guest
) -> None:
    # Where code of the controller was loaded before, warnings go to its display and not into the result.
    warned: list[str] = []
    monkeypatch.setattr("ansible.module_utils.basic.AnsibleModule.warn", lambda _module, text: warned.append(text))
    result = run(capfd, name="kvp", enabled=False)
    assert result["changed"] is False
    assert "udev starts it with its device" in str(warned)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"state": "started"}, "one of the following is required: name, names"),
        ({"name": "kvp"}, "one of the following is required: enabled, masked, state"),
        ({"name": "kvp", "names": ["vss"], "state": "started"}, "mutually exclusive: name|names"),
        ({"name": "heartbeat", "state": "started"}, "value of name must be one of: kvp, vss, fcopy"),
        ({"names": ["kvp", "x"], "state": "started"}, "value of names must be one or more of"),
        ({"name": "kvp", "state": "enabled"}, "value of state must be one of: started, stopped, restarted"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    capfd: pytest.CaptureFixture[str], guest: Guest, args: dict[str, t.Any], message: str
) -> None:
    result = run(capfd, **args)
    assert result["failed"] is True
    assert message in result["msg"]
    assert guest.calls == []
