# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._linux_kernels import newer_kernel


@pytest.mark.parametrize(
    ("running", "installed", "newer"),
    [
        # Debian
        ("6.1.0-35-amd64", ["6.1.0-35-amd64", "6.1.0-37-amd64", "6.1.0-9-amd64"], "6.1.0-37-amd64"),
        ("6.1.0-35-cloud-amd64", ["6.1.0-35-cloud-amd64", "6.1.0-37-amd64"], None),
        ("6.12.48+deb13-amd64", ["6.12.48+deb13-amd64", "6.12.57+deb13-amd64"], "6.12.57+deb13-amd64"),
        ("6.12.48+deb13-amd64", ["6.12.48+deb13+1-amd64"], "6.12.48+deb13+1-amd64"),
        ("6.1.0-37-amd64", ["6.12.48+deb13-amd64"], "6.12.48+deb13-amd64"),
        ("6.1.0-37-cloud-arm64", ["6.1.0-38-cloud-arm64"], "6.1.0-38-cloud-arm64"),
        # Ubuntu
        ("5.15.0-1063-azure", ["5.15.0-1063-azure", "6.8.0-1010-azure"], "6.8.0-1010-azure"),
        ("5.15.0-113-generic", ["5.15.0-1063-azure", "5.15.0-113-generic"], None),
        ("6.5.0-9-generic", ["6.5.0-10-generic"], "6.5.0-10-generic"),
        # RHEL, Oracle, Fedora
        (
            "5.14.0-427.el9.x86_64",
            ["5.14.0-427.13.1.el9_4.x86_64", "5.14.0-427.5.1.el9_4.x86_64"],
            "5.14.0-427.13.1.el9_4.x86_64",
        ),
        ("5.14.0-427.13.1.el9_4.x86_64", ["5.14.0-503.11.1.el9_5.x86_64+debug"], None),
        ("5.14.0-427.el9.x86_64", ["5.15.0-206.153.7.el9uek.x86_64"], None),
        ("5.15.0-205.149.5.el9uek.x86_64", ["5.15.0-206.153.7.el9uek.x86_64"], "5.15.0-206.153.7.el9uek.x86_64"),
        ("6.8.9-300.fc40.x86_64", ["6.11.4-300.fc41.x86_64"], "6.11.4-300.fc41.x86_64"),
        # SUSE, Azure Linux, Photon, Alpine, Arch
        ("5.14.21-150500.55.52-default", ["5.14.21-150500.55.62-default"], "5.14.21-150500.55.62-default"),
        ("5.14.21-150500.33.42-azure", ["5.14.21-150500.55.62-default"], None),
        ("6.6.35.1-5.azl3", ["6.6.43.1-7.azl3", "6.6.35.1-5.azl3"], "6.6.43.1-7.azl3"),
        ("6.1.83-4.ph5", ["6.1.90-1.ph5-esx"], None),
        ("6.6.32-0-lts", ["6.6.40-0-lts"], "6.6.40-0-lts"),
        ("6.9.1-arch1-1", ["6.9.1-arch2-1"], "6.9.1-arch2-1"),
        # Nothing to compare with
        ("6.1.0-35-amd64", ["6.1.0-35-amd64"], None),
        ("6.1.0-35-amd64", [], None),
        ("", ["6.1.0-35-amd64"], "6.1.0-35-amd64"),
        ("6.6.87.2-microsoft-standard-WSL2", ["lost+found", "extra"], None),
    ],
)
def test_a_newer_kernel_is_one_of_the_flavour_that_runs(running: str, installed: list[str], newer: str | None) -> None:
    assert newer_kernel(running, installed) == newer
