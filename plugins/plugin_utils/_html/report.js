/* Copyright (c) 2026, hyperv.integration contributors
 * GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of VMs: search, filter, sort, turn pages, look at one. It stays quick with many thousand rows because only
 * one page of them is in the document. Texts are set as texts, never as HTML: their authors are strangers.
 */
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { words, services, causes } = data;
  const PAGE = 100;
  const PRINTED = 2000;
  const RANK = { critical: 0, warning: 1, notice: 2, ok: 3 };
  const byId = (id) => document.getElementById(id);
  const compare = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;

  /* Rows travel as lists, with texts that come up often as numbers. */
  const columns = data.columns;
  const shared = new Set(data.shared);
  const rows = data.rows.map((list) => {
    const row = {};
    columns.forEach((name, index) => {
      row[name] = shared.has(name) && list[index] !== null ? words[list[index]] : list[index];
    });
    row.services = row.services.map(([key, cause, status]) => ({
      key, status: words[status], ...causes[cause],
    }));
    row.haystack = [row.name, row.id, row.host, row.os, row.version, row.fqdn, row.ip, row.cluster, row.error]
      .filter(Boolean).join("\n").toLowerCase();
    return row;
  });

  const element = (name, { text, title, kind, ...attributes } = {}, children = []) => {
    const node = document.createElement(name);
    if (text !== undefined && text !== null) node.textContent = text;
    if (title) node.title = title;
    if (kind) node.className = kind;
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    node.append(...children);
    return node;
  };

  const SIGNS = { ok: "✓", off: "–", vm_off: "·", absent: "", trouble: "!", degraded: "~", unknown: "?" };
  const dot = (service) => element("span", {
    text: SIGNS[service.look],
    kind: `dot ${service.grade}`,
    title: `${data.names[service.key] || service.key}: ${service.title}`,
    role: "img",
    "aria-label": `${data.names[service.key] || service.key}: ${service.title}`,
  });

  const state = { text: "", cause: "", page: 0, sort: "severity", down: false, open: null, printed: false };
  const selects = ["severity", "group", "host", "state"];

  const matches = (row) =>
    selects.every((name) => !byId(`by-${name}`).value || row[name] === byId(`by-${name}`).value) &&
    (!byId("by-service").value || row.services.some((one) => one.key === byId("by-service").value && one.grade !== "ok" && one.grade !== "off")) &&
    (!byId("problems").checked || row.severity !== "ok") &&
    (!state.cause || row.causes.includes(state.cause)) &&
    state.text.split(/\s+/).every((word) => row.haystack.includes(word));

  const sorters = {
    severity: (a, b) => RANK[a.severity] - RANK[b.severity],
    version: (a, b) => compare(a.version || "", b.version || ""),
    group: (a, b) => compare(data.groups[a.group] || "", data.groups[b.group] || ""),
  };
  const order = (a, b) => {
    const sorter = sorters[state.sort] || ((x, y) => compare(x[state.sort] || "", y[state.sort] || ""));
    /* What hides a whole host comes before what is wrong with one VM. */
    const whole = (a.name === null ? 0 : 1) - (b.name === null ? 0 : 1);
    return (state.down ? -1 : 1) * sorter(a, b) || whole || compare(a.host, b.host) || compare(a.name || "", b.name || "");
  };

  const fact = (list, name, value) => {
    if (value === null || value === undefined || value === "") return;
    list.append(element("dt", { text: name }), element("dd", { text: value }));
  };

  const serviceItem = (service) => {
    const item = element("li", {}, [dot(service)]);
    item.append(element("b", { text: data.names[service.key] || service.key }), `: ${service.title}`);
    if (service.status) item.append(element("span", { kind: "dim", text: ` (${service.status})` }));
    if (service.next && service.grade !== "ok") item.append(element("span", { kind: "step", text: `→ ${service.next}` }));
    return item;
  };

  const detail = (row, width) => {
    const list = element("dl");
    fact(list, "Error", row.error);
    fact(list, "Version", row.reason);
    fact(list, "Next step", row.next);
    fact(list, "Compared with", row.reference);
    fact(list, "VM id", row.id);
    fact(list, "Host", row.host);
    fact(list, "Cluster", row.cluster);
    fact(list, "Guest name", row.fqdn);
    fact(list, "Addresses", row.ip);
    fact(list, "Heartbeat", row.heartbeat);
    fact(list, "VM generation", row.generation);
    fact(list, "Configuration", row.configuration);
    fact(list, "Checkpoints", row.checkpoints);
    fact(list, "Judged from", row.basis);
    const facts = element("div", {}, [element("h3", { text: row.name || row.host }), list]);
    const items = element("ul", {}, row.services.map(serviceItem));
    const side = element("div", {}, row.services.length ? [element("h3", { text: "Services" }), items] : []);
    const cell = element("td", { colspan: width }, [element("div", { kind: "facts" }, [facts, side])]);
    return element("tr", { kind: "detail" }, [cell]);
  };

  const line = (row) => {
    const cells = [
      element("td", {}, [element("span", { kind: `pill ${row.severity}`, text: data.severities[row.severity] })]),
      element("td", { kind: "name short", text: row.name || "–", title: row.name }),
      element("td", { kind: "short", text: row.host, title: row.host }),
      element("td", { kind: "medium", text: row.state ? row.state.replaceAll("_", " ") : "–" }),
      element("td", { kind: "wide short", text: row.os || "–", title: row.os }),
      element("td", { kind: "mono medium", text: row.version || "–" }),
      element("td", {}, [element("div", {
        kind: "clamp", text: row.error || data.groups[row.group] || row.group, title: row.error,
      })]),
    ];
    services.forEach((key) => {
      const service = row.services.find((one) => one.key === key);
      cells.push(element("td", { kind: "service" }, service ? [dot(service)] : []));
    });
    const open = state.open === row;
    const node = element("tr", { kind: "vm", tabindex: "0", "aria-expanded": String(open) }, cells);
    const toggle = () => {
      state.open = open ? null : row;
      show();
    };
    node.addEventListener("click", toggle);
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        toggle();
      }
    });
    return node;
  };

  let chosen = rows;

  const show = () => {
    const size = state.printed ? PRINTED : PAGE;
    const pages = Math.max(1, Math.ceil(chosen.length / size));
    state.page = Math.min(state.page, pages - 1);
    const first = state.page * size;
    const page = chosen.slice(first, first + size);
    const body = document.createDocumentFragment();
    const width = byId("vms").querySelectorAll("thead th").length;
    page.forEach((row) => {
      body.append(line(row));
      if (state.open === row) body.append(detail(row, width));
    });
    if (!page.length) {
      body.append(element("tr", {}, [element("td", { kind: "none", colspan: width, text: "No VM fits these filters." })]));
    }
    byId("vms").querySelector("tbody").replaceChildren(body);
    const shown = chosen.length ? `${(first + 1).toLocaleString("en")}–${(first + page.length).toLocaleString("en")} of ` : "";
    const all = chosen.length === rows.length ? "" : ` (filtered from ${rows.length.toLocaleString("en")})`;
    byId("shown").textContent = `${shown}${chosen.length.toLocaleString("en")} rows${all}`;
    byId("previous").disabled = state.page === 0;
    byId("next-page").disabled = state.page >= pages - 1;
    document.querySelectorAll("#vms th[data-sort]").forEach((head) => {
      const here = head.dataset.sort === state.sort;
      head.setAttribute("aria-sort", here ? (state.down ? "descending" : "ascending") : "none");
    });
  };

  const filter = () => {
    const chip = byId("cause");
    chip.hidden = !state.cause;
    chip.textContent = state.cause ? `✕ ${data.titles[state.cause] || state.cause}` : "";
    chosen = rows.filter(matches).sort(order);
    state.page = 0;
    state.open = null;
    show();
  };

  const reset = () => {
    selects.concat("service").forEach((name) => { byId(`by-${name}`).value = ""; });
    byId("search").value = "";
    byId("problems").checked = false;
    state.text = "";
    state.cause = "";
  };

  const fillSelect = (name, words) => {
    const values = [...new Set(rows.map((row) => row[name]).filter(Boolean))];
    const label = (value) => (words && words[value]) || value.replaceAll("_", " ");
    values.sort(name === "severity" ? (a, b) => RANK[a] - RANK[b] : (a, b) => compare(label(a), label(b)));
    byId(`by-${name}`).append(...values.map((value) => element("option", { value, text: label(value) })));
  };

  const theme = (name) => { document.documentElement.dataset.theme = name; };
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  theme(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => theme(dark.matches ? "dark" : "light"));
  byId("theme").addEventListener("click", () => {
    theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  });
  byId("print").addEventListener("click", () => window.print());

  fillSelect("severity", data.severities);
  fillSelect("group", data.groups);
  fillSelect("host");
  fillSelect("state");
  byId("by-service").append(...services.map((key) => element("option", { value: key, text: data.names[key] })));
  selects.concat("service").forEach((name) => byId(`by-${name}`).addEventListener("change", filter));
  byId("problems").addEventListener("change", filter);
  byId("search").addEventListener("input", (event) => {
    state.text = event.target.value.trim().toLowerCase();
    filter();
  });
  byId("cause").addEventListener("click", () => { state.cause = ""; filter(); });
  byId("reset").addEventListener("click", () => { reset(); filter(); });
  byId("previous").addEventListener("click", () => { state.page -= 1; show(); });
  byId("next-page").addEventListener("click", () => { state.page += 1; show(); });
  document.querySelectorAll("#vms th[data-sort] button").forEach((button) => {
    button.addEventListener("click", () => {
      const name = button.parentNode.dataset.sort;
      state.down = state.sort === name ? !state.down : false;
      state.sort = name;
      filter();
    });
  });
  document.querySelectorAll("[data-cause], [data-group], [data-row-host]").forEach((button) => {
    button.addEventListener("click", () => {
      reset();
      state.cause = button.dataset.cause || "";
      if (button.dataset.group) byId("by-group").value = button.dataset.group;
      if (button.dataset.rowHost) byId("by-host").value = button.dataset.rowHost;
      filter();
      byId("table").scrollIntoView();
    });
  });

  /* Tables that are in the document from the beginning sort in place. */
  document.querySelectorAll("table.sortable th button").forEach((button) => {
    button.addEventListener("click", () => {
      const head = button.parentNode;
      const down = head.getAttribute("aria-sort") === "ascending";
      const index = [...head.parentNode.children].indexOf(head);
      const value = (tr) => tr.children[index].dataset.value || tr.children[index].textContent;
      const body = head.closest("table").tBodies[0];
      const sorted = [...body.rows].sort((a, b) => (down ? -1 : 1) * compare(value(a), value(b)));
      body.append(...sorted);
      [...head.parentNode.children].forEach((one) => one.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
  });

  /* On paper nobody can turn pages, and nobody wants to print the night. */
  let before = "light";
  window.addEventListener("beforeprint", () => {
    before = document.documentElement.dataset.theme;
    theme("light");
    state.printed = true;
    state.open = null;
    show();
  });
  window.addEventListener("afterprint", () => {
    theme(before);
    state.printed = false;
    show();
  });

  filter();
})();
