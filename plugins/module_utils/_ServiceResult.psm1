# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._IntegrationService

# Private to hyperv.integration: what was done with the services of virtual machines, as rows of the result.

# VMState: a change reaches the guest at once only where it runs; RunningCritical is a running machine with a storage problem.
$script:RunningStates = @('Running', 'RunningCritical')

Function ConvertTo-AnsibleHyperVServiceResult {
    <#
    .SYNOPSIS
    Turns the record of a machine into its row of the result.

    .PARAMETER CheckMode
    Nothing was switched: the row shows what would be.

    .PARAMETER Item
    The record of the machine.

    .PARAMETER RestartNeeded
    The guest notices a service that comes or goes only when it starts again.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Item,

        [switch]
        $CheckMode,

        [switch]
        $RestartNeeded
    )

    $changed = $false
    $rows = @(foreach ($id in Select-AnsibleHyperVServiceOrder -Id @($Item.wanted.Keys)) {
            $component = $Item.components[$id]
            $row = [ordered]@{ key = Get-AnsibleHyperVServiceKey -Id $id; id = $id; display_name = $null; enabled = $false }
            if ($component) {
                $row = ConvertTo-AnsibleHyperVServiceRow -Component $component
            }
            if ($CheckMode -and $Item.changes.Contains($id)) {
                $row.enabled = $Item.wanted[$id]
            }
            $row.before = $Item.before[$id]
            $row.effective = $null
            if ($row.before -ne $row.enabled) {
                $changed = $true
                $row.effective = if ($script:RunningStates -notcontains "$($Item.vm.State)") {
                    'on_next_start'
                }
                elseif ($RestartNeeded) {
                    'guest_restart_needed'
                }
                else {
                    'now'
                }
            }
            $row
        })
    [ordered]@{
        name = $Item.name
        id = $Item.id
        changed = $changed
        services = $rows
        error = $Item.error
    }
}


Export-ModuleMember -Function ConvertTo-AnsibleHyperVServiceResult
