# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError

# Private to hyperv.integration: the integration services of virtual machines, by component GUID and never by their translated names.

# The last part of a component's Id, with the names that users may write. The ids agree with hashicorp/vagrant's Hyper-V driver.
$script:Components = @(
    @{ id = '6c09bb55-d683-4da0-8931-c9bf705f6480'; key = 'guest_service_interface'; names = @('Guest Service Interface', 'gsi') }
    @{ id = '84eaae65-2f2e-45f5-9bb5-0e857dc8eb47'; key = 'heartbeat'; names = @('Heartbeat') }
    @{
        id = '2a34b1c2-fd73-4043-8a5b-dd2159bc743f'
        key = 'key_value_pair_exchange'
        names = @('Key-Value Pair Exchange', 'kvp', 'data_exchange', 'Data Exchange')
    }
    @{ id = '9f8233ac-be49-4c79-8ee3-e7e1985b2077'; key = 'shutdown'; names = @('Shutdown', 'Operating system shutdown') }
    @{ id = '2497f4de-e9fa-4204-80e4-4b75c46419c0'; key = 'time_synchronization'; names = @('Time Synchronization', 'time_sync') }
    @{ id = '5ced1297-4598-4915-a5fc-ad21bb4d02a4'; key = 'vss'; names = @('VSS', 'backup', 'Backup (volume checkpoint)') }
)
$script:KeyById = @{}
$script:IdByName = @{}
foreach ($component in $script:Components) {
    $script:KeyById[$component.id] = $component.key
    foreach ($name in @($component.key) + $component.names) {
        $script:IdByName[$name] = $component.id
    }
}

# VMIntegrationComponentOperationalStatus; 15 (paused) is in the documentation of Msvm_HeartbeatComponent but not in the enum.
$script:StatusByCode = @{
    2 = 'ok'
    3 = 'degraded'
    6 = 'error'
    7 = 'non_recoverable_error'
    12 = 'no_contact'
    13 = 'lost_communication'
    15 = 'paused'
    32775 = 'protocol_mismatch'
    32782 = 'application_critical'
    32783 = 'communication_timed_out'
    32784 = 'communication_failed'
    32896 = 'disabled'
}

Function Get-AnsibleHyperVServiceKey {
    <#
    .SYNOPSIS
    Gives the short key of a component GUID; a component that is not known keeps its GUID.

    .PARAMETER Id
    The component GUID in lower case.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        [string]
        $Id
    )

    if ($script:KeyById.ContainsKey($Id)) {
        $script:KeyById[$Id]
    }
    else {
        $Id
    }
}

Function Select-AnsibleHyperVServiceOrder {
    <#
    .SYNOPSIS
    Sorts component GUIDs in the order in which Hyper-V lists the services; GUIDs that are not known come last.

    .PARAMETER Id
    The component GUIDs in lower case.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [string[]]
        $Id
    )

    foreach ($component in $script:Components) {
        if ($Id -contains $component.id) {
            $component.id
        }
    }
    foreach ($one in $Id | Sort-Object) {
        if (-not $script:KeyById.ContainsKey($one)) {
            $one
        }
    }
}

Function Get-AnsibleHyperVComponentId {
    <#
    .SYNOPSIS
    Gives the component GUID at the end of an integration service's Id, in lower case.

    .PARAMETER Component
    The integration service.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        $Component
    )

    $id = $Component.Id
    $id.Substring($id.LastIndexOf('\') + 1).ToLowerInvariant()
}

Function Read-AnsibleHyperVService {
    <#
    .SYNOPSIS
    Reads the integration services of many machines with one cmdlet call.

    .DESCRIPTION
    Returns the services in lists by machine id, for every machine, and the errors by machine id. Only a machine for which the common call
    brought nothing is asked again by itself, to learn its own error.

    .PARAMETER VM
    The machines.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [object[]]
        $VM
    )

    $services = @{}
    $errors = @{}
    $failures = $null
    foreach ($machine in $VM) {
        $services[$machine.Id] = [System.Collections.Generic.List[object]]@()
    }
    if ($VM.Count -gt 0) {
        # Read by the cmdlet: the list in $vm.VMIntegrationService may carry no statuses (centreon/centreon-plugins#4603).
        # One machine that cannot be read must not hide the others: each is looked at below.
        foreach ($component in Get-VMIntegrationService -VM $VM -ErrorAction SilentlyContinue -ErrorVariable failures) {
            $services[$component.VMId].Add($component)
        }
    }
    if (@($failures).Count -gt 0) {
        foreach ($machine in $VM) {
            if ($services[$machine.Id].Count -gt 0) {
                continue
            }
            try {
                foreach ($component in Get-VMIntegrationService -VM $machine -ErrorAction Stop) {
                    $services[$machine.Id].Add($component)
                }
            }
            catch {
                $errors[$machine.Id] = $_
            }
        }
    }
    @{
        services = $services
        errors = $errors
    }
}

Function ConvertTo-AnsibleHyperVServiceRow {
    <#
    .SYNOPSIS
    Turns integration services into rows of a result.

    .PARAMETER Component
    The integration services of one machine.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [object[]]
        $Component
    )

    foreach ($service in $Component) {
        $id = $service.Id
        $id = $id.Substring($id.LastIndexOf('\') + 1).ToLowerInvariant()
        $key = $script:KeyById[$id]
        if (-not $key) {
            $key = $id
        }
        $primary = $service.PrimaryOperationalStatus
        $secondary = $service.SecondaryOperationalStatus
        foreach ($code in $primary, $secondary) {
            if ($null -ne $code -and -not $script:StatusByCode.ContainsKey([int]$code)) {
                $script:StatusByCode[[int]$code] = "unknown_$([int]$code)"
            }
        }
        [ordered]@{
            key = $key
            id = $id
            display_name = $service.Name
            enabled = $service.Enabled
            primary_status = $(if ($null -ne $primary) { $script:StatusByCode[[int]$primary] })
            primary_status_code = $(if ($null -ne $primary) { [int]$primary })
            primary_status_text = $service.PrimaryStatusDescription
            secondary_status = $(if ($null -ne $secondary) { $script:StatusByCode[[int]$secondary] })
            secondary_status_code = $(if ($null -ne $secondary) { [int]$secondary })
            secondary_status_text = $service.SecondaryStatusDescription
            protocol_mismatch = 32775 -eq $primary -or 32775 -eq $secondary
        }
    }
}

Function Resolve-AnsibleHyperVService {
    <#
    .SYNOPSIS
    Gives the component GUID of a service by any of its names.

    .DESCRIPTION
    Accepts the short key, an alias, the English display name, the component GUID, and the name in the host's own language.

    .PARAMETER LocalNames
    The component GUIDs by the names that this host uses.

    .PARAMETER Name
    The name as the user wrote it.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $LocalNames,

        [Parameter(Mandatory)]
        [AllowEmptyString()]
        [string]
        $Name
    )

    $word = $Name.Trim()
    if ($script:IdByName.ContainsKey($word)) {
        return $script:IdByName[$word]
    }
    if ($LocalNames.Contains($word)) {
        return $LocalNames[$word]
    }
    $guid = [Guid]::Empty
    if ([Guid]::TryParse($word, [ref]$guid)) {
        return $guid.ToString()
    }
    $hint = "Use one of $(@(foreach ($component in $script:Components) { $component.key }) -join ', ')"
    if ($LocalNames.Count -gt 0) {
        $hint += "; on this host they are called $(@($LocalNames.Keys | Sort-Object) -join ', ')"
    }
    throw (New-AnsibleHyperVException -ErrorClass service_not_offered -Message "Unknown integration service '$Name'" -Hint $hint)
}

Export-ModuleMember -Function ConvertTo-AnsibleHyperVServiceRow, Get-AnsibleHyperVComponentId, Get-AnsibleHyperVServiceKey,
Read-AnsibleHyperVService, Resolve-AnsibleHyperVService, Select-AnsibleHyperVServiceOrder
