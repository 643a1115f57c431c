# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An update plan as text: for a terminal, and as Markdown for whoever approves it. For internal use only."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._render_markdown import code, escape

Data = dict[str, t.Any]
_LISTED = 10
_WHY = ("blocked", "refused", "unsupported", "unknown")


def _counts(counts: t.Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count) or "none"


def _one_line(value: t.Any) -> str:
    """What a host or guest wrote, without characters that a terminal obeys."""
    return "".join(char if char.isprintable() else " " for char in str(value))


def why(vm: Data) -> str:
    """The reason why a plan is not carried out: the last one found, and what to do about it."""
    return " ".join([*vm["reasons"][-1:], *vm["advice"][:1]])


def plan_lines(plan: Data, waves: list[Data], not_assigned: list[Data]) -> list[str]:
    """What will be done, in so many lines that a person reads them."""
    summary = plan["summary"]
    lines = [
        f"Plan {plan['hash'][:12]}: {summary['vms']:,} virtual machines on {summary['hosts']:,} hosts",
        f"By status      {_counts(summary['by_status'])}",
        f"By mechanism   {_counts(summary['by_mechanism'])}",
    ]
    if plan["what_if"]:
        lines.append("The generations of the hosts are not their real ones (host_generation): this plan is a what-if")
    if summary["hosts_not_read"]:
        lines.append(f"Not read       {summary['hosts_not_read']:,} hosts")
    for wave in waves:
        names = ", ".join(_one_line(vm["name"]) for vm in wave["vms"][:_LISTED])
        more = f" and {wave['size'] - _LISTED:,} more" if wave["size"] > _LISTED else ""
        lines.append(f"Wave {wave['number']:<9} {wave['kind']}, {wave['size']:,}: {names}{more}")
    stuck = [f"{vm['name']}: {vm['status']}: {why(vm)}" for vm in plan["vms"] if vm["status"] in _WHY]
    stuck += [f"{vm['name']}: nobody can do it: {vm['reason']}" for vm in not_assigned]
    lines += [f"  {_one_line(text)}" for text in stuck[:_LISTED]]
    if len(stuck) > _LISTED:
        lines.append(f"  ... and {len(stuck) - _LISTED:,} more that cannot be updated now")
    return lines


def plan_markdown(plan: Data, waves: list[Data], not_assigned: list[Data]) -> str:
    """The whole plan, for a ticket or a review."""
    wave_of = {vm["id"]: wave["number"] for wave in waves for vm in wave["vms"]}
    reasons = {vm["id"]: f"{vm['reason']} {vm['hint']}" for vm in not_assigned}
    lines = [
        "# Update plan of the Hyper-V integration services",
        "",
        f"Hash: {code(plan['hash'])}",
        "",
        f"{_counts(plan['summary']['by_status'])}; {_counts(plan['summary']['by_mechanism'])}",
        "",
        "| Host | Virtual machine | Version | Mechanism | Status | Wave | Steps | Why |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for vm in plan["vms"]:
        ready = vm["status"] == "ready"
        text = (
            reasons.get(vm["id"])
            if ready and vm["id"] in reasons
            else " ".join(vm["reasons"][:2])
            if ready
            else why(vm)
        )
        steps = ", ".join(step["id"] for step in vm["steps"]) if ready else ""
        cells = [
            code(vm["host"]),
            code(vm["name"]),
            escape(vm["version"] or "not reported"),
            escape(vm["mechanism"]),
            escape(vm["status"]),
            str(wave_of.get(vm["id"], "")),
            escape(steps),
            escape(text),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
