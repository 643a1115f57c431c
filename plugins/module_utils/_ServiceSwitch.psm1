# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError
#AnsibleRequires -PowerShell ._IntegrationService

# Private to hyperv.integration: switching services of many machines with few calls, and finding out what did not take.

Function Update-AnsibleHyperVServiceItem {
    <#
    .SYNOPSIS
    Reads the services of machines again, and returns those on which a wanted change did not take.

    .PARAMETER Item
    The records of the machines.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Reads')]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [System.Collections.IDictionary[]]
        $Item
    )

    $answer = Read-AnsibleHyperVService -VM @(foreach ($one in $Item) { $one.vm })
    foreach ($one in $Item) {
        $failure = $answer.errors[$one.vm.Id]
        if ($failure) {
            $one.error = Get-AnsibleHyperVErrorDetail -ErrorRecord $failure
            $one
            continue
        }
        foreach ($service in $answer.services[$one.vm.Id]) {
            $one.components[(Get-AnsibleHyperVComponentId -Component $service)] = $service
        }
        foreach ($id in $one.changes) {
            if ($one.components[$id].Enabled -ne $one.wanted[$id]) {
                $one
                break
            }
        }
    }
}


Function Invoke-AnsibleHyperVServiceSwitch {
    <#
    .SYNOPSIS
    Switches services of many machines: one cmdlet call for all that go on, one for all that go off.

    .DESCRIPTION
    Reads the services again afterwards. A machine on which a switch did not take is tried once more by itself, which brings
    its own error, or its success where another operation was in the way for a moment.

    .PARAMETER Item
    The records of the machines that have changes.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [System.Collections.IDictionary[]]
        $Item
    )

    foreach ($on in $true, $false) {
        $services = @(foreach ($one in $Item) { foreach ($id in $one.changes) { if ($one.wanted[$id] -eq $on) { $one.components[$id] } } })
        if ($services.Count -eq 0) {
            continue
        }
        $command = if ($on) { 'Enable-VMIntegrationService' } else { 'Disable-VMIntegrationService' }
        try {
            # What failed is found by reading again; the error of each machine comes from its own second try.
            & $command -VMIntegrationService $services -ErrorAction SilentlyContinue
        }
        catch {
            # A terminating error leaves the rest of the list undone, which the reading below shows as well.
            Write-Debug -Message "$command stopped: $_"
        }
    }

    $denied = $null
    foreach ($one in Update-AnsibleHyperVServiceItem -Item $Item) {
        if ($denied) {
            $one.error = $denied
            continue
        }
        try {
            foreach ($id in $one.changes) {
                $command = if ($one.wanted[$id]) { 'Enable-VMIntegrationService' } else { 'Disable-VMIntegrationService' }
                if ($one.components[$id].Enabled -ne $one.wanted[$id]) {
                    & $command -VMIntegrationService $one.components[$id] -ErrorAction Stop
                }
            }
        }
        catch {
            $one.error = Get-AnsibleHyperVErrorDetail -ErrorRecord $_
            if ($one.error.error_class -eq 'access_denied') {
                # Rights are those of the host: asking again for each machine would only cost time.
                $denied = $one.error
            }
        }
        foreach ($left in Update-AnsibleHyperVServiceItem -Item @($one)) {
            if (-not $left.error) {
                $text = "The host '$env:COMPUTERNAME' took the change of virtual machine '$($left.name)' without an error, but nothing changed"
                $left.error = @{ error_class = 'unexpected'; msg = $text; hint = 'Look at the event log Microsoft-Windows-Hyper-V-VMMS-Admin of the host' }
            }
        }
    }
}


Export-ModuleMember -Function Invoke-AnsibleHyperVServiceSwitch
