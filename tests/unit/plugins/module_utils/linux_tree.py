# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Linux guests as directory trees, for the tests of the Linux modules: files, processes, and commands that answer."""

from __future__ import annotations

import os
import shutil
import typing as t
from pathlib import Path

from ansible_collections.hyperv.integration.plugins.module_utils._hv_names import KINDS
from ansible_collections.hyperv.integration.plugins.module_utils._hv_system import Answer, System

CLASS_IDS = {
    "shutdown": "0e0b6031-5213-4934-818b-38d90ced39db",
    "time_synchronization": "9527e630-d0ae-497b-adce-e80ab0175caf",
    "heartbeat": "57164f39-9115-4e78-ab55-382f3bd5422d",
    **{kind.service: kind.class_id for kind in KINDS.values()},
}
FCOPY_INSTANCE = "eb765408-105f-49b6-b4aa-c123b64d17d4"
OWN_PID = 900
KERNEL_THREAD = 0x00208040
PROCESS = 0x00400040

# The Debian unit of each daemon: bound to its device, no order, no [Install] that a package enables.
DEBIAN_UNIT = """[Unit]
Description=Hyper-V daemon
BindsTo=sys-devices-virtual-misc-vmbus\\x21hv_{key}.device

[Service]
ExecStart={binary} -n

[Install]
WantedBy=multi-user.target
"""
STATIC_UNIT = """[Unit]
BindsTo=sys-devices-virtual-misc-vmbus\\x21hv_{key}.device
After=sys-devices-virtual-misc-vmbus\\x21hv_{key}.device
ConditionVirtualization=microsoft

[Service]
ExecStart={binary} -n
"""
Command = t.Callable[[t.List[str]], Answer]


class Guest:
    """One guest. What is laid out is on a tree; systemd is a table of unit states that start and stop change."""

    def __init__(self, root: Path, kernel: str = "6.1.0-35-cloud-amd64", machine: str = "x86_64") -> None:
        self.root = root
        self.kernel = kernel
        self.machine = machine
        self.sysname = "Linux"
        self.is_root = True
        self.states: dict[str, dict[str, str]] = {}
        self.on_start: dict[str, t.Callable[[], None]] = {}
        self.on_stop: dict[str, t.Callable[[], None]] = {}
        self.commands: dict[str, Command] = {"systemctl": self._systemctl}
        self.calls: list[list[str]] = []
        self.killed: list[tuple[int, int]] = []
        self.immortal: set[int] = set()
        self.clock = 1000.0
        self.events: list[tuple[float, t.Callable[[], None]]] = []
        self.folder("/proc")
        self.write(f"/proc/{OWN_PID}/stat", f"{OWN_PID} (python3) S 1 1 1 0 -1 {PROCESS} 0")
        self.link(f"/proc/{OWN_PID}/ns/pid", "pid:[1]")

    # The machine as the modules see it

    @property
    def system(self) -> System:
        return System(
            root=str(self.root),
            kernel=self.kernel,
            machine=self.machine,
            sysname=self.sysname,
            is_root=self.is_root,
            own_pid=OWN_PID,
            run=self._run,
            kill=self._kill,
            now=lambda: self.clock,
            sleep=self._sleep,
        )

    def _run(self, argv: t.Sequence[str], timeout: float = 20.0) -> Answer:
        self.calls.append(list(argv))
        command = self.commands.get(argv[0])
        return command(list(argv)) if command else Answer(None, "", f"No such file or directory: '{argv[0]}'")

    def _kill(self, pid: int, number: int) -> None:
        if not (self.root / f"proc/{pid}").exists():
            raise ProcessLookupError
        self.killed.append((pid, number))
        if pid not in self.immortal:
            self.end(pid)

    def _sleep(self, seconds: float) -> None:
        assert seconds > 0, "a wait without a pause is a busy loop"
        self.clock += seconds
        due = [event for event in self.events if event[0] <= self.clock]
        self.events = [event for event in self.events if event[0] > self.clock]
        for _when, happen in sorted(due, key=lambda event: event[0]):
            happen()

    def after(self, seconds: float, happen: t.Callable[[], None]) -> None:
        self.events.append((self.clock + seconds, happen))

    # Files

    def path(self, name: str) -> Path:
        return self.root / name.lstrip("/")

    def write(self, name: str, data: str | bytes = "") -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)

    def folder(self, name: str) -> None:
        self.path(name).mkdir(parents=True, exist_ok=True)

    def link(self, name: str, target: str) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            path.unlink()
        path.symlink_to(target)

    def program(self, name: str, data: str = "\x7fELF") -> str:
        self.write(name, data)
        self.path(name).chmod(0o755)
        return name

    def remove(self, name: str) -> None:
        path = self.path(name)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()

    # Hyper-V

    def on_hyperv(self, *services: str, devices: bool = True) -> Guest:
        """A Generation 2 VM whose host offers these services; all of them by default."""
        self.write("/sys/class/dmi/id/sys_vendor", "Microsoft Corporation\n")
        self.write("/sys/class/dmi/id/product_name", "Virtual Machine\n")
        self.folder("/sys/bus/vmbus/devices")
        self.write("/sys/module/hv_utils/initstate", "live\n")
        self.folder("/dev/vmbus")
        for service in services or CLASS_IDS:
            self.offer(service, devices)
        return self

    def offer(self, service: str, device: bool = True) -> None:
        class_id = CLASS_IDS.get(service, service)
        instance = FCOPY_INSTANCE if service == "guest_service_interface" else f"{class_id[:-1]}f"
        folder = f"/sys/bus/vmbus/devices/{instance}"
        self.write(f"{folder}/class_id", f"{{{class_id}}}\n")
        self.write(f"{folder}/device_id", f"{{{instance}}}\n")
        self.link(f"{folder}/driver", "../../../../bus/vmbus/drivers/hv_utils")
        kind = next((kind for kind in KINDS.values() if kind.service == service), None)
        if device and kind is not None:
            self.write(kind.device)

    def rescind(self, service: str) -> None:
        """The host switches a service off: the channel and the device go."""
        kind = next(kind for kind in KINDS.values() if kind.service == service)
        for folder in self.path("/sys/bus/vmbus/devices").iterdir():
            if kind.class_id in (folder / "class_id").read_text():
                shutil.rmtree(folder)
        if self.path(kind.device).exists():
            self.remove(kind.device)

    def uio(self, node: str = "uio0") -> None:
        """A kernel from 6.10 on: file copy by a ring that uio_hv_generic maps."""
        if self.path("/dev/vmbus/hv_fcopy").exists():
            self.remove("/dev/vmbus/hv_fcopy")
        self.folder(f"/sys/bus/vmbus/devices/{FCOPY_INSTANCE}/uio/{node}")
        self.write(f"/dev/{node}")

    def pools(self, count: int = 5) -> None:
        for number in range(count):
            self.write(f"/var/lib/hyperv/.kvp_pool_{number}")

    # systemd

    def boot_systemd(self) -> Guest:
        self.folder("/run/systemd/system")
        return self

    def unit(self, name: str, text: str, folder: str = "/usr/lib/systemd/system", file_state: str = "disabled") -> None:
        self.write(f"{folder}/{name}", text)
        self.states.setdefault(name, {}).update(UnitFileState=file_state)

    def debian_unit(self, key: str, binary: str, name: str | None = None) -> str:
        """Debian's unit and its rule of udev."""
        name = name or f"hv-{key}-daemon.service"
        self.unit(name, DEBIAN_UNIT.format(key=key, binary=binary), "/lib/systemd/system")
        rule = f'SUBSYSTEM=="misc", KERNEL=="vmbus/hv_{key}", TAG+="systemd", ENV{{SYSTEMD_WANTS}}+="{name}"\n'
        rules = self.path("/lib/udev/rules.d/60-hyperv-daemons.rules")
        self.write("/lib/udev/rules.d/60-hyperv-daemons.rules", (rules.read_text() if rules.exists() else "") + rule)
        return name

    def runs_in(self, unit: str, pid: int) -> None:
        self.states.setdefault(unit, {}).update(ActiveState="active", SubState="running", MainPID=str(pid))

    def _systemctl(self, argv: list[str]) -> Answer:
        words = [word for word in argv[1:] if not word.startswith("-")]
        verb, units = words[0], words[1:]
        if verb == "show":
            return Answer(0, "\n\n".join(self._show(unit) for unit in units) + "\n", "")
        for unit in units:
            self._order(verb, unit)
        return Answer(0, "", "")

    def _show(self, unit: str) -> str:
        mask = self.path(f"/etc/systemd/system/{unit}")
        masked = mask.is_symlink() and os.readlink(mask) == "/dev/null"
        state = {"LoadState": "loaded", "ActiveState": "inactive", "MainPID": "0", **self.states.get(unit, {})}
        if masked:
            state.update(LoadState="masked", UnitFileState="masked")
        return "\n".join(f"{name}={value}" for name, value in {"Id": unit, **state}.items())

    def _order(self, verb: str, unit: str) -> None:
        state = self.states.setdefault(unit, {})
        if verb == "start":
            self.on_start.get(unit, lambda: None)()
        elif verb == "stop":
            if state.get("MainPID", "0") != "0":
                self.end(int(state["MainPID"]))
            state.update(ActiveState="inactive", MainPID="0")
            self.on_stop.get(unit, lambda: None)()
        elif verb == "mask":
            self.link(f"/etc/systemd/system/{unit}", "/dev/null")
        elif verb == "unmask":
            self.remove(f"/etc/systemd/system/{unit}")
        elif verb in ("enable", "disable"):
            state["UnitFileState"] = f"{verb}d"
        elif verb == "cancel":
            for one in self.states.values():
                one.pop("Job", None)

    # Processes

    def process(
        self,
        pid: int,
        path: str,
        *,
        comm: str | None = None,
        argv: t.Sequence[str] | None = None,
        state: str = "S",
        flags: int = PROCESS,
        opens: t.Sequence[str] = (),
        unit: str | None = None,
        namespaces: t.Sequence[int] = (),
        parent: int = 1,
    ) -> None:
        """A process as /proc shows it. C(path) may end in " (deleted)"."""
        folder = f"/proc/{pid}"
        base = path.split(" ")[0].rsplit("/", 1)[-1]
        self.write(f"{folder}/stat", f"{pid} ({(comm or base)[:15]}) {state} {parent} {pid} {pid} 0 -1 {flags} 0 0")
        gone = state == "Z" or bool(flags & 0x00200000)
        arguments = [] if gone else list(argv or [path.split(" ")[0], "-n"])
        self.write(f"{folder}/cmdline", "".join(f"{argument}\0" for argument in arguments))
        numbers = "\t".join(str(number) for number in (pid, *namespaces))
        self.write(f"{folder}/status", f"Name:\t{base}\nNSpid:\t{numbers}\n")
        self.write(f"{folder}/cgroup", f"0::/system.slice/{unit}\n" if unit else "0::/user.slice/session-1.scope\n")
        if not gone:
            self.link(f"{folder}/exe", path)
            self.folder(f"{folder}/fd")
            for number, target in enumerate(opens, start=3):
                self.link(f"{folder}/fd/{number}", target)

    def end(self, pid: int) -> None:
        folder = self.path(f"/proc/{pid}")
        if folder.exists():
            shutil.rmtree(folder)

    def daemon(self, key: str, pid: int, path: str, unit: str | None = None) -> None:
        """A daemon that is well."""
        interface = self.path(f"/sys/bus/vmbus/devices/{FCOPY_INSTANCE}/uio")
        device = KINDS[key].device
        if key == "fcopy" and interface.exists():
            device = f"/dev/{next(interface.iterdir()).name}"
        self.process(pid, path, opens=["/dev/null", device], unit=unit)
        if unit is not None:
            self.runs_in(unit, pid)
