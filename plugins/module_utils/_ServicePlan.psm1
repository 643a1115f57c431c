# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError
#AnsibleRequires -PowerShell ._IntegrationService

# Private to hyperv.integration: what has to be switched on which machine, and what forbids it.

# Windows Update offers integration components to these guests only while Data Exchange is on (footnote of the update tables).
$script:KvpId = '2a34b1c2-fd73-4043-8a5b-dd2159bc743f'
$script:ShutdownId = '9f8233ac-be49-4c79-8ee3-e7e1985b2077'

Function New-AnsibleHyperVServiceItem {
    <#
    .SYNOPSIS
    Makes the record of one machine in a plan.

    .PARAMETER ErrorDetail
    Why nothing can be done for this machine.

    .PARAMETER Id
    The machine's GUID.

    .PARAMETER Name
    The machine's name.

    .PARAMETER VM
    The machine.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes an object')]
    param (
        [AllowNull()]
        [string]
        $Id,

        [AllowNull()]
        [string]
        $Name,

        $VM,

        $ErrorDetail
    )

    @{
        id = $(if ($Id) { $Id })
        name = $(if ($Name) { $Name })
        vm = $VM
        error = $ErrorDetail
        force = $false
        exclusive = $false
        wanted = [ordered]@{}
        written = @{}
        components = @{}
        before = @{}
        changes = [System.Collections.Generic.List[object]]@()
        guards = [System.Collections.Generic.List[string]]@()
    }
}


Function Get-AnsibleHyperVLocalName {
    <#
    .SYNOPSIS
    Maps the names that this host uses for its services to their component GUIDs.

    .PARAMETER Services
    The services in lists by machine id.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Services
    )

    $names = @{}
    $seen = @{}
    foreach ($list in $Services.Values) {
        foreach ($component in $list) {
            $id = Get-AnsibleHyperVComponentId -Component $component
            if (-not $seen.ContainsKey($id)) {
                $seen[$id] = $true
                $names[$component.Name] = $id
            }
        }
        # Hosts offer at most these six; a later machine can only repeat them.
        if ($seen.Count -ge 6) {
            break
        }
    }
    $names
}


Function Set-AnsibleHyperVServiceWish {
    <#
    .SYNOPSIS
    Writes what a request wants into the record of one machine; what comes later wins.

    .PARAMETER Item
    The record of the machine.

    .PARAMETER Request
    The request, with its services resolved to component GUIDs.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Fills a hash table')]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Item,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Request
    )

    foreach ($wish in $Request.wanted) {
        $Item.wanted[$wish.id] = $wish.on
        $Item.written[$wish.id] = $wish.name
    }
    $Item.force = $Item.force -or $Request.force
    $Item.exclusive = $Item.exclusive -or $Request.exclusive
}


Function Resolve-AnsibleHyperVRequest {
    <#
    .SYNOPSIS
    Resolves the names of the services in a request to component GUIDs.

    .PARAMETER LocalNames
    The component GUIDs by the names that this host uses.

    .PARAMETER Request
    The request.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $LocalNames,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Request
    )

    $states = @{}
    foreach ($wish in $Request.wanted) {
        $wish.id = Resolve-AnsibleHyperVService -Name $wish.name -LocalNames $LocalNames
        if ($states.ContainsKey($wish.id) -and $states[$wish.id].on -ne $wish.on) {
            $text = "Integration service '$($wish.name)' is the same as '$($states[$wish.id].name)' but has another state"
            throw (New-AnsibleHyperVException -ErrorClass invalid_argument -Message $text -Hint 'Name each service once')
        }
        $states[$wish.id] = $wish
    }
}


Function Compare-AnsibleHyperVService {
    <#
    .SYNOPSIS
    Compares what one machine has with what is wanted, and fills the list of changes.

    .PARAMETER Component
    The integration services of the machine.

    .PARAMETER Item
    The record of the machine.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [object[]]
        $Component,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Item
    )

    foreach ($service in $Component) {
        $id = Get-AnsibleHyperVComponentId -Component $service
        $Item.components[$id] = $service
        if ($Item.exclusive -and -not $Item.wanted.Contains($id)) {
            $Item.wanted[$id] = $false
            $Item.written[$id] = $service.Name
        }
    }
    foreach ($id in $Item.wanted.Keys) {
        $service = $Item.components[$id]
        if ($service) {
            $Item.before[$id] = [bool]$service.Enabled
            if ($service.Enabled -ne $Item.wanted[$id]) {
                $Item.changes.Add($id)
            }
            continue
        }
        # A service that is not there is not on either, so only wanting it on is an error.
        $Item.before[$id] = $false
        if ($Item.wanted[$id]) {
            $offered = @(foreach ($known in Select-AnsibleHyperVServiceOrder -Id @($Item.components.Keys)) { Get-AnsibleHyperVServiceKey -Id $known })
            $text = "Virtual machine '$($Item.name)' is not offered the integration service '$($Item.written[$id])' by host '$env:COMPUTERNAME'"
            $hint = "Offered are $($offered -join ', '); Guest Service Interface needs a host with Windows Server 2012 R2 or later"
            $Item.error = @{ error_class = 'service_not_offered'; msg = $text; hint = $hint }
        }
    }
    if ($Item.error) {
        $Item.changes.Clear()
    }
}


Function Test-AnsibleHyperVGuard {
    <#
    .SYNOPSIS
    Looks for what depends on a service that is about to be turned off, and blocks the machine unless force is set.

    .PARAMETER Item
    The record of the machine.

    .PARAMETER NeedsDataExchange
    The guest gets its integration components by Windows Update, which wants Data Exchange.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Item,

        [switch]
        $NeedsDataExchange
    )

    $reasons = @(
        if ($Item.changes.Contains($script:KvpId) -and -not $Item.wanted[$script:KvpId]) {
            if ($NeedsDataExchange) {
                'Windows Update offers integration components to this guest only while Key-Value Pair Exchange is on'
            }
            # VMReplicationMode None is 0.
            if ([int]$Item.vm.ReplicationMode -ne 0) {
                'Hyper-V Replica sets the failover addresses of this machine through Key-Value Pair Exchange'
            }
        }
        if ($Item.changes.Contains($script:ShutdownId) -and -not $Item.wanted[$script:ShutdownId]) {
            if ($Item.vm.IsClustered) {
                'the cluster shuts this machine down through the Shutdown service'
            }
            # StopAction ShutDown is 4.
            if ([int]$Item.vm.AutomaticStopAction -eq 4) {
                'the host shuts this machine down through the Shutdown service when it stops (AutomaticStopAction)'
            }
        }
    )
    foreach ($reason in $reasons) {
        $Item.guards.Add($reason)
    }
    if ($reasons.Count -gt 0 -and -not $Item.force) {
        $Item.changes.Clear()
        $text = "Refused to turn off a service of virtual machine '$($Item.name)': $($reasons -join '; ')"
        $Item.error = @{ error_class = 'blocked'; msg = $text; hint = 'Set force to true to do it all the same' }
    }
}


Export-ModuleMember -Function Compare-AnsibleHyperVService, Get-AnsibleHyperVLocalName, New-AnsibleHyperVServiceItem, Resolve-AnsibleHyperVRequest,
Set-AnsibleHyperVServiceWish, Test-AnsibleHyperVGuard
