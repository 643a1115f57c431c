# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way into a running guest: commands by nsenter, and the script that ssh connects through.

A guest may restart itself. Its first process is then another one, so what is known for good is the launcher.

The kernel keeps a pid namespace until each of its processes has been waited for. So whoever forks into the guest must
live until its child has ended, or the guest cannot go down. It is a shell that catches signals, and not nsenter: when
its child is stopped, as a system that goes down does with all that runs, nsenter stops as well and nobody wakes it up.
And it tells the guest's first process, as if that were the parent: systemd, having ended all others, waits for that
signal, or looks again after ten seconds.
"""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from ..errors import GuestDownError, LabError
from ..identity import Identity
from . import restart

# The same that init itself lacks; nsenter would bring them in.
_BOUNDING = "-sys_module,-sys_rawio,-sys_time"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Where processes that come from outside are kept. They must go there from inside: see inside.enter_cgroup.
_LEAF = "/sys/fs/cgroup/lab.connections"
# ssh ends its proxy by SIGHUP and does not wait for it. Not ignored: the child would inherit that.
_FORK = """
trap : HUP INT TERM
nsenter --mount=ns/mnt --uts=ns/uts --ipc=ns/ipc --net=ns/net --cgroup=ns/cgroup --no-fork -- "$@"
code=$?
{ read -r line < stat; } 2> /dev/null && kill -CHLD "$0"
exit $code
"""


def guarded_script(known: Identity, command: str) -> str:
    """A shell script that runs `command` if a process of the guest is still the same, else ends with 125.

    The start time is looked at because the pid may be a stranger's by now: entering that one's namespaces would run the
    command on the machine itself.
    """
    return f"""#!/bin/sh
line=
{{ read -r line < /proc/{known.pid}/stat; }} 2> /dev/null
boot=$(cat /proc/sys/kernel/random/boot_id)
# Field 22, counted from behind the name, which may hold spaces.
started=$(printf '%s\\n' "${{line##*) }}" | cut -d ' ' -f 20)
if [ "$started" != {known.start} ] || [ "$boot" != {shlex.quote(known.boot)} ]; then
    echo "the guest is gone" >&2
    exit 125
fi
{command}
"""


def enter_script(launcher: Identity, program: str, argv: str = '"$@"', door: str = "/") -> str:
    """A script that runs its arguments inside the guest, if its first process is its init `program` by now.

    Before that the namespaces still show the machine's own files, and afterwards they are about to end. The folder
    `door` has to be there in the guest, too.
    """
    # The lists of children have no end of line, at which read is displeased. Being in its folder pins the process: what
    # is read there later is this one's, or fails, and never that of a stranger with the same pid.
    find = f"""{{
    read -r outer _ < /proc/{launcher.pid}/task/{launcher.pid}/children
    read -r init _ < "/proc/$outer/task/$outer/children"
    cd "/proc/$init" && read -r line < stat && read -r running < comm
}} 2> /dev/null
parent=${{line##*) ? }}
if [ "${{parent%% *}}" != "$outer" ] || [ "$running" != {shlex.quote(program)} ] || [ ! -d root{door} ]; then
    echo "the guest is not up" >&2
    exit 125
fi
"""
    join = f'mkdir -p {_LEAF} && echo $$ > {_LEAF}/cgroup.procs; exec "$@"'
    command = (
        f"exec env -i PATH={_PATH} HOME=/root LANG=C.UTF-8 TERM=dumb \\\n"
        f"    setpriv --bounding-set {_BOUNDING} nsenter --pid=ns/pid --no-fork -- \\\n"
        f'    /bin/sh -c {shlex.quote(_FORK)} "$init" /bin/sh -c {shlex.quote(join)} sh {argv}'
    )
    return guarded_script(launcher, find + command)


def write_scripts(directory: Path, launcher: Identity, program: str) -> None:
    """Put `enter` and `connect` into the guest's folder."""
    enter = directory / "enter"
    enter.write_text(enter_script(launcher, program))
    enter.chmod(0o755)
    connect = directory / "connect"
    connect.write_text(enter_script(launcher, program, "/usr/sbin/sshd -i", restart.DOOR))
    connect.chmod(0o755)


def run(directory: Path, argv: list[str], seconds: float, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in the guest; what it answers is the caller's to judge, unless the guest is down."""
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
        raise GuestDownError(f"Failed to run {argv} in guest '{directory.name}': {done.stderr.strip()}")
    return done
