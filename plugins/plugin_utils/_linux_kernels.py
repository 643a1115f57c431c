# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases of Linux kernels: which flavour each is, and which is newer. For internal use of the collection only."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ARCHITECTURE = re.compile(r"[-.+](?:amd64|x86_64|arm64|aarch64|686(?:-pae)?|i686|ppc64le|s390x)(?=$|[-.+_])")
# Words that tell the release of a distribution, not a flavour: el9_4, fc40, deb13, bpo, azl3, cm2, ph5.
_RELEASE_WORDS = {"deb", "bpo", "el", "fc", "azl", "cm", "ph", "rc"}


def flavour(release: str) -> frozenset[str]:
    """The words that tell kernels of the same version apart, such as C(cloud), C(azure), C(uek) or C(debug)."""
    return frozenset(re.findall("[a-z]+", _ARCHITECTURE.sub("", release.lower()))) - _RELEASE_WORDS


def order(release: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What releases of one flavour are compared by: the numbers before the first word, then all of them."""
    plain = _ARCHITECTURE.sub("", release.lower())
    head = re.split("[a-z]", plain, maxsplit=1)[0]
    return _numbers(head), _numbers(plain)


def newer_kernel(running: str, installed: Iterable[str]) -> str | None:
    """The newest kernel of the flavour that runs, if it is newer than that."""
    same = [release for release in installed if flavour(release) == flavour(running)]
    newest = max(same, key=order, default=running)
    return newest if order(newest) > order(running) else None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))
