# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""What a plan asks of a host or guest beyond the normal form of a snapshot, which reports are made of."""

from __future__ import annotations

import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._guest_facts import mapping

Data = dict[str, t.Any]

GUEST_FACTS = (
    "host_os_version",
    "os_build",
    "product_type",
    "suite_mask",
    "edition_id",
    "service_pack",
    "architecture",
    "restart_pending",
)


def keep_facts(read: Data, snapshot: t.Any) -> Data:
    """The normal form of a snapshot, with the facts that it was read from.

    Args:
        read: The normal form.
        snapshot: What it was made of.
    """
    if read["kind"] == "guest":
        own = mapping(snapshot.get("guest"))
        facts = {name: own[name] for name in GUEST_FACTS if name in own}
        manager = mapping(snapshot.get("distribution")).get("package_manager")
        if manager:
            facts["package_manager"] = manager
        return {**read, "guest": {**read["guest"], **facts}}
    if _looked_in_vain(snapshot):
        # The normal form knows "not there" and "not looked for" as one.
        return {**read, "host": {**read["host"], "vmguest_iso": False}}
    return read


def _looked_in_vain(snapshot: t.Any) -> bool:
    """Whether the host was read and has no setup disk. One that was not read has no build, and its key is empty."""
    host = mapping(snapshot.get("host"))
    if "vmguest_iso" not in host or snapshot.get("error"):
        return False
    return host["vmguest_iso"] is False or (not host["vmguest_iso"] and host.get("os_build") is not None)
