# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks from the command line: `make bench`, or `make bench ARGS="info audit"`."""

from __future__ import annotations

import argparse
import importlib
import sys

from ..lab.errors import LabError

NAMES = ("service", "info", "audit", "linux_info")


def main() -> int:
    """Measure, and print a table as it stands in docs/benchmarks.md."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the ratios of docs/benchmarks.md.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}; all of them by default")
    names = parser.parse_args().names or NAMES
    for name in names:
        if name not in NAMES:
            parser.error(f"there is no benchmark '{name}': choose from {', '.join(NAMES)}")
    print("| benchmark | ratio | aim | met | times |\n|---|---|---|---|---|", flush=True)
    missed = 0
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            rows = importlib.import_module(f"{__package__}.bench_{name}").measure()
        except LabError as error:
            print(f"The benchmark '{name}' was skipped: {error}", file=sys.stderr)
            return 1
        for row in rows:
            missed += not row.met
            print(
                f"| {row.what} | {row.ratio:.2f} | {row.aim} | {'yes' if row.met else 'no'} | {row.seconds} |",
                flush=True,
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
