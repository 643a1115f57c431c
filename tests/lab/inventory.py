# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Ansible inventory of a running lab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from . import ssh
from .scenario import GROUPS, Node, Scenario
from .session import USER

LINUX_GROUP = "linux_guests"


def connection(node: Node, folder: Path, ports: dict[str, int], password: str) -> dict[str, Any]:
    """Return the variables of a node."""
    if node.connection == "ssh":
        ways = ssh.variables(folder.parent.parent, ports["ssh"], node.name)
    else:
        ways = _wsman(node, ports["dead" if node.endpoint == "dead" else "wsman"], password)
    return {**ways, "lab_node_dir": str(folder), **node.variables}


def _wsman(node: Node, port: int, password: str) -> dict[str, Any]:
    """Return both ways to the endpoint; ansible_shell_type stays unset, its default differs between releases."""
    path = f"{node.name}/wsman"
    return {
        "ansible_connection": node.connection,
        "ansible_host": "127.0.0.1",
        "ansible_port": port,
        "ansible_user": USER,
        "ansible_password": password,
        "ansible_winrm_scheme": "http",
        "ansible_winrm_transport": "basic",
        "ansible_winrm_path": f"/{path}",
        "ansible_psrp_protocol": "http",
        "ansible_psrp_auth": "basic",
        "ansible_psrp_message_encryption": "never",
        "ansible_psrp_path": path,
    }


def document(
    scenario: Scenario, nodes: Path, ports: dict[str, int], password: str, linux: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return the inventory; *ports* are those that serve.py tells."""
    children: dict[str, Any] = {group: {"hosts": {}} for group in GROUPS}
    children[LINUX_GROUP] = {"hosts": linux}
    for node in scenario.nodes:
        children[node.group]["hosts"][node.name] = connection(node, nodes / node.name, ports, password)
    return {"all": {"vars": scenario.variables, "children": children}}


def text(inventory: dict[str, Any]) -> str:
    """Return the inventory as YAML."""
    return yaml.safe_dump(inventory, sort_keys=False, allow_unicode=True, width=1000)
