# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Rules on the text and the syntax: what Windows PowerShell 5.1 does not read, and layout.

Function Find-SyntaxFault {
    <#
    .SYNOPSIS
    Names what the parser refuses, and what only PowerShell 7 understands.

    .PARAMETER File
    The parsed file.
    #>
    param ([Parameter(Mandatory)]$File)

    foreach ($problem in $File.Errors) {
        New-Finding -Extent $problem.Extent -Rule syntax -Text $problem.Message
    }
    $newer = $File.Ast.FindAll({ param ($node) Test-NewerSyntax -Node $node -NewParameter $File.Surface.NewParameters }, $true)
    foreach ($node in $newer) {
        New-Finding -Extent $node.Extent -Rule ps51 -Text "Windows PowerShell 5.1 does not read: $(@($node.Extent.Text -split "`n")[0])"
    }
}

Function Test-NewerSyntax {
    <#
    .SYNOPSIS
    Tells whether a node is syntax that Windows PowerShell 5.1 lacks.

    .PARAMETER Node
    A node of the syntax tree.

    .PARAMETER NewParameter
    Names of parameters that only PowerShell 7 has.
    #>
    param (
        [Parameter(Mandatory)]$Node,
        [string[]]$NewParameter
    )

    switch ($Node.GetType().Name) {
        'TernaryExpressionAst' { return $true }
        'PipelineChainAst' { return $true }
        'BinaryExpressionAst' { return [string]$Node.Operator -eq 'QuestionQuestion' }
        'AssignmentStatementAst' { return [string]$Node.Operator -eq 'QuestionQuestionEquals' }
        'MemberExpressionAst' { return [bool]$Node.NullConditional }
        'InvokeMemberExpressionAst' { return [bool]($Node.NullConditional -or $Node.GenericTypeArguments) }
        'IndexExpressionAst' { return [bool]$Node.NullConditional }
        'CommandParameterAst' { return $Node.ParameterName -in $NewParameter }
        'PipelineAst' { return [bool]$Node.Background }
        'ExpandableStringExpressionAst' { return $Node.Extent.Text -match '`u\{|`e' }
        'StringConstantExpressionAst' { return $Node.StringConstantType -eq 'DoubleQuoted' -and $Node.Extent.Text -match '`u\{|`e' }
        default { return $false }
    }
}

Function Find-LayoutFault {
    <#
    .SYNOPSIS
    Names tabs, space at the end of lines, lines that are too long and wrong line ends.

    .PARAMETER File
    The parsed file.
    #>
    param ([Parameter(Mandatory)]$File)

    if ($File.Text.Contains("`r")) {
        New-Finding -Line 1 -Rule layout -Text 'the lines end with carriage returns'
    }
    if ($File.Text -and -not $File.Text.EndsWith("`n")) {
        New-Finding -Line $File.Lines.Count -Rule layout -Text 'the file does not end with a new line'
    }
    for ($index = 0; $index -lt $File.Lines.Count; $index++) {
        $line = $File.Lines[$index].TrimEnd("`r")
        if ($line.Contains("`t")) {
            New-Finding -Line ($index + 1) -Rule layout -Text 'there is a tab'
        }
        if ($line -ne $line.TrimEnd()) {
            New-Finding -Line ($index + 1) -Rule layout -Text 'there is space at the end'
        }
        if ($line.Length -gt 160) {
            New-Finding -Line ($index + 1) -Rule layout -Text "the line has $($line.Length) characters, at most 160 are allowed"
        }
    }
}

Function New-Finding {
    <#
    .SYNOPSIS
    Makes what a rule says of a place in a file.

    .PARAMETER Extent
    The place, as the parser names it.

    .PARAMETER Line
    The place, as a number of a line.

    .PARAMETER Rule
    The name of the rule.

    .PARAMETER Text
    What is wrong.
    #>
    param (
        $Extent,
        [int]$Line,
        [Parameter(Mandatory)][string]$Rule,
        [Parameter(Mandatory)][string]$Text
    )

    if ($Extent) {
        $Line = $Extent.StartLineNumber
    }
    [pscustomobject]@{ Line = $Line; Rule = $Rule; Text = $Text }
}

Export-ModuleMember -Function Find-SyntaxFault, Find-LayoutFault, New-Finding
