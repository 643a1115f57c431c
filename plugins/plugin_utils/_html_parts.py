# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What the HTML pages of all reports are made of: texts, bars, the ring, tiles, what to do, the table of VMs."""

from __future__ import annotations

import html
import math
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._causes import SEVERITIES
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import (
    plural,
    service_name,
    title_case,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

# The whole list of a group stays in the page up to here; beyond, the table below is the better reader.
_TARGETS = 60
_RING_RADIUS = 50
_EMPTY = '<div class="card empty">Nothing. No problem was found.</div>'


def text(value: t.Any) -> str:
    """A text that cannot be anything else in HTML, in an attribute or between tags."""
    return html.escape("" if value is None else str(value), quote=True)


def number(value: int) -> str:
    """A number with its thousands set apart."""
    return f"{value:,}"


def moment(value: t.Any) -> str:
    """A time as a reader likes it; anything else stays what it is."""
    return text(str(value or "").replace("T", " ").replace("Z", " UTC"))


def stacked_bar(parts: t.Iterable[tuple[str, int]], label: str) -> str:
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


def ring(shares: t.Mapping[str, int], words: str, label: str) -> str:
    """How much of a whole is of each grade, with the share that is well in the middle."""
    total = sum(shares.values())
    around = 2 * math.pi * _RING_RADIUS
    arcs, at = [], 0.0
    for grade, count in shares.items():
        length = around * count / total if total else 0.0
        if length:
            arcs.append(
                f'<circle class="arc-{grade}" cx="60" cy="60" r="{_RING_RADIUS}" '
                f'stroke-dasharray="{length:.2f} {around - length:.2f}" stroke-dashoffset="{-at:.2f}"/>'
            )
        at += length
    # Rounded down: 100% means all of them.
    percent = f"{math.floor(100 * shares['ok'] / total)}%" if total else "none"
    return (
        f'<svg class="ring" viewBox="0 0 120 120" role="img" aria-label="{percent} of the VMs {words}">'
        f'<circle class="arc-none" cx="60" cy="60" r="{_RING_RADIUS}"/>'
        f'<g transform="rotate(-90 60 60)">{"".join(arcs)}</g><text class="big" x="60" y="65">{percent}</text>'
        f'<text class="label" x="60" y="80">{label}</text></svg>'
    )


def tile(value: str, words: str, grade: str = "") -> str:
    """One number that matters."""
    return f'<div class="card tile {grade}"><b>{value}</b><span>{words}</span></div>'


def top(title: str, below: str) -> str:
    """Title, times, and the two buttons; the second text is HTML."""
    return (
        f"<header><div><div><h1>{text(title)}</h1><p>{below}</p>"
        '</div><div class="tools"><button id="theme" type="button" title="Day or night">◐ Theme</button>'
        '<button id="print" type="button">Print</button></div></div></header>'
    )


def keys(groups: t.Iterable[Data], column: str) -> str:
    """The legend of a bar, each part of which shows its rows in the table."""
    items = "".join(
        f'<li><button type="button" class="fill-{group["key"]}" data-by="{column}" data-value="{group["key"]}"><i></i>'
        f"{text(group['label'])}<b>{number(group['count'])}</b></button></li>"
        for group in groups
        if group["count"]
    )
    return f'<ul class="keys">{items}</ul>'


def _target(target: Data, own_reason: bool, own_step: bool) -> str:
    name, host = text(target["vm"]), text(target["host"])
    label = f'<b>{name}</b> <span class="dim">on {host}</span>' if name and host else f"<b>{name or host}</b>"
    services = ", ".join(service_name(key) for key in target["services"])
    more = f" <span>&ndash; {text(services)}</span>" if services else ""
    if target.get("update"):
        more += f" <span>&ndash; {text(target['update'])}</span>"
    if own_reason and target["reason"]:
        more += f" <span>&ndash; {text(target['reason'])}</span>"
    if own_step and target["next_step"]:
        more += f'<span class="own">→ {text(target["next_step"])}</span>'
    return f"<li>{label}{more}</li>"


def _action(action: Data) -> str:
    own = action["subject"] in ("host", "vm", "conflict", "guest")
    own_step = own and not action["next_step"]
    targets = action["targets"]
    things = "host" if action["subject"] == "host" else "VM"
    listed = "".join(_target(target, own, own_step) for target in targets[:_TARGETS])
    rest = f'<p class="dim small">and {number(len(targets) - _TARGETS)} more</p>' if len(targets) > _TARGETS else ""
    long = " long" if own else ""
    step = f'<p class="step">{text(action["next_step"])}.</p>' if action["next_step"] else ""
    button = f'<button type="button" data-cause="{text(action["cause"])}">Show in the table</button>'
    return (
        f'<details class="card action {action["severity"]}"><summary>'
        f'<span class="pill">{title_case(action["severity"])}</span><h3>{text(action["title"])}</h3>'
        f'<span class="count">{plural(len(targets), things)}</span>{step}</summary>'
        f'<div class="targets{long}"><ul>{listed}</ul>{rest}{button}</div></details>'
    )


def actions(found: t.Iterable[Data], title: str, empty: str = _EMPTY) -> str:
    """What to do next, the gravest first."""
    body = "".join(_action(action) for action in found)
    return f'<section id="next"><h2>{title}</h2>{body or empty}</section>'


def sortable_head(words: t.Iterable[tuple[str, str]]) -> str:
    """The head of a table that sorts in place: names and classes of its columns."""
    return "".join(f'<th class="{kind}"><button type="button">{name}</button></th>' for name, kind in words)


def severity_bar(grades: t.Mapping[str, int]) -> str:
    """How many VMs are of each severity."""
    label = ", ".join(f"{count} {severity}" for severity, count in grades.items() if count)
    return stacked_bar(((severity, grades[severity]) for severity in SEVERITIES), label)


def _filters(selects: t.Iterable[tuple[str, str]], only: str) -> str:
    boxes = "".join(
        f'<select id="by-{name}" aria-label="{label}"><option value="">{label}</option></select>'
        for name, label in selects
    )
    return (
        '<div class="filters"><input id="search" type="search" placeholder="Search VM, host, system ..." '
        f'aria-label="Search">{boxes}<label><input id="problems" type="checkbox"> {only}</label>'
        '<button id="cause" class="chip" type="button" title="Remove this filter" hidden></button>'
        '<button id="reset" type="button">Reset</button></div>'
    )


def vm_table(
    heads: t.Sequence[tuple[str, str, str]],
    selects: t.Iterable[tuple[str, str]],
    *,
    only: str,
    note: str = "",
    more_heads: str = "",
    signs: str = "",
) -> str:
    """The table that the script of the page fills.

    Args:
        heads: Column, label and class of each head by which the table sorts.
        selects: Column and first label of each list to choose from.
        only: The words of the box that leaves out what is well.
        note: What stands beside the title, as HTML.
        more_heads: Heads that do not sort, as HTML.
        signs: What the signs in the rows mean, as HTML.
    """
    sorting = "".join(
        f'<th class="{kind}" data-sort="{name}"><button type="button">{label}</button></th>'
        for name, label, kind in heads
    )
    width = len(heads) + more_heads.count("<th")
    return (
        f'<section id="table"><h2>Virtual machines<span class="dim">{note}</span></h2><div class="card">'
        f'{_filters(selects, only)}{signs}<div class="scroll"><table id="vms"><thead><tr>{sorting}{more_heads}</tr>'
        f'</thead><tbody><tr><td class="none" colspan="{width}">This table needs the script of the page.</td></tr>'
        '</tbody></table></div><div class="pager"><span id="shown" class="dim small" role="status"></span><div>'
        '<button id="previous" type="button">Back</button><button id="next-page" type="button">Next</button>'
        "</div></div></div></section>"
    )
