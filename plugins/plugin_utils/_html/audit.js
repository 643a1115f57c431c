/* Copyright (c) 2026, hyperv.integration contributors
 * GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rows of the audit's report: one VM with its version and a sign for each service.
 */

(() => {
  const { data, rows, compare, byId, element, fact } = page;
  const { words, services, causes } = data;

  rows.forEach((row) => {
    row.services = row.services.map(([key, cause, status]) => ({
      key, status: words[status], ...causes[cause],
    }));
  });

  const SIGNS = { ok: "✓", off: "–", vm_off: "·", absent: "", trouble: "!", degraded: "~", unknown: "?" };
  const dot = (service) => element("span", {
    text: SIGNS[service.look],
    kind: `dot ${service.grade}`,
    title: `${data.names[service.key] || service.key}: ${service.title}`,
    role: "img",
    "aria-label": `${data.names[service.key] || service.key}: ${service.title}`,
  });

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
    fact(list, "Update by", row.how);
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
    return page.detailRow(row.name || row.host, list, "Services", row.services.map(serviceItem), width);
  };

  const line = (row) => {
    const cells = [
      element("td", {}, [element("span", { kind: `pill ${row.severity}`, text: data.severities[row.severity] })]),
      element("td", { kind: "name short", text: row.name || "–", title: row.name }),
      element("td", { kind: "short", text: row.host, title: row.host }),
      element("td", { kind: "medium", text: row.state ? row.state.replaceAll("_", " ") : "–" }),
      element("td", { kind: "wide short", text: row.os || "–", title: row.os }),
      element("td", { kind: "mono medium", text: row.version || "–" }),
      element("td", {}, [
        element("div", { kind: "clamp", text: row.error || data.groups[row.group] || row.group, title: row.error }),
        ...(row.way ? [element("div", { kind: "dim small", text: row.way, title: row.how })] : []),
      ]),
    ];
    services.forEach((key) => {
      const service = row.services.find((one) => one.key === key);
      cells.push(element("td", { kind: "service" }, service ? [dot(service)] : []));
    });
    return cells;
  };

  const bad = (service) => service.grade !== "ok" && service.grade !== "off";
  byId("by-service").append(...services.map((key) => element("option", { value: key, text: data.names[key] })));

  page.start({
    line,
    detail,
    selects: { severity: data.severities, group: data.groups, way: null, host: null, state: null },
    sorters: { group: (a, b) => compare(data.groups[a.group] || "", data.groups[b.group] || "") },
    sort: "severity",
    fits: (row) => {
      const wanted = byId("by-service").value;
      return !wanted || row.services.some((one) => one.key === wanted && bad(one));
    },
    extra: ["service"],
  });
})();
