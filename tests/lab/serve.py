# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process of a running lab: `python -m tests.lab.serve FOLDER` answers for all nodes of the lab in FOLDER."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from . import linux_guests, ssh
from .endpoint import Endpoint, Site, refusing_socket
from .process import Identity
from .session import USER, Windows

CONFIGURATION = "lab.json"
READY = "server.json"
NODES = "nodes"


def sites(folder: Path, configuration: dict[str, Any]) -> dict[str, Site]:
    """Return what the endpoint serves."""
    if not configuration["nodes"]:
        return {}
    windows = Windows(*(Path(configuration[key]) for key in ("pwsh", "hook", "types")))
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return {
        node["name"]: Site(
            windows.machine(folder / NODES / node["name"], home),
            USER,
            configuration["password"],
            node["endpoint"],
            node["delay"],
            node["shells"],
            node["lost"],
        )
        for node in configuration["nodes"]
    }


def main(folder: Path) -> int:
    """Serve until a signal says to stop, or until the process that wants the lab is gone."""
    configuration = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    served = sites(folder, configuration)
    endpoint = Endpoint(served)
    endpoint.start()
    by_ssh = [node["name"] for node in configuration["nodes"] if node["connection"] == "ssh"]
    server = ssh.Server({name: served[name].machine for name in by_ssh}, folder) if by_ssh else None
    owner = configuration["owner"] and Identity(*configuration["owner"])
    with refusing_socket() as dead:
        identity = Identity.of(os.getpid())
        assert identity is not None
        ports = {"wsman": endpoint.port, "dead": dead.getsockname()[1], **({"ssh": server.start()} if server else {})}
        ready = {"pid": identity.pid, "started": identity.started, "ports": ports}
        temporary = folder / f"{READY}.new"
        temporary.write_text(json.dumps(ready), encoding="utf-8")
        temporary.replace(folder / READY)
        while not stop.wait(1.0):
            if owner and not owner.is_alive():
                break
        endpoint.stop()
        if server:
            server.stop()
    if owner and not owner.is_alive():
        linux_guests.stop(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
