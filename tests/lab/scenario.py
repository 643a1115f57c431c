# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenarios: a fleet in a short YAML form, made into the nodes of a lab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from . import guests, linux_guests, loss
from .errors import ScenarioError
from .generations import DEFAULT, GENERATIONS, INSTALLER_KEY, WINDOWS
from .machines import machines
from .vocabulary import (
    CONNECTIONS,
    DENIALS,
    ENDPOINTS,
    GUEST,
    GUEST_PASSED,
    HOST,
    HOST_PASSED,
    LANGUAGES,
    TOP,
    in_state,
    spellings,
)
from .words import Place, camel, unknown

GROUPS = ("hyperv_hosts", "windows_guests")


@dataclass
class Node:
    """A machine of the lab: its state, what is wrong with the way to it, what the inventory says more."""

    name: str
    group: str
    state: dict[str, Any]
    endpoint: str = "ok"
    delay: float = 0.0
    shells: int = 0
    lost: dict[str, Any] | None = None
    connection: str = CONNECTIONS[0]
    variables: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


@dataclass
class Scenario:
    """All machines of a lab."""

    nodes: list[Node]
    play_hosts: str = "hyperv_hosts"
    variables: dict[str, Any] = field(default_factory=dict)
    linux_guests: list[linux_guests.LinuxGuest] = field(default_factory=list)

    def node(self, name: str) -> Node:
        """Return a node by its name."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)


def load(path: Path) -> Scenario:
    """Read a scenario file."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: {error}") from error
    return parse(document, str(path))


def parse(document: Any, source: str = "scenario") -> Scenario:
    """Make the nodes of a scenario; *source* is what errors call it."""
    place = Place(source)
    top = place.mapping(document, TOP)
    nodes = [_host(row, place.at("hosts").at(at)) for at, row in enumerate(place.at("hosts").rows(top.get("hosts")))]
    hosts = {node.name: node for node in nodes}
    _join_clusters(nodes)
    for index, row in enumerate(place.at("guests").rows(top.get("guests"))):
        nodes.append(_guest(row, hosts, place.at("guests").at(index)))
    linux = []
    for index, row in enumerate(place.at("linux_guests").rows(top.get("linux_guests"))):
        at = place.at("linux_guests").at(index)
        link = at.mapping(row).get("vm")
        linked = _linked(link, hosts, at.at("vm")) if link is not None else None
        linux.append(linux_guests.read(row, (linked[0].state, linked[1]) if linked else None, at))
    names = [node.name.lower() for node in nodes] + [guest.name.lower() for guest in linux]
    for name in names:
        if names.count(name) > 1:
            raise place.error(f"The node '{name}' is there twice")
    return Scenario(
        nodes,
        str(top.get("play_hosts", GROUPS[0])),
        place.at("vars").mapping(top.get("vars")),
        linux,
    )


def _common(short: Mapping[str, Any], group: str, state: dict[str, Any], passed: frozenset[str], place: Place) -> Node:
    """Make a node with the keys that hosts and guests have in common."""
    if "deny" in short:
        state["deny"] = place.at("deny").choice(short["deny"], DENIALS)
    for key in ("computer_name", "domain"):
        if key in short:
            state[camel(key)] = place.at(key).text(short[key])
    if "language" in short:
        state["language"] = place.at("language").choice(short["language"], LANGUAGES)
    for key, value in short.items():
        name = in_state(key, passed)
        if name is None:
            continue
        before = state.get(name)
        state[name] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value
    state.update(place.at("raw").mapping(short.get("raw")))
    return Node(
        place.at("name").text(short.get("name")),
        group,
        state,
        place.at("endpoint").choice(short.get("endpoint", "ok"), ENDPOINTS),
        float(short.get("delay", 0)),
        int(short.get("shells", 0)),
        loss.read(short.get("lost"), place.at("lost")),
        place.at("connection").choice(short.get("connection", CONNECTIONS[0]), CONNECTIONS),
        place.at("vars").mapping(short.get("vars")),
        {str(name): str(text) for name, text in place.at("files").mapping(short.get("files")).items()},
    )


def _host(row: Any, place: Place) -> Node:
    short = place.mapping(row, HOST | spellings(HOST_PASSED))
    name = place.at("name").text(short.get("name"))
    key = place.at("generation").choice(str(short.get("generation", DEFAULT)).lower(), GENERATIONS)
    generation = GENERATIONS[key]
    state: dict[str, Any] = {
        "role": "host",
        "computerName": name[:15].upper(),
        "domain": "lab.example",
        "language": "en",
        "os": {
            "caption": generation.caption,
            "version": generation.version,
            "build": generation.build,
            "productType": 3,
            "sku": 8,
        },
        "module": "1.1" if generation.has_setup_disk else "2.0.0.0",
    }
    if short.get("hyper_v") is not None and not place.at("hyper_v").flag(short["hyper_v"]):
        state["module"] = "none"
    if "reference_version" in short:
        state.update(_reference(short["reference_version"]))
    state["vms"] = machines(short.get("vms"), name, generation, place.at("vms"))
    if short.get("cluster") is not None:
        state["cluster"] = _cluster(short["cluster"], name, state["vms"], place.at("cluster"))
    node = _common(short, GROUPS[0], state, HOST_PASSED, place)
    state["vmguestIso"] = place.at("vmguest_iso").flag(short.get("vmguest_iso", generation.has_setup_disk))
    return node


def _reference(version: Any) -> dict[str, Any]:
    # A key without values keeps the simulation from writing the generation's own.
    return {"registry": {INSTALLER_KEY: {}}} if version is None else {"referenceVersion": str(version)}


def _cluster(value: Any, host: str, vms: list[dict[str, Any]], place: Place) -> dict[str, Any]:
    """Return a cluster; its VMs are those that say `clustered: true`, or all where none does."""
    short = {"name": value} if isinstance(value, str) else place.mapping(value, ("name", "groups"))
    chosen = [vm for vm in vms if vm.get("clustered")] or vms
    for vm in chosen:
        vm["clustered"] = True
    groups = [
        {"name": vm["name"], "owner": host, "state": 0 if vm["state"] == "Running" else 1, "type": 111, "id": vm["id"]}
        for vm in chosen
    ]
    return {"groups": groups, **short, "name": place.at("name").text(short.get("name"))}


def _join_clusters(nodes: list[Node]) -> None:
    """Let every host of a cluster see the groups of all."""
    clusters: dict[str, list[dict[str, Any]]] = {}
    for node in nodes:
        if "cluster" in node.state:
            clusters.setdefault(node.state["cluster"]["name"], []).extend(node.state["cluster"]["groups"])
    for node in nodes:
        if "cluster" in node.state:
            node.state["cluster"]["groups"] = clusters[node.state["cluster"]["name"]]


def _guest(row: Any, hosts: Mapping[str, Node], place: Place) -> Node:
    short = place.mapping(row, GUEST | spellings(GUEST_PASSED))
    name = place.at("name").text(short.get("name"))
    host, vm = _linked(short.get("vm"), hosts, place.at("vm")) if short.get("vm") is not None else (None, None)
    system = WINDOWS[place.at("os").choice(short.get("os", "windows_server_2019"), WINDOWS)]
    generation = GENERATIONS[DEFAULT]
    if host is not None:
        build = host.state["os"]["build"]
        generation = next(one for one in GENERATIONS.values() if one.build == build)
    level = guests.level_of(system, generation, str(short["version"]) if "version" in short else None)
    state = guests.node_state(name, system, level)
    if host is not None and vm is not None:
        state["hostLink"] = {"node": host.name, "vmId": vm["id"]}
    if short.get("services"):
        state["services"] = _changed(guests.services(system, vm), short["services"], place.at("services"))
        data_exchange = next(one for one in state["services"] if one["name"] == "vmickvpexchange")
        if host is not None and vm is not None and data_exchange["status"] == "Running":
            state["registry"] = guests.registry(level, host.state, vm)
    if vm is not None:
        vm["guest"] = name
        if vm["state"] != "Running":
            state["poweredOff"] = True
    return _common(short, GROUPS[1], state, GUEST_PASSED, place)


def _changed(services: list[dict[str, Any]], value: Any, place: Place) -> list[dict[str, Any]]:
    """Change services by their name."""
    known = {service["name"]: service for service in services}
    for name, wanted in place.mapping(value, known).items():
        known[name].update({camel(key): item for key, item in place.at(name).mapping(wanted).items()})
    return services


def _linked(value: Any, hosts: Mapping[str, Node], place: Place) -> tuple[Node, dict[str, Any]]:
    host_name, _unused, vm_name = place.text(value).partition("/")
    if host_name not in hosts:
        raise place.error(unknown(host_name, hosts))
    host = hosts[host_name]
    for vm in host.state["vms"]:
        if vm["name"] == vm_name:
            return host, vm
    raise place.error(unknown(vm_name, [vm["name"] for vm in host.state["vms"]]))
