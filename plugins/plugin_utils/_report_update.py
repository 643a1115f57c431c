# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""How a virtual machine whose version is wanting can be updated, for the report of the audit.

It is the plan that the planner makes without any permission beyond its defaults; the role update may be allowed more.
"""

from __future__ import annotations

from ansible_collections.hyperv.integration.plugins.plugin_utils._matrix import (
    PACKAGE_MANAGER,
    SETUP_DISK,
    WINDOWS_UPDATE,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan import Planner
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_checks import UNMET
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_policy import Policy
from ansible_collections.hyperv.integration.plugins.plugin_utils._report_words import mechanism_name
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data

WANTING = ("outdated", "not_reported")
# What the planner chooses by its defaults; the cabinet file must be allowed.
STEPS = {
    WINDOWS_UPDATE: "Let Windows Update install the integration services in the guest",
    SETUP_DISK: "Insert the integration services setup disk of the host, run its setup in the guest, and restart the "
    "guest",
    PACKAGE_MANAGER: "Update the kernel and the Hyper-V daemons with the package manager of the distribution",
}


class Advisor:
    """Plans by the default policy; it works out each kind of case only once."""

    def __init__(self) -> None:
        self._planner = Planner(Policy())

    def advise(self, vm: Data, host: Data, guest: Data | None, version: Data) -> Data | None:
        """The mechanism and status of the plan, and both in words; null for a version that wants nothing."""
        if version["verdict"] not in WANTING:
            return None
        plan = self._planner.plan(host, vm, guest, version)
        unmet = [row["text"] for row in plan["preconditions"] if row["state"] == UNMET and not row["resolved_by"]]
        told = mechanism_name(plan["mechanism"])
        if plan["status"] == "blocked":
            told = f"{told}, blocked: {_joined(unmet)}"
        elif plan["status"] != "ready":
            told = _joined(plan["reasons"][:1])
        step = STEPS.get(plan["mechanism"])
        if step and plan["status"] == "blocked":
            step = f"{step}, after this is settled: {_joined(unmet)}"
        return {"mechanism": plan["mechanism"], "status": plan["status"], "text": told, "next_step": step}


def _joined(sentences: list[str]) -> str:
    return " ".join(sentences).removesuffix(".")
