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
  kvp_pairs:
    description:
      - Whether to return the key-value pairs of the pools, too.
      - They can hold what somebody meant for one host only, so they are not returned by default.
    type: bool
    default: false
  names:
    description: The daemons to read. All of them by default.
    type: list
    elements: str
    choices: [kvp, vss, fcopy]
    default: [kvp, vss, fcopy]
extends_documentation_fragment:
  - hyperv.integration._attributes
  - hyperv.integration._attributes.info
attributes:
  platform:
    support: full
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
    var: services.daemons | selectattr('available') | rejectattr('healthy') | map(attribute='key')

- name: Find out on which host this guest runs
  hyperv.integration.linux_hv_daemon_info:
    names: [kvp]
    kvp_pairs: true
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
  description: Which system this is.
  returned: success
  type: dict
  contains:
    name:
      description: The name of the system.
      type: str
      sample: db03
    machine_id:
      description: The machine id of systemd, V(None) without one.
      type: str
      sample: 8f3c2c5a1d0e4c6e9a0b7d5e3f2a1c4b
    family:
      description: V(linux) or V(freebsd).
      type: str
      sample: linux
    os_name:
      description: The name of the distribution.
      type: str
      sample: Debian GNU/Linux
    os_version:
      description: The version of the distribution.
      type: str
      sample: "12"
    kernel:
      description: The release of the kernel that runs.
      type: str
      sample: 6.1.0-35-cloud-amd64
    architecture:
      description: The architecture as the kernel names it.
      type: str
      sample: x86_64
    restart_pending:
      description: Whether the system says that it waits for a restart, or the modules of the running kernel are gone.
      type: bool
    vm_id:
      description: The id of the virtual machine, V(None) until the host has told it.
      type: str
      sample: 7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f
    vm_name:
      description: The name of the virtual machine, V(None) until the host has told it.
      type: str
      sample: db03
    host_name:
      description: The name of the host, V(None) until the host has told it.
      type: str
      sample: hv01.example.org
distribution:
  description:
    - What an update of packages has to deal with. P(hyperv.integration.linux_packages#filter) judges it.
    - C(id) and C(like) are those of C(os-release). C(package_manager) is named as its module, V(None) if none is there.
      C(image) is whether the system is an image of C(libostree), which has no packages to update.
  returned: success
  type: dict
  sample:
    id: rocky
    like: [rhel, centos, fedora]
    package_manager: dnf
    image: false
version:
  description: The version of the integration services, as M(hyperv.integration.linux_is_version) tells it.
  returned: success
  type: dict
  contains:
    value:
      description: The version, or V(None).
      type: str
      sample: 6.1.0-35-cloud-amd64
    source: {description: Where it is from., type: str, sample: kernel}
    flavour: {description: Whose integration services these are., type: str, sample: inbox}
    reason: {description: What the user should know about it., type: str}
virtualization:
  description: Where the system runs.
  returned: success
  type: dict
  contains:
    hyperv:
      description: Whether it is a guest of Hyper-V.
      type: bool
    type:
      description: V(hyperv), the name of another hypervisor, V(other) for an unknown one, or V(none).
      type: str
      sample: hyperv
    container:
      description: The kind of container that it is, or V(None).
      type: str
    confidential:
      description:
        - The isolation of a confidential VM, V(vbs), V(snp) or V(tdx), or V(None).
        - The kernel of such a VM refuses the services of all three daemons.
      type: str
    vendor:
      description: The maker of the machine by its firmware.
      type: str
      sample: Microsoft Corporation
    product:
      description: The machine by its firmware.
      type: str
      sample: Virtual Machine
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
  description:
    - The installed packages that bring daemons, and those of Microsoft's own drivers.
    - C(state) is V(installed), V(held) by an administrator, or V(broken) if its installation did not end. Only C(dpkg)
      tells the last two.
  returned: success
  type: list
  elements: dict
  sample:
    - name: hyperv-daemons
      version: 6.1.192-2
      state: installed
kernel_packages:
  description: The installed packages that bring the newest kernel, and what goes with it, such as its headers.
  returned: success
  type: list
  elements: dict
  sample:
    - name: linux-image-cloud-amd64
      version: 6.1.140-1
      state: installed
kernels:
  description: The releases of the kernels that are installed.
  returned: success
  type: list
  elements: str
  sample: [6.1.0-35-cloud-amd64, 6.1.0-37-cloud-amd64]
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
  description: The pool files of the key-value pair exchange.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: V(external) from the host, V(guest) to the host, V(auto), V(auto_external) or V(auto_internal).
      type: str
      sample: external
    path:
      description: The file.
      type: str
      sample: /var/lib/hyperv/.kvp_pool_0
    present:
      description: Whether the file is there.
      type: bool
    records:
      description: How many pairs it has, V(None) if that cannot be told.
      type: int
    problem:
      description: V(torn) if the file is not made of whole records, V(unreadable), or V(None).
      type: str
    pairs:
      description: The pairs.
      returned: O(kvp_pairs=true)
      type: dict
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
    hint:
      description: What to do about the reason.
      type: str
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

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import KINDS
from ansible_collections.hyperv.integration.plugins.module_utils._hv_snapshot import take_snapshot
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import System


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "kvp_pairs": {"type": "bool", "default": False},
            "names": {"type": "list", "elements": "str", "choices": list(KINDS), "default": list(KINDS)},
        },
        supports_check_mode=True,
    )
    keys = list(dict.fromkeys(module.params["names"]))

    snapshot = take_snapshot(System(), keys, module.params["kvp_pairs"])

    module.exit_json(changed=False, **snapshot)


if __name__ == "__main__":
    main()
