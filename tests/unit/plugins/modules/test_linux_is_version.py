# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.module_utils.testing import patch_module_args

from ansible_collections.hyperv.integration.plugins.modules import linux_is_version
from ansible_collections.hyperv.integration.tests.unit.plugins.module_utils.linux_tree import Guest

NO_VERSION = {"version": None, "source": None, "flavour": None}


@pytest.fixture
def guest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Guest:
    guest = Guest(tmp_path)
    monkeypatch.setattr(linux_is_version, "System", lambda: guest.system)
    return guest


def run(capfd: pytest.CaptureFixture[str], **args: t.Any) -> dict[str, t.Any]:
    with patch_module_args(args), pytest.raises(SystemExit):
        linux_is_version.main()
    result: dict[str, t.Any] = json.loads(capfd.readouterr().out)
    return result


@pytest.mark.parametrize(
    ("minimum", "verdict"), [(None, None), ("5.10", "current"), ("6.1.0-35", "current"), ("6.2", "outdated")]
)
def test_a_guest_has_the_version_of_its_kernel(
    capfd: pytest.CaptureFixture[str], guest: Guest, minimum: str | None, verdict: str | None
) -> None:
    guest.on_hyperv()
    result = run(capfd, minimum=minimum)
    assert result["changed"] is False
    assert {name: result[name] for name in ("version", "source", "flavour", "reason", "verdict")} == {
        "version": "6.1.0-35-cloud-amd64",
        "source": "kernel",
        "flavour": "inbox",
        "reason": None,
        "verdict": verdict,
    }
    assert result["evidence"]["minimum"] == minimum


def test_elsewhere_it_fails_with_its_class(capfd: pytest.CaptureFixture[str], guest: Guest) -> None:
    result = run(capfd)
    assert (result["failed"], result["error_class"]) == (True, "not_a_guest")
    assert "fail_if_not_guest" in result["hint"]
    assert result["evidence"]["kernel"] == guest.kernel


@pytest.mark.parametrize(("minimum", "verdict"), [(None, None), ("5.10", "not_applicable")])
def test_elsewhere_it_can_be_a_verdict(
    capfd: pytest.CaptureFixture[str], guest: Guest, minimum: str | None, verdict: str | None
) -> None:
    result = run(capfd, fail_if_not_guest=False, minimum=minimum)
    assert "failed" not in result
    assert {name: result[name] for name in NO_VERSION} == NO_VERSION
    assert (result["reason"], result["verdict"]) == ("not_a_guest", verdict)


def test_a_minimum_that_is_no_version_fails(capfd: pytest.CaptureFixture[str], guest: Guest) -> None:
    guest.on_hyperv()
    result = run(capfd, minimum="newest")
    assert result["msg"] == "Failed to compare with the minimum: 'newest' does not begin with a number"
    assert result["error_class"] == "unexpected"


def test_each_key_of_the_result_is_documented_and_the_other_way_round(
    capfd: pytest.CaptureFixture[str], guest: Guest
) -> None:
    guest.on_hyperv()
    result = run(capfd)
    documented = yaml.safe_load(linux_is_version.RETURN)
    assert set(result) - {"changed", "invocation", "warnings"} == set(documented) - {"error_class", "hint"}
    assert set(result["evidence"]) == set(documented["evidence"]["contains"])
