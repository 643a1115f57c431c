# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""A policy of integration services: rules with profiles and groups, turned into the groups of one module call."""

from __future__ import annotations

import typing as t

SELECTORS = ("all_vms", "vm_group", "vm_id", "vm_name", "vm_names", "vm_pattern")
RULE_KEYS = {*SELECTORS, "name", "profile", "services", "exclusive", "force"}
PROFILE_KEYS = {"services", "exclusive", "reason"}

Mapping = t.Mapping[str, t.Any]


class PolicyError(ValueError):
    """A policy that cannot be used, with the words that the user wrote."""


def expand(policy: t.Sequence[t.Any], profiles: Mapping, groups: Mapping) -> list[dict[str, t.Any]]:
    """Turn rules into entries of the option vms of hyperv_integration_service, in the same order.

    A rule names machines in one way, and services by a profile, by itself, or both; what it says itself wins.
    """
    if isinstance(policy, (str, bytes)) or not isinstance(policy, t.Sequence):
        raise PolicyError(f"A policy is a list of rules, but it is {policy!r}")
    return [_entry(rule, f"Rule {number}", profiles, groups) for number, rule in enumerate(policy, 1)]


def _entry(rule: t.Any, where: str, profiles: Mapping, groups: Mapping) -> dict[str, t.Any]:
    if not isinstance(rule, t.Mapping):
        raise PolicyError(f"{where} of the policy is {rule!r}, which is no map")
    if rule.get("name"):
        where += f" {str(rule['name'])!r}"
    _refuse_unknown(rule, RULE_KEYS, f"{where} of the policy")
    profile = _profile(rule.get("profile"), where, profiles)
    services = {**_switches(profile.get("services"), where), **_switches(rule.get("services"), where)}
    if not services:
        raise PolicyError(f"{where} of the policy names no service: give it services or a profile")
    entry: dict[str, t.Any] = {**_selector(rule, where, groups), "services": services}
    for option in ("exclusive", "force"):
        value = rule.get(option, profile.get(option))
        if value is not None:
            entry[option] = value
    return entry


def _selector(rule: Mapping, where: str, groups: Mapping) -> dict[str, t.Any]:
    used = [name for name in SELECTORS if rule.get(name) not in (None, False)]
    if len(used) != 1:
        found = ", ".join(used) or "none"
        raise PolicyError(
            f"{where} of the policy names machines in {len(used)} ways ({found}): use one of {', '.join(SELECTORS)}"
        )
    name = used[0]
    if name != "vm_group":
        return {name: rule[name]}
    if rule[name] not in groups:
        raise PolicyError(f"{where} of the policy uses the group {rule[name]!r}; {_known(groups)}")
    members = groups[rule[name]]
    if isinstance(members, str) or not isinstance(members, t.Sequence) or not members:
        raise PolicyError(f"The group {rule[name]!r} is no list of names of virtual machines, but {members!r}")
    return {"vm_names": list(members)}


def _profile(name: t.Any, where: str, profiles: Mapping) -> Mapping:
    if name is None:
        return {}
    if name not in profiles:
        raise PolicyError(f"{where} of the policy uses the profile {name!r}; {_known(profiles)}")
    profile = profiles[name]
    if not isinstance(profile, t.Mapping):
        raise PolicyError(f"The profile {name!r} is {profile!r}, which is no map")
    _refuse_unknown(profile, PROFILE_KEYS, f"The profile {name!r}")
    return profile


def _switches(services: t.Any, where: str) -> dict[str, t.Any]:
    if services is None:
        return {}
    if isinstance(services, t.Mapping):
        return dict(services)
    raise PolicyError(f"{where} of the policy has services {services!r}: write a map of service to enabled or disabled")


def _refuse_unknown(given: Mapping, known: t.Container[str], what: str) -> None:
    unknown = sorted(str(key) for key in given if key not in known)
    if unknown:
        raise PolicyError(f"{what} has unknown keys: {', '.join(unknown)}")


def _known(names: Mapping) -> str:
    return f"known are {', '.join(sorted(map(str, names)))}" if names else "none is defined"
