# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The report as JSON: one row a line, so that two reports can be compared with any text tool."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import Data


def _dump(value: t.Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _part(name: str, value: t.Any) -> str:
    if isinstance(value, list) and value:
        lines = ",\n  ".join(_dump(item) for item in value)
        return f"{_dump(name)}: [\n  {lines}\n ]"
    return f"{_dump(name)}: {_dump(value)}"


def render_json(report: Data) -> str:
    """The whole report. The compact form of each row keeps the fast encoder, which an indent would turn off."""
    return "{\n " + ",\n ".join(_part(name, value) for name, value in report.items()) + "\n}\n"
