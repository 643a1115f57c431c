# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

<#
.SYNOPSIS
Checks PowerShell files on PowerShell's own parser: ps_lint.ps1 -List FILE, which holds a path a line.

.DESCRIPTION
Prints "path:line: rule: text" for each finding and ends with 1 if there is any. Runs on PowerShell 7, whose parser also knows
what Windows PowerShell 5.1 does not.

.PARAMETER List
A file with the paths of the files to check, one a line.
#>
param ([Parameter(Mandatory)][string]$List)

$ErrorActionPreference = 'Stop'
foreach ($part in 'text', 'names', 'calls', 'faults') {
    Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath "ps_lint/$part.psm1") -DisableNameChecking
}
$surface = Import-PowerShellDataFile -LiteralPath (Join-Path -Path $PSScriptRoot -ChildPath 'ps_lint/surface.psd1')

# Parameters that take no value, by name alone: of PowerShell itself, and of the functions that are checked.
$switches = @(
    'Force', 'Recurse', 'Unique', 'Descending', 'Passthru', 'Wait', 'NoNewWindow', 'Raw', 'Confirm', 'WhatIf', 'Verbose', 'AsString'
    'ReadOnly', 'Optional', 'NoNewline', 'Compress', 'CaseSensitive', 'DisableNameChecking', 'NoEnumerate', 'SimpleMatch', 'ListAvailable'
    'Mandatory', 'Leaf', 'Parent', 'Resolve', 'Sum', 'Maximum', 'Minimum', 'Stream', 'KeyOnly', 'Online', 'NoRestart', 'TurnOff', 'Save'
)

Function Read-File {
    param ([string]$Path)

    $tokens = $null
    $problems = $null
    $full = (Resolve-Path -LiteralPath $Path).ProviderPath
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($full, [ref]$tokens, [ref]$problems)
    $text = [System.IO.File]::ReadAllText($full)
    $lines = $text -split "`n"
    if ($lines[-1] -eq '') {
        $lines = @($lines | Select-Object -SkipLast 1)
    }
    @{
        Path = $Path
        Ast = $ast
        Errors = $problems
        Text = $text
        Lines = @($lines)
        CommentLines = @($tokens | Where-Object { "$($_.Kind)" -eq 'Comment' } | ForEach-Object { $_.Extent.StartLineNumber..$_.Extent.EndLineNumber })
        Surface = $surface
        IsModule = $Path -like '*.psm1'
        IsPlugin = $Path -match '(^|/)plugins/'
        IsShared = $Path -match '(^|/)plugins/module_utils/'
    }
}

$files = @(Get-Content -LiteralPath $List | Where-Object { $_ } | ForEach-Object { Read-File -Path $_ })
$functions = @($files | ForEach-Object { Get-Function -Ast $_.Ast })
$switches += @($functions | ForEach-Object { Get-Parameter -Function $_ } |
        Where-Object { "$($_.StaticType.Name)" -eq 'SwitchParameter' } | ForEach-Object { $_.Name.VariablePath.UserPath })
$shared = @($files | Where-Object { $_.IsShared } | ForEach-Object { (Get-Function -Ast $_.Ast).Name })

$count = 0
foreach ($file in $files) {
    $file.Switches = $switches
    $file.SharedFunctions = $shared
    $findings = @(Find-SyntaxFault -File $file) + @(Find-LayoutFault -File $file)
    if (-not $file.Errors) {
        $findings += @(Find-FunctionFault -File $file) + @(Find-UnusedName -File $file) + @(Find-CommandFault -File $file) + @(Find-HandlingFault -File $file)
    }
    foreach ($finding in $findings | Sort-Object -Property Line, Rule) {
        "$($file.Path):$($finding.Line): $($finding.Rule): $($finding.Text)"
        $count++
    }
}
exit [int]($count -gt 0)
