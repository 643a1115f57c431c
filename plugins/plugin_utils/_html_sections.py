# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The parts of the audit's page that are in it from the beginning, and so work on paper and without its script."""

from __future__ import annotations

from ansible_collections.hyperv.integration.plugins.plugin_utils._causes import SEVERITIES
from ansible_collections.hyperv.integration.plugins.plugin_utils._html_parts import (
    keys,
    moment,
    number,
    ring,
    severity_bar,
    sortable_head,
    stacked_bar,
    text,
    tile,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._html_parts import top as page_top
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

_CHANGES = 200
_TROUBLE = ("no_contact", "lost_contact", "error", "guest_off", "guest_missing")


def top(report: Data) -> str:
    """Title, times, and the two buttons."""
    run = report["run"]
    span = moment(run["collected_from"])
    if run["collected_to"] != run["collected_from"]:
        span += f" to {moment(run['collected_to'])}"
    return page_top(report["title"], f"Made {moment(run['generated_at'])} from data of {span}")


def overview(report: Data) -> str:
    """The headline, the ring and the tiles."""
    summary = report["summary"]
    hosts, vms, problems = summary["hosts"], summary["vms"], summary["problems"]
    failed = hosts["total"] - hosts["read"]
    outdated = summary["versions"]["outdated"]
    drift = report["drift"]
    since = "There is no earlier report to compare with."
    if drift:
        since = f"{plural(len(drift['changes']), 'change')} since the report of {moment(drift['since'])}."
    tiles = [
        tile(
            f"{number(hosts['read'])}<small> of {number(hosts['total'])}</small>",
            "hosts read",
            "critical" if failed else "ok",
        ),
        tile(number(vms["total"]), f"VMs, {number(vms['running'])} running"),
        tile(number(outdated), "VMs outdated", "warning" if outdated else "ok"),
        *(
            tile(
                number(problems[grade]),
                word if problems[grade] == 1 else f"{word}s",
                grade if problems[grade] else "ok",
            )
            for grade, word in (("critical", "critical problem"), ("warning", "warning"), ("notice", "notice"))
        ),
    ]
    shares = {severity: vms["by_severity"][severity] for severity in reversed(SEVERITIES)}
    share = ring(shares, "have no problem", "without problem")
    return (
        f'<section><div class="card hero">{share}<div><p class="says">{text(headline(report))}</p>'
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
    off = f"{number(verdicts['host_off'])} off" if verdicts["host_off"] else ""
    bad = f"<b>{number(trouble)} do not</b>" if trouble else ""
    count = ", ".join(part for part in (f"{number(verdicts['ok'])} work", bad, off) if part)
    name = f'<span class="name">{text(service_name(key))}</span>'
    return f'<div class="row">{name}{stacked_bar(parts, label)}<span class="count dim">{count}</span></div>'


def charts(report: Data) -> str:
    """Where versions stand, and how many services work."""
    groups = version_groups(report)
    label = "; ".join(f"{group['label']}: {group['count']}" for group in groups)
    versions = stacked_bar(((group["key"], group["count"]) for group in groups), label)
    bars = "".join(_service_bar(key, report["summary"]["services"][key]) for key in SERVICE_KEYS)
    return (
        f'<section class="pair"><div class="card panel"><h2>Versions</h2>{versions}{keys(groups, "group")}</div>'
        f'<div class="card panel"><h2>Services</h2><div class="services">{bars}</div>{_MARKS}'
        "</div></section>"
    )


_MARKS = (
    '<div class="marks"><span><i class="fill-ok"></i>works</span><span><i class="fill-notice"></i>with limits</span>'
    '<span><i class="fill-warning"></i>does not work</span><span><i class="fill-unknown"></i>off on the host</span>'
    '<span><i class="fill-off"></i>VM does not run, or unknown</span></div>'
)


def _host(host: Data) -> str:
    error = host["error"]
    grades = host["severities"]
    status = f'<span class="pill critical">{text(title_case(host["status"]))}</span>'
    if not error:
        status = '<span class="pill ok">Read</span>'
    said = text(error["msg"] if error else host["os_caption"])
    shares = severity_bar(grades) if host["vms"] else ""
    attention = grades["critical"] + grades["warning"]
    label = text(host["name"])
    name = f'<button type="button" class="link" data-by="host" data-value="{label}">{label}</button>'
    cells = [
        f'<td class="name" data-value="{label}">{name}</td>',
        f"<td>{status}</td>",
        f'<td class="medium">{text(host["cluster"]) or "&ndash;"}</td>',
        f'<td class="said">{said}</td>',
        f'<td class="wide tight">{text(GENERATION_NAMES.get(host["generation"], "")) or "&ndash;"}</td>',
        f'<td class="mono wide">{text(host["reference_version"]) or "&ndash;"}</td>',
        f'<td class="number" data-value="{host["vms"]}">{number(host["vms"])}</td>',
        f'<td class="number" data-value="{attention}">{number(attention)}</td>',
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
        f'<section id="hosts"><h2>Hosts<span class="dim">{number(len(ordered))}</span></h2><div class="card scroll">'
        f'<table class="sortable"><thead><tr>{sortable_head(words)}</tr></thead><tbody>{rows}</tbody></table>'
        "</div></section>"
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
        items.append(f'<li class="dim">and {number(len(drift["changes"]) - _CHANGES)} more</li>')
    body = f'<ul class="card changes">{"".join(items)}</ul>' if items else '<div class="card empty">None.</div>'
    return f'<section><h2>Changes<span class="dim">since {moment(drift["since"])}</span></h2>{body}</section>'
