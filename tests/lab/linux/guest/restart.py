# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes a guest one that restarts as others do: by `shutdown`, with a door that lets ssh in while the guest is up.

Nothing listens in a guest: the way in starts an sshd for each connection. What Debian's own unit of ssh does for it has
to be done here, so that nobody gets in before the guest is up, or while it goes down.
"""

from __future__ import annotations

from pathlib import Path

from .files import GuestFiles

_HERE = Path(__file__).parent
# Debian's own unit makes it, too, and sshd does not work without it.
DOOR = "/run/sshd"
_NAME = "hyperv-lab-ssh"
_UNIT = """\
[Unit]
Description=Door for ssh
After=network.target nss-user-lookup.target systemd-user-sessions.service

[Service]
Type=oneshot
RemainAfterExit=yes
RuntimeDirectory=sshd
ExecStart=/bin/true
"""
_SERVICE = f"""\
#!/sbin/openrc-run
description="Door for ssh"

depend() {{
    after *
}}

start() {{
    mkdir {DOOR}
}}

stop() {{
    rmdir {DOOR}
}}
"""


def prepare_systemd(files: GuestFiles) -> None:
    """For guests with systemd."""
    files.write(f"/etc/systemd/system/{_NAME}.service", _UNIT)
    files.link(f"/etc/systemd/system/multi-user.target.wants/{_NAME}.service", f"../{_NAME}.service")
    files.write("/sbin/shutdown", (_HERE / "shutdown.sh").read_text(), 0o755)


def prepare_openrc(files: GuestFiles) -> None:
    """For guests with OpenRC."""
    files.write(f"/etc/init.d/{_NAME}", _SERVICE, 0o755)
    files.link(f"/etc/runlevels/default/{_NAME}", f"/etc/init.d/{_NAME}")
