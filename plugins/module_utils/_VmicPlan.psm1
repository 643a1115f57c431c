# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError
#AnsibleRequires -PowerShell ._VmicService

# Private to hyperv.integration: what has to be done to which service of a Windows guest, what to warn of, and the result.

$script:AbsentHint = 'Install the integration services in this guest, then run again'
$script:TooOldHint = 'Leave this service out for this guest: its Windows is older than the service'

Function New-AnsibleHyperVVmicItem {
    <#
    .SYNOPSIS
    Makes the records of the services that are wished for; two wishes for one service must be the same.

    .PARAMETER Controller
    The services of this Windows by name.

    .PARAMETER Request
    The wishes.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes objects')]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Controller,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary[]]
        $Request
    )

    $items = [ordered]@{}
    foreach ($wish in $Request) {
        $services = if ($null -ne $wish.name) {
            Find-AnsibleHyperVVmic -Controller $Controller -Name $wish.name
        }
        else {
            foreach ($known in Get-AnsibleHyperVVmicService) { if ($Controller.ContainsKey($known.name)) { $known } }
        }
        foreach ($service in $services) {
            $earlier = $items[$service.key]
            if ($earlier -and ($earlier.state -ne $wish.state -or $earlier.start_mode -ne $wish.start_mode)) {
                $text = "'$($earlier.written)' and '$($wish.name)' are one service with two wishes"
                throw (New-AnsibleHyperVException -ErrorClass invalid_argument -Message $text -Hint 'Name each service once')
            }
            $now = ConvertTo-AnsibleHyperVVmicState -Controller $Controller[$service.name]
            $items[$service.key] = @{
                service = $service
                written = $wish.name
                controller = $Controller[$service.name]
                state = $wish.state
                start_mode = $wish.start_mode
                before = $now
                now = $now.Clone()
                actions = [System.Collections.Generic.List[string]]@()
                done = [System.Collections.Generic.List[string]]@()
                reason = $null
                error = $null
            }
        }
    }
    # A map has no order of its own, so the order is always that of the known services.
    foreach ($known in Get-AnsibleHyperVVmicService) {
        if ($items.Contains($known.key)) { $items[$known.key] }
    }
}

Function Set-AnsibleHyperVVmicError {
    <#
    .SYNOPSIS
    Writes into the record of a service why it is not as it is wished.

    .PARAMETER Item
    The record.

    .PARAMETER Exception
    What went wrong.

    .PARAMETER Reason
    A word for it, if there is one.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Fills a hash table')]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Item,

        [Parameter(Mandatory)]
        [System.Exception]
        $Exception,

        [string]
        $Reason
    )

    $Item.error = @{
        error_class = [string]$Exception.Data['error_class']
        msg = $Exception.Message
        hint = [string]$Exception.Data['hint']
    }
    if ($Reason) {
        $Item.reason = $Reason
    }
}

Function Compare-AnsibleHyperVVmic {
    <#
    .SYNOPSIS
    Finds what has to be done to a service, or why it cannot be.

    .PARAMETER ForceDependent
    Services that depend on one may be stopped with it.

    .PARAMETER Item
    The record of the service.

    .PARAMETER OsVersion
    The version of Windows.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Item,

        [Parameter(Mandatory)]
        [Version]
        $OsVersion,

        [switch]
        $ForceDependent
    )

    $label = "service '$($Item.service.name)'"
    $before = $Item.before
    if ($before.state -eq 'absent') {
        # What is not there is stopped and does not start, so only a wish for more is an error.
        $Item.reason = if ($OsVersion -lt [Version]$Item.service.since) { 'newer_windows' } else { 'not_installed' }
        if (($Item.state -and $Item.state -ne 'stopped') -or ($Item.start_mode -and $Item.start_mode -ne 'disabled')) {
            $hint = if ($Item.reason -eq 'newer_windows') { $script:TooOldHint } else { $script:AbsentHint }
            $text = "This guest with Windows $OsVersion has no $label"
            Set-AnsibleHyperVVmicError -Item $Item -Exception (New-AnsibleHyperVException -ErrorClass service_not_offered -Message $text -Hint $hint)
        }
        return
    }
    if ($Item.start_mode -and $Item.start_mode -ne $before.start_mode) {
        $Item.actions.Add('set_start_mode')
    }
    if ($Item.state -in 'restarted', 'stopped' -and $before.state -ne 'stopped') {
        $Item.actions.Add('stop')
    }
    if ($Item.state -eq 'restarted' -or ($Item.state -eq 'started' -and $before.state -ne 'running')) {
        $Item.actions.Add('start')
    }
    if ($Item.actions.Contains('start') -and -not $Item.start_mode -and $before.start_mode -eq 'disabled') {
        $text = "The start mode of $label is disabled, so nobody can start it, Hyper-V neither"
        $failure = New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint 'Set start_mode: manual as well, which is the default of Windows'
        Set-AnsibleHyperVVmicError -Item $Item -Exception $failure -Reason start_disabled
    }
    if ($Item.actions.Contains('stop') -and -not $ForceDependent) {
        $names = @(foreach ($other in $Item.controller.DependentServices) { if ("$($other.Status)" -ne 'Stopped') { $other.Name } })
        if ($names.Count -gt 0) {
            $text = "To stop $label, these services that depend on it must stop as well: '$($names -join "', '")'"
            $failure = New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint 'Set force_dependent_services: true to stop them'
            Set-AnsibleHyperVVmicError -Item $Item -Exception $failure
        }
    }
    if ($Item.error) {
        $Item.actions.Clear()
    }
}

Function Get-AnsibleHyperVVmicWarning {
    <#
    .SYNOPSIS
    Says what of the wishes will not last, or takes from the host what it needs.

    .PARAMETER Item
    The records of the services.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [System.Collections.IDictionary[]]
        $Item
    )

    $stopped = [System.Collections.Generic.List[string]]@()
    $disabled = [System.Collections.Generic.List[string]]@()
    $direct = $false
    foreach ($one in $Item) {
        $name = $one.service.name
        $stays = $one.actions.Contains('stop') -and -not $one.actions.Contains('start')
        $direct = $direct -or ($stays -and $one.service.key -eq 'powershell_direct')
        if ($one.start_mode -eq 'disabled' -and $one.actions.Count -gt 0) {
            $disabled.Add($name)
        }
        elseif ($stays -and $one.before.start_mode -ne 'disabled') {
            $stopped.Add($name)
        }
        if (-not $one.error -and $one.state -eq 'started' -and -not $one.start_mode -and $one.before.start_mode -eq 'disabled') {
            "The start mode of $name is disabled: it runs, but Hyper-V cannot start it again once it has stopped; set start_mode: manual"
        }
    }
    $place = 'control the service at the host with hyperv.integration.hyperv_integration_service instead'
    if ($stopped.Count -gt 0) {
        "Stopping $($stopped -join ', ') may severely affect how the host can manage this virtual machine. " +
        "While the service is on at the host, Hyper-V will start it again, though not at once; $place"
    }
    if ($disabled.Count -gt 0) {
        "With the start mode disabled Hyper-V cannot start $($disabled -join ', '), whatever the host is set to. " +
        "This may severely affect how the host can manage this virtual machine; $place"
    }
    if ($direct) {
        'Stopping vmicvmsession turns PowerShell Direct to this virtual machine off'
    }
}

Function ConvertTo-AnsibleHyperVVmicResult {
    <#
    .SYNOPSIS
    Turns the record of a service into its row of the result.

    .PARAMETER CheckMode
    Nothing was done: the row shows what would be.

    .PARAMETER Item
    The record.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Item,

        [switch]
        $CheckMode
    )

    $now = $Item.now
    $done = $Item.done
    if ($CheckMode) {
        $done = $Item.actions
        if ($done.Contains('set_start_mode')) { $now.start_mode = $Item.start_mode }
        if ($done.Contains('stop')) { $now.state = 'stopped' }
        if ($done.Contains('start')) { $now.state = 'running' }
    }
    # What was started and has stopped again is as it was: nothing changed.
    $restarted = $done.Contains('stop') -and $done.Contains('start') -and $now.state -eq 'running'
    [ordered]@{
        key = $Item.service.key
        name = $Item.service.name
        display_name = $(if ($Item.controller) { $Item.controller.DisplayName } else { $Item.service.display_name })
        state = $now.state
        start_mode = $now.start_mode
        before = $Item.before
        changed = $restarted -or $now.state -ne $Item.before.state -or $now.start_mode -ne $Item.before.start_mode
        actions = @($done)
        reason = $Item.reason
        error = $Item.error
    }
}

Function Get-AnsibleHyperVVmicDiff {
    <#
    .SYNOPSIS
    Gives before and after of the rows that changed, with what differs alone.

    .PARAMETER Row
    The rows of the result.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [System.Collections.IDictionary[]]
        $Row
    )

    $diff = @{ before = @{}; after = @{} }
    foreach ($one in $Row) {
        if (-not $one.changed) {
            continue
        }
        $diff.before[$one.key] = @{}
        $diff.after[$one.key] = @{}
        foreach ($field in 'state', 'start_mode') {
            if ($one.before[$field] -ne $one[$field]) {
                $diff.before[$one.key][$field] = $one.before[$field]
                $diff.after[$one.key][$field] = $one[$field]
            }
        }
        if ($diff.after[$one.key].Count -eq 0) {
            $diff.before[$one.key].state = $one.before.state
            $diff.after[$one.key].state = 'restarted'
        }
    }
    $diff
}

Export-ModuleMember -Function Compare-AnsibleHyperVVmic, ConvertTo-AnsibleHyperVVmicResult,
Get-AnsibleHyperVVmicDiff, Get-AnsibleHyperVVmicWarning, New-AnsibleHyperVVmicItem, Set-AnsibleHyperVVmicError
