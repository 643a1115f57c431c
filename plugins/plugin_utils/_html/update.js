/* Copyright (c) 2026, hyperv.integration contributors
 * GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rows of the report of an update: one VM with its outcome, its versions, and its steps.
 */

(() => {
  const { data, rows, compare, element, fact } = page;
  const { words, outcomes, grades, mechanisms } = data;

  rows.forEach((row) => {
    row.steps = row.steps.map(([id, state, detail]) => ({ id: words[id], state: words[state], detail }));
  });

  const SIGNS = { done: "✓", failed: "!", started: "?", skipped: "–", planned: "·", not_begun: "·" };
  const LOOKS = { done: "ok", failed: "critical", started: "critical", planned: "notice" };
  const TOLD = { started: "begun, and not ended", not_begun: "not begun" };
  const stepItem = (step) => {
    const sign = element("span", { text: SIGNS[step.state] || "?", kind: `dot ${LOOKS[step.state] || "off"}`, role: "img",
      "aria-label": TOLD[step.state] || step.state });
    const item = element("li", {}, [sign, element("b", { text: step.id.replaceAll("_", " ") })]);
    item.append(element("span", { kind: "dim", text: ` ${TOLD[step.state] || step.state}` }));
    if (step.detail) item.append(element("span", { kind: "step", text: step.detail }));
    return item;
  };

  const time = (value) => (value ? value.replace("T", " ").replace("Z", " UTC") : null);
  const detail = (row, width) => {
    const list = element("dl");
    fact(list, "Outcome", outcomes[row.outcome]);
    fact(list, "Reason", row.reason);
    fact(list, "Next step", row.hint);
    fact(list, "Left behind", row.left);
    fact(list, "Services", row.trouble);
    fact(list, "Version before", row.before);
    fact(list, "Version after", row.after);
    fact(list, "Version now", row.now);
    fact(list, "Restart", row.restart);
    fact(list, "Mechanism", mechanisms[row.mechanism]);
    fact(list, "Plan", row.status.replaceAll("_", " "));
    fact(list, "Wave", row.wave);
    fact(list, "Begun", time(row.started));
    fact(list, "Ended", time(row.ended));
    fact(list, "Took", row.took);
    fact(list, "Resumed", row.resumed === null ? null : `${row.resumed} times`);
    fact(list, "Guest", row.os);
    fact(list, "Host", row.host);
    fact(list, "VM id", row.id);
    return page.detailRow(row.name, list, "Steps", row.steps.map(stepItem), width);
  };

  const line = (row) => {
    const after = row.now || row.after;
    return [
      element("td", {}, [element("span", { kind: `pill ${grades[row.outcome]}`, text: outcomes[row.outcome] })]),
      element("td", { kind: "name short", text: row.name, title: row.name }),
      element("td", { kind: "short", text: row.host, title: row.host }),
      element("td", { kind: "wide number", text: row.wave === null ? "–" : row.wave }),
      element("td", { kind: "medium tight", text: mechanisms[row.mechanism] }),
      element("td", { kind: "wide short", text: row.os || "–", title: row.os }),
      element("td", { kind: "mono short medium", text: row.before || "–" }),
      element("td", { kind: `mono short${after && after !== row.before ? " fresh" : ""}`, text: after || "–" }),
      element("td", { kind: "medium" }, [element("div", { kind: "clamp", text: row.note || "", title: row.note })]),
    ];
  };

  const order = Object.keys(outcomes);
  page.start({
    line,
    detail,
    selects: { outcome: outcomes, mechanism: mechanisms, wave: null, host: null },
    sorters: {
      severity: (a, b) => page.rank[a.severity] - page.rank[b.severity] || order.indexOf(a.outcome) - order.indexOf(b.outcome),
      mechanism: (a, b) => compare(mechanisms[a.mechanism], mechanisms[b.mechanism]),
      after: (a, b) => compare(a.now || a.after || "", b.now || b.after || ""),
    },
    sort: "severity",
  });
})();
