# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._DismProgram
#AnsibleRequires -PowerShell ._GuestVersion
#AnsibleRequires -PowerShell ._HyperVError
#AnsibleRequires -PowerShell ._WindowsGuest

# Private to hyperv.integration: the setup program of the integration services disk: finding it, its version, running it.

# Windows 10 and Windows Server 2016 bring the integration services with them.
$script:FirstBuiltIn = [Version]'10.0'
$script:LogName = 'vmguestsetup.log'
$script:LogLines = 40
# Exit codes of Windows Installer: ERROR_SUCCESS_REBOOT_REQUIRED and ERROR_SUCCESS_REBOOT_INITIATED.
$script:RestartRequired = 3010
$script:RestartStarted = 1641
# The failures that one can do something about: what happened, class, hint.
$script:Failures = @{
    5 = @('access was denied', 'access_denied', 'Use an elevated account of the local group Administrators of the guest')
    740 = @('it needs elevation', 'access_denied', 'Use an elevated account of the local group Administrators of the guest')
    1602 = @('it was cancelled', 'unexpected', 'Look at the log of the setup program')
    1603 = @('it hit a fatal error', 'unexpected', 'Look at the log of the setup program, and at whether a restart is pending')
    1618 = @('another installation runs', 'vm_busy', 'Run again when the other installation has ended')
    1633 = @('it is for another processor architecture', 'unexpected', 'Look at the log of the setup program')
}

Function Get-AnsibleHyperVSetupRoot {
    <#
    .SYNOPSIS
    Lists the places where the disk may be: the folder that the user names, or the roots of all DVD drives.

    .PARAMETER Path
    The folder.
    #>
    [CmdletBinding()]
    param (
        [AllowNull()]
        [AllowEmptyString()]
        [string]
        $Path
    )

    if ($Path) {
        return $Path
    }
    # 5 is a compact disc. Get-Volume is not there before Windows 8 and Windows Server 2012.
    foreach ($disk in Get-CimInstance -ClassName Win32_LogicalDisk -Filter 'DriveType = 5') {
        "$($disk.DeviceID)\"
    }
}

Function Find-AnsibleHyperVSetup {
    <#
    .SYNOPSIS
    Finds the setup program for this Windows by the content of the disks, never by a letter or label.

    .PARAMETER Optional
    Return where was looked instead of raising an error.

    .PARAMETER Path
    A folder with the content of the disk, instead of the DVD drives.
    #>
    [CmdletBinding()]
    param (
        [AllowNull()]
        [AllowEmptyString()]
        [string]
        $Path,

        [switch]
        $Optional
    )

    # A 32-bit process of a 64-bit Windows sees x86 in the first variable and the truth in the second.
    $word = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
    $architecture = $word.ToLowerInvariant()
    $roots = @(Get-AnsibleHyperVSetupRoot -Path $Path)
    $found = @(foreach ($root in $roots) {
            $program = "$($root.TrimEnd('\'))\support\$architecture\setup.exe"
            if (Test-Path -LiteralPath $program -PathType Leaf) {
                @{ root = $root; program = $program; version = Get-AnsibleHyperVSetupVersion -Program $program }
            }
        })
    if ($found.Count -eq 0) {
        $where = if ($Path) { "in '$Path'" } elseif ($roots.Count -gt 0) { "in the DVD drives $($roots -join ', ')" } else { 'since there is no DVD drive' }
        $text = "Failed to find the setup program support\$architecture\setup.exe $where"
        if ($Optional) {
            return @{ root = $null; program = $null; version = $null; where = $text }
        }
        $hint = 'Insert the disk with hyperv.integration.hyperv_integration_disk, or name a folder with its content in path'
        throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint $hint)
    }
    # Two disks: the newer one, and the first of those whose version cannot be told.
    $best = $found[0]
    foreach ($one in $found) {
        if ($one.version -and (-not $best.version -or $one.version -gt $best.version)) {
            $best = $one
        }
    }
    $best
}

Function Get-AnsibleHyperVSetupVersion {
    <#
    .SYNOPSIS
    Tells which version of the integration services a disk holds: the newest of its program and its packages. Null if none tells.

    .PARAMETER Program
    The setup program.
    #>
    [CmdletBinding()]
    [OutputType([Version])]
    param (
        [Parameter(Mandatory)]
        [string]
        $Program
    )

    $info = (Get-Item -LiteralPath $Program).VersionInfo
    $texts = @("$($info.FileMajorPart).$($info.FileMinorPart).$($info.FileBuildPart).$($info.FilePrivatePart)")
    foreach ($cab in Get-ChildItem -LiteralPath (Split-Path -Path $Program -Parent) -Filter '*HyperVIntegrationServices*.cab') {
        try {
            $texts += ([string](Read-AnsibleHyperVDismPackage -Path $cab.FullName).PackageName).Split('~')[-1]
        }
        catch {
            # Without DISM, or for another Windows, a package need not be readable; the program tells a version as well. Without rights
            # that one may be the older one, and nothing would seem to be left to do.
            if ((Get-AnsibleHyperVErrorClass -ErrorRecord $_) -eq 'access_denied') {
                $text = "Failed to read the package '$($cab.FullName)' of the setup disk: $($_.Exception.Message.Trim())"
                throw (New-AnsibleHyperVException -ErrorClass access_denied -Message $text -Hint $script:Failures[740][2])
            }
            continue
        }
    }
    $best = $null
    foreach ($text in $texts) {
        $version = ConvertTo-AnsibleHyperVVersion -Text $text
        if ($version -and $version -gt [Version]'0.0.0.0' -and (-not $best -or $version -gt $best)) {
            $best = $version
        }
    }
    $best
}

Function Get-AnsibleHyperVInstalledVersion {
    <#
    .SYNOPSIS
    Tells the version of the integration services: what Data Exchange says while it runs, else the one of their driver.

    .PARAMETER Finding
    What Read-AnsibleHyperVGuestVersion has found.
    #>
    [CmdletBinding()]
    [OutputType([Version])]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Finding
    )

    $told = if ($Finding.version) { ConvertTo-AnsibleHyperVVersion -Text $Finding.version }
    if ($told -and -not $Finding.evidence.stale) {
        return $told
    }
    $driver = "$env:SystemRoot\System32\drivers\vmbus.sys"
    if (Test-Path -LiteralPath $driver) {
        $info = (Get-Item -LiteralPath $driver).VersionInfo
        $version = New-Object -TypeName Version -ArgumentList $info.FileMajorPart, $info.FileMinorPart, $info.FileBuildPart, $info.FilePrivatePart
        if (-not $told -or $version -gt $told) {
            $told = $version
        }
    }
    $told
}

Function Get-AnsibleHyperVSetupOutcome {
    <#
    .SYNOPSIS
    Decides what has to be done: installed means that the setup must run; anything else that nothing must.

    .PARAMETER Force
    Run the setup although the version is there.

    .PARAMETER Installed
    The version that runs.

    .PARAMETER OsVersion
    The version of Windows.

    .PARAMETER Pending
    The record of a run that waits for a restart.

    .PARAMETER Wanted
    The version that should be there.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [AllowNull()]
        [Version]
        $Installed,

        [Parameter(Mandatory)]
        [Version]
        $OsVersion,

        [AllowNull()]
        $Pending,

        [AllowNull()]
        [Version]
        $Wanted,

        [switch]
        $Force
    )

    if ($OsVersion -ge $script:FirstBuiltIn) {
        return 'not_applicable'
    }
    if ($Pending -and -not $Force) {
        $waiting = ConvertTo-AnsibleHyperVVersion -Text ([string]$Pending.version)
        if (-not $Wanted -or ($waiting -and $waiting -ge $Wanted)) {
            return 'restart_pending'
        }
    }
    if ($Installed -and $Wanted -and -not $Force) {
        if ($Installed -gt $Wanted) { return 'newer' }
        if ($Installed -eq $Wanted) { return 'current' }
    }
    'installed'
}

Function Invoke-AnsibleHyperVSetup {
    <#
    .SYNOPSIS
    Runs the setup silently and without a restart, and returns what its exit code means and its log.

    .PARAMETER Program
    The setup program.

    .PARAMETER Timeout
    How long to wait for it, in seconds.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Program,

        [Parameter(Mandatory)]
        [int]
        $Timeout
    )

    $start = Get-Date
    $process = Start-Process -FilePath $Program -ArgumentList '/quiet', '/norestart' -PassThru -ErrorAction Stop
    # Without a look at the handle now, the exit code is lost when the process has ended (Windows PowerShell).
    $null = $process.Handle
    if (-not $process.WaitForExit($Timeout * 1000)) {
        $text = "The setup program '$Program' (process $($process.Id)) has not ended within $Timeout seconds"
        $hint = 'It was not killed, since a setup that ends half way is worse: look at the guest, and raise timeout'
        throw (New-AnsibleHyperVException -ErrorClass timeout -Message $text -Hint $hint)
    }
    $code = [int]$process.ExitCode
    @{
        exit_code = $code
        log = Get-AnsibleHyperVSetupLog -Since $start
        restart_required = $code -eq $script:RestartRequired -or $code -eq $script:RestartStarted
        restart_started = $code -eq $script:RestartStarted
    }
}

Function Get-AnsibleHyperVSetupLog {
    <#
    .SYNOPSIS
    Gets the end of the log of the setup program, if it has written one.

    .PARAMETER Since
    What is older is from another run.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [DateTime]
        $Since
    )

    $path = "$env:SystemRoot\$script:LogName"
    # File times are coarser than the clock on some file systems.
    if ((Test-Path -LiteralPath $path) -and (Get-Item -LiteralPath $path).LastWriteTime -ge $Since.AddSeconds(-2)) {
        @{ path = $path; lines = @(Get-Content -LiteralPath $path -Tail $script:LogLines | ForEach-Object -Process { [string]$_ }) }
    }
}

Function Assert-AnsibleHyperVSetupExit {
    <#
    .SYNOPSIS
    Raises an error for an exit code that is none of success.

    .PARAMETER ExitCode
    The exit code.

    .PARAMETER Program
    The setup program.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [int]
        $ExitCode,

        [Parameter(Mandatory)]
        [string]
        $Program
    )

    if ($ExitCode -eq 0 -or $ExitCode -eq $script:RestartRequired -or $ExitCode -eq $script:RestartStarted) {
        return
    }
    $known = $script:Failures[$ExitCode]
    $text = "The setup program '$Program' ended with exit code $ExitCode"
    if ($known) {
        throw (New-AnsibleHyperVException -ErrorClass $known[1] -Message "${text}: $($known[0])" -Hint $known[2])
    }
    throw (New-AnsibleHyperVException -ErrorClass unexpected -Message $text -Hint 'Look at the log of the setup program, and look the exit code up')
}

Export-ModuleMember -Function Find-AnsibleHyperVSetup, Get-AnsibleHyperVInstalledVersion,
Get-AnsibleHyperVSetupOutcome, Invoke-AnsibleHyperVSetup, Assert-AnsibleHyperVSetupExit
