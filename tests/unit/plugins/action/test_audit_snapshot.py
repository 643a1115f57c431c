# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pathlib
import re
import time
import types
import typing as t

import pytest
from ansible.errors import (
    AnsibleAuthenticationFailure,
    AnsibleConnectionFailure,
    AnsibleError,
)

from ansible_collections.hyperv.integration.plugins.action.audit_snapshot import (
    HOST_MODULE,
    LINUX_MODULE,
    WINDOWS_MODULE,
    ActionModule,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._audit_files import read_targets
from ansible_collections.hyperv.integration.plugins.plugin_utils._audit_run import current_run, snapshot_folder
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    make_guest,
    make_guest_service,
    make_host,
    make_off_vm,
    make_vm,
)

Answer = t.Callable[[], dict[str, t.Any]]


class Action(ActionModule):
    """The action with a host that answers as a test wants; all else is the real one."""

    def __init__(
        self,
        answer: Answer,
        args: dict[str, t.Any],
        check_mode: bool = False,
        task_timeout: int = 0,
        windows: bool = True,
    ) -> None:
        task: t.Any = types.SimpleNamespace(
            args=args, check_mode=check_mode, timeout=task_timeout, async_val=0, action="audit_snapshot", diff=False
        )
        connection: t.Any = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None, _IS_WINDOWS=windows))
        unused: t.Any = None
        super().__init__(task, connection, unused, unused, unused, unused)
        self.answer = answer
        self.asked: list[str] = []

    def _execute_module(self, module_name: str | None = None, *_others: t.Any, **_named: t.Any) -> dict[str, t.Any]:
        self.asked.append(str(module_name))
        return self.answer()


def run(folder: pathlib.Path, answer: Answer, check_mode: bool = False, **options: t.Any) -> dict[str, t.Any]:
    action = Action(answer, {"directory": str(folder), **options}, check_mode)
    result = action.run(None, {"inventory_hostname": "hv01"})
    assert action.asked == [HOST_MODULE]
    assert not result.get("failed")
    assert result["changed"] is False
    return result


def failing(error: BaseException) -> Answer:
    def answer() -> t.NoReturn:
        raise error

    return answer


def module_result(**changes: t.Any) -> dict[str, t.Any]:
    snapshot = make_host("HV01", vms=[make_vm("a"), make_off_vm("b")])
    return {
        "changed": False,
        "invocation": {},
        **{key: snapshot[key] for key in snapshot if key != "target"},
        **changes,
    }


def test_a_host_that_answers_is_kept_and_only_numbers_come_back(tmp_path: pathlib.Path) -> None:
    result = run(tmp_path, module_result)
    assert (result["vms"], result["running"], result["error"]) == (2, 1, None)
    assert set(result) == {"changed", "target", "path", "error", "vms", "running"}
    snapshot = read_targets(tmp_path, ["hv01"], current_run())[0]
    assert [vm["name"] for vm in snapshot["vms"]] == ["a", "b"]
    assert (snapshot["target"], snapshot["host"]["name"]) == ("hv01", "HV01")
    assert "invocation" not in json.loads(pathlib.Path(result["path"]).read_text())


def test_the_time_of_a_snapshot_is_that_of_the_controller(tmp_path: pathlib.Path) -> None:
    run(tmp_path, lambda: module_result(collected_at="1999-01-01T00:00:00Z"))
    assert read_targets(tmp_path, ["hv01"], current_run())[0]["collected_at"] > "2026"


@pytest.mark.parametrize(
    ("error", "error_class"),
    [
        (AnsibleConnectionFailure("[Errno 111] Connection refused"), "host_unreachable"),
        (AnsibleConnectionFailure("ntlm: the specified credentials were rejected by the server"), "access_denied"),
        (AnsibleAuthenticationFailure("bad key"), "access_denied"),
        (AnsibleError("winrm or requests is not installed"), "unexpected"),
    ],
)
def test_a_host_that_cannot_be_reached_is_kept_with_its_reason(
    tmp_path: pathlib.Path, error: AnsibleError, error_class: str
) -> None:
    result = run(tmp_path, failing(error))
    assert result["error"]["error_class"] == error_class
    snapshot = read_targets(tmp_path, ["hv01"], current_run())[0]
    assert (snapshot["error"], snapshot["vms"]) == (result["error"], [])


@pytest.mark.parametrize(
    ("answer", "error_class", "msg"),
    [
        (
            {"failed": True, "msg": "Failed to read", "error_class": "host_unsupported", "hint": "install"},
            "host_unsupported",
            "Failed to read",
        ),
        (
            {"failed": True, "msg": "Failed to read", "error_class": "access_denied", "hint": "rights"},
            "access_denied",
            "Failed to read",
        ),
        (
            {**module_result(), "vms": "web01"},
            "unexpected",
            "The answer of the host is no snapshot: vms must be a list but is 'web01'",
        ),
        ({}, "unexpected", "The answer of the host is no snapshot: kind must be 'host' or 'guest' but is None"),
        (
            {**module_result(), "schema": "hyperv.integration/snapshot/2"},
            "unexpected",
            "The answer of the host is no snapshot: schema must be 'hyperv.integration/snapshot/1' but is "
            "'hyperv.integration/snapshot/2'; read it with the release that wrote it",
        ),
    ],
)
def test_a_module_that_fails_or_talks_nonsense_is_kept_with_its_reason(
    tmp_path: pathlib.Path, answer: dict[str, t.Any], error_class: str, msg: str
) -> None:
    error = run(tmp_path, lambda: answer)["error"]
    assert (error["error_class"], error["msg"]) == (error_class, msg)


def test_an_error_in_the_snapshot_itself_is_kept(tmp_path: pathlib.Path) -> None:
    error = {"error_class": "vm_busy", "msg": "busy", "hint": "wait"}
    assert run(tmp_path, lambda: module_result(error=error))["error"] == error


@pytest.mark.parametrize(("windows", "module"), [(True, WINDOWS_MODULE), (False, LINUX_MODULE)])
def test_a_guest_is_asked_by_the_module_that_fits_its_connection(
    tmp_path: pathlib.Path, windows: bool, module: str
) -> None:
    guest = make_guest(make_vm("a"), [make_guest_service("vss")])
    action = Action(lambda: dict(guest), {"directory": str(tmp_path), "kind": "guest"}, windows=windows)
    result = action.run(None, {"inventory_hostname": "a"})
    assert (action.asked, result["error"], result["vms"]) == ([module], None, 0)
    snapshot = read_targets(tmp_path, ["a"], current_run())[0]
    assert (snapshot["kind"], snapshot["guest"]["vm_id"]) == ("guest", make_vm("a")["id"])


def test_a_guest_that_cannot_be_reached_is_kept_as_a_guest(tmp_path: pathlib.Path) -> None:
    action = Action(
        failing(AnsibleConnectionFailure("no route to host")), {"directory": str(tmp_path), "kind": "guest"}
    )
    assert action.run(None, {"inventory_hostname": "a"})["error"]["error_class"] == "guest_unreachable"
    assert read_targets(tmp_path, ["a"], current_run())[0]["kind"] == "guest"


def test_a_host_that_takes_too_long_is_given_up_on(tmp_path: pathlib.Path) -> None:
    def sleepy() -> dict[str, t.Any]:
        try:
            time.sleep(20)
        except Exception as error:  # as connections do
            raise AssertionError("the limit was swallowed") from error
        return module_result()

    start = time.monotonic()
    error = run(tmp_path, sleepy, timeout=1)["error"]
    assert time.monotonic() - start < 10
    assert error["error_class"] == "timeout"
    assert error["msg"] == "The host did not answer within 1 seconds"


def test_the_limit_ends_with_the_answer(tmp_path: pathlib.Path) -> None:
    run(tmp_path, module_result, timeout=1)
    time.sleep(1.2)


def test_in_check_mode_the_snapshot_goes_where_ansible_cleans_up(tmp_path: pathlib.Path) -> None:
    folder = snapshot_folder(str(tmp_path), check_mode=True)
    result = run(tmp_path, module_result, check_mode=True)
    assert pathlib.Path(result["path"]).parent == folder
    assert list(tmp_path.iterdir()) == []
    assert read_targets(folder, ["hv01"], current_run())[0]["error"] is None


def test_warnings_of_the_module_are_passed_on(tmp_path: pathlib.Path) -> None:
    assert run(tmp_path, lambda: module_result(warnings=["no checkpoints"]))["warnings"] == ["no checkpoints"]


def test_a_folder_that_cannot_be_written_fails(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("")
    action = Action(module_result, {"directory": str(tmp_path / "file" / "x")})
    result = action.run(None, {"inventory_hostname": "hv01"})
    assert result["failed"]
    assert re.search(r"Failed to write the snapshot of 'hv01' to '.*/file/x'", result["msg"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeout": -1}, "Expected a time limit of 0 seconds or more but found -1"),
        ({"timeout": "soon"}, "soon"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_wrong_options_fail_before_the_host_is_asked(
    tmp_path: pathlib.Path, options: dict[str, t.Any], message: str
) -> None:
    action = Action(module_result, {"directory": str(tmp_path), **options})
    result = action.run(None, {"inventory_hostname": "hv01"})
    assert result["failed"]
    assert message in result["msg"]
    assert action.asked == []
