# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What the check files of this folder are written with. Each check is one behaviour and names the fact that it models.

function Assert-Behaviour {
    <#
    .SYNOPSIS
    Runs one check and appends its result, a JSON line, to the file that LAB_RESULTS names.

    .PARAMETER Name
    What is so, as a sentence.

    .PARAMETER Fact
    The row of facts.md that says so.

    .PARAMETER Body
    The check; it fails by throwing.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string]
        $Name,

        [Parameter(Mandatory)]
        [string]
        $Fact,

        [Parameter(Mandatory)]
        [scriptblock]
        $Body
    )
    $failure = $null
    try {
        $null = & $Body
    }
    catch {
        $failure = "$($_.Exception.Message)`n$($_.ScriptStackTrace)"
    }
    $line = [pscustomobject]@{ name = $Name; fact = $Fact; failure = $failure } | ConvertTo-Json -Compress
    [System.IO.File]::AppendAllText($env:LAB_RESULTS, "$line`n")
}

function Assert-Equal {
    <#
    .SYNOPSIS
    Throws unless two values are the same: text by letter and case, lists item by item.

    .PARAMETER Actual
    What there is.

    .PARAMETER Expected
    What there should be.
    #>
    [CmdletBinding()]
    param(
        [AllowNull()]
        $Actual,

        [AllowNull()]
        $Expected
    )
    $found = Format-Value -Value $Actual
    $wanted = Format-Value -Value $Expected
    if ($found -cne $wanted) {
        throw "Expected $wanted but found $found"
    }
}

function Assert-True {
    <#
    .SYNOPSIS
    Throws with a text unless a condition holds.

    .PARAMETER Condition
    The condition.

    .PARAMETER Message
    What is wrong if it does not hold.
    #>
    [CmdletBinding()]
    param(
        [AllowNull()]
        $Condition,

        [Parameter(Mandatory)]
        [string]
        $Message
    )
    if (-not $Condition) {
        throw $Message
    }
}

function Format-Value {
    <#
    .SYNOPSIS
    Writes a value so that two different values never look the same.

    .PARAMETER Value
    The value.
    #>
    [CmdletBinding()]
    param(
        [AllowNull()]
        $Value
    )
    if ($null -eq $Value) {
        return 'null'
    }
    if ($Value -is [array] -or $Value -is [System.Collections.IList]) {
        return '[' + (@($Value | ForEach-Object { Format-Value -Value $_ }) -join ', ') + ']'
    }
    return "'$Value'"
}

function Get-ErrorOf {
    <#
    .SYNOPSIS
    Returns the error records of a block; those that end the block as well as those that do not.

    .PARAMETER Body
    The block.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [scriptblock]
        $Body
    )
    try {
        & $Body 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }
    }
    catch {
        $_
    }
}

function Use-Node {
    <#
    .SYNOPSIS
    Runs a block on another node of the same fleet.

    .PARAMETER Name
    The node.

    .PARAMETER Body
    The block.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string]
        $Name,

        [Parameter(Mandatory)]
        [scriptblock]
        $Body
    )
    $before = $env:HV_NODE
    try {
        $env:HV_NODE = [System.IO.Path]::Combine([System.IO.Path]::GetDirectoryName($before), $Name)
        & $Body
    }
    finally {
        $env:HV_NODE = $before
    }
}

function Get-NodeState {
    <#
    .SYNOPSIS
    Returns state.json of this node, as another process would read it.
    #>
    [CmdletBinding()]
    param()
    [System.IO.File]::ReadAllText([System.IO.Path]::Combine($env:HV_NODE, 'state.json')) | ConvertFrom-Json
}

function Set-NodeState {
    <#
    .SYNOPSIS
    Changes state.json of this node, as another process would.

    .PARAMETER Body
    A block that is given the state and edits it.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [scriptblock]
        $Body
    )
    $file = [System.IO.Path]::Combine($env:HV_NODE, 'state.json')
    $state = Get-NodeState
    & $Body $state
    [System.IO.File]::WriteAllText("$file.new", ($state | ConvertTo-Json -Depth 20))
    [System.IO.File]::Move("$file.new", $file, $true)
}

function Get-LabCall {
    <#
    .SYNOPSIS
    Returns the lines of calls.log of one cmdlet or event.

    .PARAMETER Name
    The cmdlet or event.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string]
        $Name
    )
    $log = [System.IO.Path]::Combine($env:HV_NODE, 'calls.log')
    [System.IO.File]::ReadAllLines($log) | ConvertFrom-Json | Where-Object { $_.cmdlet -eq $Name }
}

Export-ModuleMember -Function Assert-*, Get-ErrorOf, Use-Node, *-NodeState, Get-LabCall
