#!/usr/bin/python

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The module runs on the controller, as the action plugin of the same name; here is its documentation.

from __future__ import annotations

DOCUMENTATION = r"""
module: update_plan
short_description: Plan the update of a fleet, keep the plan, and say who carries it out in which wave
version_added: 0.1.0
description:
  - Reads the snapshots that M(hyperv.integration.audit_snapshot) has written in the same run of Ansible, and makes the
    plan of P(hyperv.integration.update_plan#filter) of them.
  - Keeps the plan in O(directory), as data and as a text for whoever approves it, by its hash. The same plan has the
    same files.
  - Cuts what is ready into waves, as P(hyperv.integration.update_waves#filter) does, and gives each virtual machine to
    the host of the play that works on it. That is the guest itself, or the Hyper-V host for a virtual machine that is
    off.
  - Everything happens on the controller. No host is contacted.
options:
  begin:
    description:
      - Whether this run carries the plan out. The plan is kept once more then, with the run's own name, from which
        M(hyperv.integration.update_report) makes its report.
    type: bool
    default: false
  directory:
    description: The folder on the controller for plans and runs.
    type: path
    required: true
  expected_hash:
    description:
      - The hash of the plan that was approved, or its first twelve digits or more. If the plan is another one now, the
        module fails and tells what has changed since.
    type: str
  guests:
    description: Those of O(targets) that are guests and not Hyper-V hosts.
    type: list
    elements: str
    default: []
  journal:
    description:
      - The folder of the journal of M(hyperv.integration.update_journal). With it RV(leftovers) tells what earlier runs
        have left behind.
    type: path
  keep:
    description: How many runs stay in O(directory). V(0) keeps all.
    type: int
    default: 30
  minimum_version:
    description: As in P(hyperv.integration.update_plan#filter).
    type: str
    default: 6.3.9600.18907
  policy:
    description: What the plan may do, by the options of P(hyperv.integration.update_plan#filter).
    type: dict
    default: {}
  snapshots:
    description: The folder with the snapshots.
    type: path
    required: true
  stale_after:
    description: As in M(hyperv.integration.update_journal).
    type: int
    default: 86400
  targets:
    description: The hosts and guests of the play, by their names in the inventory.
    type: list
    elements: str
    required: true
  vms:
    description:
      - Plan only these virtual machines, by name or id. Names are taken literally and without regard to case.
      - A name that no virtual machine has is an error.
    type: list
    elements: str
    default: []
  waves:
    description: How the waves are cut, by the options of P(hyperv.integration.update_waves#filter).
    type: dict
    default: {}
extends_documentation_fragment:
  - hyperv.integration._attributes
  - hyperv.integration._attributes.info
attributes:
  check_mode:
    support: full
    details:
      - In check mode the plan is made and returned, but not kept.
  platform:
    platforms: posix
    support: full
seealso:
  - plugin: hyperv.integration.update_plan
    plugin_type: filter
  - plugin: hyperv.integration.update_waves
    plugin_type: filter
  - module: hyperv.integration.update_report
author:
  - hyperv.integration contributors (@hyperv-integration)
"""

EXAMPLES = r"""
- name: Read every host of the play
  hyperv.integration.audit_snapshot:
    directory: /var/lib/hyperv-updates/snapshots

- name: Plan
  hyperv.integration.update_plan:
    directory: /var/lib/hyperv-updates
    snapshots: /var/lib/hyperv-updates/snapshots
    targets: "{{ ansible_play_hosts_all }}"
    policy:
      allow_enable_kvp: true
      restart: if_required
    waves:
      canary: 2
      batch: [10, 25%]
  delegate_to: localhost
  run_once: true
  register: plan

- name: Show the plan
  ansible.builtin.debug:
    msg: "{{ plan.lines }}"
  run_once: true
"""

RETURN = r"""
hash:
  description: The hash of the plan, for O(expected_hash) of the run that carries it out.
  returned: success
  type: str
  sample: 5a0f0d0e6c6f0d8b6f0d4c1e2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d
path:
  description: The file of the plan; a text for people lies beside it, with the ending C(.md). Null in check mode.
  returned: success
  type: str
  sample: /var/lib/hyperv-updates/plans/plan-5a0f0d0e6c6f.json
run_path:
  description: The file of the run, for M(hyperv.integration.update_report). Null without O(begin), and in check mode.
  returned: success
  type: str
  sample: /var/lib/hyperv-updates/runs/20260504T030201Z.json
summary:
  description: The counts of the plan, as in P(hyperv.integration.update_plan#filter).
  returned: success
  type: dict
  sample: {hosts: 1, hosts_not_read: 0, vms: 2}
lines:
  description: The plan for a terminal.
  returned: success
  type: list
  elements: str
  sample: ["Plan 5a0f0d0e6c6f: 2 virtual machines on 1 hosts"]
missing:
  description: Modules of other collections that the plan needs and that are not installed on this controller.
  returned: success
  type: list
  elements: dict
  sample: [{module: ansible.windows.win_updates, collection: ansible.windows, vms: 12}]
not_assigned:
  description:
    - Virtual machines whose plans are ready and that nobody in the play can update, each with a reason and a hint.
  returned: success
  type: list
  elements: dict
  sample: []
leftovers:
  description:
    - C(targets) has what earlier runs left on virtual machines, by the host of the play that can take it away; C(lost)
      has what none can.
  returned: success
  type: dict
  sample: {targets: {}, depth: 0, lost: []}
waves:
  description: The waves in their order, each with the work of its targets.
  returned: success
  type: list
  elements: dict
  contains:
    number:
      description: The number of the wave, from 1.
      type: int
    kind:
      description: V(canary) or V(batch).
      type: str
    size:
      description: How many virtual machines are in it.
      type: int
    depth:
      description: The most virtual machines that one target has in it.
      type: int
    soak:
      description: How many seconds to wait after it.
      type: int
    max_failures:
      description: The percentage of it that may fail.
      type: float
    mechanisms:
      description: The mechanisms that are used in it.
      type: list
      elements: str
    vms:
      description: Its virtual machines.
      type: list
      elements: dict
    targets:
      description: The work by the name of the target in the inventory.
      type: dict
error_class:
  description:
    - V(blocked) for a plan that is not the expected one, V(invalid_argument) for an option that makes no sense.
  returned: failure
  type: str
  sample: blocked
hint:
  description: What to do next.
  returned: failure
  type: str
  sample: Look at the new plan, and give its hash if it is what you want
"""
