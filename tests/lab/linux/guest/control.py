# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks a guest's server: one JSON line there, one back."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

from ..errors import LabError


def ask(path: Path, verb: str, seconds: float = 15.0, **arguments: Any) -> Any:
    """Send a request and return its result; an answer that says no is an error."""
    # The folder's descriptor keeps the address short: a socket's path has 107 characters at most.
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(seconds)
            client.connect(f"/proc/self/fd/{folder}/{path.name}")
            client.sendall(json.dumps({"verb": verb, **arguments}).encode() + b"\n")
            with client.makefile() as answers:
                answer = json.loads(answers.readline())
    except (OSError, ValueError) as exc:
        raise LabError(f"Failed to ask '{path}' for '{verb}': {exc}") from exc
    finally:
        os.close(folder)
    if not answer["ok"]:
        raise LabError(f"Failed to do '{verb}': {answer['error']}")
    return answer["result"]
