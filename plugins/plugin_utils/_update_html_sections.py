# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The parts of the page of an update that are in it from the beginning, and so work on paper and without its script."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._html_parts import (
    keys,
    moment,
    number,
    ring,
    sortable_head,
    stacked_bar,
    text,
    tile,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._html_parts import top as page_top
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import mechanism_name, title_case
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report_words import (
    OUTCOME_NAMES,
    duration,
    headline,
    outcome_groups,
    version_text,
)

_PAIRS = 40


def top(report: Data) -> str:
    """Title, times, and the two buttons."""
    run = report["run"]
    parts = [f"Made {moment(run['generated_at'])}", f"plan <code>{text(run['plan_hash'][:12])}</code>"]
    if run["started_at"]:
        took = f", {duration(run['seconds'])}" if run["seconds"] is not None else ""
        parts.append(f"begun {moment(run['started_at'])}{took}")
    return page_top(report["title"], " &middot; ".join(parts))


def _shares(report: Data) -> tuple[dict[str, int], str, str]:
    """What the ring shows: how much is done, or, of a run that did not begin, how much could be."""
    counts = report["summary"]["by_outcome"]
    stuck = counts["not_run"]
    if report["run"]["begun"]:
        shares = {
            "ok": counts["updated"] + counts["unchanged"],
            "warning": stuck,
            "critical": counts["failed"] + counts["cut_off"],
        }
        return shares, "to update are done", "done"
    shares = {
        "ok": counts["planned"],
        "notice": counts["refused"] + counts["unsupported"] + counts["unknown"],
        "warning": stuck + counts["blocked"],
    }
    return shares, "that need it can be updated", "can be updated"


def _tiles(report: Data) -> str:
    summary = report["summary"]
    counts = summary["by_outcome"]
    rest = counts["refused"] + counts["unsupported"] + counts["unknown"]
    waiting = (summary["restart_pending"], "restarts pending", "warning")
    begun = [
        (counts["updated"], "updated", "ok"),
        (counts["unchanged"], "unchanged", "ok"),
        (counts["failed"], "failed", "critical"),
        (counts["cut_off"], "cut off", "critical"),
        (counts["not_run"], "not begun", "warning"),
        waiting,
    ]
    planned = [
        (counts["planned"], "would be updated", "ok"),
        (counts["nothing_to_do"], "need nothing", ""),
        (counts["blocked"], "blocked", "warning"),
        (counts["not_run"], "nobody can reach", "warning"),
        (rest, "without a way", "notice"),
        (summary["hosts"]["not_read"], "hosts not read", "critical"),
    ]
    chosen = begun if report["run"]["begun"] else planned
    return "".join(tile(number(count), words, grade if count else "") for count, words, grade in chosen)


def overview(report: Data) -> str:
    """The headline, the ring and the tiles."""
    run, summary = report["run"], report["summary"]
    told = f"{number(summary['vms'])} VMs on {number(summary['hosts']['total'])} hosts are in the plan."
    alarm = ""
    if run["stopped"]:
        alarm = f'<p class="alarm">The run stopped before its last wave: {text(run["stopped"])}</p>'
    elif not run["begun"]:
        told += " Nothing was begun: this is what the update would do."
    if run["what_if"]:
        alarm += '<p class="alarm">A what-if: the generations of the hosts in the plan are not their real ones.</p>'
    return (
        f'<section><div class="card hero">{ring(*_shares(report))}<div><p class="says">{text(headline(report))}</p>'
        f'<p class="dim">{told}</p>{alarm}</div></div><div class="tiles">{_tiles(report)}</div></section>'
    )


def _outcome_bar(counts: t.Mapping[str, int]) -> str:
    label = "; ".join(f"{OUTCOME_NAMES[key]}: {count}" for key, count in counts.items() if count)
    return stacked_bar(counts.items(), label)


def _told(counts: t.Mapping[str, int]) -> str:
    """The counts in words, what went wrong in bold."""
    parts = []
    for key, count in counts.items():
        if count:
            words = f"{number(count)} {text(OUTCOME_NAMES[key].lower())}"
            parts.append(f"<b>{words}</b>" if key in ("failed", "cut_off") else words)
    return ", ".join(parts) or "none"


def _done(counts: t.Mapping[str, int], begun: bool) -> str:
    """How far a mechanism got; the ways that are none have nothing to be done."""
    total, done = sum(counts.values()), counts["updated"] + counts["unchanged"]
    bad = counts["failed"] + counts["cut_off"]
    tried = begun and bool(done or bad or counts["not_run"])
    words = f"{number(done)} of {number(total)} done" if tried else number(total)
    return f"{words}, <b>{number(bad)} failed</b>" if bad else words


def charts(report: Data) -> str:
    """What became of the VMs, in all and by mechanism."""
    summary = report["summary"]
    outcomes = _outcome_bar(summary["by_outcome"]) + keys(outcome_groups(summary["by_outcome"]), "outcome")
    rows = "".join(
        f'<div class="row"><span class="name">{text(mechanism_name(name))}</span>{_outcome_bar(counts)}'
        f'<span class="count dim">{_done(counts, report["run"]["begun"])}</span></div>'
        for name, counts in summary["by_mechanism"].items()
    )
    return (
        f'<section class="pair"><div class="card panel"><h2>Outcomes</h2>{outcomes}</div>'
        f'<div class="card panel"><h2>Mechanisms</h2><div class="services">{rows}</div></div></section>'
    )


def versions(report: Data) -> str:
    """Which versions became which."""
    pairs = report["summary"]["versions"]
    if not pairs:
        return ""
    most = pairs[0]["vms"]
    rows = "".join(
        f'<tr><td class="mono">{text(version_text(pair["before"]))}</td><td class="mono">&rarr; '
        f'{text(version_text(pair["after"]))}</td><td class="number" data-value="{pair["vms"]}">'
        f'{number(pair["vms"])}</td><td class="medium">{_share(pair["vms"], most)}</td></tr>'
        for pair in pairs[:_PAIRS]
    )
    left = len(pairs) - _PAIRS
    more = f'<p class="dim small left">and {number(left)} more pairs</p>' if left > 0 else ""
    head = sortable_head([("Before", ""), ("After", ""), ("VMs", "number"), ("", "medium")])
    return (
        f'<section id="versions"><h2>Versions of what was updated<span class="dim">{number(len(pairs))}</span></h2>'
        f'<div class="card scroll"><table class="sortable"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        f"{more}</div></section>"
    )


def _share(count: int, most: int) -> str:
    return stacked_bar((("updated", count), ("rest", most - count)), f"{count} of {most}")


def _wave(wave: Data) -> str:
    name = f'<button type="button" class="link" data-by="wave" data-value="{wave["number"]}">{wave["number"]}</button>'
    limit = "" if wave["max_failures"] is None else f"{wave['max_failures']:g}%"
    cells = [
        f'<td data-value="{wave["number"]}">{name}</td>',
        f'<td class="medium">{text(title_case(str(wave["kind"])))}</td>',
        f'<td class="number" data-value="{wave["vms"]}">{number(wave["vms"])}</td>',
        f'<td data-value="{wave["by_outcome"]["failed"]}">{_outcome_bar(wave["by_outcome"])}</td>',
        f"<td>{_told(wave['by_outcome'])}</td>",
        f'<td class="wide number">{limit}</td>',
        f'<td class="medium tight" data-value="{wave["seconds"] or 0}">{duration(wave["seconds"]) or "&ndash;"}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def waves(report: Data) -> str:
    """The waves in their order."""
    if not report["waves"]:
        return ""
    words = [("Wave", ""), ("Kind", "medium"), ("VMs", "number"), ("Share", ""), ("Outcomes", "")]
    words += [("May fail", "wide number"), ("Took", "medium")]
    rows = "".join(_wave(wave) for wave in report["waves"])
    return (
        f'<section id="waves"><h2>Waves<span class="dim">{number(len(report["waves"]))}</span></h2>'
        f'<div class="card scroll"><table class="sortable"><thead><tr>{sortable_head(words)}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></section>"
    )
