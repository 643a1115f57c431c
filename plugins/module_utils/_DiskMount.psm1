# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HostMemory
#AnsibleRequires -PowerShell ._HyperVError

# Private to hyperv.integration: mounting virtual disks on the host for a moment, and leaving none behind.

$script:Memory = 'MountedDisks'
$script:DismountAttempts = 5
# The mount manager gives letters a moment after the disk has come.
$script:LetterAttempts = 10
# Two seconds, in units of 100 ns.
$script:SameStart = 20000000

Function Test-AnsibleHyperVProcess {
    <#
    .SYNOPSIS
    Tells whether the process that mounted a disk still runs. A number is used again, so the time of its start counts too.

    .DESCRIPTION
    A process that cannot be looked at is an error: it may be at work on the disk.

    .PARAMETER Record
    The record that it left.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param (
        [Parameter(Mandatory)]
        [object]
        $Record
    )

    try {
        $process = Get-Process -Id ([int]$Record.process) -ErrorAction Stop
        $started = $process.StartTime
    }
    catch {
        if ($_.CategoryInfo.Category -eq [System.Management.Automation.ErrorCategory]::ObjectNotFound) {
            return $false
        }
        $started = $null
    }
    if ($null -eq $started) {
        $text = "Process $($Record.process), which mounted the disk '$($Record.path)', may run still: it does not tell when it was started"
        throw (New-AnsibleHyperVException -ErrorClass access_denied -Message $text -Hint 'Use an account of the local group Administrators of the host')
    }
    # Some systems work the time out anew at each look, so it is not the same to the last digit.
    [Math]::Abs($started.ToFileTimeUtc() - [long]$Record.started) -lt $script:SameStart
}

Function Test-AnsibleHyperVMount {
    <#
    .SYNOPSIS
    Tells whether a disk is mounted on this host. A file that is gone is not; one that cannot be looked at is an error, and may well be.

    .PARAMETER Path
    The file.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param (
        [Parameter(Mandatory)]
        [string]
        $Path
    )

    try {
        $disk = Get-VHD -Path $Path -ErrorAction Stop
    }
    catch {
        if ($_.CategoryInfo.Category -eq [System.Management.Automation.ErrorCategory]::ObjectNotFound) {
            return $false
        }
        $detail = Get-AnsibleHyperVErrorDetail -ErrorRecord $_
        $text = "Failed to look whether the disk '$Path' is mounted: $($_.Exception.Message)"
        throw (New-AnsibleHyperVException -ErrorClass $detail.error_class -Message $text -Hint $detail.hint)
    }
    # A disk number: it is mounted here. Without one a machine uses it, which is none of our business.
    [bool]($disk.Attached -and $null -ne $disk.DiskNumber)
}

Function Assert-AnsibleHyperVDiskFree {
    <#
    .SYNOPSIS
    Raises an error while the process of another run still works on a disk of a machine.

    .DESCRIPTION
    It may be that of a run whose controller is gone: what it has begun on the host goes on.

    .PARAMETER Name
    The name of the record, a GUID.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Name
    )

    $record = (Get-AnsibleHyperVMemory -Kind $script:Memory)[$Name]
    if (-not $record -or -not (Test-AnsibleHyperVProcess -Record $record)) {
        return
    }
    $text = "Process $($record.process) of another run on host '$env:COMPUTERNAME' still works on the disk '$($record.path)' of this virtual machine"
    $hint = "Run again when it has ended, even if its controller is gone: DISM may take a while. If it hangs, end process $($record.process) on " +
    'the host; the next run then dismounts the disk'
    throw (New-AnsibleHyperVException -ErrorClass vm_busy -Message $text -Hint $hint)
}

Function Dismount-AnsibleHyperVLeftover {
    <#
    .SYNOPSIS
    Dismounts the disks that killed runs have left mounted, and returns their paths, each with the error if it could not be done.

    .DESCRIPTION
    The record of a disk stays until the disk is known not to be mounted.

    .PARAMETER ReportOnly
    Return them, and leave them mounted.
    #>
    [CmdletBinding()]
    param (
        [switch]
        $ReportOnly
    )

    $records = Get-AnsibleHyperVMemory -Kind $script:Memory
    foreach ($name in @($records.Keys)) {
        $record = $records[$name]
        $left = @{ path = [string]$record.path; error = $null }
        $mounted = $true
        try {
            if (Test-AnsibleHyperVProcess -Record $record) {
                continue
            }
            $mounted = Test-AnsibleHyperVMount -Path $left.path
            if (-not $ReportOnly) {
                if ($mounted) {
                    Dismount-AnsibleHyperVDisk -Path $left.path
                }
                Remove-AnsibleHyperVMemory -Kind $script:Memory -Name $name
            }
        }
        catch {
            # Another machine's disk must not stop the work on this one.
            $left.error = Get-AnsibleHyperVErrorDetail -ErrorRecord $_
        }
        if ($mounted -or $left.error) {
            $left
        }
    }
}

Function Mount-AnsibleHyperVDisk {
    <#
    .SYNOPSIS
    Mounts a disk after a record of it was left, brings it online, and returns its number.

    .PARAMETER Name
    The name of the record, a GUID.

    .PARAMETER Path
    The file.

    .PARAMETER ReadOnly
    Mount it without the right to write.
    #>
    [CmdletBinding()]
    [OutputType([int])]
    param (
        [Parameter(Mandatory)]
        [string]
        $Name,

        [Parameter(Mandatory)]
        [string]
        $Path,

        [switch]
        $ReadOnly
    )

    $process = Get-Process -Id $PID
    Set-AnsibleHyperVMemory -Kind $script:Memory -Name $Name -Value @{
        path = $Path
        process = $PID
        started = $process.StartTime.ToFileTimeUtc()
    }
    $number = [int](Mount-VHD -Path $Path -ReadOnly:$ReadOnly -Passthru -ErrorAction Stop).DiskNumber
    $disk = Get-Disk -Number $number -ErrorAction Stop
    if ($disk.IsOffline) {
        Set-Disk -Number $number -IsOffline $false -ErrorAction Stop
    }
    # A second call: the two switches are in different parameter sets.
    if ($disk.IsReadOnly -and -not $ReadOnly) {
        Set-Disk -Number $number -IsReadOnly $false -ErrorAction Stop
    }
    $number
}

Function Dismount-AnsibleHyperVDisk {
    <#
    .SYNOPSIS
    Dismounts a disk, and tries again where something still looks at it, such as a virus scanner.

    .PARAMETER Path
    The file.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Path
    )

    for ($attempt = 1; $attempt -le $script:DismountAttempts; $attempt++) {
        try {
            Dismount-VHD -Path $Path -ErrorAction Stop
            return
        }
        catch {
            $failure = $_
            try {
                if (-not (Test-AnsibleHyperVMount -Path $Path)) {
                    return
                }
            }
            catch {
                # A disk that cannot be looked at may be mounted still: it is tried again, and why it is not dismounted is told.
                Write-Debug -Message "$_"
            }
        }
        Start-Sleep -Milliseconds (200 * $attempt)
    }
    $text = "Failed to dismount the disk '$Path': $($failure.Exception.Message)"
    $hint = "Run Dismount-VHD for it on the host before the virtual machine is started, or run this module again, which tries it first"
    throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint $hint)
}

Function Close-AnsibleHyperVDisk {
    <#
    .SYNOPSIS
    Dismounts the disk of a record if it is mounted, and removes the record.

    .PARAMETER Name
    The name of the record.

    .PARAMETER Path
    The file.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Name,

        [Parameter(Mandatory)]
        [string]
        $Path
    )

    $mounted = $true
    try {
        $mounted = Test-AnsibleHyperVMount -Path $Path
    }
    catch {
        # A disk that cannot be looked at may be mounted: whether it can be dismounted decides.
        Write-Debug -Message "$_"
    }
    if ($mounted) {
        Dismount-AnsibleHyperVDisk -Path $Path
    }
    # Only now: while the disk is mounted the record is what a later run finds it by.
    Remove-AnsibleHyperVMemory -Kind $script:Memory -Name $Name
}

Function Use-AnsibleHyperVDisk {
    <#
    .SYNOPSIS
    Mounts a disk, runs a script with the roots of its partitions, and dismounts the disk whatever happened.

    .PARAMETER Name
    The name of the record, a GUID.

    .PARAMETER Path
    The file.

    .PARAMETER ReadOnly
    Mount it without the right to write.

    .PARAMETER Script
    What to do; it gets the roots.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Name,

        [Parameter(Mandatory)]
        [string]
        $Path,

        [Parameter(Mandatory)]
        [scriptblock]
        $Script,

        [switch]
        $ReadOnly
    )

    # Outside of try, which would dismount it under the other run.
    Assert-AnsibleHyperVDiskFree -Name $Name
    $failure = $null
    try {
        $number = Mount-AnsibleHyperVDisk -Name $Name -Path $Path -ReadOnly:$ReadOnly
        & $Script @(Get-AnsibleHyperVPartitionRoot -Number $number)
    }
    catch {
        $failure = $_
    }
    finally {
        # Also where the run is stopped from outside, which no catch sees.
        try {
            Close-AnsibleHyperVDisk -Name $Name -Path $Path
        }
        catch {
            if ($failure) {
                $text = "$($failure.Exception.Message); and $($_.Exception.Message)"
                throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint ([string]$_.Exception.Data['hint']))
            }
            throw
        }
    }
    if ($failure) {
        throw $failure
    }
}

Function Get-AnsibleHyperVPartitionRoot {
    <#
    .SYNOPSIS
    Lists the roots of the partitions of a disk that can be looked into, with a letter each.

    .PARAMETER Number
    The number of the disk.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [int]
        $Number
    )

    for ($attempt = 1; $attempt -le $script:LetterAttempts; $attempt++) {
        $partitions = @(Get-Partition -DiskNumber $Number -ErrorAction Stop)
        # A partition without a letter has the character 0. Reserved, EFI and recovery partitions never get one.
        $letters = @(foreach ($partition in $partitions) { if ([int][char]$partition.DriveLetter -ne 0) { [string]$partition.DriveLetter } })
        $waiting = @(foreach ($partition in $partitions) {
                if ("$($partition.Type)" -match 'Basic|IFS' -and [int][char]$partition.DriveLetter -eq 0) { $partition }
            })
        if ($waiting.Count -eq 0) {
            break
        }
        Start-Sleep -Milliseconds 200
    }
    # A session knows new letters only after it has asked.
    $null = Get-PSDrive -PSProvider FileSystem
    foreach ($letter in $letters) {
        "${letter}:\"
    }
}

Export-ModuleMember -Function Assert-AnsibleHyperVDiskFree, Dismount-AnsibleHyperVLeftover, Use-AnsibleHyperVDisk
