# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors of scenarios name the file, the key and the allowed words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hyperv.integration.tests.lab import scenario, vocabulary
from ansible_collections.hyperv.integration.tests.lab.errors import ScenarioError
from ansible_collections.hyperv.integration.tests.lab.words import camel, snake


def host(**keys: Any) -> dict[str, Any]:
    return {"hosts": [{"name": "hv01", **keys}]}


def machine(**keys: Any) -> dict[str, Any]:
    return host(vms=[{"name": "web01", **keys}])


@pytest.mark.parametrize(
    ("document", "place", "text"),
    [
        (
            {"host": []},
            "host",
            "'host' is not one of guests, hosts, linux_guests, play_hosts, vars (did you mean 'hosts'?)",
        ),
        ([], "document", "Expected a mapping but found a list"),
        ({"hosts": {}}, "hosts", "Expected a list but found a mapping"),
        ({"hosts": [{"generation": 2016}]}, "hosts[0].name", "Expected a text but found nothing"),
        (host(generation=2017), "hosts[0].generation", "'2017' is not one of 2012, 2012r2, 2016, 2019, 2022, 2025"),
        (host(language="es-ES"), "hosts[0].language", "'es-ES' is not one of en, de, fr, es, ru, ja, zh-CN, pt-BR, it"),
        (host(endpoint="deaf"), "hosts[0].endpoint", "'deaf' is not one of ok, dead, hang, slow, unauthorized"),
        (host(deny="all"), "hosts[0].deny", "'all' is not one of none, read, write"),
        (host(hyper_v="no"), "hosts[0].hyper_v", "Expected true or false but found 'no'"),
        (machine(stat="off"), "hosts[0].vms[0].stat", "(did you mean 'state'?)"),
        (machine(state="on"), "hosts[0].vms[0].state", "'on' is not one of "),
        (machine(guest="windows_sever_2019"), "hosts[0].vms[0].guest", "(did you mean 'windows_server_2019'?)"),
        (machine(generation=3), "hosts[0].vms[0].generation", "'3' is not one of 1, 2"),
        (
            machine(services={"kvp": True}),
            "hosts[0].vms[0].services.kvp",
            "'kvp' is not one of guest_service_interface, ",
        ),
        (machine(services={"vss": "on"}), "hosts[0].vms[0].services.vss", "Expected a mapping but found 'on'"),
        (
            machine(services={"vss": {"primary": "Okay"}}),
            "hosts[0].vms[0].services.vss.primary",
            "'Okay' is not one of ApplicationCritical, CommunicationFailed, ",
        ),
        (machine(clustered="yes"), "hosts[0].vms[0].clustered", "Expected true or false but found 'yes'"),
        (machine(count=-1), "hosts[0].vms[0].count", "Expected a number but found -1"),
        ({**host(), "guests": [{"name": "g", "vm": "hv02/x"}]}, "guests[0].vm", "'hv02' is not one of hv01"),
        ({**machine(), "guests": [{"name": "g", "vm": "hv01/x"}]}, "guests[0].vm", "'x' is not one of web01"),
        (
            {"guests": [{"name": "g", "services": {"vmicx": {}}}]},
            "guests[0].services.vmicx",
            "'vmicx' is not one of vmicguestinterface, vmicheartbeat",
        ),
        ({"hosts": [{"name": "HV01"}, {"name": "hv01"}]}, "document", "The node 'hv01' is there twice"),
    ],
)
def test_an_error_names_file_key_and_words(document: Any, place: str, text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario.parse(document, "fleet.yml")
    assert str(caught.value).startswith(f"fleet.yml: {place}: ")
    assert text in str(caught.value)


@pytest.mark.parametrize("word", ["readErrorAt", "cpuUsage", "busy", "onBoot"])
def test_the_two_spellings_are_one_word(word: str) -> None:
    assert camel(snake(word)) == camel(word) == word


@pytest.mark.parametrize("passed", ["HOST_PASSED", "GUEST_PASSED", "MACHINE_PASSED"])
def test_the_simulation_knows_every_key_that_is_passed_on_to_it(passed: str) -> None:
    sources = (Path(vocabulary.__file__).parent / "windows" / "src").rglob("*.cs")
    known = set(re.findall(r'"(\w+)"', "\n".join(path.read_text(encoding="utf-8") for path in sources)))
    assert getattr(vocabulary, passed) - known == set()
