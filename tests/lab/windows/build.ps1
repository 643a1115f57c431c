# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

<#
.SYNOPSIS
Compiles the simulated Windows with the C# compiler inside pwsh and writes its module manifests.

.DESCRIPTION
Each folder of src is an assembly; one that holds cmdlets is a module as well. Everything is written to a folder of
its own beside the target and moved there in one step, so that sessions starting at the same moment find either
nothing or all of it; the one that comes second drops what it made.

.PARAMETER OutputPath
The folder to make: assemblies, modules/ and bin/ with the links to pwsh.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string]
    $OutputPath
)
$ErrorActionPreference = 'Stop'

# Folder under src, then for a module: name, version, folder under modules.
$assemblies = @(
    @{ Name = 'Core' }
    @{ Name = 'HyperV'; Module = 'Hyper-V'; Version = '2.0.0.0'; Under = 'hyperv2' }
    @{ Name = 'HyperV1'; Module = 'Hyper-V'; Version = '1.1'; Under = 'hyperv1' }
    @{ Name = 'Services'; Module = 'WindowsLab.Management'; Version = '1.0'; Under = 'windows' }
    @{ Name = 'Cim'; Module = 'CimCmdlets'; Version = '1.0.0.0'; Under = 'windows' }
    @{ Name = 'Dism'; Module = 'Dism'; Version = '3.0'; Under = 'dism' }
    @{ Name = 'Storage'; Module = 'Storage'; Version = '2.0.0.0'; Under = 'windows' }
)
$aliases = @{
    'Hyper-V' = 'Get-VMCheckpoint', 'Remove-VMCheckpoint', 'Restore-VMCheckpoint'
    'CimCmdlets' = 'gcim', 'icim', 'gcai', 'ncms'
    'WindowsLab.Management' = 'gsv', 'sasv', 'spsv'
}

# A program of a node is a script that hands over to the lab; this one must stop the simulated machine, never the real one.
$shutdown = @'
#!/bin/sh
LAB_PROGRAM=shutdown LAB_ARGUMENTS="$*"
export LAB_PROGRAM LAB_ARGUMENTS
exec pwsh -NoProfile -NonInteractive -Command 'exit (Invoke-LabProgram)'
'@

function Get-Reference {
    <#
    .SYNOPSIS
    The engine's own assemblies as compiler references, without those whose cmdlets the lab replaces.
    #>
    $paths = [System.AppContext]::GetData('TRUSTED_PLATFORM_ASSEMBLIES').Split(':')
    foreach ($path in $paths) {
        if ($path -like '*.dll' -and $path -notlike '*/Microsoft.PowerShell.Commands.*' -and $path -notlike '*/Runner.*') {
            [Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile($path)
        }
    }
}

function ConvertTo-Assembly {
    <#
    .SYNOPSIS
    Compiles one folder of sources into a DLL.

    .PARAMETER Name
    The folder under src.

    .PARAMETER Path
    The DLL to write.

    .PARAMETER Reference
    What it may use.
    #>
    param([string]$Name, [string]$Path, [System.Collections.Generic.List[Microsoft.CodeAnalysis.MetadataReference]]$Reference)

    $trees = [System.Collections.Generic.List[Microsoft.CodeAnalysis.SyntaxTree]]::new()
    foreach ($file in [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($PSScriptRoot, 'src', $Name), '*.cs')) {
        $text = [System.IO.File]::ReadAllText($file)
        $trees.Add([Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText($text, $null, $file, [System.Text.Encoding]::UTF8))
    }
    $library = [Microsoft.CodeAnalysis.OutputKind]::DynamicallyLinkedLibrary
    $options = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new($library).WithOptimizationLevel('Release')
    $stream = [System.IO.File]::Create($Path)
    try {
        # Add-Type would drop System.Private.CoreLib from the references, so its compiler is called directly.
        $result = [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::Create("WindowsLab.$Name", $trees, $Reference, $options).Emit($stream)
    }
    finally {
        $stream.Dispose()
    }
    $faults = @($result.Diagnostics).Where({ "$($_.Severity)" -eq 'Error' })
    if ($faults.Count -gt 0) {
        throw ($faults -join "`n")
    }
}

function Write-Manifest {
    <#
    .SYNOPSIS
    Writes the module manifest of an assembly, with the cmdlets that it holds.

    .PARAMETER Part
    The row of the table above.

    .PARAMETER Root
    The folder with the DLLs.
    #>
    param([hashtable]$Part, [string]$Root)

    $assembly = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($Root, "WindowsLab.$($Part.Name).dll"))
    $cmdlets = foreach ($type in $assembly.GetTypes()) {
        foreach ($mark in $type.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)) {
            "'$($mark.VerbName)-$($mark.NounName)'"
        }
    }
    $lines = @(
        "RootModule = '../../../../WindowsLab.$($Part.Name).dll'"
        "ModuleVersion = '$($Part.Version)'"
        "CmdletsToExport = @($($cmdlets -join ', '))"
        'FunctionsToExport = @()'
        "AliasesToExport = @($(@($aliases[$Part.Module]).ForEach({ "'$_'" }) -join ', '))".Replace("''", '')
    )
    if ($Part.Module -eq 'Hyper-V') {
        $format = '../../../../format/Hyper-V'
        $lines += "TypesToProcess = '$format.types.ps1xml'", "FormatsToProcess = '$format.format.ps1xml'"
    }
    $folder = [System.IO.Path]::Combine($Root, 'modules', $Part.Under, $Part.Module, $Part.Version)
    $null = [System.IO.Directory]::CreateDirectory($folder)
    $text = "@{`n" + ($lines.ForEach({ "    $_`n" }) -join '') + "}`n"
    [System.IO.File]::WriteAllText([System.IO.Path]::Combine($folder, "$($Part.Module).psd1"), $text)
}

function Remove-Stale {
    <#
    .SYNOPSIS
    Removes builds of more than a week ago; a session that still runs on one would only miss modules that it has not loaded.

    .PARAMETER Path
    The folder with the builds.
    #>
    param([string]$Path)

    foreach ($old in [System.IO.Directory]::GetDirectories($Path)) {
        if ([System.IO.Directory]::GetLastWriteTimeUtc($old) -lt [datetime]::UtcNow.AddDays(-7)) {
            [System.IO.Directory]::Delete($old, $true)
        }
    }
}

$parent = [System.IO.Path]::GetDirectoryName([System.IO.Path]::GetFullPath($OutputPath))
$fresh = [System.IO.Path]::Combine($parent, ".new.$PID")
$null = [System.IO.Directory]::CreateDirectory($fresh)
try {
    foreach ($name in 'Microsoft.CodeAnalysis', 'Microsoft.CodeAnalysis.CSharp') {
        $null = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($PSHOME, "$name.dll"))
    }
    $references = [System.Collections.Generic.List[Microsoft.CodeAnalysis.MetadataReference]]::new()
    Get-Reference | ForEach-Object { $references.Add($_) }
    foreach ($part in $assemblies) {
        $dll = [System.IO.Path]::Combine($fresh, "WindowsLab.$($part.Name).dll")
        ConvertTo-Assembly -Name $part.Name -Path $dll -Reference $references
        $references.Add([Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile($dll))
    }
    foreach ($part in $assemblies) {
        $assembly = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($fresh, "WindowsLab.$($part.Name).dll"))
        if ($part.Module) {
            Write-Manifest -Part $part -Root $fresh
        }
    }
    $format = [System.IO.Path]::Combine($fresh, 'format')
    $null = [System.IO.Directory]::CreateDirectory($format)
    foreach ($file in [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($PSScriptRoot, 'format'))) {
        [System.IO.File]::Copy($file, [System.IO.Path]::Combine($format, [System.IO.Path]::GetFileName($file)))
    }
    $bin = [System.IO.Path]::Combine($fresh, 'bin')
    $null = [System.IO.Directory]::CreateDirectory($bin)
    foreach ($name in 'powershell', 'powershell.exe', 'pwsh', 'pwsh.exe') {
        $null = [System.IO.File]::CreateSymbolicLink([System.IO.Path]::Combine($bin, $name), [System.Environment]::ProcessPath)
    }
    foreach ($name in 'shutdown', 'shutdown.exe') {
        $program = [System.IO.Path]::Combine($bin, $name)
        [System.IO.File]::WriteAllText($program, $shutdown)
        [System.IO.File]::SetUnixFileMode($program, 'UserRead, UserWrite, UserExecute, GroupRead, GroupExecute, OtherRead, OtherExecute')
    }
    [System.IO.File]::Copy([System.IO.Path]::Combine($PSScriptRoot, 'bin', 'dism.ps1'), [System.IO.Path]::Combine($bin, 'dism.ps1'))
    try {
        [System.IO.Directory]::Move($fresh, $OutputPath)
        Remove-Stale -Path $parent
    }
    catch [System.IO.IOException] {
        if (-not [System.IO.Directory]::Exists($OutputPath)) {
            throw
        }
    }
}
finally {
    if ([System.IO.Directory]::Exists($fresh)) {
        [System.IO.Directory]::Delete($fresh, $true)
    }
}
