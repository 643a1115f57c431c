# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A /dev/vmbus that a guest's daemons can open: a small FUSE server that plays the kernel's hv_utils and the host."""
