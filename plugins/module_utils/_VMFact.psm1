# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError
#AnsibleRequires -PowerShell ._IntegrationService

# Private to hyperv.integration: rows of the host snapshot, one a virtual machine.

# VMHeartbeatStatus, by number since the text of an unknown member is a number too.
$script:HeartbeatByCode = @('unknown', 'disabled', 'no_contact', 'error', 'lost_communication', 'ok_applications_unknown',
    'ok_applications_healthy', 'ok_applications_critical', 'paused')
# IntegrationServicesVersionState of Msvm_SummaryInformation; 0 is unknown.
$script:VersionStateByCode = @($null, 'up_to_date', 'mismatch')
# RequestedInformation: 0 is the name, 121 and 132 are the two numbers that Microsoft's pages give for the version state.
$script:SummaryCodes = [uint32[]]@(0, 121, 132)
$script:Words = @{}

Function ConvertTo-AnsibleHyperVWord {
    <#
    .SYNOPSIS
    Turns the name of an enum member into lower snake case.

    .PARAMETER Value
    The enum value.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        [AllowNull()]
        $Value
    )

    if ($null -eq $Value) {
        return
    }
    $text = [string]$Value
    if (-not $script:Words.ContainsKey($text)) {
        $word = ($text -creplace '(?<=[a-z0-9])(?=[A-Z])', '_').ToLowerInvariant()
        $script:Words[$text] = if ($word -match '^[0-9]') { "unknown_$word" } else { $word }
    }
    $script:Words[$text]
}

Function Read-AnsibleHyperVVersionState {
    <#
    .SYNOPSIS
    Reads what the host says of the version of each guest's components, by machine id in lower case.

    .DESCRIPTION
    Hosts before Windows Server 2016 compare versions and say so as a number, which is not translated.
    #>
    [CmdletBinding()]
    param ()

    $states = @{}
    $service = Get-CimInstance -Namespace root/virtualization/v2 -ClassName Msvm_VirtualSystemManagementService
    $answer = Invoke-CimMethod -InputObject $service -MethodName GetSummaryInformation -Arguments @{ RequestedInformation = $script:SummaryCodes }
    foreach ($row in $answer.SummaryInformation) {
        if ($row.Name -and $null -ne $row.IntegrationServicesVersionState) {
            $states[([string]$row.Name).ToLowerInvariant()] = $script:VersionStateByCode[[int]$row.IntegrationServicesVersionState]
        }
    }
    $states
}

Function Read-AnsibleHyperVCheckpointCount {
    <#
    .SYNOPSIS
    Counts the checkpoints of every machine with one query, by machine id in lower case.
    #>
    [CmdletBinding()]
    param ()

    $counts = @{}
    $query = @{
        Namespace = 'root/virtualization/v2'
        ClassName = 'Msvm_VirtualSystemSettingData'
        Filter = "VirtualSystemType = 'Microsoft:Hyper-V:Snapshot:Realized'"
        Property = 'VirtualSystemIdentifier'
    }
    foreach ($setting in Get-CimInstance @query) {
        $id = ([string]$setting.VirtualSystemIdentifier).ToLowerInvariant()
        $counts[$id] = 1 + $counts[$id]
    }
    $counts
}

Function Resolve-AnsibleHyperVVersion {
    <#
    .SYNOPSIS
    Decides which version of integration components a guest reports, from where, or why it reports none.

    .PARAMETER CmdletVersion
    IntegrationServicesVersion of Get-VM.

    .PARAMETER Kvp
    The guest's items.

    .PARAMETER KvpRow
    The row of Key-Value Pair Exchange, or null where it is not offered.

    .PARAMETER State
    The state of the machine in lower snake case.

    .PARAMETER VersionState
    What the host says of the version.
    #>
    [CmdletBinding()]
    param (
        [AllowNull()]
        $CmdletVersion,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Kvp,

        [AllowNull()]
        $KvpRow,

        [Parameter(Mandatory)]
        [string]
        $State,

        [AllowNull()]
        [string]
        $VersionState
    )

    $result = [ordered]@{ value = $null; source = $null; reason = $null; state = $(if ($VersionState) { $VersionState }) }
    $zero = [Version]'0.0'
    foreach ($candidate in @(@('kvp', $Kvp['IntegrationServicesVersion']), @('cmdlet', $CmdletVersion))) {
        $text = [string]$candidate[1]
        $version = $zero
        # 0.0 is what hosts since Windows Server 2016 show for every guest: it stands for "not reported".
        if ($text -and -not ([Version]::TryParse($text, [ref]$version) -and $version -le [Version]'0.0.0.0')) {
            $result.value = $text
            $result.source = $candidate[0]
            return $result
        }
    }
    $result.reason = if ($State -notlike 'running*') {
        'vm_not_running'
    }
    elseif (-not $KvpRow) {
        'data_exchange_not_offered'
    }
    elseif (-not $KvpRow.enabled) {
        'data_exchange_disabled'
    }
    elseif ($KvpRow.primary_status -ne 'ok') {
        'guest_not_answering'
    }
    else {
        'not_reported'
    }
    $result
}

Function ConvertTo-AnsibleHyperVVMRow {
    <#
    .SYNOPSIS
    Turns machines into their rows of the snapshot.

    .PARAMETER Checkpoints
    The counts of checkpoints by machine id, or null where they could not be read.

    .PARAMETER Kvp
    The items of the guests by machine id, or null where they could not be read.

    .PARAMETER Services
    The integration services, and the errors of those that could not be read, by machine id.

    .PARAMETER States
    What the host says of the versions, by machine id.

    .PARAMETER VM
    The machines.
    #>
    [CmdletBinding()]
    param (
        [AllowNull()]
        [System.Collections.IDictionary]
        $Checkpoints,

        [AllowNull()]
        [System.Collections.IDictionary]
        $Kvp,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Services,

        [AllowNull()]
        [System.Collections.IDictionary]
        $States,

        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [object[]]
        $VM
    )

    foreach ($machine in $VM) {
        $id = $machine.Id.ToString()
        $rows = @(ConvertTo-AnsibleHyperVServiceRow -Component $Services.services[$machine.Id])
        $kvpRow = $null
        foreach ($row in $rows) {
            if ($row.key -eq 'key_value_pair_exchange') {
                $kvpRow = $row
            }
        }
        $items = if ($Kvp -and $Kvp.Contains($id)) { $Kvp[$id] } else { [ordered]@{} }
        $state = ConvertTo-AnsibleHyperVWord -Value $machine.State
        $heartbeat = $machine.Heartbeat
        $failure = $Services.errors[$machine.Id]
        $version = @{
            CmdletVersion = $machine.IntegrationServicesVersion
            Kvp = $items
            KvpRow = $kvpRow
            State = $state
            VersionState = $(if ($States) { $States[$id] })
        }
        [ordered]@{
            id = $id
            name = $machine.Name
            state = $state
            generation = $machine.Generation
            configuration_version = $machine.Version
            clustered = $machine.IsClustered
            checkpoints = $(if ($Checkpoints) { [int]$Checkpoints[$id] })
            heartbeat = $(if ($null -ne $heartbeat) { $script:HeartbeatByCode[[int]$heartbeat] })
            guest = [ordered]@{
                os_name = $items['OSName']
                os_version = $items['OSVersion']
                fqdn = $items['FullyQualifiedDomainName']
                ipv4 = @(([string]$items['NetworkAddressIPv4']).Split(';') -ne '')
                ipv6 = @(([string]$items['NetworkAddressIPv6']).Split(';') -ne '')
            }
            kvp = $items
            version = Resolve-AnsibleHyperVVersion @version
            services = $rows
            error = $(if ($failure) { Get-AnsibleHyperVErrorDetail -ErrorRecord $failure })
        }
    }
}

Function ConvertTo-AnsibleHyperVUnreadRow {
    <#
    .SYNOPSIS
    Makes the row of a machine that could not be read: its id, its name and the error, and null for the rest.

    .PARAMETER Unread
    The machine's id, name and error.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Unread
    )

    [ordered]@{
        id = $Unread.id
        name = $Unread.name
        state = $null
        generation = $null
        configuration_version = $null
        clustered = $null
        checkpoints = $null
        heartbeat = $null
        guest = [ordered]@{ os_name = $null; os_version = $null; fqdn = $null; ipv4 = @(); ipv6 = @() }
        kvp = @{}
        version = [ordered]@{ value = $null; source = $null; reason = 'vm_not_readable'; state = $null }
        services = @()
        error = $Unread.error
    }
}

Export-ModuleMember -Function ConvertTo-AnsibleHyperVUnreadRow, ConvertTo-AnsibleHyperVVMRow, Read-AnsibleHyperVCheckpointCount,
Read-AnsibleHyperVVersionState
