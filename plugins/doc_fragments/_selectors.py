# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to hyperv.integration: the options that name virtual machines, where modules document them alike."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation that modules extend."""

    DOCUMENTATION = r"""
options:
  vm_name:
    description:
      - The name of the virtual machine, taken literally and without regard to case.
      - Where two machines have this name the module fails and lists their ids.
    type: str
    aliases: [name]
"""

    # What modules that change machines have beside it.
    ALL = r"""
options:
  all_vms:
    description:
      - Do this for every virtual machine that the host has registered.
    type: bool
    default: false
"""

    # What modules for any number of machines have beside it.
    SEVERAL = r"""
options:
  vm_names:
    description:
      - The names of virtual machines, taken literally and without regard to case.
    type: list
    elements: str
  vm_pattern:
    description:
      - The virtual machines whose names match this pattern of PowerShell wildcards.
      - This is the only option in which wildcards work.
    type: str
"""
