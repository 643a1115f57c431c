# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gives a guest the packages that its family has, and offers newer ones in a source inside the guest.

Where the guest is one without the package of the daemons, they are only offered.

Run in the guest, as lab-offer FAMILY [--kernel] [--fault FAULT]:

  --kernel  the source also has a newer kernel of the flavour that runs
  --fault   lock      another program holds the lock of the package manager for an hour
            broken    the script of the new daemons fails
            dead      the new daemons end at once
            lost      the guest cannot be reached any more when the new daemons are unpacked
            nosource  the source is gone
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from . import apk_source, contents, deb, rpm
from .system import SOURCE, run

_LOCK = """\
import fcntl, time
file = open("/var/lib/dpkg/lock-frontend", "w")
fcntl.lockf(file, fcntl.LOCK_EX)
time.sleep(3600)
"""
_SCRIPTS = {
    "broken": 'echo "the new daemon is not for this guest" >&2\nexit 1',
    "lost": "mv /usr/sbin/sshd /usr/sbin/sshd.gone\npkill -KILL -x 'sshd|sshd-session'",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="lab-offer")
    parser.add_argument("family", choices=sorted(contents.FAMILIES))
    parser.add_argument("--kernel", action="store_true")
    parser.add_argument("--fault", choices=("none", "lock", "broken", "dead", "lost", "nosource"), default="none")
    options = parser.parse_args()
    wish = contents.Wish(options.kernel, _SCRIPTS.get(options.fault, ""), options.fault == "dead")
    made = contents.make(options.family, wish)
    if Path(contents.KEPT).is_dir():
        made = only_offered(made)
    if options.family in ("debian", "ubuntu"):
        deb.offer(made.installed, made.offered, wish, options.family)
    elif options.family == "alpine":
        apk_source.offer(made.installed, made.offered)
    else:
        rpm.offer(made.installed, made.offered)
    if options.fault == "nosource":
        shutil.rmtree(SOURCE)
    elif options.fault == "lock":
        run(["systemd-run", "--quiet", sys.executable, "-c", _LOCK])


def only_offered(made: contents.Offer) -> contents.Offer:
    """For a guest without the daemons: the kernel is installed, and all else is in the source."""
    kernels = [package for package in made.installed if is_kernel(package)]
    newer = {package.name for package in made.offered}
    rest = [package for package in made.installed if package not in kernels and package.name not in newer]
    return contents.Offer(kernels, [*made.offered, *rest])


def is_kernel(package: contents.Package) -> bool:
    """Whether it brings a kernel, or stands for one."""
    return any("/modules/" in path for path in package.files) or package.name in ("linux-azure", "linux-image-amd64")


if __name__ == "__main__":
    main()
