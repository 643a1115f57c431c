# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: names and failures of several rows of a result, in one sentence.

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
    Says in one sentence which rows failed and which were done.

    .PARAMETER Kind
    What the rows are, in the plural.

    .PARAMETER Row
    The rows of the result.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        [string]
        $Kind,

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
    $parts = @(foreach ($text in $byText.Keys) {
            $names = Join-AnsibleHyperVName -Name $byText[$text]
            # A sentence that names the one that it is about needs no name before it.
            if ($text.Contains($names)) { $text } else { "${names}: $text" }
        })
    if ($parts.Count -gt 10) {
        $parts = $parts[0..9] + @("and $($parts.Count - 10) more reasons")
    }
    "$($Row.Count - $done.Count) of $($Row.Count) $Kind failed: $($parts -join '; '). Done: $(Join-AnsibleHyperVName -Name $done)"
}

Export-ModuleMember -Function ConvertTo-AnsibleHyperVFailureText, Join-AnsibleHyperVName
