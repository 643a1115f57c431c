# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import Policy, PolicyError, read_policy


def test_the_defaults_change_least() -> None:
    policy = read_policy(None)
    assert policy == read_policy({}) == Policy()
    assert (policy.restart, policy.allow_enable_kvp, policy.allow_offline, policy.force) == (
        "never",
        False,
        False,
        False,
    )


def test_a_policy_that_was_read_is_not_read_again() -> None:
    policy = Policy(restart="always")
    assert read_policy(policy) is policy


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("disk", "integration_services_disk"),
        ("integration_disk", "integration_services_disk"),
        ("linux_package", "package_manager"),
        ("cab", "cab"),
        (None, None),
    ],
)
def test_mechanisms_have_the_names_of_the_role_too(said: str | None, meant: str | None) -> None:
    assert read_policy({"mechanism": said}).mechanism == meant


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"mechanism": "msi"},
            "mechanism must be one of windows_update, integration_services_disk, cab, offline, package_manager, "
            "not 'msi'",
        ),
        ({"restart": None}, "restart must be one of never, if_required, always, window, not 'None'"),
        (
            {"host_generation": "2016"},
            "host_generation must be one of win10_ws2016_ws2019, win81_ws2012r2, win8_ws2012, ws2022_plus, not '2016'",
        ),
        ({"guest_os": []}, "guest_os must map virtual machines to operating systems, not list"),
        ({"guest_os": {"web01": 7}}, "guest_os of 'web01' must be the name of an operating system, not '7'"),
        ({"force": 1}, "force must be true or false, not '1'"),
        ({1: True}, "'1' is no option of an update plan"),
        ([], "the policy must be a mapping, not list"),
    ],
)
def test_a_wrong_policy_is_refused_with_the_word_that_is_wrong(value: t.Any, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_policy(value)
    assert str(caught.value) == message


def test_a_guests_system_is_stated_by_name_or_by_id_in_any_spelling() -> None:
    policy = read_policy({"guest_os": {"Web01": "Windows 7", "{7CCA3E1A-0F5C-4C9F-9D0C-0A1B2C3D4E5F}": "Windows 8"}})
    assert policy.stated_os("7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f", None) == "Windows 8"
    assert policy.stated_os(None, "Web01") == "Windows 7"
    assert policy.stated_os(None, "other") is None


def test_the_policy_is_shown_in_a_stable_order() -> None:
    one = read_policy({"guest_os": {"b": "Windows 7", "a": "Windows 8"}})
    assert list(one.as_dict()["guest_os"]) == ["a", "b"]
