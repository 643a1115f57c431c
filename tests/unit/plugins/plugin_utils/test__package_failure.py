# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reasons of package managers, in results as their modules gave them in a lab."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._package_failure import package_failure

DNF = {
    "failures": [
        "warning: Unable to get systemd shutdown inhibition lock: Unit dbus-org.freedesktop.login1.service failed",
        "the new daemon is not for this guest",
        "error: %prein(hypervvssd-2-1.x86_64) scriptlet failed, exit status 1",
        "the new daemon is not for this guest",
        "error: hypervkvpd-2-1.x86_64: install failed",
    ],
    "msg": "Failed to install some of the specified packages",
    "rc": 1,
}
APT = {
    "msg": "'/usr/bin/apt-get -y install 'hyperv-daemons=2'' failed: "
    "E: Sub-process /usr/bin/dpkg returned an error code (1)\n",
    "stdout": "Setting up hyperv-daemons (2) ...\n"
    "dpkg: error processing package hyperv-daemons (--configure):\n"
    " installed hyperv-daemons package post-installation script subprocess returned error exit status 1\n",
    "stderr": "E: Sub-process /usr/bin/dpkg returned an error code (1)\n",
}
ZYPPER = {
    "msg": "Zypper run command failed with return code 8.",
    "stdout": "<stream>\n<text>Continue?</text>\n"
    '<message type="error">Installation of hyper-v-9-1.x86_64 failed:\n'
    "Error: Subprocess failed. Error: RPM failed: Command exited with status 1.</message>\n"
    '<message type="error">Repository &apos;a &lt;b&gt;&apos; is invalid.</message>\n</stream>\n',
}
APK = {
    "msg": "failed to install ['hvtools']",
    "stdout": "(1/1) Upgrading hvtools (4.9-r0 -> 4.10-r0)\n1 error; 9 MiB in 30 packages\n",
    "stderr": "said by a script\nERROR: hvtools-4.10-r0.post-install: script exited with error 1\n",
}


@pytest.mark.parametrize(
    ("result", "reasons"),
    [
        (
            DNF,
            [
                "Failed to install some of the specified packages",
                "the new daemon is not for this guest",
                "error: %prein(hypervvssd-2-1.x86_64) scriptlet failed, exit status 1",
                "error: hypervkvpd-2-1.x86_64: install failed",
            ],
        ),
        (
            APT,
            [
                "'/usr/bin/apt-get -y install 'hyperv-daemons=2'' failed: "
                "E: Sub-process /usr/bin/dpkg returned an error code (1)",
                "dpkg: error processing package hyperv-daemons (--configure):",
                "installed hyperv-daemons package post-installation script subprocess returned error exit status 1",
            ],
        ),
        (
            ZYPPER,
            [
                "Zypper run command failed with return code 8.",
                "Installation of hyper-v-9-1.x86_64 failed: "
                "Error: Subprocess failed. Error: RPM failed: Command exited with status 1.",
                "Repository 'a <b>' is invalid.",
            ],
        ),
        (
            APK,
            [
                "failed to install ['hvtools']",
                "ERROR: hvtools-4.10-r0.post-install: script exited with error 1",
            ],
        ),
        ({"msg": None, "failures": "none", "stdout": None}, []),
    ],
)
def test_the_reasons_are_found(result: dict[str, t.Any], reasons: list[str]) -> None:
    assert package_failure(result) == reasons
