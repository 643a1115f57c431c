#!/usr/bin/python
# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linux_hv_daemon_info
short_description: Read the state of the integration services in a Linux guest
version_added: 0.1.0
description:
  - Reads what a Linux or FreeBSD guest of Hyper-V has of the integration services. The driver, the channels that the
    host offers, and the daemons for key-value pairs, backups and file copy.
  - Daemons are found by what units and init scripts start and by what runs, so the names of the distribution do not
    matter.
  - A daemon that is missing or cannot work here is a result with a reason, not a failure.
  - The result is also the snapshot of a guest for the reports of this collection.
  - Reads without root rights too. Which process has a device open is then not known, and so
    RV(daemons[].connected=None).
options:
  kvp_items:
    description:
      - Whether to return the key-value pairs of the pools, too.
      - They can hold what somebody meant for one host only, so they are not returned by default.
    type: bool
    default: false
  names:
    description: The daemons to read. All of them by default.
    type: list
    elements: str
    choices:
      - kvp
      - vss
      - fcopy
    default:
      - kvp
      - vss
      - fcopy
extends_documentation_fragment:
  - hyperv.integration._attributes
  - hyperv.integration._attributes.info
attributes:
  platform:
    platforms: posix
seealso:
  - module: hyperv.integration.linux_hv_daemon
  - module: hyperv.integration.linux_is_version
author:
  - hyperv.integration contributors (@hyperv-integration)
"""

EXAMPLES = r"""
- name: Read the integration services of the guest
  hyperv.integration.linux_hv_daemon_info:
  become: true
  register: services

- name: Name the daemons that could work but do not
  ansible.builtin.debug:
    msg: "{{ item.key }} is {{ 'not well' if item.running else 'stopped' }}"
  loop: "{{ services.daemons | selectattr('available') | rejectattr('healthy') }}"
  loop_control:
    label: "{{ item.key }}"

- name: Find out on which host this guest runs
  hyperv.integration.linux_hv_daemon_info:
    names: [kvp]
    kvp_items: true
  register: pairs
"""

RETURN = r"""
schema:
  description: The version of the shape of this result.
  returned: success
  type: str
  sample: hyperv.integration/snapshot/1
kind:
  description: The kind of snapshot.
  returned: success
  type: str
  sample: guest
collected_at:
  description: When the system was read, in UTC.
  returned: success
  type: str
  sample: "2026-05-04T03:02:01Z"
guest:
  description:
    - Which system this is.
    - What is told by the host, RV(guest.vm_id), RV(guest.vm_name) and RV(guest.host_name), is V(None) until it has
      been received.
  returned: success
  type: dict
  sample:
    name: db03
    machine_id: 8f3c2c5a1d0e4c6e9a0b7d5e3f2a1c4b
    family: linux
    os_name: Debian GNU/Linux
    os_version: "12"
    kernel: 6.1.0-35-cloud-amd64
    architecture: x86_64
    restart_pending: false
    vm_id: 7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f
    vm_name: db03
    host_name: hv01.example.org
version:
  description: The version of the integration services, as M(hyperv.integration.linux_is_version) tells it.
  returned: success
  type: dict
  sample:
    value: 6.1.0-35-cloud-amd64
    source: kernel
    flavour: inbox
    reason: null
virtualization:
  description:
    - Where the system runs.
    - RV(virtualization.confidential) is the isolation of a confidential VM, such as V(snp), whose kernel refuses the
      three daemons' services.
  returned: success
  type: dict
  sample:
    hyperv: true
    type: hyperv
    container: null
    confidential: null
    vendor: Microsoft Corporation
    product: Virtual Machine
hv_utils:
  description: Whether the driver C(hv_utils) is V(loaded), V(builtin) or V(absent).
  returned: success
  type: str
  sample: loaded
kernel:
  description: The release of the kernel that runs.
  returned: success
  type: str
  sample: 6.1.0-35-cloud-amd64
fcopy_interface:
  description: How this kernel gives file copy to its daemon, V(chardev) up to 6.9 or V(uio).
  returned: success
  type: str
  sample: chardev
channels:
  description:
    - Whether the host offers each service, by the service's key. What else it offers is there, too; a device that is
      not known has its class id as key.
    - V(None) if the kernel has no VMBus.
  returned: success
  type: dict
  sample:
    dynamic_memory: true
    guest_service_interface: false
    heartbeat: true
    key_value_pair_exchange: true
    network: true
    shutdown: true
    time_synchronization: true
    vss: true
packages:
  description: The installed packages that bring daemons or drivers.
  returned: success
  type: list
  elements: dict
  sample:
    - name: hyperv-daemons
      version: 6.1.192-2
companions:
  description:
    - The scripts that the key-value pair daemon calls, with their paths. V(None) for one that is missing.
    - Without C(hv_set_ifconfig) the host cannot set addresses in the guest, as a replica needs it.
  returned: success
  type: dict
  sample:
    hv_get_dhcp_info: /usr/libexec/hypervkvpd/hv_get_dhcp_info
    hv_get_dns_info: /usr/libexec/hypervkvpd/hv_get_dns_info
    hv_set_ifconfig: null
pools:
  description:
    - The pool files of the key-value pair exchange.
    - RV(pools[].problem) is V(torn) if the file is not made of whole records, V(unreadable), or V(None).
  returned: success
  type: list
  elements: dict
  sample:
    - name: external
      path: /var/lib/hyperv/.kvp_pool_0
      present: true
      records: 0
      problem: null
daemons:
  description: The daemons in the order asked for.
  returned: success
  type: list
  elements: dict
  contains:
    key:
      description: The daemon.
      type: str
      sample: kvp
    service:
      description: The key of the service on the host that the daemon belongs to.
      type: str
      sample: key_value_pair_exchange
    installed:
      description: Whether its program is there.
      type: bool
    available:
      description: Whether it can work here.
      type: bool
    reason:
      description:
        - Why it cannot work here, or V(None).
        - V(not_a_guest), V(confidential_vm), V(container), V(off_on_host), V(driver_absent), V(device_missing),
          V(uio_not_bound), V(unsupported), V(not_installed), V(binary_missing), V(not_for_this_kernel) or
          V(wrong_interface).
      type: str
      sample: null
    hint:
      description: What to do about the reason.
      type: str
      sample: null
    binary:
      description: The program that is started.
      type: str
      sample: /usr/sbin/hv_kvp_daemon
    unit:
      description: The systemd unit or the init script that starts it.
      type: str
      sample: hv-kvp-daemon.service
    manager:
      description: What starts and stops it, V(systemd), V(openrc), V(sysv) or V(process). V(None) if it is not
        installed.
      type: str
      sample: systemd
    running:
      description: Whether a process of it lives. Zombies and the processes of containers do not count.
      type: bool
    pids:
      description: The ids of its processes.
      type: list
      elements: int
      sample: [412]
    processes:
      description: Its processes with the path of their program, and whether that file was deleted since.
      type: list
      elements: dict
      sample:
        - pid: 412
          path: /usr/sbin/hv_kvp_daemon
          deleted: false
          zombie: false
    zombies:
      description: The ids of its processes that ended and were not collected by their parent.
      type: list
      elements: int
      sample: []
    device:
      description: The device that it has to open. V(None) on kernels that have none.
      type: str
      sample: /dev/vmbus/hv_kvp
    connected:
      description: Whether a process of it has the device open. V(None) if that cannot be seen.
      type: bool
    healthy:
      description:
        - Whether the right program runs once and is connected, with its pools there.
        - V(None) if RV(daemons[].connected) is not known.
      type: bool
    problems:
      description:
        - What is wrong with it.
        - V(several_processes), V(not_connected), V(deleted_binary), V(other_binary), V(outside_unit),
          V(pools_missing), V(pools_torn) or V(unit_active_without_process).
      type: list
      elements: str
      sample: []
    enabled:
      description:
        - Whether it starts by itself, at the boot or when its device appears.
        - V(None) if nothing starts it.
      type: bool
    masked:
      description: Whether its unit is masked. V(None) if the manager knows no masking.
      type: bool
error:
  description: V(None), or why the services of this system cannot be there at all.
  returned: success
  type: dict
  sample: null
"""

import typing as t
from datetime import datetime, timezone

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hyperv.integration.plugins.module_utils._hv_discovery import find_companions
from ansible_collections.hyperv.integration.plugins.module_utils._hv_identity import identity
from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import KINDS
from ansible_collections.hyperv.integration.plugins.module_utils._hv_packages import read_packages
from ansible_collections.hyperv.integration.plugins.module_utils._hv_pools import host_told
from ansible_collections.hyperv.integration.plugins.module_utils._hv_status import Survey, survey
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import HvError, System
from ansible_collections.hyperv.integration.plugins.module_utils._hv_version import version_of

SCHEMA = "hyperv.integration/snapshot/1"


def find_error(found: Survey) -> dict[str, t.Any] | None:
    if found.virtualization.hyperv:
        return None
    kind = found.virtualization.type
    what = {"none": "no virtual machine", "other": "a virtual machine of another kind"}.get(kind, f"a {kind} machine")
    return HvError("not_a_guest", f"This system is not a Hyper-V guest but {what}").row()


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "kvp_items": {"type": "bool", "default": False},
            "names": {"type": "list", "elements": "str", "choices": list(KINDS), "default": list(KINDS)},
        },
        supports_check_mode=True,
    )
    system = System()

    found = survey(system, list(dict.fromkeys(module.params["names"])))
    packages = read_packages(system)
    version = version_of(system, found.virtualization, packages)

    module.exit_json(
        changed=False,
        schema=SCHEMA,
        kind="guest",
        collected_at=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        guest=identity(system, host_told(found.pools)),
        version={
            "value": version.version,
            "source": version.source,
            "flavour": version.flavour,
            "reason": version.reason,
        },
        virtualization=found.virtualization.row(),
        hv_utils=found.hv_utils,
        kernel=system.kernel,
        fcopy_interface=found.fcopy_interface,
        channels=found.offered,
        packages=[package.row() for package in packages],
        companions=find_companions(system),
        pools=[pool.row(module.params["kvp_items"]) for pool in found.pools],
        daemons=[daemon.row() for daemon in found.daemons.values()],
        error=find_error(found),
    )


if __name__ == "__main__":
    main()
