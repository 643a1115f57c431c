#!/usr/bin/python

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The module runs on the controller, as the action plugin of the same name; here is its documentation.

from __future__ import annotations

DOCUMENTATION = r"""
module: audit_snapshot
short_description: Keep what a Hyper-V host or a guest says in a file on the controller
version_added: 0.1.0
description:
  - Runs M(hyperv.integration.hyperv_integration_service_info) on a host, in one remote call, and writes the snapshot to
    a file on the controller.
  - With O(kind=guest) it runs M(hyperv.integration.windows_vmic_service_info) or
    M(hyperv.integration.linux_hv_daemon_info) in a guest, whichever fits its connection.
  - Returns only a few numbers, so that an audit of many hosts does not carry all their data from task to task.
  - A host that is unreachable, denies access, has no Hyper-V or takes too long does not fail and does not leave the
    play. Its snapshot holds the reason, and so does RV(error).
  - Use the role P(hyperv.integration.audit#role) unless you need the steps one by one.
options:
  directory:
    description:
      - The folder on the controller in which the snapshot is written. It is made where it is missing.
      - A relative path begins in the folder in which Ansible was started.
    type: path
    required: true
  kind:
    description:
      - Whether the target is a Hyper-V host or a guest.
    type: str
    choices: [guest, host]
    default: host
  timeout:
    description:
      - How many seconds the target has to answer. With V(0) there is no limit but those of the connection.
      - It has no effect where the task has a C(timeout) of its own. Ansible then fails the task, and the host leaves
        the play.
    type: int
    default: 0
extends_documentation_fragment:
  - hyperv.integration._attributes
  - hyperv.integration._attributes.info
attributes:
  check_mode:
    details:
      - In check mode the host is read as well, since reading changes nothing. The snapshot then goes to Ansible's own
        folder for temporary files, which Ansible removes at its end. There M(hyperv.integration.audit_report) finds
        it in check mode.
  diff_mode:
    details:
      - This module changes nothing on the host.
  platform:
    support: full
    platforms: windows, posix
seealso:
  - module: hyperv.integration.audit_report
  - module: hyperv.integration.hyperv_integration_service_info
  - module: hyperv.integration.windows_vmic_service_info
  - module: hyperv.integration.linux_hv_daemon_info
author:
  - hyperv.integration contributors (@hyperv-integration)
"""

EXAMPLES = r"""
- name: Keep a snapshot of each host
  hyperv.integration.audit_snapshot:
    directory: audit/snapshots

- name: Give up on hosts that take longer than five minutes
  hyperv.integration.audit_snapshot:
    directory: audit/snapshots
    timeout: 300
  register: snapshot

- name: Keep a snapshot of each guest
  hyperv.integration.audit_snapshot:
    directory: audit/snapshots
    kind: guest
"""

RETURN = r"""
target:
  description: The name of the host in the inventory.
  returned: success
  type: str
  sample: hv01
path:
  description: The file on the controller.
  returned: success
  type: str
  sample: /home/admin/audit/snapshots/hv01.json
vms:
  description: How many virtual machines the host has. It is 0 for a guest.
  returned: success
  type: int
  sample: 25
running:
  description: How many of them are running.
  returned: success
  type: int
  sample: 23
error:
  description: Why the host could not be read. It is null where it could.
  returned: success
  type: dict
  contains:
    error_class:
      description:
        - The kind of error, such as V(host_unreachable), V(access_denied), V(host_unsupported), V(timeout) or
          V(unexpected).
      returned: success
      type: str
      sample: host_unreachable
    msg:
      description: What the connection or the host said.
      returned: success
      type: str
      sample: connection to hv01.example.org timed out
    hint:
      description: What to do about it. It is null where nothing is known beyond the message.
      returned: success
      type: str
      sample: null
  sample: null
"""
