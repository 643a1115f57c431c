# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Rules on faults: how errors are caught and reported, and what goes round the commands.

Function Find-HandlingFault {
    <#
    .SYNOPSIS
    Names empty catches, failures that lose their error, comparisons that fail with lists, and forbidden types.

    .PARAMETER File
    The parsed file.
    #>
    param ([Parameter(Mandatory)]$File)

    foreach ($node in $File.Ast.FindAll({ $true }, $true)) {
        switch ($node.GetType().Name) {
            'CatchClauseAst' { Find-CatchFault -Node $node }
            'InvokeMemberExpressionAst' { Find-CallFault -File $File -Node $node }
            'BinaryExpressionAst' { Find-ComparisonFault -Node $node }
            'TypeExpressionAst' { Find-TypeFault -File $File -Node $node }
            'CommandParameterAst' {
                if ($File.IsPlugin -and $node.ParameterName -eq 'ComObject') {
                    New-Finding -Extent $node.Extent -Rule forbidden -Text 'COM objects must not be used'
                }
            }
        }
    }
}

Function Find-CatchFault {
    <#
    .SYNOPSIS
    Names a catch that does nothing, and one whose failure does not carry the error.

    .PARAMETER Node
    The catch clause.
    #>
    param ([Parameter(Mandatory)]$Node)

    if ($Node.Body.Statements.Count -eq 0) {
        New-Finding -Extent $Node.Extent -Rule catch -Text 'the catch is empty'
    }
    $calls = $Node.Body.FindAll({ param ($inner) $inner.GetType().Name -eq 'InvokeMemberExpressionAst' -and "$($inner.Member)" -eq 'FailJson' }, $true)
    foreach ($call in $calls) {
        if (@($call.Arguments).Count -lt 2) {
            New-Finding -Extent $call.Extent -Rule catch -Text 'FailJson in a catch takes the error as its second argument'
        }
    }
}

Function Find-CallFault {
    <#
    .SYNOPSIS
    Names methods that must not be called here.

    .PARAMETER File
    The parsed file.

    .PARAMETER Node
    The call of a method.
    #>
    param (
        [Parameter(Mandatory)]$File,
        [Parameter(Mandatory)]$Node
    )

    $member = "$($Node.Member)"
    if ($File.IsShared -and $member -in 'FailJson', 'ExitJson') {
        New-Finding -Extent $Node.Extent -Rule ends -Text "only the module itself calls $member; what modules share throws"
    }
    $isBlock = "$($Node.Expression)" -match '^\[(System\.Management\.Automation\.)?scriptblock\]$'
    $isText = $isBlock -and $member -eq 'Create' -and @($Node.Arguments)[0].GetType().Name -ne 'StringConstantExpressionAst'
    if ($isText -or $member -in 'InvokeScript', 'AddScript' -and @($Node.Arguments)[0].GetType().Name -ne 'StringConstantExpressionAst') {
        New-Finding -Extent $Node.Extent -Rule forbidden -Text 'text that is put together must not be run as code'
    }
}

Function Find-ComparisonFault {
    <#
    .SYNOPSIS
    Names a comparison with $null on the right, which filters where the left side is a list.

    .PARAMETER Node
    The comparison.
    #>
    param ([Parameter(Mandatory)]$Node)

    if ("$($Node.Operator)" -match '^[IC]?(eq|ne)$' -and $Node.Right.Extent.Text -eq '$null') {
        New-Finding -Extent $Node.Extent -Rule 'null' -Text '$null belongs on the left side of a comparison'
    }
}

Function Find-TypeFault {
    <#
    .SYNOPSIS
    Names a type that goes round the commands.

    .PARAMETER File
    The parsed file.

    .PARAMETER Node
    The type.
    #>
    param (
        [Parameter(Mandatory)]$File,
        [Parameter(Mandatory)]$Node
    )

    if ($File.IsPlugin -and $Node.TypeName.FullName -in $File.Surface.ForbiddenTypes) {
        New-Finding -Extent $Node.Extent -Rule forbidden -Text "type $($Node.TypeName.FullName) must not be used"
    }
}

Export-ModuleMember -Function Find-HandlingFault
