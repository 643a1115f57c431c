# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection is whole: each thing has its documentation, its tests and its place in the lists."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.hyperv.integration.tests.unit import collection
from ansible_collections.hyperv.integration.tests.unit.collection import COLLECTION, MODULES

ROLES = sorted(path.name for path in (COLLECTION / "roles").iterdir() if path.is_dir())
TARGETS = COLLECTION / "tests/integration/targets"
UNITS = COLLECTION / "tests/unit/plugins"
PROMISES = ("check_mode", "diff_mode", "idempotent", "platform", "action_group")
PYTHON_KINDS = ("modules", "module_utils", "plugin_utils", "action", "filter", "test", "lookup", "inventory")


def read_yaml(name: str) -> dict[str, t.Any]:
    return dict(yaml.safe_load((COLLECTION / name).read_text()))


def python_files() -> list[Path]:
    folders = (COLLECTION / "plugins" / kind for kind in PYTHON_KINDS)
    return sorted(path for folder in folders for path in folder.glob("*.py") if path.stem != "__init__")


def is_documentation_only(path: Path) -> bool:
    """A module whose work an action plugin does is a file with documentation and nothing else."""
    return path.parent.name == "modules" and (COLLECTION / "plugins/action" / path.name).exists()


def is_public(path: Path) -> bool:
    return not path.name.startswith("_")


def name_of(path: Path) -> str:
    return str(path.relative_to(COLLECTION))


def test_the_action_group_names_exactly_the_modules() -> None:
    groups = read_yaml("meta/runtime.yml")["action_groups"]
    assert list(groups) == ["all"]
    assert groups["all"] == sorted(MODULES)


def test_the_oldest_ansible_core_is_the_same_in_every_place() -> None:
    pinned = sorted(path.stem.removeprefix("requirements-") for path in COLLECTION.glob("tests/requirements-2.*.txt"))
    assert read_yaml("meta/runtime.yml")["requires_ansible"] == f">={pinned[0]}.0"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_documents_what_it_promises(name: str) -> None:
    documentation = MODULES[name]["DOCUMENTATION"]
    assert documentation["module"] == name
    assert documentation.get("version_added")
    assert documentation.get("author")
    attributes = documentation["attributes"]
    assert [promise for promise in PROMISES if promise not in attributes] == []
    assert attributes["action_group"]["membership"] == ["hyperv.integration.all"]
    assert [key for key, value in attributes.items() if not value.get("description")] == []
    assert [key for key, value in attributes.items() if not value.get("support")] == []


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_documents_what_it_returns(name: str) -> None:
    returned = MODULES[name]["RETURN"]
    assert returned
    assert [key for key, value in returned.items() if not value.get("returned") or not value.get("type")] == []


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_has_two_examples_with_names(name: str) -> None:
    examples = yaml.safe_load(MODULES[name]["EXAMPLES"])
    assert len(examples) >= 2
    assert [example for example in examples if not example.get("name")] == []


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_has_an_integration_target(name: str) -> None:
    """A module and its reading twin may share one, which is then named after the module."""
    assert any((TARGETS / target / "tasks/main.yml").exists() for target in (name, name.removesuffix("_info")))


@pytest.mark.parametrize("name", ROLES)
def test_a_role_has_an_integration_target(name: str) -> None:
    assert (TARGETS / f"role_{name}" / "tasks/main.yml").exists()


@pytest.mark.parametrize("path", sorted(TARGETS.iterdir()), ids=lambda path: path.name)
def test_a_target_says_what_it_needs(path: Path) -> None:
    assert path.name.startswith("setup_") or (path / "lab.yml").exists()


def test_the_matrix_names_targets_and_cores_that_exist() -> None:
    further = read_yaml("tests/integration/matrix.yml")["further"]
    assert [name for name in further if not (TARGETS / name / "lab.yml").exists()] == []
    pinned = {path.stem.removeprefix("requirements-") for path in COLLECTION.glob("tests/requirements-2.*.txt")}
    assert {core for cores in further.values() for core in cores} < pinned


@pytest.mark.parametrize("path", [path for path in python_files() if is_public(path)], ids=name_of)
def test_a_python_plugin_has_unit_tests_of_its_name(path: Path) -> None:
    """A module and its reading twin may share them."""
    if not is_documentation_only(path):
        names = (path.stem, path.stem.removesuffix("_info"))
        assert any((UNITS / path.parent.name / f"test_{name}.py").exists() for name in names)


def test_every_private_python_file_is_reached_by_a_unit_test() -> None:
    """Some test imports it, or a file that is reached does."""
    private = {path.stem: path.read_text() for path in python_files() if not is_public(path)}
    reached: set[str] = set()
    texts = [path.read_text() for path in UNITS.rglob("*.py")]
    while texts:
        found = {name for name in private if any(re.search(rf"\b{name}\b", text) for text in texts)} - reached
        reached |= found
        texts = [private[name] for name in found]
    assert sorted(set(private) - reached) == []


@pytest.mark.parametrize("kind", ["filter", "test"])
def test_each_filter_and_test_has_its_documentation(kind: str) -> None:
    """Ansible finds a filter's documentation by the filter's name, not by the file's."""
    for path in sorted((COLLECTION / "plugins" / kind).glob("*.yml")):
        documentation = collection.read_docs(path)["DOCUMENTATION"]
        assert documentation["name"] == path.stem
        assert documentation.get("version_added")


@pytest.mark.parametrize("name", ROLES)
def test_a_role_is_documented_by_its_argument_specs(name: str) -> None:
    specs = read_yaml(f"roles/{name}/meta/argument_specs.yml")["argument_specs"]
    options = {key: value for spec in specs.values() for key, value in (spec.get("options") or {}).items()}
    assert [option for option in options if not option.startswith(f"{name}_")] == []
    defaults = COLLECTION / f"roles/{name}/defaults/main.yml"
    values = (yaml.safe_load(defaults.read_text()) or {}) if defaults.exists() else {}
    documented = {option: spec["default"] for option, spec in options.items() if "default" in spec}
    assert {key: value for key, value in values.items() if not is_template(value)} == {
        key: value for key, value in documented.items() if not is_template(values.get(key))
    }
    assert (COLLECTION / f"roles/{name}/README.md").exists()


def is_template(value: t.Any) -> bool:
    """A default that is worked out while the role runs, which a specification can only describe."""
    return "{{" in yaml.safe_dump(value)


def test_there_is_no_sanity_ignore() -> None:
    assert [name_of(path) for path in COLLECTION.glob("tests/sanity/ignore*")] == []
