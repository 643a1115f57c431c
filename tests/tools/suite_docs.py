# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suite docs: the documentation of plugins and roles, the guides, and the site that is made of them."""

from __future__ import annotations

from . import other_collections
from .context import Context
from .docs_site import site_commands
from .jobs import Job

LINT = ["antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs", "all"]


def jobs(context: Context) -> list[Job]:
    lacking = "; ".join(filter(None, map(other_collections.missing, other_collections.NAMES)))
    strict = [] if lacking else ["--disallow-unknown-collection-refs"]
    site = site_commands(context.copy, context.room.work("docs"))
    made = [
        context.job("docs", "lint", [*LINT, *strict, "--check-extra-docs-refs", "."]),
        context.job("docs", "site", *site),
    ]
    if lacking:
        made.append(context.skip("docs", "references to other collections", lacking))
    return made
