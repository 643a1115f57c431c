# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the host behind /dev/vmbus does on request: the verbs of the control socket."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from . import messages
from .device import Transaction
from .filesystem import FileSystem

Reply = Callable[[dict[str, Any]], None]


def _done(result: Any = None) -> dict[str, Any]:
    return {"ok": True, "result": result}


def _failed(reason: str) -> dict[str, Any]:
    return {"ok": False, "error": reason}


class Host:
    """Plays the host for one guest."""

    def __init__(self, files: FileSystem, guest_parameters: Mapping[str, str]) -> None:
        self.files = files
        self.guest_parameters = dict(guest_parameters)
        self._verbs: dict[str, Callable[[Mapping[str, Any], Reply], None]] = {
            "state": self._state,
            "add": self._add,
            "remove": self._remove,
            "kvp_enum": self._kvp_enum,
            "kvp_set": self._kvp_set,
            "kvp_delete": self._kvp_delete,
            "hotbackup": self._hot_backup,
            "fcopy": self._fcopy,
        }

    def request(self, asked: Mapping[str, Any], answer: Reply) -> None:
        """Carry out one request; `answer` is called once, now or when the daemon has answered."""
        verb = self._verbs.get(str(asked.get("verb")))
        if verb is None:
            answer(_failed(f"Unknown verb '{asked.get('verb')}': expected one of {', '.join(sorted(self._verbs))}"))
            return
        try:
            verb(asked, answer)
        except (KeyError, ValueError, TypeError) as exc:
            answer(_failed(f"Failed to carry out '{asked['verb']}': {exc!r}"))

    def offer(self, name: str) -> bool:
        """Offer a device; a host writes the guest parameters as soon as a KVP daemon is there."""
        return self.files.add(name, self._send_guest_parameters if name == "hv_kvp" else None)

    def _send_guest_parameters(self) -> None:
        for key, value in self.guest_parameters.items():
            message = messages.kvp_set(messages.POOLS["auto_external"], key, value)
            self.files.devices["hv_kvp"].submit(Transaction(message, _ignore, _ignore))

    def _state(self, _asked: Mapping[str, Any], answer: Reply) -> None:
        answer(_done({name: device.state() for name, device in sorted(self.files.devices.items())}))

    def _add(self, asked: Mapping[str, Any], answer: Reply) -> None:
        answer(_done({"changed": self.offer(str(asked["device"]))}))

    def _remove(self, asked: Mapping[str, Any], answer: Reply) -> None:
        answer(_done({"changed": self.files.remove(str(asked["device"]))}))

    def _submit(self, device: str, message: bytes, answered: Callable[[bytes], None], answer: Reply) -> None:
        if device not in self.files.devices:
            answer(_failed("not offered"))
            return

        def failed(reason: str) -> None:
            answer(_failed(reason))

        self.files.devices[device].submit(Transaction(message, answered, failed))

    def _kvp_enum(self, asked: Mapping[str, Any], answer: Reply) -> None:
        pool = messages.POOLS[str(asked.get("pool", "auto"))]
        # Pools in files end by an error code; the limit is for a daemon that never says so.
        limit = messages.INTRINSIC_ITEMS if pool == messages.POOLS["auto"] else 1000
        items: dict[str, str] = {}

        def ask(index: int) -> None:
            def answered(data: bytes) -> None:
                item = messages.parse_kvp_answer(data)
                if item.error == 0:
                    items[item.key] = item.value
                if item.error != 0 or index + 1 >= limit:
                    answer(_done(items))
                else:
                    ask(index + 1)

            self._submit("hv_kvp", messages.kvp_enumerate(index, pool), answered, answer)

        ask(0)

    def _checked(self, answer: Reply) -> Callable[[bytes], None]:
        def answered(data: bytes) -> None:
            code = messages.error_code(data)
            answer(_done() if code == 0 else _failed(f"the daemon answered error 0x{code:08x}"))

        return answered

    def _kvp_set(self, asked: Mapping[str, Any], answer: Reply) -> None:
        pool = messages.POOLS[str(asked.get("pool", "external"))]
        message = messages.kvp_set(pool, str(asked["key"]), str(asked["value"]))
        self._submit("hv_kvp", message, self._checked(answer), answer)

    def _kvp_delete(self, asked: Mapping[str, Any], answer: Reply) -> None:
        message = messages.kvp_delete(messages.POOLS[str(asked.get("pool", "external"))], str(asked["key"]))
        self._submit("hv_kvp", message, self._checked(answer), answer)

    def _hot_backup(self, _asked: Mapping[str, Any], answer: Reply) -> None:
        self._submit("hv_vss", messages.vss_hot_backup(), self._checked(answer), answer)

    def _fcopy(self, asked: Mapping[str, Any], answer: Reply) -> None:
        content = base64.b64decode(str(asked["content"]), validate=True)
        steps = messages.fcopy_messages(str(asked["folder"]), str(asked["name"]), content)
        if "uio0" in self.files.devices:
            answer(_failed("copying over the ring of a uio device is not modelled"))
            return

        def step(index: int) -> None:
            def answered(data: bytes) -> None:
                code = messages.error_code(data)
                if code != 0:
                    answer(_failed(f"the daemon answered error 0x{code:08x}"))
                elif index + 1 < len(steps):
                    step(index + 1)
                else:
                    answer(_done())

            self._submit("hv_fcopy", steps[index], answered, answer)

        step(0)


def _ignore(_what: object) -> None:
    """A host does not mind when a guest does not take its parameters."""
