# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way into a running guest: commands by nsenter, and the script that ssh connects through."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from ..errors import LabError
from ..identity import Identity

# The same that init itself lacks; nsenter would bring them in.
_BOUNDING = "-sys_module,-sys_rawio,-sys_time"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Where processes that come from outside are kept. They must go there from inside: see inside.enter_cgroup.
_LEAF = "/sys/fs/cgroup/lab.connections"


def guarded_script(init: Identity, command: str) -> str:
    """A shell script that runs `command` if the guest's first process is still the same, else ends with 125.

    The start time is looked at because the pid may be a stranger's by now: entering that one's namespaces would run the
    command on the machine itself.
    """
    return f"""#!/bin/sh
read -r line < /proc/{init.pid}/stat || exit 125
boot=$(cat /proc/sys/kernel/random/boot_id)
# Field 22, counted from behind the name, which may hold spaces.
started=$(printf '%s\\n' "${{line##*) }}" | cut -d ' ' -f 20)
if [ "$started" != {init.start} ] || [ "$boot" != {shlex.quote(init.boot)} ]; then
    echo "the guest is gone" >&2
    exit 125
fi
{command}
"""


def enter_script(init: Identity) -> str:
    """A script that runs its arguments inside the guest."""
    join = f'mkdir -p {_LEAF} && echo $$ > {_LEAF}/cgroup.procs; exec "$@"'
    command = (
        f"exec env -i PATH={_PATH} HOME=/root LANG=C.UTF-8 TERM=dumb \\\n"
        f"    setpriv --bounding-set {_BOUNDING} nsenter -t {init.pid} -a -- \\\n"
        f"    /bin/sh -c '{join}' sh \"$@\""
    )
    return guarded_script(init, command)


def write_scripts(directory: Path, init: Identity) -> None:
    """Put `enter` and `connect` into the guest's folder."""
    enter = directory / "enter"
    enter.write_text(enter_script(init))
    enter.chmod(0o755)
    connect = directory / "connect"
    connect.write_text(f"#!/bin/sh\nexec {shlex.quote(str(enter))} /usr/sbin/sshd -i\n")
    connect.chmod(0o755)


def run(directory: Path, argv: list[str], seconds: float, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in the guest; what it answers is the caller's to judge, unless the guest is gone."""
    try:
        done = subprocess.run(
            # Not by its first line: a program that starts at this moment in another thread may still have the file open
            # for writing, as this process had it, and then the kernel refuses to run it ("Text file busy").
            ["/bin/sh", str(directory / "enter"), *argv],
            check=False,
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise LabError(f"Failed to run {argv} in guest '{directory.name}': {exc}") from exc
    if done.returncode == 125:
        raise LabError(f"Failed to run {argv} in guest '{directory.name}': {done.stderr.strip()}")
    return done
