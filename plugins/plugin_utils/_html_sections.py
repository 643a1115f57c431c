# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The parts of the HTML report that are in the page from the beginning, and so work on paper and without its script."""

from __future__ import annotations

import html
import math
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._causes import SEVERITIES
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import (
    GENERATION_NAMES,
    change_text,
    headline,
    plural,
    service_name,
    title_case,
    version_groups,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SERVICE_KEYS, Data

# The whole list of a group stays in the page up to here; beyond, the table below is the better reader.
_TARGETS = 60
_CHANGES = 200
_TROUBLE = ("no_contact", "lost_contact", "error", "guest_off", "guest_missing")
_RING_RADIUS = 50


def text(value: t.Any) -> str:
    """A text that cannot be anything else in HTML, in an attribute or between tags."""
    return html.escape("" if value is None else str(value), quote=True)


def _number(value: int) -> str:
    return f"{value:,}"


def _time(value: t.Any) -> str:
    """A time as a reader likes it; anything else stays what it is."""
    return text(str(value or "").replace("T", " ").replace("Z", " UTC"))


def _bar(parts: t.Iterable[tuple[str, int]], label: str) -> str:
    """A stacked bar. Its widths are attributes of SVG, since the page's policy allows no inline styles."""
    shown = [(kind, count) for kind, count in parts if count]
    total = sum(count for _kind, count in shown) or 1
    rectangles, at = [], 0.0
    for kind, count in shown:
        width = 100 * count / total
        rectangles.append(f'<rect class="fill-{kind}" x="{at:.3f}" width="{max(width - 0.3, 0.4):.3f}" height="10"/>')
        at += width
    head = f'<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{text(label)}">'
    return head + "".join(rectangles) + "</svg>"


def _ring(severities: dict[str, int]) -> str:
    total = sum(severities.values())
    around = 2 * math.pi * _RING_RADIUS
    colours = {"critical": "critical", "warning": "warning", "notice": "notice", "ok": "ok"}
    arcs, at = [], 0.0
    for severity in reversed(SEVERITIES):
        length = around * severities[severity] / total if total else 0.0
        if length:
            arcs.append(
                f'<circle class="arc-{colours[severity]}" cx="60" cy="60" r="{_RING_RADIUS}" '
                f'stroke-dasharray="{length:.2f} {around - length:.2f}" stroke-dashoffset="{-at:.2f}"/>'
            )
        at += length
    # Rounded down: 100% means all of them.
    percent = f"{math.floor(100 * severities['ok'] / total)}%" if total else "none"
    return (
        f'<svg class="ring" viewBox="0 0 120 120" role="img" aria-label="{percent} of the VMs have no problem">'
        f'<circle class="arc-none" cx="60" cy="60" r="{_RING_RADIUS}"/>'
        f'<g transform="rotate(-90 60 60)">{"".join(arcs)}</g><text class="big" x="60" y="65">{percent}</text>'
        '<text class="label" x="60" y="80">without problem</text></svg>'
    )


def _tile(value: str, words: str, grade: str = "") -> str:
    return f'<div class="card tile {grade}"><b>{value}</b><span>{words}</span></div>'


def top(report: Data) -> str:
    """Title, times, and the two buttons."""
    run = report["run"]
    span = _time(run["collected_from"])
    if run["collected_to"] != run["collected_from"]:
        span += f" to {_time(run['collected_to'])}"
    return (
        f"<header><div><div><h1>{text(report['title'])}</h1>"
        f"<p>Made {_time(run['generated_at'])} from data of {span}</p>"
        '</div><div class="tools"><button id="theme" type="button" title="Day or night">◐ Theme</button>'
        '<button id="print" type="button">Print</button></div></div></header>'
    )


def overview(report: Data) -> str:
    """The headline, the ring and the tiles."""
    summary = report["summary"]
    hosts, vms, problems = summary["hosts"], summary["vms"], summary["problems"]
    failed = hosts["total"] - hosts["read"]
    outdated = summary["versions"]["outdated"]
    drift = report["drift"]
    since = "There is no earlier report to compare with."
    if drift:
        since = f"{plural(len(drift['changes']), 'change')} since the report of {_time(drift['since'])}."
    tiles = [
        _tile(
            f"{_number(hosts['read'])}<small> of {_number(hosts['total'])}</small>",
            "hosts read",
            "critical" if failed else "ok",
        ),
        _tile(_number(vms["total"]), f"VMs, {_number(vms['running'])} running"),
        _tile(_number(outdated), "VMs outdated", "warning" if outdated else "ok"),
        *(
            _tile(
                _number(problems[grade]),
                word if problems[grade] == 1 else f"{word}s",
                grade if problems[grade] else "ok",
            )
            for grade, word in (("critical", "critical problem"), ("warning", "warning"), ("notice", "notice"))
        ),
    ]
    return (
        f'<section><div class="card hero">{_ring(vms["by_severity"])}<div><p class="says">{text(headline(report))}</p>'
        f'<p class="dim">{since}</p></div></div><div class="tiles">{"".join(tiles)}</div></section>'
    )


def _service_bar(key: str, verdicts: dict[str, int]) -> str:
    trouble = sum(verdicts[verdict] for verdict in _TROUBLE)
    absent = verdicts["vm_off"] + verdicts["not_offered"] + verdicts["not_available"]
    parts = [
        ("ok", verdicts["ok"]),
        ("notice", verdicts["degraded"]),
        ("warning", trouble),
        ("unknown", verdicts["host_off"]),
        ("off", absent + verdicts["unknown"]),
    ]
    label = f"{service_name(key)}: {verdicts['ok']} work, {trouble} do not, {verdicts['host_off']} off on the host"
    off = f"{_number(verdicts['host_off'])} off" if verdicts["host_off"] else ""
    bad = f"<b>{_number(trouble)} do not</b>" if trouble else ""
    count = ", ".join(part for part in (f"{_number(verdicts['ok'])} work", bad, off) if part)
    name = f'<span class="name">{text(service_name(key))}</span>'
    return f'<div class="row">{name}{_bar(parts, label)}<span class="count dim">{count}</span></div>'


def charts(report: Data) -> str:
    """Where versions stand, and how many services work."""
    groups = version_groups(report)
    keys = "".join(
        f'<li><button type="button" class="fill-{group["key"]}" data-group="{group["key"]}"><i></i>'
        f"{text(group['label'])}<b>{_number(group['count'])}</b></button></li>"
        for group in groups
        if group["count"]
    )
    label = "; ".join(f"{group['label']}: {group['count']}" for group in groups)
    versions = _bar(((group["key"], group["count"]) for group in groups), label)
    bars = "".join(_service_bar(key, report["summary"]["services"][key]) for key in SERVICE_KEYS)
    return (
        f'<section class="pair"><div class="card panel"><h2>Versions</h2>{versions}<ul class="keys">{keys}</ul></div>'
        f'<div class="card panel"><h2>Services</h2><div class="services">{bars}</div>{_MARKS}'
        "</div></section>"
    )


_MARKS = (
    '<div class="marks"><span><i class="fill-ok"></i>works</span><span><i class="fill-notice"></i>with limits</span>'
    '<span><i class="fill-warning"></i>does not work</span><span><i class="fill-unknown"></i>off on the host</span>'
    '<span><i class="fill-off"></i>VM does not run, or unknown</span></div>'
)


def _target(target: Data, own_reason: bool) -> str:
    name, host = text(target["vm"]), text(target["host"])
    label = f'<b>{name}</b> <span class="dim">on {host}</span>' if name and host else f"<b>{name or host}</b>"
    services = ", ".join(service_name(key) for key in target["services"])
    more = f" <span>&ndash; {text(services)}</span>" if services else ""
    if own_reason:
        more += f" <span>&ndash; {text(target['reason'])}</span>"
    return f"<li>{label}{more}</li>"


def _action(action: Data) -> str:
    own = action["subject"] in ("host", "vm", "conflict", "guest")
    targets = action["targets"]
    things = "host" if action["subject"] == "host" else "VM"
    listed = "".join(_target(target, own) for target in targets[:_TARGETS])
    rest = f'<p class="dim small">and {_number(len(targets) - _TARGETS)} more</p>' if len(targets) > _TARGETS else ""
    long = " long" if own else ""
    step = f'<p class="step">{text(action["next_step"])}.</p>' if action["next_step"] else ""
    button = f'<button type="button" data-cause="{text(action["cause"])}">Show in the table</button>'
    return (
        f'<details class="card action {action["severity"]}"><summary>'
        f'<span class="pill">{title_case(action["severity"])}</span><h3>{text(action["title"])}</h3>'
        f'<span class="count">{plural(len(targets), things)}</span>{step}</summary>'
        f'<div class="targets{long}"><ul>{listed}</ul>{rest}{button}</div></details>'
    )


def actions(report: Data) -> str:
    """What to do next, the gravest first."""
    body = "".join(_action(action) for action in report["actions"])
    return f'<section id="next"><h2>What to do next</h2>{body or _EMPTY}</section>'


_EMPTY = '<div class="card empty">Nothing. No problem was found.</div>'


def _head(words: t.Iterable[tuple[str, str]]) -> str:
    return "".join(f'<th class="{kind}"><button type="button">{name}</button></th>' for name, kind in words)


def _host(host: Data) -> str:
    error = host["error"]
    grades = host["severities"]
    status = f'<span class="pill critical">{text(title_case(host["status"]))}</span>'
    if not error:
        status = '<span class="pill ok">Read</span>'
    said = text(error["msg"] if error else host["os_caption"])
    label = ", ".join(f"{count} {severity}" for severity, count in grades.items() if count)
    shares = _bar(((severity, grades[severity]) for severity in SEVERITIES), label) if host["vms"] else ""
    attention = grades["critical"] + grades["warning"]
    name = f'<button type="button" class="link" data-row-host="{text(host["name"])}">{text(host["name"])}</button>'
    cells = [
        f'<td class="name" data-value="{text(host["name"])}">{name}</td>',
        f"<td>{status}</td>",
        f'<td class="medium">{text(host["cluster"]) or "&ndash;"}</td>',
        f'<td class="said">{said}</td>',
        f'<td class="wide tight">{text(GENERATION_NAMES.get(host["generation"], "")) or "&ndash;"}</td>',
        f'<td class="mono wide">{text(host["reference_version"]) or "&ndash;"}</td>',
        f'<td class="number" data-value="{host["vms"]}">{_number(host["vms"])}</td>',
        f'<td class="number" data-value="{attention}">{_number(attention)}</td>',
        f'<td class="medium" data-value="{attention / host["vms"] if host["vms"] else 0:.4f}">{shares}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def hosts(report: Data) -> str:
    """The hosts, those that could not be read first."""
    ordered = sorted(report["hosts"], key=lambda host: host["error"] is None)
    words = [
        ("Host", ""),
        ("Status", ""),
        ("Cluster", "medium"),
        ("System, or reason", ""),
        ("Generation", "wide"),
        ("Its version", "wide"),
        ("VMs", "number"),
        ("Need attention", "number"),
        ("VMs by severity", "medium"),
    ]
    rows = "".join(_host(host) for host in ordered)
    return (
        f'<section id="hosts"><h2>Hosts<span class="dim">{_number(len(ordered))}</span></h2><div class="card scroll">'
        f'<table class="sortable"><thead><tr>{_head(words)}</tr></thead><tbody>{rows}</tbody></table></div></section>'
    )


def changes(report: Data) -> str:
    """What changed since the last report, if there was one."""
    drift = report["drift"]
    if not drift:
        return ""
    items = [
        f"<li><b>{text(one['vm'] or one['host'])}</b> {text(change_text(one))}</li>"
        for one in drift["changes"][:_CHANGES]
    ]
    if len(drift["changes"]) > _CHANGES:
        items.append(f'<li class="dim">and {_number(len(drift["changes"]) - _CHANGES)} more</li>')
    body = f'<ul class="card changes">{"".join(items)}</ul>' if items else '<div class="card empty">None.</div>'
    return f'<section><h2>Changes<span class="dim">since {_time(drift["since"])}</span></h2>{body}</section>'
