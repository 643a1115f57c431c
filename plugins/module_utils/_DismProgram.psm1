# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError

# Private to hyperv.integration: packages of the Windows that runs, through the module Dism, or through dism.exe where Windows comes
# without that module (7 and Server 2008 R2). Both give the same objects and the same errors.

# ERROR_SUCCESS_REBOOT_REQUIRED, an exit code of success.
$script:RestartRequired = 3010

Function Test-AnsibleHyperVDismModule {
    <#
    .SYNOPSIS
    Tells whether Windows has the module Dism.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param ()

    # Ignore and no error: a module that is not there or cannot be loaded is the answer no, and dism.exe is asked instead.
    [bool](Get-Command -Name Get-WindowsPackage -ErrorAction Ignore)
}

Function Invoke-AnsibleHyperVDismProgram {
    <#
    .SYNOPSIS
    Runs dism.exe on the Windows that runs, and returns its exit code and lines. A failure raises an error with its number.

    .PARAMETER Word
    The command and its arguments.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string[]]
        $Word
    )

    $said = "$env:TEMP\hyperv.integration.dism.$PID.txt"
    # Without /english the words before each colon are in the language of Windows.
    $how = @{
        FilePath = "$env:SystemRoot\System32\dism.exe"
        ArgumentList = @('/online', '/english') + $Word
        RedirectStandardOutput = $said
    }
    try {
        try {
            $process = Start-Process @how -Wait -PassThru -NoNewWindow -ErrorAction Stop
        }
        catch {
            if (Test-Path -LiteralPath $how.FilePath -PathType Leaf) {
                $detail = Get-AnsibleHyperVErrorDetail -ErrorRecord $_
                $text = "Failed to start '$($how.FilePath)' on '$env:COMPUTERNAME': $($detail.msg)"
                throw (New-AnsibleHyperVException -ErrorClass $detail.error_class -Message $text -Hint 'Use an elevated account of the guest')
            }
            $text = "There is neither a PowerShell module Dism nor dism.exe on '$env:COMPUTERNAME': $($_.Exception.Message)"
            $hint = 'Use hyperv.integration.hyperv_offline_package or hyperv.integration.windows_is_setup'
            throw (New-AnsibleHyperVException -ErrorClass host_unsupported -Message $text -Hint $hint)
        }
        $lines = @(Get-Content -LiteralPath $said)
    }
    finally {
        if (Test-Path -LiteralPath $said) {
            Remove-Item -LiteralPath $said
        }
    }
    $code = [int]$process.ExitCode
    if ($code -ne 0 -and $code -ne $script:RestartRequired) {
        # After the line "Error: 0x800f081e" comes the sentence.
        $text = (($lines -join ' ') -replace '\A.*?Error:\s*\S+\s*', '').Trim()
        throw (New-Object -TypeName System.Runtime.InteropServices.COMException -ArgumentList $text, $code)
    }
    @{ code = $code; lines = $lines }
}

Function ConvertFrom-AnsibleHyperVDismText {
    <#
    .SYNOPSIS
    Turns what dism.exe says about packages into objects like those of Get-WindowsPackage.

    .PARAMETER Line
    The lines.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [AllowEmptyString()]
        [string[]]
        $Line
    )

    $package = $null
    foreach ($text in $Line) {
        if ($text -notmatch '\A(Package Identity|Applicable|State) : (.*?)\s*\z') {
            continue
        }
        switch ($Matches[1]) {
            'Package Identity' {
                if ($package) { New-Object -TypeName PSObject -Property $package }
                $package = @{ PackageName = $Matches[2] }
            }
            'Applicable' { if ($package) { $package.Applicable = $Matches[2] -eq 'Yes' } }
            # "Install Pending" is InstallPending.
            'State' { if ($package) { $package.PackageState = $Matches[2] -replace '\s', '' } }
        }
    }
    if ($package) {
        New-Object -TypeName PSObject -Property $package
    }
}

Function Read-AnsibleHyperVDismPackage {
    <#
    .SYNOPSIS
    Asks DISM for the packages of the Windows that runs, or for the one in a cabinet file.

    .PARAMETER Path
    The cabinet file.
    #>
    [CmdletBinding()]
    param (
        [AllowEmptyString()]
        [string]
        $Path = ''
    )

    $how = @{ Online = $true; ErrorAction = 'Stop'; WarningAction = 'SilentlyContinue' }
    $word = @('/get-packages', '/format:list')
    if ($Path) {
        $how.PackagePath = $Path
        $word = @('/get-packageinfo', "/packagepath:`"$Path`"")
    }
    if (Test-AnsibleHyperVDismModule) {
        return Get-WindowsPackage @how
    }
    $answer = Invoke-AnsibleHyperVDismProgram -Word $word
    ConvertFrom-AnsibleHyperVDismText -Line $answer.lines
}

Function Invoke-AnsibleHyperVDismChange {
    <#
    .SYNOPSIS
    Adds or removes a package, and returns the answers of DISM with RestartNeeded.

    .PARAMETER Arguments
    The arguments of the cmdlet: with PackageName the package is removed, with PackagePath added.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Arguments
    )

    $remove = $Arguments.Contains('PackageName')
    if (-not $Arguments.Online -or (Test-AnsibleHyperVDismModule)) {
        $cmdlet = ('Add-WindowsPackage', 'Remove-WindowsPackage')[[int]$remove]
        # DISM tells each error as a warning too.
        return & $cmdlet @Arguments -ErrorAction Stop -WarningAction SilentlyContinue
    }
    $word = if ($remove) { '/remove-package', "/packagename:$($Arguments.PackageName)" } else { '/add-package', "/packagepath:`"$($Arguments.PackagePath)`"" }
    $answer = Invoke-AnsibleHyperVDismProgram -Word (@($word) + @('/quiet', '/norestart'))
    New-Object -TypeName PSObject -Property @{ RestartNeeded = $answer.code -eq $script:RestartRequired }
}

Export-ModuleMember -Function Read-AnsibleHyperVDismPackage, Invoke-AnsibleHyperVDismChange
