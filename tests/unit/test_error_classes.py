# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The classes of errors are the same everywhere: in what fails, in what it documents, in snapshots and in the guide."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import ERROR_CLASSES, read_snapshot
from ansible_collections.hyperv.integration.tests.unit.collection import COLLECTION, MODULES
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import make_failed_host

GUIDE = COLLECTION / "docs/docsite/rst/guide_architecture.rst"
# How a class is named in PowerShell, in Python and in YAML.
NAMED = re.compile(
    r"""-ErrorClass\s+['"]?([a-z_]+)|error_class['"]?\s*(?:=|:)\s*['"]([a-z_]+)['"]|HvError\(\s*"([a-z_]+)"|"""
    r"""\berror_class:\s+([a-z_]+)\s*$""",
    re.MULTILINE,
)
# The tables and the function by which PowerShell gives a class to an error of Windows.
TABLE = re.compile(r"\$script:ClassBy\w+ = @\{(.*?)\n\}", re.DOTALL)
CHOICE = re.compile(r"^Function Get-AnsibleHyperVErrorClass \{(.*?)\n\}", re.DOTALL | re.MULTILINE)
# What only the controller finds out of a target.
OF_REPORTS = {"guest_unreachable", "host_unreachable", "no_snapshot"}


def used_classes() -> dict[str, set[str]]:
    """Each class that code names, with the files that do."""
    found: dict[str, set[str]] = {}
    for folder in ("plugins", "roles", "playbooks"):
        for path in (COLLECTION / folder).rglob("*"):
            if path.suffix not in (".py", ".ps1", ".psm1", ".yml") or not path.is_file():
                continue
            text = path.read_text()
            names = {name for match in NAMED.finditer(text) for name in match.groups() if name}
            names |= {name for table in TABLE.findall(text) for name in re.findall(r"= '([a-z_]+)'", table)}
            names |= {name for choice in CHOICE.findall(text) for name in re.findall(r"return '([a-z_]+)'", choice)}
            for name in names if path.suffix != ".yml" or folder != "plugins" else ():
                found.setdefault(name, set()).add(path.name)
    return found


def documented(value: t.Any) -> t.Iterator[str]:
    """The descriptions of all results that are called error_class."""
    for name, spec in value.items() if isinstance(value, dict) else ():
        if name == "error_class" and isinstance(spec, dict):
            text = spec["description"]
            yield text if isinstance(text, str) else " ".join(text)
        if isinstance(spec, dict):
            yield from documented(spec.get("contains"))


def test_every_class_that_is_named_is_known() -> None:
    used = used_classes()
    assert {"host_off", "host_on", "vm_busy", "timeout", "not_a_guest"} <= set(used)
    assert {name: files for name, files in used.items() if name not in ERROR_CLASSES} == {}


def test_every_class_that_is_known_is_used() -> None:
    assert set(ERROR_CLASSES) - set(used_classes()) - OF_REPORTS == set()


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_documents_only_classes_that_are_known(name: str) -> None:
    text = " ".join(documented(MODULES[name]["RETURN"]))
    assert set(re.findall(r"(?<!R)V\(([a-z_]+)\)", text)) <= {*ERROR_CLASSES}


def test_the_guide_lists_the_classes_in_their_order() -> None:
    table = GUIDE.read_text().split("has one of these classes as its ``error_class``:")[1].split("\n---")[0]
    assert tuple(re.findall(r"^   \* - ``([a-z_]+)``$", table, re.MULTILINE)) == ERROR_CLASSES


@pytest.mark.parametrize("name", ERROR_CLASSES)
def test_a_snapshot_keeps_every_class(name: str) -> None:
    assert read_snapshot(make_failed_host("hv09", name))["error"]["error_class"] == name


def test_this_check_finds_a_class_wherever_it_is_named() -> None:
    text = """
    New-AnsibleHyperVException -ErrorClass vm_busy -Message 'x'
    error_class = 'blocked'
    "error_class": "timeout",
    raise HvError("access_denied", "x")
    error_class: not_a_guest
    """
    found = [name for match in NAMED.finditer(text) for name in match.groups() if name]
    assert found == ["vm_busy", "blocked", "timeout", "access_denied", "not_a_guest"]
    assert TABLE.findall("$script:ClassById = @{\n    A = 'b'\n}\n") == ["\n    A = 'b'"]
