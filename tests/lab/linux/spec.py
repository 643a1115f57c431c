# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a guest shall be: read from plain data, checked, and given its defaults."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from .errors import LabError
from .services import KEYS, find_service

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")
FAMILIES = ("debian", "ubuntu", "redhat", "fedora", "azurelinux", "suse", "photon", "alpine")
HV_UTILS = ("module", "builtin", "absent")
_NAMESPACE = uuid.UUID("5f1bde57-5e2c-4d4e-8b8e-1d6f2b1c9a10")


@dataclass(frozen=True)
class GuestSpec:
    """One guest. The README explains each field."""

    name: str
    root: str = "debian-12"
    family: str = "debian"
    vm_id: str = ""
    vm_name: str = ""
    host_name: str = "HV01"
    services: Mapping[str, bool] = field(default_factory=dict)
    late: Mapping[str, float] = field(default_factory=dict)
    masked: tuple[str, ...] = ()
    exits: tuple[str, ...] = ()
    package: bool = True
    hyperv: bool = True
    hv_utils: str = "module"
    other_kernel: bool = False
    guest_parameters: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise LabError(f"A guest's name must match {_NAME.pattern} but is '{self.name}'")
        _one_of("family", self.family, FAMILIES)
        _one_of("hv_utils", self.hv_utils, HV_UTILS)

    @classmethod
    def from_mapping(cls, name: str, data: Mapping[str, Any]) -> GuestSpec:
        """Read a guest as scenarios write it: short service names are fine, unknown keys are not."""
        known = set(cls.__dataclass_fields__) - {"name"}
        unknown = set(data) - known
        if unknown:
            raise LabError(f"Unknown keys {sorted(unknown)} of guest '{name}': expected some of {sorted(known)}")
        values = dict(data)
        try:
            values["services"] = {find_service(key).key: bool(on) for key, on in dict(data.get("services", {})).items()}
            values["late"] = {find_service(key).key: float(wait) for key, wait in dict(data.get("late", {})).items()}
            for key in ("masked", "exits"):
                values[key] = tuple(find_service(item).key for item in data.get(key, ()))
        except (TypeError, ValueError) as exc:
            raise LabError(f"Failed to read guest '{name}': {exc}") from exc
        return cls(name=name, **values).complete()

    def complete(self) -> GuestSpec:
        """Fill in what was left to the lab; the same guest always gets the same id."""
        return replace(
            self,
            vm_id=self.vm_id or str(uuid.uuid5(_NAMESPACE, self.name)),
            vm_name=self.vm_name or self.name,
            services={key: self.services.get(key, True) for key in KEYS},
        )

    def offered(self) -> tuple[str, ...]:
        """The services that are there when the guest starts."""
        if not self.hyperv:
            return ()
        return tuple(key for key in KEYS if self.services.get(key, True) and key not in self.late)

    def parameters(self) -> dict[str, str]:
        """What a host writes into pool 3; values are texts."""
        values = {
            "HostName": self.host_name,
            "PhysicalHostName": self.host_name.split(".", 1)[0].upper(),
            "PhysicalHostNameFullyQualified": self.host_name,
            "VirtualMachineName": self.vm_name,
            "VirtualMachineId": self.vm_id.upper(),
            "HostingSystemOsMajor": "10",
            "HostingSystemOsMinor": "0",
            "HostingSystemEditionId": "8",
            "HostingSystemNestedLevel": "0",
            "HostingSystemProcessorArchitecture": "9",
            "HostingSystemProcessorIdleStateMax": "0",
            "HostingSystemSpMajor": "0",
            "HostingSystemSpMinor": "0",
            "VirtualMachineDynamicMemoryBalancingEnabled": "0",
        }
        values.update(self.guest_parameters)
        return values

    def to_json(self) -> dict[str, Any]:
        """Plain data, as from_mapping reads it."""
        data = asdict(self)
        del data["name"]
        return data


def _one_of(what: str, value: str, allowed: Iterable[str]) -> None:
    if value not in allowed:
        raise LabError(f"Expected {what} to be one of {', '.join(allowed)} but found '{value}'")
