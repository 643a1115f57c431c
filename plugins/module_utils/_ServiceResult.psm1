# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._IntegrationService

# Private to hyperv.integration: what was done, as rows of the result and in one sentence.

# VMState: a change reaches the guest at once only where it runs; RunningCritical is a running machine with a storage problem.
$script:RunningStates = @('Running', 'RunningCritical')

Function Join-AnsibleHyperVName {
    <#
    .SYNOPSIS
    Quotes and joins names for a message, the first ten of them and the count of the rest.

    .PARAMETER Name
    The names.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [string[]]
        $Name
    )

    if ($Name.Count -eq 0) {
        return 'none'
    }
    $text = @(foreach ($one in $Name[0..([Math]::Min(9, $Name.Count - 1))]) { "'$one'" }) -join ', '
    if ($Name.Count -gt 10) {
        $text += " and $($Name.Count - 10) more"
    }
    $text
}


Function ConvertTo-AnsibleHyperVFailureText {
    <#
    .SYNOPSIS
    Says in one sentence which machines failed and which were done.

    .PARAMETER Row
    The rows of the result.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary[]]
        $Row
    )

    if ($Row.Count -eq 1) {
        return $Row[0].error.msg
    }
    $done = [System.Collections.Generic.List[string]]@()
    $byText = [ordered]@{}
    foreach ($one in $Row) {
        $name = if ($one.name) { $one.name } else { $one.id }
        if (-not $one.error) {
            $done.Add($name)
            continue
        }
        # Hyper-V's own sentences end with a full stop, ours do not.
        $text = $one.error.msg.TrimEnd('.')
        if (-not $byText.Contains($text)) {
            $byText[$text] = [System.Collections.Generic.List[string]]@()
        }
        $byText[$text].Add($name)
    }
    $parts = @(foreach ($text in $byText.Keys) { "$(Join-AnsibleHyperVName -Name $byText[$text]): $text" })
    if ($parts.Count -gt 10) {
        $parts = $parts[0..9] + @("and $($parts.Count - 10) more reasons")
    }
    "$($Row.Count - $done.Count) of $($Row.Count) virtual machines failed: $($parts -join '; '). Done: $(Join-AnsibleHyperVName -Name $done)"
}


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


Export-ModuleMember -Function ConvertTo-AnsibleHyperVFailureText, ConvertTo-AnsibleHyperVServiceResult, Join-AnsibleHyperVName
