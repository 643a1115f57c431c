# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Rules on functions and variables: names, help, and what is written and never read.

$script:Automatic = @(
    'null', '_', 'ErrorActionPreference', 'ProgressPreference', 'VerbosePreference', 'WarningPreference', 'InformationPreference'
    'DebugPreference', 'ConfirmPreference', 'WhatIfPreference', 'OFS', 'PSDefaultParameterValues', 'LASTEXITCODE', 'OutputEncoding'
)

Function Find-FunctionFault {
    <#
    .SYNOPSIS
    Names functions without an approved verb or, in a module, without help; and functions that are too long.

    .PARAMETER File
    The parsed file.
    #>
    param ([Parameter(Mandatory)]$File)

    $verbs = @((Get-Verb).Verb | Where-Object { $_ -notin $File.Surface.NewVerbs })
    foreach ($function in Get-Function -Ast $File.Ast) {
        $verb, $noun = $function.Name -split '-', 2
        if (-not $noun -or $verb -cnotin $verbs) {
            New-Finding -Extent $function.Extent -Rule verb -Text "function $($function.Name) does not begin with an approved verb"
        }
        if ($File.IsShared -and $noun -and $noun -cnotlike 'AnsibleHyperV*') {
            New-Finding -Extent $function.Extent -Rule prefix -Text "function $($function.Name) needs a noun that begins with AnsibleHyperV"
        }
        $length = $function.Extent.EndLineNumber - $function.Extent.StartLineNumber + 1
        $help = $function.GetHelpContent()
        if ($help) {
            $length -= @($help.GetCommentBlock() -split "`n").Count
        }
        if ($length -gt 60) {
            New-Finding -Extent $function.Extent -Rule length -Text "function $($function.Name) has $length lines beside its help, at most 60 are allowed"
        }
        if ($File.IsModule) {
            Find-HelpFault -Function $function -Help $help
        }
    }
}

Function Find-HelpFault {
    <#
    .SYNOPSIS
    Names what the help of a function lacks.

    .PARAMETER Function
    The function's node.

    .PARAMETER Help
    Its help, null if it has none.
    #>
    param (
        [Parameter(Mandatory)]$Function,
        $Help
    )

    if (-not $Help -or -not $Help.Synopsis) {
        New-Finding -Extent $Function.Extent -Rule help -Text "function $($Function.Name) has no help with a .SYNOPSIS"
        return
    }
    foreach ($parameter in Get-Parameter -Function $Function) {
        $name = $parameter.Name.VariablePath.UserPath
        if (-not $Help.Parameters -or -not "$($Help.Parameters[$name.ToUpperInvariant()])".Trim()) {
            New-Finding -Extent $parameter.Extent -Rule help -Text "the help of $($Function.Name) has no .PARAMETER $name"
        }
    }
}

Function Find-UnusedName {
    <#
    .SYNOPSIS
    Names variables that are set and parameters that are taken, and never read.

    .PARAMETER File
    The parsed file.
    #>
    param ([Parameter(Mandatory)]$File)

    $functions = @(Get-Function -Ast $File.Ast)
    foreach ($scope in @($File.Ast) + $functions) {
        $read = Get-ReadName -Ast $scope
        foreach ($target in Get-Assigned -Scope $scope) {
            $name = $target.VariablePath.UserPath
            if ($name -notin $read -and $name -notin $script:Automatic -and -not $target.VariablePath.IsDriveQualified) {
                New-Finding -Extent $target.Extent -Rule unused -Text "variable $name is set and never read"
            }
        }
        if ('PSBoundParameters' -in $read) {
            continue
        }
        foreach ($parameter in Get-Parameter -Function $scope) {
            $name = $parameter.Name.VariablePath.UserPath
            if ($name -notin $read) {
                New-Finding -Extent $parameter.Extent -Rule unused -Text "parameter $name is never read"
            }
        }
    }
}

Function Get-Assigned {
    <#
    .SYNOPSIS
    Gets the variables that a scope itself assigns; a variable of the whole script counts for the file.

    .PARAMETER Scope
    A function or the whole file.
    #>
    param ([Parameter(Mandatory)]$Scope)

    $assignments = $Scope.FindAll({ param ($node) $node.GetType().Name -eq 'AssignmentStatementAst' }, $true)
    foreach ($assignment in $assignments) {
        $owner = $assignment.Parent
        while ($owner.Parent -and $owner.GetType().Name -ne 'FunctionDefinitionAst') {
            $owner = $owner.Parent
        }
        foreach ($target in Get-Target -Left $assignment.Left) {
            $path = $target.VariablePath
            $isFileWide = $path.IsScript -or $path.IsGlobal
            if ($isFileWide -eq ($null -eq $Scope.Parent) -and ($isFileWide -or $owner -eq $Scope)) {
                $target
            }
            elseif ($null -eq $Scope.Parent -and $owner -eq $Scope) {
                $target
            }
        }
    }
}

Function Get-Target {
    <#
    .SYNOPSIS
    Gets the plain variables on the left side of an assignment.

    .PARAMETER Left
    The left side.
    #>
    param ([Parameter(Mandatory)]$Left)

    switch ($Left.GetType().Name) {
        'VariableExpressionAst' { $Left }
        'ConvertExpressionAst' { Get-Target -Left $Left.Child }
        'AttributedExpressionAst' { Get-Target -Left $Left.Child }
        'ArrayLiteralAst' { foreach ($element in $Left.Elements) { Get-Target -Left $element } }
    }
}

Function Get-ReadName {
    <#
    .SYNOPSIS
    Gets the names that are read in a scope and in what it encloses, as they are written and without a scope before them.

    .PARAMETER Ast
    A function or the whole file.
    #>
    param ([Parameter(Mandatory)]$Ast)

    $names = New-Object -TypeName System.Collections.Generic.HashSet[string]
    $written = New-Object -TypeName System.Collections.Generic.HashSet[object]
    foreach ($assignment in $Ast.FindAll({ param ($node) $node.GetType().Name -eq 'AssignmentStatementAst' }, $true)) {
        foreach ($target in Get-Target -Left $assignment.Left) {
            [void]$written.Add($target)
        }
    }
    foreach ($variable in $Ast.FindAll({ param ($node) $node.GetType().Name -eq 'VariableExpressionAst' }, $true)) {
        if (-not $written.Contains($variable) -and $variable.Parent.GetType().Name -ne 'ParameterAst') {
            [void]$names.Add($variable.VariablePath.UserPath)
            [void]$names.Add(($variable.VariablePath.UserPath -replace '^(local|private|using):', ''))
        }
    }
    @($names)
}

Function Get-Function {
    <#
    .SYNOPSIS
    Gets the functions of a file, but not the methods of its classes.

    .PARAMETER Ast
    The whole file.
    #>
    param ([Parameter(Mandatory)]$Ast)

    $Ast.FindAll({
            param ($node)
            $node.GetType().Name -eq 'FunctionDefinitionAst' -and $node.Parent.GetType().Name -ne 'FunctionMemberAst'
        }, $true)
}

Function Get-Parameter {
    <#
    .SYNOPSIS
    Gets the parameters of a function or of a script, in whichever of the two ways they are written.

    .PARAMETER Function
    A function or the whole file.
    #>
    param ([Parameter(Mandatory)]$Function)

    if ($Function.GetType().Name -eq 'ScriptBlockAst') {
        if ($Function.ParamBlock) { $Function.ParamBlock.Parameters }
        return
    }
    if ($Function.Parameters) { $Function.Parameters }
    if ($Function.Body.ParamBlock) { $Function.Body.ParamBlock.Parameters }
}

Export-ModuleMember -Function Find-FunctionFault, Find-UnusedName, Get-Function, Get-Parameter
