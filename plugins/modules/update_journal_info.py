#!/usr/bin/python

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The module runs on the controller, as the action plugin of the same name; here is its documentation.

from __future__ import annotations

DOCUMENTATION = r"""
module: update_journal_info
short_description: Read the journal of updates on the controller
version_added: 0.1.0
description:
  - Reads what M(hyperv.integration.update_journal) wrote down, and tells which work nobody does any more.
  - Everything happens on the controller. No host is contacted.
options:
  directory:
    description: The folder of the journal on the controller. One that does not exist is an empty journal.
    type: path
    required: true
  stale_after:
    description: As in M(hyperv.integration.update_journal).
    type: int
    default: 86400
  vms:
    description:
      - Read only what is written about these virtual machines, each with C(id), C(name) and C(host) as a plan has them.
      - Without it the whole journal is read.
    type: list
    elements: dict
extends_documentation_fragment:
  - hyperv.integration._attributes
  - hyperv.integration._attributes.info
attributes:
  platform:
    platforms: posix
    support: full
seealso:
  - module: hyperv.integration.update_journal
author:
  - hyperv.integration contributors (@hyperv-integration)
"""

EXAMPLES = r"""
- name: Read the journal
  hyperv.integration.update_journal_info:
    directory: /var/lib/hyperv-updates
  register: journal

- name: Show what earlier runs left unfinished
  ansible.builtin.debug:
    msg: "{{ item.name }} on {{ item.host }}: {{ item.text }}"
  loop: "{{ journal.unfinished }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
entries:
  description: Every entry of the journal.
  returned: success
  type: list
  elements: dict
  sample: []
leftovers:
  description:
    - What may be left on the virtual machines or their hosts, whoever works on them, with the C(id), C(name) and
      C(host) of the virtual machine and the keys of RV(hyperv.integration.update_journal#module:leftovers).
  returned: success
  type: list
  elements: dict
  sample: []
results:
  description:
    - What became of the virtual machines that this run of Ansible has updated, by their ids. V(done), V(unchanged) or
      V(failed), as P(hyperv.integration.update_wave_result#filter) takes them.
    - One that is still being updated is not in it.
  returned: success
  type: dict
  sample:
    7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f: done
unfinished:
  description: Updates that were cut off, and what failed updates left behind, by host and name.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f
      name: web01
      host: HV01
      run: ansible-local-41k2x1
      state: cut_off
      mechanism: integration_services_disk
      done: [insert_disk]
      begun: [run_setup]
      leftovers: []
      text: The setup may be half done, or still run in the guest.
      updated_at: "2026-05-04T03:02:01Z"
"""
