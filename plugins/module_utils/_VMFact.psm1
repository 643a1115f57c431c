# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

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
    Turns one machine into its row of the snapshot.

    .PARAMETER Checkpoints
    The count of checkpoints, or null where it could not be read.

    .PARAMETER Component
    The integration services of the machine.

    .PARAMETER ErrorDetail
    Why the services could not be read.

    .PARAMETER Kvp
    The guest's items.

    .PARAMETER VersionState
    What the host says of the version.

    .PARAMETER VM
    The machine.
    #>
    [CmdletBinding()]
    param (
        [AllowNull()]
        $Checkpoints,

        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [object[]]
        $Component,

        [AllowNull()]
        $ErrorDetail,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Kvp,

        [AllowNull()]
        [string]
        $VersionState,

        [Parameter(Mandatory)]
        $VM
    )

    $rows = @(ConvertTo-AnsibleHyperVServiceRow -Component $Component)
    $kvpRow = $null
    foreach ($row in $rows) {
        if ($row.key -eq 'key_value_pair_exchange') {
            $kvpRow = $row
        }
    }
    $state = ConvertTo-AnsibleHyperVWord -Value $VM.State
    $heartbeat = $VM.Heartbeat
    [ordered]@{
        id = $VM.Id.ToString()
        name = $VM.Name
        state = $state
        generation = $VM.Generation
        configuration_version = $VM.Version
        clustered = $VM.IsClustered
        checkpoints = $Checkpoints
        heartbeat = $(if ($null -ne $heartbeat) { $script:HeartbeatByCode[[int]$heartbeat] })
        guest = [ordered]@{
            os_name = $Kvp['OSName']
            os_version = $Kvp['OSVersion']
            fqdn = $Kvp['FullyQualifiedDomainName']
            ipv4 = @(([string]$Kvp['NetworkAddressIPv4']).Split(';') -ne '')
            ipv6 = @(([string]$Kvp['NetworkAddressIPv6']).Split(';') -ne '')
        }
        kvp = $Kvp
        version = Resolve-AnsibleHyperVVersion -Kvp $Kvp -KvpRow $kvpRow -State $state -CmdletVersion $VM.IntegrationServicesVersion -VersionState $VersionState
        services = $rows
        error = $ErrorDetail
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
