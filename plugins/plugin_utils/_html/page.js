/* Copyright (c) 2026, hyperv.integration contributors
 * GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the pages of all reports do: a table of VMs to search, filter, sort and turn pages in, day and night, and paper.
 * It stays quick with many thousand rows because only one page of them is in the document. Texts are set as texts,
 * never as HTML: their authors are strangers. What a row looks like is the matter of the script after this one.
 */
"use strict";

const page = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const PAGE = 100;
  const PRINTED = 2000;
  const RANK = { critical: 0, warning: 1, notice: 2, ok: 3 };
  const byId = (id) => document.getElementById(id);
  const compare = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;

  /* Rows travel as lists, with texts that come up often as numbers. */
  const shared = new Set(data.shared);
  const rows = data.rows.map((list) => {
    const row = {};
    data.columns.forEach((name, index) => {
      row[name] = shared.has(name) && list[index] !== null ? data.words[list[index]] : list[index];
    });
    row.haystack = data.searched.map((name) => row[name]).filter(Boolean).join("\n").toLowerCase();
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

  const fact = (list, name, value) => {
    if (value === null || value === undefined || value === "") return;
    list.append(element("dt", { text: name }), element("dd", { text: value }));
  };

  /* What an open row shows: facts at the left, a list of things at the right. */
  const detailRow = (title, list, heading, items, width) => {
    const facts = element("div", {}, [element("h3", { text: title }), list]);
    const side = element("div", {}, items.length ? [element("h3", { text: heading }), element("ul", {}, items)] : []);
    const cell = element("td", { colspan: width }, [element("div", { kind: "facts" }, [facts, side])]);
    return element("tr", { kind: "detail" }, [cell]);
  };

  const darkness = () => {
    const theme = (name) => { document.documentElement.dataset.theme = name; };
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    theme(dark.matches ? "dark" : "light");
    dark.addEventListener("change", () => theme(dark.matches ? "dark" : "light"));
    byId("theme").addEventListener("click", () => {
      theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    });
    byId("print").addEventListener("click", () => window.print());
    return theme;
  };

  /* Tables that are in the document from the beginning sort in place. */
  const sortInPlace = () => {
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
  };

  /* The table of VMs. `line` gives the cells of a row, `detail` what it shows when it is open; `selects` are the columns
   * that can be chosen from, each with the words for its values, `sorters` the orders that are not those of texts. */
  const start = ({ line, detail, selects, sorters, sort, fits = () => true, extra = [] }) => {
    const state = { text: "", cause: "", page: 0, sort, down: false, open: null, printed: false };
    const names = Object.keys(selects);
    const severity = (a, b) => RANK[a.severity] - RANK[b.severity];
    const orders = { severity, ...sorters };
    let chosen = rows;

    const matches = (row) =>
      names.every((name) => !byId(`by-${name}`).value || String(row[name]) === byId(`by-${name}`).value) &&
      (!byId("problems").checked || row.severity !== "ok") &&
      (!state.cause || row.causes.includes(state.cause)) &&
      fits(row) &&
      state.text.split(/\s+/).every((word) => row.haystack.includes(word));

    const order = (a, b) => {
      const sorter = orders[state.sort] || ((x, y) => compare(x[state.sort] ?? "", y[state.sort] ?? ""));
      /* What hides a whole host comes before what is wrong with one VM. */
      const whole = (a.name === null ? 0 : 1) - (b.name === null ? 0 : 1);
      return (state.down ? -1 : 1) * sorter(a, b) || whole || compare(a.host, b.host) || compare(a.name || "", b.name || "");
    };

    const lineOf = (row) => {
      const open = state.open === row;
      const node = element("tr", { kind: "vm", tabindex: "0", "aria-expanded": String(open) }, line(row));
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

    const show = () => {
      const size = state.printed ? PRINTED : PAGE;
      const pages = Math.max(1, Math.ceil(chosen.length / size));
      state.page = Math.min(state.page, pages - 1);
      const first = state.page * size;
      const shown = chosen.slice(first, first + size);
      const body = document.createDocumentFragment();
      const width = byId("vms").querySelectorAll("thead th").length;
      shown.forEach((row) => {
        body.append(lineOf(row));
        if (state.open === row) body.append(detail(row, width));
      });
      if (!shown.length) {
        body.append(element("tr", {}, [element("td", { kind: "none", colspan: width, text: "No VM fits these filters." })]));
      }
      byId("vms").querySelector("tbody").replaceChildren(body);
      const span = chosen.length ? `${(first + 1).toLocaleString("en")}–${(first + shown.length).toLocaleString("en")} of ` : "";
      const all = chosen.length === rows.length ? "" : ` (filtered from ${rows.length.toLocaleString("en")})`;
      byId("shown").textContent = `${span}${chosen.length.toLocaleString("en")} rows${all}`;
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
      names.concat(extra).forEach((name) => { byId(`by-${name}`).value = ""; });
      byId("search").value = "";
      byId("problems").checked = false;
      state.text = "";
      state.cause = "";
    };

    const fillSelect = (name, words) => {
      const values = [...new Set(rows.map((row) => row[name]).filter((value) => value !== null && value !== ""))];
      const label = (value) => (words && words[value]) || String(value).replaceAll("_", " ");
      values.sort(name === "severity" ? (a, b) => RANK[a] - RANK[b] : (a, b) => compare(label(a), label(b)));
      byId(`by-${name}`).append(...values.map((value) => element("option", { value, text: label(value) })));
    };

    names.forEach((name) => fillSelect(name, selects[name]));
    names.concat(extra).forEach((name) => byId(`by-${name}`).addEventListener("change", filter));
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
    /* A button elsewhere in the page shows its rows here: those of a cause, or those of a value of a column. */
    document.querySelectorAll("[data-cause], [data-by]").forEach((button) => {
      button.addEventListener("click", () => {
        reset();
        state.cause = button.dataset.cause || "";
        if (button.dataset.by) byId(`by-${button.dataset.by}`).value = button.dataset.value;
        filter();
        byId("table").scrollIntoView();
      });
    });

    /* On paper nobody can turn pages, and nobody wants to print the night. */
    const theme = darkness();
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
    sortInPlace();
    filter();
  };

  return { data, rows, rank: RANK, compare, byId, element, fact, detailRow, start };
})();
