# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to hyperv.integration: attributes and return values that several modules document alike."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation that modules extend."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/hyperv.integration.all) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - hyperv.integration.all
  check_mode:
    description: Can run in check mode and tells what it would change, without changing the target.
  diff_mode:
    description: Returns what differs, before and after, in RV(ignore:diff).
  idempotent:
    description: A second run with the same options changes nothing, as long as nothing else changed the target.
  platform:
    description: The operating system of the target.
    support: full
"""

    # What every module that only reads promises.
    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    details:
      - This module reads only.
  idempotent:
    support: full
"""
