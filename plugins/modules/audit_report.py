#!/usr/bin/python

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The module runs on the controller, as the action plugin of the same name; here is its documentation.

from __future__ import annotations

DOCUMENTATION = r"""
module: audit_report
short_description: Make a report of snapshots on the controller
version_added: 0.1.0
description:
  - Reads snapshots, merges them, judges the version and the services of every virtual machine, and writes a report in
    several formats.
  - Everything happens on the controller. No host is contacted, so the task runs even where the host that Ansible
    picked for it is down.
  - Snapshots may come from several controllers or job slices. Of a host or a virtual machine that is in more than
    one, the newest is shown and the conflict is noted.
  - A host that could not be read is in the report with its reason.
  - A service of which both sides were read, the host's and the guest's, gets one verdict of both. Guests join their
    virtual machines by VM id. Where the guest was not read, the host side alone decides, and the report says so.
  - Use the role P(hyperv.integration.audit#role) unless you need the steps one by one.
options:
  fail_on:
    description:
      - What to look for in the report for RV(failed_on). The module itself does not fail on it, so that the report is
        there in any case.
      - Verdicts on versions are V(current), V(outdated), V(newer), V(not_reported), V(not_applicable) and V(unknown).
      - Verdicts on services are V(host_off), V(vm_off), V(not_offered), V(not_available), V(degraded), V(no_contact),
        V(lost_contact), V(error), V(guest_off), V(guest_missing) and V(unknown).
      - The severities V(critical), V(warning) and V(notice) count the problems of that severity.
      - Every cause counts as well, such as V(host_unreachable), V(access_denied), V(below_minimum) or
        V(guest_service_silent). The report in JSON lists them all under C(legend).
    type: list
    elements: str
    default: []
  formats:
    description:
      - The formats to write. V(html) is one file that needs no network. V(junit) is for pipelines, V(prometheus) for
        the text file collector of the node exporter.
    type: list
    elements: str
    choices: [csv, html, json, junit, markdown, prometheus]
    default: [html, json, csv, markdown]
  guests:
    description:
      - Which of O(targets) are guests. It matters only for those without a snapshot from this run.
    type: list
    elements: str
    default: []
  keep:
    description:
      - How many reports stay in O(directory). Older ones are removed; with V(0) all stay.
    type: int
    default: 30
  minimum_version:
    description:
      - The version with which guests older than Windows 8.1 and Windows Server 2012 R2 are compared where their host
        brings no version itself, as from Windows Server 2016 on. The default is the level of KB4072650.
      - An empty text means not to compare them.
    type: str
    default: 6.3.9600.18907
  query:
    description:
      - A JMESPath expression that chooses rows. It works on the list of all rows, which is C(rows) in the report in
        JSON.
      - Where the answer consists of rows, the report shows only those. The counts, the problems and the hosts are
        always those of the whole fleet.
      - Any other answer, such as a list of names, is returned in RV(rows) and leaves the report whole.
    type: str
  snapshots:
    description:
      - Files and folders with snapshots. The default is the folder C(snapshots) in O(directory).
      - With O(targets) only the first folder counts.
    type: list
    elements: path
  targets:
    description:
      - The names of the hosts in the inventory that this run of Ansible was to read. A host without a snapshot from
        this run is in the report as one that could not be read; snapshots of other hosts, and of earlier runs, are
        left out.
      - Without it, all snapshots in O(snapshots) are read, whenever they were made.
    type: list
    elements: str
  title:
    description:
      - The title of the report.
    type: str
    default: Hyper-V integration services audit
requirements:
  - jmespath on the controller, for O(query) only
extends_documentation_fragment:
  - hyperv.integration._attributes
  - hyperv.integration._report_files
attributes:
  check_mode:
    support: full
    details:
      - In check mode the report is made but not written, and RV(path) tells where it would be.
  diff_mode:
    support: none
    details:
      - The changes since the last report are in the report itself.
  idempotent:
    support: partial
    details:
      - RV(ignore:changed) is true for the first report, and where something differs from the last one. A report is
        written each time, as its time is part of it.
  platform:
    support: full
    platforms: posix
seealso:
  - module: hyperv.integration.audit_snapshot
author:
  - hyperv.integration contributors (@hyperv-integration)
"""

EXAMPLES = r"""
- name: Make a report of all hosts of the play
  hyperv.integration.audit_report:
    directory: audit
    targets: "{{ ansible_play_hosts_all }}"
  run_once: true

- name: Merge what three controllers collected
  hyperv.integration.audit_report:
    directory: audit
    snapshots:
      - /srv/madrid/snapshots
      - /srv/lisbon/snapshots
      - /srv/porto/snapshots
    title: Iberia
  delegate_to: localhost
  run_once: true

- name: Find running machines whose backup service has no contact
  hyperv.integration.audit_report:
    directory: audit
    query: "[?services[?key=='vss' && verdict=='no_contact']].{vm: name, host: host}"
  run_once: true
  register: report
"""

RETURN = r"""
written:
  description: Whether the report was written, which check mode does not do.
  returned: success
  type: bool
  sample: true
path:
  description: The folder of the report. In check mode it is where the report would be.
  returned: success
  type: str
  sample: /home/admin/audit/20260504T030201Z
latest:
  description: The link to the newest report.
  returned: success
  type: str
  sample: /home/admin/audit/latest
files:
  description: The files of the report by format.
  returned: success
  type: dict
  sample:
    html: /home/admin/audit/20260504T030201Z/report.html
summary:
  description: The counts of the whole fleet, by verdict and by severity.
  returned: success
  type: dict
  contains:
    hosts:
      description: How many hosts there are, how many could be read, and how many there are by status.
      returned: success
      type: dict
      sample: {"by_status": {"host_unreachable": 1, "ok": 19}, "read": 19, "total": 20}
    vms:
      description: How many virtual machines there are and run, and how many there are by state and by gravest problem.
      returned: success
      type: dict
      sample:
        by_severity: {"critical": 1, "notice": 0, "ok": 20, "warning": 4}
        by_state: {"off": 2, "running": 23}
        running: 23
        total: 25
    versions:
      description: How many virtual machines there are by verdict on their version.
      returned: success
      type: dict
      sample: {"current": 4, "newer": 0, "not_applicable": 16, "not_reported": 1, "outdated": 2, "unknown": 2}
    version_causes:
      description: How many virtual machines there are by the cause of that verdict.
      returned: success
      type: dict
      sample: {"below_minimum": 2, "guest_kernel": 6, "windows_update": 10}
    updates:
      description:
        - How many virtual machines whose version is outdated or not reported there are by the mechanism of their update
          plan and its status. The plans are those of P(hyperv.integration.update_plan#filter) by its defaults.
      returned: success
      type: dict
      sample: {"windows_update": {"blocked": 1, "ready": 1}}
    services:
      description: How many virtual machines there are by service and verdict on it.
      returned: success
      type: dict
      sample: {"heartbeat": {"host_off": 0, "no_contact": 1, "ok": 22, "vm_off": 2}}
    problems:
      description: How many problems there are by severity.
      returned: success
      type: dict
      sample: {"critical": 1, "notice": 0, "warning": 5}
lines:
  description: The summary in words, for a terminal.
  returned: success
  type: list
  elements: str
  sample: ["All 25 VMs on 2 hosts are in order."]
failed_on:
  description: What of O(fail_on) is in the report.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The verdict, cause or severity.
      returned: success
      type: str
      sample: outdated
    count:
      description: How often it is there.
      returned: success
      type: int
      sample: 2
rows:
  description: The answer of O(query). It is empty without a query.
  returned: success
  type: list
  elements: raw
  sample: [{"host": "HV01", "vm": "web01"}]
selection:
  description: The query, how many rows there are, and how many it chose.
  returned: success
  type: dict
  sample: {"matched": 1, "query": "[?name=='web01']", "total": 25}
unread:
  description: The hosts that could not be read, and why.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: The name of the host.
      returned: success
      type: str
      sample: hv09
    target:
      description: The name of the host in the inventory.
      returned: success
      type: str
      sample: hv09
    error_class:
      description: The kind of error.
      returned: success
      type: str
      sample: host_unreachable
    msg:
      description: What the connection or the host said.
      returned: success
      type: str
      sample: connection to hv09.example.org timed out
    hint:
      description: What to do about it. It is null where nothing is known beyond the message.
      returned: success
      type: str
      sample: null
changes:
  description: How many things changed since the last report. It is null for the first one.
  returned: success
  type: int
  sample: 3
"""
