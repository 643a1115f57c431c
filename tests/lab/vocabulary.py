# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys and values that a scenario may use; what state.json understands is described in windows/README.md."""

from __future__ import annotations

from .words import camel, snake


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def spellings(*keys: frozenset[str]) -> frozenset[str]:
    """Return keys in both spellings, snake_case and that of state.json."""
    every = frozenset[str]().union(*keys)
    return every | {snake(key) for key in every}


def in_state(key: str, passed: frozenset[str]) -> str | None:
    """Return how state.json spells a key that is passed on to it, or nothing for one that is not."""
    name = camel(key)
    return name if name in passed else None


# How Ansible reaches a node; the WinRM endpoint speaks both the shell protocol and PowerShell remoting.
CONNECTIONS = ("winrm", "psrp", "ssh")
ENDPOINTS = ("ok", "dead", "hang", "slow", "unauthorized")
LANGUAGES = ("en", "de", "fr", "es", "ru", "ja", "zh-CN", "pt-BR", "it")
DENIALS = ("none", "read", "write")

TOP = _words("play_hosts hosts guests linux_guests vars")
COMMON = _words("name connection endpoint shells lost delay language deny computer_name domain vars files raw")
HOST = COMMON | _words("generation vms cluster hyper_v reference_version vmguest_iso")
GUEST = COMMON | _words("vm os version services")
MACHINE = _words(
    """name count id state generation guest configuration_version version services kvp fqdn ipv4 ipv6
    protocol_mismatch clustered disks dvd snapshots raw"""
)
SERVICE = ("enabled", "primary", "secondary", "contact_in")
KVP = ("intrinsic", "guest", "host", "host_only")

# Keys that are passed on to state.json.
HOST_PASSED = _words(
    """busy delayMs savedRefusesWrites listShowsNoStatus contactAfterReads versionReport serviceNames kvpAsJob vhds
    cabs services registry registryDeny registryDenyWrite fileVersions cim vmHost usedLetters bootTime
    domainRole hypervisorPresent manufacturer media model partOfDomain uuid"""
)
GUEST_PASSED = _words(
    """busy delayMs icVersion packages hostReactsAfterReads guestReactsAfterReads fileVersions rebootPending registry
    registryDeny registryDenyWrite cim cabs vhds bootSeconds bootTime domainRole hypervisorPresent manufacturer model
    onBoot partOfDomain restart setup updateError updates usedLetters uuid"""
)
MACHINE_PASSED = _words(
    """notes adapters cpus cpuUsage memory dynamicMemory created path parentSnapshot status uptimeSeconds heartbeat
    readError readErrorAt writeError refusesWrites delayMs noDaemons outdated linux locked startError icVersion
    integrationServicesState integrationServicesVersion icVersionState replicationMode replicationState onBoot
    checkpointType disableHostKvpItems dvdError kvpAsJob vanishes"""
)

SERVICES = {
    "guest_service_interface": "GuestServiceInterface",
    "heartbeat": "Heartbeat",
    "key_value_pair_exchange": "KeyValuePairExchange",
    "shutdown": "Shutdown",
    "time_synchronization": "TimeSynchronization",
    "vss": "VSS",
}

# Names of the enumerations VMState and VMIntegrationComponentOperationalStatus.
STATES = {
    snake(name): name
    for name in sorted(
        _words(
            """Running Off Stopping Saved Paused Starting Reset Saving Pausing Resuming FastSaved FastSaving
            ForceShutdown ForceReboot Hibernated ComponentServicing
            RunningCritical OffCritical SavedCritical PausedCritical"""
        )
    )
}
STATUSES = sorted(
    _words(
        """Ok Degraded Error NonRecoverableError NoContact LostCommunication ProtocolMismatch ApplicationCritical
        CommunicationTimedOut CommunicationFailed Disabled"""
    )
)
