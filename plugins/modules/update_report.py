#!/usr/bin/python

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The module runs on the controller, as the action plugin of the same name; here is its documentation.

from __future__ import annotations

DOCUMENTATION = r"""
module: update_report
short_description: Make the report of an update on the controller
version_added: 0.1.0
description:
  - Puts the saved plan of an update and its journal together, and writes a report in several formats. It tells what
    each virtual machine was before, what it is after, and what became of it.
  - What needs a person comes first. That is what failed, what was cut off, what was left behind on a virtual machine
    or its host, services that do not work, and restarts that are pending.
  - Everything happens on the controller. No host is contacted, so the report can be made again at any time, for
    example with new O(snapshots) after guests were restarted.
  - Use the role P(hyperv.integration.update#role) unless you need the steps one by one.
options:
  failures:
    description:
      - What went wrong outside of the journal, such as a virtual machine that another run works on. The keys are ids
        of virtual machines.
      - A failure of a virtual machine that is not in the plan is shown too, with what the journal knows of it.
      - A value has C(msg), and may have C(error_class) and C(hint). A text alone is taken as C(msg).
    type: dict
    default: {}
  formats:
    description:
      - The formats to write. V(html) is one file that needs no network. V(junit) is for pipelines.
    type: list
    elements: str
    choices: [csv, html, json, junit, markdown]
    default: [html, json, csv, markdown]
  journal:
    description:
      - The folder of the journal that M(hyperv.integration.update_journal) wrote. Only entries of the run that the
        plan names are used.
      - A folder that does not exist is an empty journal.
    type: path
    required: true
  keep:
    description:
      - How many reports of updates stay in O(directory). Older ones are removed; with V(0) all stay.
    type: int
    default: 30
  plan:
    description:
      - The file with the plan that the run carried out, as JSON. Its key C(run) says whose entries of the journal
        count.
    type: path
    required: true
  snapshots:
    description:
      - Files and folders with snapshots of hosts and guests that were read after the update. They tell the version,
        the services and a pending restart as they are now.
      - A snapshot from before the last change of a virtual machine's update is not used for it.
    type: list
    elements: path
    default: []
  stopped:
    description:
      - Why the run stopped before its last wave. Plans that were not begun are shown with this reason.
    type: str
  title:
    description:
      - The title of the report.
    type: str
    default: Hyper-V integration services update
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
      - What the update changed is in the report itself.
  idempotent:
    support: none
    details:
      - A report is written each time, as its time is part of it. RV(ignore:changed) says whether the update changed
        any virtual machine, and in check mode whether it would.
  platform:
    support: full
    platforms: posix
seealso:
  - module: hyperv.integration.update_journal
  - module: hyperv.integration.update_journal_info
  - module: hyperv.integration.audit_report
  - plugin: hyperv.integration.update_plan
    plugin_type: filter
author:
  - hyperv.integration contributors (@hyperv-integration)
"""

EXAMPLES = r"""
- name: Make the report of an update
  hyperv.integration.update_report:
    plan: /var/lib/hyperv-updates/plan.json
    journal: /var/lib/hyperv-updates/journal
    directory: reports
  run_once: true
  register: update

- name: Show it on the terminal
  ansible.builtin.debug:
    msg: "{{ update.lines }}"

- name: Make it again after guests were restarted, with what they say now
  hyperv.integration.update_report:
    plan: /var/lib/hyperv-updates/plan.json
    journal: /var/lib/hyperv-updates/journal
    snapshots:
      - /var/lib/hyperv-updates/snapshots
    directory: reports
    formats: [html, junit]
    title: Update of Madrid
  run_once: true
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
  sample: /home/admin/reports/20260505T020000Z
latest:
  description: The link to the newest report.
  returned: success
  type: str
  sample: /home/admin/reports/latest
files:
  description: The files of the report by format.
  returned: success
  type: dict
  sample:
    html: /home/admin/reports/20260505T020000Z/report.html
lines:
  description: The summary in words, for a terminal.
  returned: success
  type: list
  elements: str
  sample: ["All 25 VMs are done."]
summary:
  description: The counts of the whole update.
  returned: success
  type: dict
  contains:
    hosts:
      description: How many hosts are in the plan, and how many of them could not be read.
      returned: success
      type: dict
      sample: {"not_read": 1, "total": 12}
    vms:
      description: How many virtual machines are in the plan.
      returned: success
      type: int
      sample: 154
    to_update:
      description: How many of them had a plan that was ready.
      returned: success
      type: int
      sample: 113
    by_outcome:
      description: How many virtual machines there are by RV(rows[].outcome).
      returned: success
      type: dict
      sample: {"failed": 1, "nothing_to_do": 30, "updated": 112}
    by_severity:
      description: How many virtual machines there are by RV(rows[].severity).
      returned: success
      type: dict
      sample: {"critical": 1, "notice": 6, "ok": 140, "warning": 7}
    by_mechanism:
      description: The same as RV(summary.by_outcome) for each mechanism.
      returned: success
      type: dict
      sample: {"windows_update": {"failed": 1, "updated": 70}}
    versions:
      description: Which versions became which on the virtual machines that were updated, the most frequent first.
      returned: success
      type: list
      elements: dict
      sample: [{"after": "6.3.9600.18907", "before": "6.2.9200.16384", "vms": 48}]
    restart_pending:
      description: How many virtual machines of the update wait for a restart.
      returned: success
      type: int
      sample: 5
    leftovers:
      description: On how many virtual machines or their hosts something may have been left behind.
      returned: success
      type: int
      sample: 0
rows:
  description: The virtual machines of the plan.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: The name of the host.
      returned: success
      type: str
      sample: HV01
    name:
      description: The name of the virtual machine.
      returned: success
      type: str
      sample: web01
    id:
      description: The id of the virtual machine.
      returned: success
      type: str
      sample: 7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f
    guest_os:
      description: The system of the guest.
      returned: success
      type: str
      sample: Windows Server 2012
    mechanism:
      description: The mechanism of the plan.
      returned: success
      type: str
      sample: windows_update
    plan_status:
      description: The status of the plan.
      returned: success
      type: str
      sample: ready
    wave:
      description: The number of the wave that the virtual machine was in. It is null for one that was in none.
      returned: success
      type: int
      sample: 2
    outcome:
      description:
        - What became of it. V(updated) and V(unchanged) got through, the second without a change.
        - V(failed) failed. V(cut_off) was not ended by the run, so it may be half done.
        - V(not_run) was ready and not begun. V(planned) was ready, and the run began with nothing, as in check mode.
        - V(blocked), V(refused), V(unsupported), V(unknown) and V(nothing_to_do) are the plan's own status.
      returned: success
      type: str
      sample: updated
    severity:
      description: How much it needs a person. One of V(critical), V(warning), V(notice) and V(ok).
      returned: success
      type: str
      sample: ok
    needs:
      description:
        - What needs a person. Any of V(leftovers), V(failed), V(cut_off), V(services), V(still_outdated),
          V(restart_pending), V(stopped), V(not_reached), V(not_assigned), V(blocked), V(refused), V(unsupported)
          and V(unknown).
      returned: success
      type: list
      elements: str
      sample: [restart_pending]
    version_before:
      description: The version before the update.
      returned: success
      type: str
      sample: 6.2.9200.16384
    version_after:
      description: The version that the update read at its end.
      returned: success
      type: str
      sample: 6.3.9600.18907
    version_now:
      description: The version in O(snapshots). It is null without them.
      returned: success
      type: str
      sample: 6.3.9600.18907
    verdict_now:
      description: The verdict on that version, as the audit has it. It is null where the host's snapshot is not there.
      returned: success
      type: str
      sample: current
    restart_pending:
      description: Whether the guest has to be restarted, as it says now, else as the update read it at its end.
      returned: success
      type: bool
      sample: false
    services:
      description: The services that do not work now. It is null without a snapshot of the host.
      returned: success
      type: list
      elements: dict
      sample: [{"key": "vss", "next_step": "Restart it in the guest", "title": "No contact", "verdict": "no_contact"}]
    reason:
      description: Why the outcome is what it is.
      returned: success
      type: str
      sample: The setup ended with 1603, a fatal error
    hint:
      description: What to do about it.
      returned: success
      type: str
      sample: Look at the reason, then run the update again
    error_class:
      description: The kind of error, where O(failures) tells it.
      returned: success
      type: str
      sample: vm_busy
    started_at:
      description: When the update of the virtual machine began. For a resumed one that is in an earlier run.
      returned: success
      type: str
      sample: "2026-05-04T22:10:00Z"
    ended_at:
      description: When it ended.
      returned: success
      type: str
      sample: "2026-05-04T22:19:00Z"
    seconds:
      description: How long it took.
      returned: success
      type: int
      sample: 540
    resumed:
      description: How often it went on where an earlier run was cut off.
      returned: success
      type: int
      sample: 0
    steps:
      description:
        - The steps with their state and what they left about their end. Steps of the plan that were not begun are
          C(not_begun), or C(planned) where nothing was.
      returned: success
      type: list
      elements: dict
      sample: [{"detail": null, "id": "install_updates", "state": "done"}]
    leftovers:
      description: What may be left on the virtual machine or its host, as in M(hyperv.integration.update_journal).
      returned: success
      type: list
      elements: dict
      sample: []
unfinished:
  description: Those of RV(rows) that failed, were cut off, or left something behind.
  returned: success
  type: list
  elements: dict
  sample: []
outside:
  description:
    - Those of O(failures) whose virtual machines are not in the plan, with C(id), C(name), C(host), C(msg),
      C(error_class), C(hint) and C(leftovers). It happens where what an earlier run left cannot be taken away.
  returned: success
  type: list
  elements: dict
  sample: []
"""
