#!/usr/bin/python
# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linux_hv_daemon
short_description: Start, stop, enable and mask the integration service daemons of a Linux guest
version_added: 0.1.0
description:
  - Manages the daemons of the Hyper-V integration services inside a Linux or FreeBSD guest. These are for key-value
    pairs, backups and file copy.
  - Daemons are found by what units and init scripts start and by what runs, so the names of the distribution do not
    matter.
  - A daemon counts as started only when its process has its device open. A start without the device never seems to
    succeed, and never hangs.
  - A daemon counts as stopped only when each of its processes is gone. Processes of containers are left alone.
  - The place to turn a service on or off is the host, see M(hyperv.integration.hyperv_integration_service).
options:
  enabled:
    description:
      - Whether the daemon starts by itself, at the boot or when its device appears.
      - Most distributions start it by a rule of udev. With V(false), such a daemon still starts by itself, and so
        does one with a static unit. The module then warns and reports RV(daemons[].enabled=true). Use O(masked=true)
        to keep it from starting.
    type: bool
  masked:
    description:
      - Whether the unit of the daemon is masked, so that nothing starts it.
      - Only for daemons that are managed by systemd.
    type: bool
  name:
    description: The daemon.
    type: str
    choices:
      - kvp
      - vss
      - fcopy
  names:
    description: Several daemons.
    type: list
    elements: str
    choices:
      - kvp
      - vss
      - fcopy
  state:
    description:
      - With V(started), a daemon that runs but is not well is restarted, such as one without its device, one of a
        removed program, or one of two.
      - With V(stopped), nothing needs to be installed. An event of udev for the device can start the daemon again
        later, unless O(masked=true).
      - V(restarted) always stops and starts.
    type: str
    choices:
      - started
      - stopped
      - restarted
  timeout:
    description:
      - How many seconds to wait for a device that comes late, for the start and for the end of a daemon, for each
        daemon.
      - The host's offer is waited for five seconds at most, since a service that is off on the host stays off.
    type: int
    default: 30
extends_documentation_fragment:
  - hyperv.integration._attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - Not with O(state=restarted).
  platform:
    support: full
    platforms: posix
seealso:
  - module: hyperv.integration.linux_hv_daemon_info
  - module: hyperv.integration.hyperv_integration_service
  - name: Supported Linux and FreeBSD virtual machines for Hyper-V
    description: What each distribution supports.
    link:
      https://learn.microsoft.com/windows-server/virtualization/hyper-v/supported-linux-and-freebsd-virtual-machines-for-hyper-v-on-windows
author:
  - hyperv.integration contributors (@hyperv-integration)
"""

EXAMPLES = r"""
- name: Let the host see the addresses of this guest
  hyperv.integration.linux_hv_daemon:
    name: kvp
    state: started
    enabled: true
  become: true

- name: Keep files from being copied into this guest
  hyperv.integration.linux_hv_daemon:
    name: fcopy
    state: stopped
    masked: true
  become: true

- name: Restart the daemons after their package was updated
  hyperv.integration.linux_hv_daemon:
    names: [kvp, vss]
    state: restarted
    timeout: 60
  become: true
"""

RETURN = r"""
daemons:
  description:
    - The daemons in the order asked for, as they are after the module ran.
    - In check mode, as they are before. RV(daemons[].actions) then says what would be done.
    - All keys of RV(hyperv.integration.linux_hv_daemon_info#module:daemons) are there, too.
  returned: always
  type: list
  elements: dict
  contains:
    key:
      description: The daemon.
      type: str
      sample: kvp
    enabled:
      description: Whether it starts by itself, at the boot or when its device appears.
      type: bool
    healthy:
      description: Whether the right program runs once and has its device open. V(None) if the device cannot be seen.
      type: bool
    changed:
      description: Whether something was done to it.
      type: bool
    actions:
      description: What was done, out of V(unmask), V(enable), V(disable), V(mask), V(stop), V(start) and V(restart).
      type: list
      elements: str
      sample: [enable, start]
    error:
      description: V(None), or why it is not as it was asked for, with C(error_class), C(msg) and C(hint).
      type: dict
      sample: null
  sample:
    - key: kvp
      service: key_value_pair_exchange
      installed: true
      available: true
      reason: null
      hint: null
      binary: /usr/sbin/hv_kvp_daemon
      unit: hv-kvp-daemon.service
      manager: systemd
      running: true
      pids: [412]
      processes:
        - pid: 412
          path: /usr/sbin/hv_kvp_daemon
          deleted: false
          zombie: false
      zombies: []
      device: /dev/vmbus/hv_kvp
      connected: true
      healthy: true
      problems: []
      enabled: true
      masked: false
      changed: true
      actions: [start]
      error: null
error_class:
  description:
    - The kind of failure.
    - V(not_a_guest), V(service_not_offered) if the service is off on the host, V(blocked) if something here is in the
      way, V(timeout), V(access_denied) or V(unexpected).
  returned: failure
  type: str
  sample: service_not_offered
hint:
  description: What to do about the failure.
  returned: failure
  type: str
  sample: Turn on Key-Value Pair Exchange for this VM on its host
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hyperv.integration.plugins.module_utils._hv_manage import manage
from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import KINDS
from ansible_collections.hyperv.integration.plugins.module_utils._hv_plan import Wish
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "enabled": {"type": "bool"},
            "masked": {"type": "bool"},
            "name": {"type": "str", "choices": list(KINDS)},
            "names": {"type": "list", "elements": "str", "choices": list(KINDS)},
            "state": {"type": "str", "choices": ["started", "stopped", "restarted"]},
            "timeout": {"type": "int", "default": 30},
        },
        mutually_exclusive=[("name", "names")],
        required_one_of=[("name", "names"), ("enabled", "masked", "state")],
        supports_check_mode=True,
    )
    params = module.params
    keys = list(dict.fromkeys(params["names"] or [params["name"]]))
    wish = Wish(params["state"], params["enabled"], params["masked"])

    result = manage(System(), keys, wish, params["timeout"], module.check_mode)

    for warning in result.warnings:
        module.warn(warning)
    output: dict[str, t.Any] = {
        "changed": result.changed,
        "daemons": result.rows,
        "diff": {"before": result.before, "after": result.after},
    }
    if result.error is not None:
        error = result.error
        module.fail_json(msg=error.msg, error_class=error.error_class, hint=error.hint, **output)
    module.exit_json(**output)


if __name__ == "__main__":
    main()
