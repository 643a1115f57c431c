#!/usr/bin/python
# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The action plugin of the same name does the work; here is its documentation.

from __future__ import annotations

DOCUMENTATION = r"""
module: guest_is_version
short_description: Read the version of the integration services in a guest, whatever it runs
version_added: 0.1.0
description:
  - Reads the version of the integration services inside a guest of Hyper-V, so that one task does for a group of
    Windows and Linux guests.
  - Runs M(hyperv.integration.windows_is_version) where the connection leads to Windows, as C(winrm) and C(psrp) do, and
    C(ssh) with C(ansible_shell_type) set to V(powershell) or V(cmd). Runs M(hyperv.integration.linux_is_version) on all
    other targets.
  - Options and results are the same for both. RV(evidence) differs, and is described there.
options:
  fail_if_not_guest:
    description:
      - Whether to fail on a system that is not a guest of Hyper-V.
      - With V(false), such a system has RV(version=None), and RV(verdict=not_applicable) if O(minimum) is given.
    type: bool
    default: true
  minimum:
    description:
      - The oldest version that is good enough.
      - A version of Windows has a build, such as V(6.3.9600.18907), and makes RV(verdict=not_applicable) on Linux.
      - What has none, such as V(5.10) or V(4.18.0-305), is that of a Linux kernel, and makes RV(verdict=not_applicable)
        on Windows.
    type: str
attributes:
  async:
    description: Supports the C(async) keyword.
    support: full
  platform:
    platforms: posix, windows
extends_documentation_fragment:
  - hyperv.integration._attributes
  - hyperv.integration._attributes.info
seealso:
  - module: hyperv.integration.linux_is_version
  - module: hyperv.integration.windows_is_version
author:
  - hyperv.integration contributors (@hyperv-integration)
"""

EXAMPLES = r"""
- name: Read the version of the integration services
  hyperv.integration.guest_is_version:
  register: services

- name: Find the Windows guests that need an update, in a group of all guests
  hyperv.integration.guest_is_version:
    minimum: 6.3.9600.18907
    fail_if_not_guest: false
  register: services

- name: Name those that are outdated
  ansible.builtin.debug:
    msg: "{{ inventory_hostname }} has {{ services.version }}"
  when: services.verdict == 'outdated'
"""

RETURN = r"""
version:
  description:
    - The version of the integration services.
    - V(None) if the guest does not tell one; RV(reason) then says why.
  returned: success
  type: str
  sample: 6.3.9600.18907
source:
  description: Where the version is from, V(registry), V(kernel) or V(package).
  returned: success
  type: str
  sample: registry
flavour:
  description: Whose the services are, V(windows), the Linux kernel's own, V(inbox), or of Microsoft's package for it,
    V(lis_package).
  returned: success
  type: str
  sample: windows
reason:
  description:
    - What the user should know about the version, or V(None).
    - The words are described with RV(hyperv.integration.windows_is_version#module:reason) and
      RV(hyperv.integration.linux_is_version#module:reason).
  returned: success
  type: str
  sample: null
verdict:
  description:
    - V(current) or V(outdated) against O(minimum), V(not_reported) without a version, V(not_applicable) if there is
      nothing to compare.
    - V(None) if O(minimum) is not given.
  returned: success
  type: str
  sample: current
evidence:
  description: What the answer rests on, as RV(hyperv.integration.windows_is_version#module:evidence) and
    RV(hyperv.integration.linux_is_version#module:evidence) have it. C(minimum) and C(virtualization) are in both.
  returned: always
  type: dict
  sample:
    key: HKLM:\SOFTWARE\Microsoft\Virtual Machine\Auto
    value: 6.3.9600.18907
    stale: false
    data_exchange: running
    vm_id: 7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f
    vm_name: web01
    host_name: hv01.example.org
    host_os_version: "10.0"
    minimum: null
    virtualization:
      hyperv: true
      type: hyperv
      container: null
      confidential: null
      vendor: Microsoft Corporation
      product: Virtual Machine
error_class:
  description: The kind of failure, such as V(not_a_guest) or V(access_denied).
  returned: failure
  type: str
  sample: not_a_guest
hint:
  description: What to do about the failure.
  returned: failure
  type: str
  sample: "Set fail_if_not_guest: false to get a verdict instead"
"""
