# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to hyperv.integration: the options about the files of a report, which all reports document alike."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation that modules extend."""

    DOCUMENTATION = r"""
options:
  csv_byte_order_mark:
    description:
      - Whether the CSV file begins with a byte order mark, by which Excel knows that it is UTF-8.
    type: bool
    default: false
  csv_delimiter:
    description:
      - The character between the fields of the CSV file. European versions of Excel expect V(;).
    type: str
    default: ","
  directory:
    description:
      - The folder on the controller that holds the reports. Each report gets a folder in it with its time as name,
        and the link C(latest) points to the newest.
      - A relative path begins in the folder in which Ansible was started.
    type: path
    required: true
"""
