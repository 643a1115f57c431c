# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every task with a module of this collection uses options that the module documents.

This holds in roles, playbooks, targets, examples and guides. ansible-lint checks it neither for PowerShell modules nor
for examples.
"""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.hyperv.integration.tests.unit import collection
from ansible_collections.hyperv.integration.tests.unit.collection import COLLECTION, MODULES

Options = dict[str, dict[str, t.Any]]
GUIDES = sorted([*COLLECTION.glob("*.md"), *COLLECTION.glob("docs/**/*.rst"), *COLLECTION.glob("roles/*/README.md")])
EXAMPLES = {
    path.stem: str(collection.read_docs(path)["EXAMPLES"])
    for kind in ("modules", "filter", "test", "lookup", "inventory")
    for path in (collection.module_files() if kind == "modules" else collection.plugin_files(kind))
}


def known_names(options: Options) -> dict[str, dict[str, t.Any]]:
    return {name: options[option] for option in options for name in [option, *(options[option].get("aliases") or [])]}


def complaints(options: Options, given: dict[str, t.Any], partial: bool = False) -> list[str]:
    """What is wrong with the options of a task; a partial one is completed elsewhere."""
    known = known_names(options)
    found = [f"there is no option {name}" for name in given if name not in known]
    for option, spec in options.items():
        names = [option, *(spec.get("aliases") or [])]
        if spec.get("required") and not partial and not any(name in given for name in names):
            found.append(f"{option} is missing")
    for name, value in given.items():
        spec = known.get(name, {})
        choices = [str(choice) for choice in spec.get("choices") or []]
        for one in value if isinstance(value, list) and spec.get("type") == "list" else [value]:
            if choices and isinstance(one, str) and "{{" not in one and one not in choices:
                found.append(f"{name} cannot be {one}")
            if spec.get("suboptions") and isinstance(one, dict):
                found += [f"{name}: {complaint}" for complaint in complaints(spec["suboptions"], one)]
    return found


def use_complaints(data: t.Any) -> list[str]:
    """What is wrong with every use of this collection's modules in a document."""
    found = []
    for module, given in collection.uses(data):
        if module in MODULES:
            found += [f"{module}: {text}" for text in complaints(MODULES[module]["DOCUMENTATION"]["options"], given)]
        elif not (COLLECTION / "roles" / module).exists() and not (COLLECTION / f"playbooks/{module}.yml").exists():
            found.append(f"{module} does not exist")
    for name, given in collection.defaults(data):
        found += [f"module_defaults of {name}: {text}" for text in default_complaints(name, given or {})]
    return found


def default_complaints(name: str, given: dict[str, t.Any]) -> list[str]:
    if name == "group/hyperv.integration.all":
        everything: Options = {}
        for docs in MODULES.values():
            everything.update(known_names(docs["DOCUMENTATION"]["options"]))
        return complaints(everything, given, partial=True)
    module = name.removeprefix(collection.PREFIX)
    if module not in MODULES:
        return ["there is no such module"]
    return complaints(MODULES[module]["DOCUMENTATION"]["options"], given, partial=True)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_examples_of_a_plugin_use_options_that_exist(name: str) -> None:
    data = yaml.safe_load(EXAMPLES[name])
    assert data, "there is no example"
    assert use_complaints(data) == []


@pytest.mark.parametrize("path", collection.task_files(), ids=lambda path: str(path.relative_to(COLLECTION)))
def test_a_file_of_tasks_uses_options_that_exist(path: Path) -> None:
    assert use_complaints(yaml.safe_load(path.read_text())) == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: str(path.relative_to(COLLECTION)))
def test_the_yaml_of_a_guide_uses_options_that_exist(path: Path) -> None:
    found = []
    for line, block in collection.yaml_blocks(path):
        found += [f"line {line}: {complaint}" for complaint in use_complaints(yaml.safe_load(block))]
    assert found == []


OPTIONS: Options = {
    "name": {"type": "str", "required": True, "aliases": ["vm"]},
    "state": {"type": "str", "choices": ["on", "off"]},
    "ways": {"type": "list", "choices": ["a", "b"]},
    "row": {"type": "dict", "suboptions": {"size": {"type": "int", "required": True}}},
}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"name": "x"}, []),
        ({"vm": "x", "state": "off", "ways": ["a", "b"], "row": {"size": 1}}, []),
        ({"name": "x", "state": "{{ wanted }}"}, []),
        ({}, ["name is missing"]),
        ({"name": "x", "sate": "on"}, ["there is no option sate"]),
        ({"name": "x", "state": "up"}, ["state cannot be up"]),
        ({"name": "x", "ways": ["a", "c"]}, ["ways cannot be c"]),
        ({"name": "x", "row": {"sice": 1}}, ["row: there is no option sice", "row: size is missing"]),
    ],
)
def test_this_check_finds_what_is_wrong(given: dict[str, t.Any], found: list[str]) -> None:
    assert complaints(OPTIONS, given) == found


@pytest.mark.parametrize(
    "text",
    [
        "- hyperv.integration.hyperv_integration_servise: {}",
        "- hosts: x\n  tasks:\n    - block:\n        - hyperv.integration.nothing: {name: x}",
        "- hosts: x\n  module_defaults:\n    group/hyperv.integration.all: {no_such_option: 1}",
        "- hosts: x\n  module_defaults:\n    hyperv.integration.nothing: {a: 1}",
    ],
)
def test_this_check_finds_a_module_that_does_not_exist(text: str) -> None:
    assert use_complaints(yaml.safe_load(text))
