# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Updates for the tests of their report: plans of made-up fleets, and journals that the journal itself wrote."""

from __future__ import annotations

import datetime
import random
import typing as t
import uuid

from ansible_collections.hyperv.integration.plugins.plugin_utils import _journal as journal
from ansible_collections.hyperv.integration.plugins.plugin_utils._plan_input import plan_snapshots
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import read_snapshot
from ansible_collections.hyperv.integration.plugins.plugin_utils._update_report import Material, build_update_report
from ansible_collections.hyperv.integration.plugins.plugin_utils._waves import make_waves, read_rules
from ansible_collections.hyperv.integration.tests.unit.snapshot_fleet import (
    ROLES,
    make_failed_host,
    make_host,
    make_service,
    make_services,
    make_vm,
)

Data = dict[str, t.Any]

RUN = "ansible-local-4711abcd"
OWNER: Data = {"run": RUN, "controller": "controller", "pid": 4711, "pid_started": 1, "boot_id": "b"}
PLANNED = "2026-05-04T22:00:00Z"
BEGUN = datetime.datetime(2026, 5, 4, 22, 10, tzinfo=datetime.UTC)
AT = "2026-05-05T02:00:00Z"
NEW = "6.3.9600.18907"
OLD_SYSTEM: Data = {"os_name": "Windows Server 2012 Standard", "os_version": "6.2.9200"}


def moment(minutes: float) -> str:
    """So many minutes after the first update began."""
    return (BEGUN + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def saved_plan(snapshots: t.Iterable[Data], rules: Data | None = None, not_assigned: t.Iterable[Data] = ()) -> Data:
    """A plan as it is kept for a run: with the run's name, its waves, and whom nobody can carry out."""
    plan = plan_snapshots(list(snapshots))
    without = {one["id"] for one in not_assigned}
    ready = [one for one in plan["vms"] if one["status"] == "ready" and one["id"] not in without]
    waves = [
        {**wave, "vms": [vm["id"] for vm in wave["vms"]]}
        for wave in make_waves(ready, read_rules(rules or {"canary": 2, "batch": [4]}))
    ]
    return {**plan, "run": RUN, "planned_at": PLANNED, "waves": waves, "not_assigned": list(not_assigned)}


def old_vm(name: str, **changes: t.Any) -> Data:
    """A guest that Windows Update can bring up to date."""
    return make_vm(name, "6.2.9200.16384", **{**OLD_SYSTEM, **changes})


def old_fleet(*names: str) -> list[Data]:
    return [make_host(vms=[old_vm(name) for name in names])]


def entry_of(
    plan: Data,
    steps: t.Sequence[tuple[str, str | None]] = (("install_updates", "done"),),
    state: str | None = "done",
    start: float = 0,
    **ends: t.Any,
) -> Data:
    """The journal of an update. A step without an end was cut off, and so was an update without a state."""
    entry = journal.claim(None, plan, OWNER, plan, moment(start), lambda _entry: True).entry
    for place, (step, end) in enumerate(steps, start=1):
        entry = journal.start_step(entry, OWNER, step, moment(start + 2 * place - 1))
        if end is not None:
            entry = journal.end_step(entry, OWNER, step, moment(start + 2 * place), end, {"updates": place})
    if state is None:
        return entry
    done = {"changed": True, "version_after": NEW, "restart_pending": False} if state == "done" else {}
    return journal.finish(entry, OWNER, moment(start + 2 * len(steps) + 1), state, **{**done, **ends})


def plan_of(plan: Data, name: str) -> Data:
    """The plan of the virtual machine of a name."""
    return t.cast(Data, next(one for one in plan["vms"] if one["name"] == name))


def report_of(plan: Data, entries: t.Iterable[Data] = (), **more: t.Any) -> Data:
    snapshots = [read_snapshot(one) for one in more.pop("snapshots", ())]
    return build_update_report(Material(plan, tuple(entries), snapshots=snapshots, **more), AT)


# Systems of guests and how often they come up: some that Windows Update or the disk brings up to date, some that need
# nothing, and some that nobody can update.
SYSTEMS = [
    *[("Windows Server 2012 Standard", "6.2.9200", "6.2.9200.16384")] * 6,
    *[("Windows Server 2008 R2 Enterprise", "6.1.7601", "6.1.7601.17514")] * 4,
    *[("Windows Server 2008 R2 Enterprise", "6.1.7601", "6.3.9600.18692")] * 2,
    ("Windows Server 2012 R2 Standard", "6.3.9600", "6.3.9600.16384"),
    ("Windows Server 2019 Standard", "10.0.17763", "10.0.17763"),
    ("Debian GNU/Linux", "6.1.0-28-amd64", "3.1"),
    ("Windows Server 2003 R2", "5.2.3790", "6.2.9200.16384"),
]
OFF = make_services(key_value_pair_exchange=make_service("key_value_pair_exchange", False, "ok"))


def night_fleet(hosts: int, vms: int) -> list[Data]:
    """Hosts of two generations with old guests; one host cannot be read."""
    rng = random.Random(5)
    fleet = []
    for number in range(1, hosts + 1):
        machines = []
        for index in range(vms):
            os_name, os_version, version = rng.choice(SYSTEMS)
            name = f"{rng.choice(ROLES)}{number:02d}{index:03d}"
            identity = str(uuid.UUID(int=rng.getrandbits(128), version=4))
            more = {"services": OFF} if rng.random() < 0.06 else {}
            machines.append(make_vm(name, version, id=identity, os_name=os_name, os_version=os_version, **more))
        generation = "win81_ws2012r2" if number % 3 == 0 else "win10_ws2016_ws2019"
        fleet.append(make_host(f"HV{number:02d}", generation, machines))
    if hosts > 4:
        fleet[4] = make_failed_host("hv05", "access_denied", "the specified credentials were rejected by the server")
    return fleet


def _course(number: int, plan: Data) -> Data | None:
    """What became of the update of this number: mostly all is well."""
    start = 1.5 * number % 200
    disk = plan["mechanism"] == "integration_services_disk"
    if number % 37 == 36:
        begun = [("insert_disk", "done"), ("run_setup", None)] if disk else [("install_updates", None)]
        return entry_of(plan, begun, state=None, start=start)
    if disk and number % 13 == 12:
        steps = [("insert_disk", "done"), ("run_setup", "failed")]
        return entry_of(plan, steps, "failed", start, reason="The setup ended with 1603, a fatal error")
    if number % 31 == 30:
        steps = [("install_updates", "failed")]
        return entry_of(plan, steps, "failed", start, reason="The guest could not reach its update server (0x80072EE2)")
    if number % 17 == 16:
        return entry_of(plan, start=start, version_after=plan["version"], changed=False)
    work = ("insert_disk", "run_setup", "eject_disk") if disk else ("install_updates", "restart")
    steps = [(step, "done") for step in (*work, "verify_version")]
    return entry_of(plan, steps, start=start, restart_pending=number % 21 == 20)


UNASSIGNED = {
    "reason": "No guest of the inventory is this virtual machine",
    "hint": "Put the guest into the group windows_guests, or give it the id of its virtual machine",
}
BUSY = {
    "msg": "Run 'ansible-local-99' (process 812 on 'ctl2') works on the virtual machine",
    "error_class": "vm_busy",
    "hint": "Wait for the other run, or release the entry if it is dead",
}


def night(hosts: int = 12, vms: int = 14, stopped: str | None = None) -> Material:
    """A night of updates with all kinds of ends; with a reason to stop, the last wave was not begun."""
    rules = {"canary": 3, "batch": [10, "30%"], "canary_soak": 600}
    fleet = night_fleet(hosts, vms)
    ready = [one for one in saved_plan(fleet)["vms"] if one["status"] == "ready"]
    unassigned = [{"id": one["id"], "name": one["name"], "host": one["host"], **UNASSIGNED} for one in ready[5:7]]
    plan = saved_plan(fleet, rules, unassigned)
    left_out = {one["id"] for one in unassigned} | set(plan["waves"][-1]["vms"] if stopped else ())
    chosen = [one for one in ready if one["id"] not in left_out]
    entries = [entry for entry in (_course(place, one) for place, one in enumerate(chosen[:-1])) if entry]
    return Material(plan, tuple(entries), {chosen[-1]["id"]: BUSY}, stopped)
