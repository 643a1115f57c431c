# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the collection as data for the tests that look at all of it: documentation, tasks, examples."""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

import yaml

COLLECTION = Path(__file__).parents[2]
PREFIX = "hyperv.integration."
TASK_FOLDERS = ("playbooks", "roles/*/tasks", "roles/*/handlers", "tests/integration/targets/*/tasks", "tests/bench")

Docs = dict[str, t.Any]
Use = tuple[str, dict[str, t.Any]]


def constants(path: Path) -> dict[str, str]:
    """The literal strings that a Python file assigns, at its top or in its class."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found[ast.unparse(node.targets[0])] = node.value.value
    return found


def read_docs(path: Path) -> Docs:
    """DOCUMENTATION, EXAMPLES and RETURN, from a sidecar or from the Python file itself."""
    if path.suffix == ".yml":
        docs = dict(yaml.safe_load(path.read_text()))
    else:
        texts = constants(path)
        docs = {name: yaml.safe_load(texts.get(name, "")) for name in ("DOCUMENTATION", "RETURN")}
        docs["EXAMPLES"] = texts.get("EXAMPLES", "")
    docs["DOCUMENTATION"] = with_fragments(docs["DOCUMENTATION"] or {})
    return docs


def with_fragments(documentation: Docs) -> Docs:
    """The documentation with what it extends filled in, as Ansible does."""
    merged = dict(documentation)
    fragments = documentation.get("extends_documentation_fragment") or []
    for name in [fragments] if isinstance(fragments, str) else fragments:
        if not name.startswith(PREFIX):
            continue
        file, _dot, part = name.removeprefix(PREFIX).partition(".")
        texts = constants(COLLECTION / "plugins/doc_fragments" / f"{file}.py")
        fragment = yaml.safe_load(texts[part.upper() or "DOCUMENTATION"])
        for key in ("options", "attributes"):
            own = merged.get(key) or {}
            shared = fragment.get(key) or {}
            merged[key] = {name: {**shared.get(name, {}), **own.get(name, {})} for name in {**shared, **own}}
    return merged


def module_files() -> list[Path]:
    """The file that documents each module."""
    files = (COLLECTION / "plugins/modules").iterdir()
    return sorted(
        path
        for path in files
        if path.suffix == ".yml" or (path.suffix == ".py" and not path.with_suffix(".yml").exists())
    )


def plugin_files(kind: str) -> list[Path]:
    """The file that documents each plugin of a kind."""
    folder = COLLECTION / "plugins" / kind
    sidecars = sorted(folder.glob("*.yml"))
    inside = [path for path in sorted(folder.glob("[!_]*.py")) if "DOCUMENTATION" in constants(path)]
    return sidecars + [path for path in inside if not path.with_suffix(".yml").exists()]


MODULES = {path.stem: read_docs(path) for path in module_files()}


def task_files() -> list[Path]:
    return sorted(path for folder in TASK_FOLDERS for path in COLLECTION.glob(f"{folder}/*.yml"))


def uses(data: t.Any) -> t.Iterator[Use]:
    """The uses of this collection's names as tasks in a YAML document, without those that are meant to fail."""
    if isinstance(data, list):
        for item in data:
            yield from uses(item)
    elif isinstance(data, dict) and data.get("ignore_errors") is not True and "failed_when" not in data:
        for key, value in data.items():
            if re.fullmatch(rf"{re.escape(PREFIX)}[a-z_]+", str(key)):
                if not isinstance(value, str):  # options that come out of a template are known when it runs
                    yield str(key).removeprefix(PREFIX), value or {}
            else:
                yield from uses(value)


def defaults(data: t.Any) -> t.Iterator[Use]:
    """What module_defaults sets, for a module or for the group of all."""
    if isinstance(data, list):
        for item in data:
            yield from defaults(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key == "module_defaults" and isinstance(value, dict):
                yield from ((str(name), options) for name, options in value.items() if PREFIX in str(name))
            else:
                yield from defaults(value)


def yaml_blocks(path: Path) -> list[tuple[int, str]]:
    """The YAML in a guide or a README, with the line where it begins."""
    text = path.read_text()
    if path.suffix == ".md":
        found = re.finditer(r"^```ya?ml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        return [(text[: match.start()].count("\n") + 2, match.group(1)) for match in found]
    blocks = []
    for match in re.finditer(
        r"^\.\. code-block:: (?:yaml|YAML\S*)\n((?:\n|[ ]+:\S.*\n|[ ]+.*\n)+)", text, re.MULTILINE
    ):
        lines = match.group(1).split("\n")
        content = "\n".join(line for line in lines if not re.match(r"\s+:\w+:", line))
        blocks.append((text[: match.start()].count("\n") + 2, content))
    return blocks
