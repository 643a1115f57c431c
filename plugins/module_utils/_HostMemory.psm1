# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError

# Private to hyperv.integration: what a run must leave to a later one on the same machine, since either may be killed.

# The registry, not a file: below SOFTWARE only administrators write, so no plain user can plant a path that a later run follows.
# One value a record, so that two runs do not write over each other.
$script:Root = 'HKLM:\SOFTWARE\hyperv.integration'

Function Get-AnsibleHyperVMemory {
    <#
    .SYNOPSIS
    Reads the records of one kind, by their names. A record that cannot be read counts as none.

    .PARAMETER Kind
    The kind of records.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Kind
    )

    $records = @{}
    $key = "$script:Root\$Kind"
    if (-not (Test-Path -LiteralPath $key)) {
        return $records
    }
    foreach ($property in (Get-ItemProperty -LiteralPath $key).PSObject.Properties) {
        if ($property.Name -like 'PS*' -or $property.Value -isnot [string]) {
            continue
        }
        try {
            $records[$property.Name] = ConvertFrom-Json -InputObject $property.Value
        }
        catch {
            # A value that somebody else wrote: a run writes each as a whole. It is written over or removed like any other.
            continue
        }
    }
    $records
}

Function Set-AnsibleHyperVMemory {
    <#
    .SYNOPSIS
    Writes one record, in place of the one that had its name.

    .PARAMETER Kind
    The kind of records.

    .PARAMETER Name
    The name of the record, a GUID or another word without wildcards.

    .PARAMETER Value
    What to remember.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Called outside of check mode only')]
    param (
        [Parameter(Mandatory)]
        [string]
        $Kind,

        [Parameter(Mandatory)]
        [string]
        $Name,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Value
    )

    $key = "$script:Root\$Kind"
    try {
        if (-not (Test-Path -LiteralPath $key)) {
            $null = New-Item -Path $key -Force -ErrorAction Stop
        }
        $text = ConvertTo-Json -InputObject $Value -Depth 5 -Compress
        Set-ItemProperty -LiteralPath $key -Name $Name -Value $text -ErrorAction Stop
    }
    catch {
        $class = Get-AnsibleHyperVErrorClass -ErrorRecord $_
        $hint = 'Use an account of the local group Administrators: what must be remembered is written below HKLM\SOFTWARE\hyperv.integration'
        throw (New-AnsibleHyperVException -ErrorClass $class -Message "Failed to write the registry key '$key': $($_.Exception.Message)" -Hint $hint)
    }
}

Function Remove-AnsibleHyperVMemory {
    <#
    .SYNOPSIS
    Removes one record, if it is there.

    .PARAMETER Kind
    The kind of records.

    .PARAMETER Name
    The name of the record.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Called outside of check mode only')]
    param (
        [Parameter(Mandatory)]
        [string]
        $Kind,

        [Parameter(Mandatory)]
        [string]
        $Name
    )

    if ((Get-AnsibleHyperVMemory -Kind $Kind).ContainsKey($Name)) {
        Remove-ItemProperty -LiteralPath "$script:Root\$Kind" -Name $Name -ErrorAction Stop
    }
}

Export-ModuleMember -Function Get-AnsibleHyperVMemory, Set-AnsibleHyperVMemory, Remove-AnsibleHyperVMemory
