# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""guest_is_version runs the module that fits, on the real connection plugins of Ansible."""

from __future__ import annotations

import importlib
import pathlib
import types
import typing as t

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.playbook.play_context import PlayContext

from ansible_collections.hyperv.integration.plugins.action.guest_is_version import (
    ARGUMENTS,
    LINUX,
    WINDOWS,
    ActionModule,
    fitting_module,
)
from ansible_collections.hyperv.integration.plugins.modules import guest_is_version, linux_is_version

SIDECAR = pathlib.Path(__file__).parents[4] / "plugins/modules/windows_is_version.yml"


def connect(name: str, shell: str) -> t.Any:
    """A connection as a task gets it; nothing is contacted."""
    context: t.Any = PlayContext()
    shell_plugin = importlib.import_module(f"ansible.plugins.shell.{shell}").ShellModule()
    shell_plugin.tmpdir = "unused"
    return importlib.import_module(f"ansible.plugins.connection.{name}").Connection(context, shell=shell_plugin)


class Action(ActionModule):
    """The action on a connection whose target answers as a test wants; all else is the real one."""

    def __init__(self, connection: t.Any, args: dict[str, t.Any], seconds: int = 0) -> None:
        task: t.Any = types.SimpleNamespace(
            args=args, check_mode=True, async_val=seconds, action="guest_is_version", diff=False
        )
        unused: t.Any = None
        super().__init__(task, connection, unused, unused, unused, unused)
        self.asked: dict[str, t.Any] = {}

    def _execute_module(self, *_others: t.Any, **named: t.Any) -> dict[str, t.Any]:
        self.asked = named
        return {"changed": False, "version": "6.3.9600.18907"}


@pytest.mark.parametrize(
    ("name", "shell", "module"),
    [
        ("winrm", "cmd", WINDOWS),
        ("winrm", "powershell", WINDOWS),
        ("psrp", "powershell", WINDOWS),
        ("ssh", "powershell", WINDOWS),
        ("ssh", "cmd", WINDOWS),
        ("ssh", "sh", LINUX),
        ("local", "sh", LINUX),
    ],
)
def test_the_module_fits_what_the_connection_leads_to(name: str, shell: str, module: str) -> None:
    connection = connect(name, shell)
    assert fitting_module(connection) == module
    action = Action(connection, {})
    action.run(None, {"inventory_hostname": "web01"})
    assert action.asked["module_name"] == module


def test_options_variables_and_async_reach_the_module_and_its_answer_comes_back() -> None:
    variables = {"inventory_hostname": "web01"}
    action = Action(connect("local", "sh"), {"minimum": 5.1, "fail_if_not_guest": "no"}, seconds=30)
    result = action.run(None, variables)
    assert action.asked["module_args"] == {"minimum": "5.1", "fail_if_not_guest": False}
    assert action.asked["task_vars"] is variables
    assert action.asked["wrap_async"] == 30
    assert (result["changed"], result["version"]) == (False, "6.3.9600.18907")


def test_an_option_that_was_not_given_is_not_sent() -> None:
    action = Action(connect("local", "sh"), {})
    action.run(None, {})
    assert action.asked["module_args"] == {"fail_if_not_guest": True}


@pytest.mark.parametrize("args", [{"minimun": "6.3"}, {"fail_if_not_guest": "perhaps"}])
def test_a_wrong_option_is_refused_before_anything_is_run(args: dict[str, t.Any]) -> None:
    action = Action(connect("local", "sh"), args)
    with pytest.raises(AnsibleError):
        action.run(None, {})
    assert action.asked == {}


def test_options_and_result_keys_are_those_of_both_modules() -> None:
    windows = yaml.safe_load(SIDECAR.read_text(encoding="utf-8"))
    docs = [
        windows["DOCUMENTATION"],
        *(yaml.safe_load(one.DOCUMENTATION) for one in (guest_is_version, linux_is_version)),
    ]
    for name, option in ARGUMENTS.items():
        for documented in (doc["options"][name] for doc in docs):
            assert (documented["type"], documented.get("default")) == (option["type"], option.get("default"))
    assert all(set(doc["options"]) == set(ARGUMENTS) for doc in docs)
    keys = [windows["RETURN"], *(yaml.safe_load(one.RETURN) for one in (guest_is_version, linux_is_version))]
    assert all(set(one) == set(keys[0]) for one in keys)
