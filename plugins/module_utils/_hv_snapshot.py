# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""One Linux guest as the reports of the collection read it: everything that can be known from inside."""

from __future__ import annotations

import typing as t
from datetime import datetime, timezone

from ansible_collections.hyperv.integration.plugins.module_utils._hv_discovery import find_companions
from ansible_collections.hyperv.integration.plugins.module_utils._hv_distribution import (
    distribution,
    installed_kernels,
)
from ansible_collections.hyperv.integration.plugins.module_utils._hv_identity import identity
from ansible_collections.hyperv.integration.plugins.module_utils._hv_packages import read_packages
from ansible_collections.hyperv.integration.plugins.module_utils._hv_pools import host_told
from ansible_collections.hyperv.integration.plugins.module_utils._hv_status import Survey, survey
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import HvError, System
from ansible_collections.hyperv.integration.plugins.module_utils._hv_version import version_of

# The shape that plugin_utils/_snapshot.py reads.
SCHEMA = "hyperv.integration/snapshot/1"


def take_snapshot(system: System, keys: t.Sequence[str], with_pairs: bool) -> dict[str, t.Any]:
    """Read the guest; C(with_pairs) adds the pairs of the pools."""
    found = survey(system, keys)
    packages = read_packages(system)
    version = version_of(system, found.virtualization, packages.daemons)
    return {
        "schema": SCHEMA,
        "kind": "guest",
        "collected_at": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "guest": identity(system, host_told(found.pools)),
        "distribution": distribution(system),
        "version": {
            "value": version.version,
            "source": version.source,
            "flavour": version.flavour,
            "reason": version.reason,
        },
        "virtualization": found.virtualization.row(),
        "hv_utils": found.hv_utils,
        "kernel": system.kernel,
        "fcopy_interface": found.fcopy_interface,
        "channels": found.offered,
        "packages": [package.row() for package in packages.daemons],
        "kernel_packages": [package.row() for package in packages.kernels],
        "kernels": installed_kernels(system),
        "companions": find_companions(system),
        "pools": [pool.row(with_pairs) for pool in found.pools],
        "daemons": [daemon.row() for daemon in found.daemons.values()],
        "error": _find_error(found),
    }


def _find_error(found: Survey) -> dict[str, t.Any] | None:
    if found.virtualization.hyperv:
        return None
    kind = found.virtualization.type
    what = {"none": "no virtual machine", "other": "a virtual machine of another kind"}.get(kind, f"a {kind} machine")
    return HvError("not_a_guest", f"This system is not a Hyper-V guest but {what}").row()
