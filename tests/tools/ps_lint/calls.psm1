# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Rules on commands: which are called, and how.

Function Find-CommandFault {
    <#
    .SYNOPSIS
    Names calls that hide something: aliases, positional arguments, swallowed errors, text run as code.

    .PARAMETER File
    The parsed file.
    #>
    param ([Parameter(Mandatory)]$File)

    $own = @(Get-Function -Ast $File.Ast).Name
    foreach ($command in $File.Ast.FindAll({ param ($node) $node.GetType().Name -eq 'CommandAst' }, $true)) {
        $name = $command.GetCommandName()
        Find-SilencedError -File $File -Command $command
        if (-not $name) {
            continue
        }
        if ($name -notmatch '-' -and $name -notin $own -and $name -notmatch '\.exe$|[\\/]') {
            New-Finding -Extent $command.Extent -Rule alias -Text "$name is an alias or a program; write the command's name, or the program's path"
            continue
        }
        if ($name -in 'Invoke-Expression', 'Write-Host') {
            New-Finding -Extent $command.Extent -Rule forbidden -Text "$name must not be used"
        }
        Find-PositionalArgument -File $File -Command $command -Name $name
        if ($File.IsPlugin) {
            Find-SurfaceFault -File $File -Command $command -Name $name -Own $own
        }
        if ($name -in $File.Surface.LiteralPath) {
            Find-WildcardPath -Command $command -Name $name
        }
    }
}

Function Find-PositionalArgument {
    <#
    .SYNOPSIS
    Names an argument that has no parameter before it; the script block of Where-Object and its like may stand alone.

    .PARAMETER File
    The parsed file.

    .PARAMETER Command
    The call.

    .PARAMETER Name
    The command's name.
    #>
    param (
        [Parameter(Mandatory)]$File,
        [Parameter(Mandatory)]$Command,
        [Parameter(Mandatory)][string]$Name
    )

    $isValue = $false
    foreach ($element in @($Command.CommandElements | Select-Object -Skip 1)) {
        if ($element.GetType().Name -eq 'CommandParameterAst') {
            $isValue = -not $element.Argument -and $element.ParameterName -notin $File.Switches
            continue
        }
        $isSplatted = $element.GetType().Name -eq 'VariableExpressionAst' -and $element.Splatted
        $isBlock = $element.GetType().Name -eq 'ScriptBlockExpressionAst' -and $Name -in 'Where-Object', 'ForEach-Object'
        if (-not $isValue -and -not $isSplatted -and -not $isBlock -and $Name -match '^\w+-\w+$') {
            New-Finding -Extent $element.Extent -Rule positional -Text "$Name has the positional argument $(@($element.Extent.Text -split "`n")[0])"
        }
        $isValue = $false
    }
}

Function Find-SilencedError {
    <#
    .SYNOPSIS
    Names a call whose errors are dropped without a comment that gives the reason.

    .PARAMETER File
    The parsed file.

    .PARAMETER Command
    The call.
    #>
    param (
        [Parameter(Mandatory)]$File,
        [Parameter(Mandatory)]$Command
    )

    $elements = @($Command.CommandElements)
    for ($index = 0; $index -lt $elements.Count; $index++) {
        if ($elements[$index].GetType().Name -ne 'CommandParameterAst' -or $elements[$index].ParameterName -notin 'ErrorAction', 'EA') {
            continue
        }
        $value = if ($elements[$index].Argument) { $elements[$index].Argument } else { $elements[$index + 1] }
        $lines = @($elements[$index].Extent.StartLineNumber, ($elements[$index].Extent.StartLineNumber - 1), ($Command.Extent.StartLineNumber - 1))
        if ("$value" -match 'SilentlyContinue|Ignore' -and -not ($File.CommentLines | Where-Object { $_ -in $lines })) {
            New-Finding -Extent $elements[$index].Extent -Rule silenced -Text 'errors are dropped without a comment that says why they do not matter'
        }
    }
}

Function Find-SurfaceFault {
    <#
    .SYNOPSIS
    Names a command, or a parameter of a Hyper-V command, that a host or the lab may not have.

    .PARAMETER File
    The parsed file.

    .PARAMETER Command
    The call.

    .PARAMETER Name
    The command's name.

    .PARAMETER Own
    The functions of this file.
    #>
    param (
        [Parameter(Mandatory)]$File,
        [Parameter(Mandatory)]$Command,
        [Parameter(Mandatory)][string]$Name,
        [string[]]$Own
    )

    $surface = $File.Surface
    if ($surface.HyperV.ContainsKey($Name)) {
        $known = @($surface.HyperV[$Name] -split ' ') + @('ErrorAction', 'ErrorVariable', 'WarningAction', 'Verbose', 'Confirm', 'WhatIf')
        foreach ($element in @($Command.CommandElements | Where-Object { $_.GetType().Name -eq 'CommandParameterAst' })) {
            if ($element.ParameterName -notin $known) {
                New-Finding -Extent $element.Extent -Rule surface -Text "$Name has no parameter $($element.ParameterName) on every supported host"
            }
        }
    }
    elseif ($Name -notin $surface.Language + $surface.Windows + $Own + $File.SharedFunctions -and $Name -match '-') {
        New-Finding -Extent $Command.Extent -Rule surface -Text "$Name is not among the commands that modules may use (ps_lint/surface.psd1)"
    }
}

Function Find-WildcardPath {
    <#
    .SYNOPSIS
    Names a path that is not literal: what a machine is called may hold brackets and stars.

    .PARAMETER Command
    The call.

    .PARAMETER Name
    The command's name.
    #>
    param (
        [Parameter(Mandatory)]$Command,
        [Parameter(Mandatory)][string]$Name
    )

    $elements = @($Command.CommandElements)
    for ($index = 1; $index -lt $elements.Count - 1; $index++) {
        $isPath = $elements[$index].GetType().Name -eq 'CommandParameterAst' -and $elements[$index].ParameterName -eq 'Path'
        if ($isPath -and $elements[$index + 1].GetType().Name -ne 'StringConstantExpressionAst') {
            New-Finding -Extent $elements[$index].Extent -Rule wildcard -Text "$Name -Path reads wildcards; use -LiteralPath"
        }
    }
}

Export-ModuleMember -Function Find-CommandFault
