# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide of the guests names the services and verdicts that the code has."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/docsite/rst/guide_guests.rst").read_text(encoding="utf-8")


def test_its_services_are_those_of_the_module() -> None:
    known = (ROOT / "plugins/module_utils/_VmicService.psm1").read_text(encoding="utf-8")
    pairs = re.findall(r"key = '(\w+)'; name = '(\w+)'", known)
    assert len(pairs) == 8
    assert re.findall(r"\* - ``(\w+)``\n     - (vmic\w+)", GUIDE) == pairs


def test_its_verdicts_are_those_of_the_plan() -> None:
    plan = (ROOT / "plugins/plugin_utils/_guest_services.py").read_text(encoding="utf-8")
    given = set(re.findall(r'"verdict": "(\w+)"', plan)) | set(re.findall(r'"(drift|host_off|guest_missing)"', plan))
    # Those of a service that somebody wants to be off are described with the filter.
    assert set(re.findall(r"\* - ``(\w+)``\n     - [A-Z]", GUIDE)) == given - {"guest_on", "not_stoppable"}
