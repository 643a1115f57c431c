#!/usr/bin/python

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The module runs on the controller, as the action plugin of the same name; here is its documentation.

from __future__ import annotations

DOCUMENTATION = r"""
module: update_journal
short_description: Write down on the controller what an update does to a virtual machine
version_added: 0.1.0
description:
  - Takes a virtual machine for an update, writes down each step before it begins and after it ends, and gives the
    virtual machine back.
  - A run that is killed at any moment leaves behind what it may have begun. The next run goes on where that one
    stood, or cleans up first.
  - Of two runs only one gets a virtual machine; the other fails with RV(error_class=vm_busy).
  - Everything happens on the controller. No host is contacted.
options:
  changed:
    description: Whether the update changed anything on the virtual machine or in its guest.
    type: bool
  detail:
    description: What is worth keeping about the end of O(step). It must hold no secrets.
    type: dict
  directory:
    description:
      - The folder of the journal on the controller. All runs that may meet must use the same one.
      - A relative path begins in the folder in which Ansible was started.
    type: path
    required: true
  reason:
    description: Why an update ended as it did.
    type: str
  restart_pending:
    description: Whether the guest still has to be restarted.
    type: bool
  stale_after:
    description:
      - After how many seconds of silence a run counts as dead that cannot be asked, since it was on another
        controller or in a container.
      - A run on the same controller is asked, and is taken for dead only if its process is gone.
    type: int
    default: 86400
  state:
    description:
      - V(claimed) takes the virtual machine for this run of Ansible.
      - V(step_started) comes before a step, V(step_done), V(step_failed) or V(step_skipped) after it.
      - V(done), V(failed) and V(released) give the virtual machine back. V(done) is refused while something is left
        on it.
    type: str
    required: true
    choices:
      - claimed
      - step_started
      - step_done
      - step_failed
      - step_skipped
      - done
      - failed
      - released
  step:
    description: The name of the step. Needed for the states of a step.
    type: str
  undo:
    description:
      - What is needed to undo O(step), for example what was in the drive. What was written down first counts,
        whoever begins the step again.
    type: dict
  version_after:
    description: The version of the integration services after the update.
    type: str
  vm:
    description:
      - The virtual machine, as the plan of P(hyperv.integration.update_plan#filter) has it. C(id), C(name),
        C(host), C(mechanism), C(version),
        C(hash) and C(steps) are read.
    type: dict
    required: true
extends_documentation_fragment:
  - hyperv.integration._attributes
attributes:
  check_mode:
    support: full
    details:
      - In check mode nothing is claimed, so what comes after it cannot be checked against the journal. RV(entry) is
        null then.
  diff_mode:
    support: full
  idempotent:
    support: none
    details:
      - A journal tells what was done and when; each entry is new.
  platform:
    platforms: posix
    support: full
seealso:
  - module: hyperv.integration.update_journal_info
  - plugin: hyperv.integration.update_plan
    plugin_type: filter
author:
  - hyperv.integration contributors (@hyperv-integration)
"""

EXAMPLES = r"""
- name: Take the virtual machine
  hyperv.integration.update_journal:
    directory: /var/lib/hyperv-updates
    vm: "{{ plan }}"
    state: claimed
  register: claim

- name: Say that the disk is about to be inserted, and what is in the drive
  hyperv.integration.update_journal:
    directory: /var/lib/hyperv-updates
    vm: "{{ plan }}"
    state: step_started
    step: insert_disk
    undo:
      path: 'D:\iso\user.iso'
  when: "'insert_disk' in claim.remaining"

- name: Give the virtual machine back
  hyperv.integration.update_journal:
    directory: /var/lib/hyperv-updates
    vm: "{{ plan }}"
    state: done
    version_after: 6.3.9600.18907
    restart_pending: false
"""

RETURN = r"""
entry:
  description: The entry of the virtual machine as it now is. In check mode it is null where nothing was claimed.
  returned: success
  type: dict
  sample:
    schema: hyperv.integration/journal/1
    state: running
    mechanism: integration_services_disk
    version_before: 6.2.9200.16384
resumed:
  description: With O(state=claimed), whether this run goes on where an earlier one was cut off.
  returned: success
  type: bool
  sample: true
done:
  description: The steps that need not be done again.
  returned: success
  type: list
  elements: str
  sample: [insert_disk]
remaining:
  description: The steps of the plan that are still to be done, those that were begun and cut off included.
  returned: success
  type: list
  elements: str
  sample: [run_setup, verify_version, verify_services, eject_disk]
leftovers:
  description: What may be left on the virtual machine or its host, the step that takes it away, and what that needs.
  returned: success
  type: list
  elements: dict
  sample:
    - step: insert_disk
      undone_by: eject_disk
      text: The integration services setup disk may be in the drive of the virtual machine.
      undo: null
      detail: null
error_class:
  description: V(vm_busy) where another run has the virtual machine, V(blocked) for whatever else the journal refuses.
  returned: failure
  type: str
  sample: vm_busy
"""
