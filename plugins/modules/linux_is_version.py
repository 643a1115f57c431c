#!/usr/bin/python
# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linux_is_version
short_description: Read the version of the integration services in a Linux guest
version_added: 0.1.0
description:
  - Reads which integration services a Linux or FreeBSD guest of Hyper-V runs, from inside the guest.
  - The services normally come with the kernel. Their version is then the release of the kernel that runs.
  - Guests with the old package C(microsoft-hyper-v) report the version of that package.
  - The version C(3.1) that a Linux guest reports to its host is a constant of the kernel's source, so it is never used.
  - M(hyperv.integration.guest_is_version) does the same for Windows and Linux guests.
options:
  fail_if_not_guest:
    description:
      - Whether to fail on a system that is not a guest of Hyper-V.
      - With V(false), such a system has RV(version=None), and RV(verdict=not_applicable) if O(minimum) is given.
    type: bool
    default: true
  minimum:
    description:
      - The oldest version that is good enough, such as V(5.10) or V(4.18.0-305) for a kernel and V(4.3.5) for the
        package.
      - The leading numbers are compared. Parts that one side does not have count as zero.
      - A version of Windows, such as V(10.0.17763), makes RV(verdict=not_applicable), so that a play can be for a
        mixed group.
    type: str
extends_documentation_fragment:
  - hyperv.integration._attributes
  - hyperv.integration._attributes.info
attributes:
  platform:
    support: full
    platforms: posix
seealso:
  - module: hyperv.integration.guest_is_version
  - module: hyperv.integration.windows_is_version
  - module: hyperv.integration.linux_hv_daemon_info
author:
  - hyperv.integration contributors (@hyperv-integration)
"""

EXAMPLES = r"""
- name: Read the version of the integration services
  hyperv.integration.linux_is_version:
  register: services

- name: Find the guests whose kernel is too old to switch services without a restart
  hyperv.integration.linux_is_version:
    minimum: 3.10.0-514
    fail_if_not_guest: false
  register: services
  failed_when: services.verdict == 'outdated'
"""

RETURN = r"""
version:
  description:
    - The version of the integration services.
    - V(None) if the system is not a guest of Hyper-V, or has no driver for the services.
  returned: success
  type: str
  sample: 6.1.0-35-cloud-amd64
source:
  description: Where the version is from, V(kernel) or V(package).
  returned: success
  type: str
  sample: kernel
flavour:
  description: Whether the services are the kernel's own, V(inbox), or of Microsoft's package, V(lis_package).
  returned: success
  type: str
  sample: inbox
reason:
  description:
    - What the user should know about the version.
    - V(not_a_guest), V(driver_absent) if the kernel has no C(hv_utils), V(driver_not_loaded), V(package_not_loaded)
      if the package waits for a restart, V(minimum_is_for_windows), or V(None).
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
  description: What the answer rests on.
  returned: always
  type: dict
  contains:
    kernel:
      description: The release of the kernel that runs.
      type: str
      sample: 6.1.0-35-cloud-amd64
    hv_utils:
      description: Whether the driver C(hv_utils) is V(loaded), V(builtin) or V(absent).
      type: str
      sample: loaded
    package:
      description: The installed package of Microsoft's integration services.
      type: str
      sample: null
    package_version:
      description: The version and release of that package.
      type: str
      sample: null
    loaded_version:
      description: The version of the modules in memory. Those of the kernel itself have none.
      type: str
      sample: null
    minimum:
      description: The minimum as it was given.
      type: str
      sample: "5.10"
    restart_required:
      description: Whether the modules in memory are not those of the package.
      type: bool
      sample: false
    virtualization:
      description: Where the system runs, as in RV(hyperv.integration.linux_hv_daemon_info#module:virtualization).
      type: dict
error_class:
  description: The kind of failure, V(not_a_guest) or V(unexpected).
  returned: failure
  type: str
  sample: not_a_guest
hint:
  description: What to do about the failure.
  returned: failure
  type: str
  sample: "Set fail_if_not_guest: false to get a verdict instead"
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import HvError, System
from ansible_collections.hyperv.integration.plugins.module_utils._hv_version import find_version, judge


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "fail_if_not_guest": {"type": "bool", "default": True},
            "minimum": {"type": "str"},
        },
        supports_check_mode=True,
    )
    minimum = module.params["minimum"]

    finding = find_version(System())
    evidence = {**finding.evidence, "minimum": minimum}
    if finding.reason == "not_a_guest" and module.params["fail_if_not_guest"]:
        module.fail_json(
            msg="Failed to read the version of the integration services: this system is not a Hyper-V guest",
            error_class="not_a_guest",
            hint="Set fail_if_not_guest: false to get a verdict instead",
            evidence=evidence,
        )
    try:
        verdict, reason = judge(finding, minimum)
    except HvError as exc:
        module.fail_json(msg=exc.msg, error_class=exc.error_class, hint=exc.hint, evidence=evidence)

    module.exit_json(
        changed=False,
        version=finding.version,
        source=finding.source,
        flavour=finding.flavour,
        reason=reason,
        verdict=verdict,
        evidence=evidence,
    )


if __name__ == "__main__":
    main()
