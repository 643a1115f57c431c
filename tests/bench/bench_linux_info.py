# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the daemons of a Linux guest: against ansible.builtin.service_facts on the same guest."""

from __future__ import annotations

from .harness import Row, Stage, stage

GUESTS = ("debian-11", "debian-12", "debian-13", "debian-12-openrc")
READ = {"name": "read", "hyperv.integration.linux_hv_daemon_info": {}}
FACTS = {"name": "facts", "ansible.builtin.service_facts": {}}
# Both send their code first; what counts is the same for both then.
ROUNDS = 5


def _both(on: Stage, host: str) -> dict[str, float]:
    # In one play, so that both find the same connection, and turn about, so that neither has the better moment.
    tasks = [{**task, "name": f"{task['name']} {turn}"} for turn in range(ROUNDS) for task in (FACTS, READ)]
    return on.play([{"name": "connect", "ansible.builtin.ping": {}}, *tasks], host)


def _least(times: dict[str, float], name: str) -> float:
    return min(times[f"{name} {turn}"] for turn in range(ROUNDS))


def measure() -> list[Row]:
    """Read each kind of guest with both modules."""
    rows = []
    scenario = {"linux_guests": [{"name": root, "root": root} for root in GUESTS]}
    with stage(scenario) as on:
        for guest in GUESTS:
            times = _both(on, guest)
            read, facts = _least(times, "read"), _least(times, "facts")
            rows.append(
                Row(
                    f"(d) info of a {guest} guest against service_facts",
                    read / facts,
                    "less than 1",
                    read < facts,
                    f"{read:.2f} s / {facts:.2f} s",
                )
            )
    return rows
