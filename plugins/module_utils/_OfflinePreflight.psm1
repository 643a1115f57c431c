# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: why the disks of a virtual machine must not be written to from outside, found before any is mounted.

Function New-AnsibleHyperVRefusal {
    <#
    .SYNOPSIS
    Makes one reason why the disks are not touched.

    .PARAMETER Path
    The disk that it is about.

    .PARAMETER Reason
    The reason as one word.

    .PARAMETER Text
    The reason as a sentence, with what to do.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes an object')]
    param (
        [Parameter(Mandatory)]
        [string]
        $Reason,

        [Parameter(Mandatory)]
        [string]
        $Text,

        [AllowNull()]
        $Path
    )

    @{ reason = $Reason; text = $Text; path = $Path }
}

Function Get-AnsibleHyperVMachineRefusal {
    <#
    .SYNOPSIS
    Lists what speaks against the machine as a whole: its state, its checkpoints, its replication.

    .PARAMETER VM
    The virtual machine.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [object]
        $VM
    )

    $state = [string]$VM.State
    if ($state -match 'Saved|Hibernated') {
        $text = 'it is saved: what is written to its disks now would be lost or destroy them when it resumes; start it and shut it down'
        New-AnsibleHyperVRefusal -Reason saved -Text $text
    }
    elseif ($state -eq 'Paused') {
        New-AnsibleHyperVRefusal -Reason paused -Text 'it is paused and uses its disks; resume it and shut it down'
    }
    elseif ($state -eq 'Running') {
        New-AnsibleHyperVRefusal -Reason running -Text 'it runs; shut it down, or use hyperv.integration.windows_is_package'
    }
    elseif ($state -ne 'Off') {
        New-AnsibleHyperVRefusal -Reason not_off -Text "its state is $state; wait until it is off"
    }
    $checkpoints = @(Get-VMSnapshot -VM $VM -ErrorAction Stop)
    if ($checkpoints.Count -gt 0) {
        $text = "it has $($checkpoints.Count) checkpoints, which a change of its disks would make useless; delete them and wait for the merge"
        New-AnsibleHyperVRefusal -Reason checkpoints -Text $text
    }
    # The primary of a replication would send the change; a replica must stay as it was received.
    $mode = [string]$VM.ReplicationMode
    if ($mode -and $mode -ne 'None') {
        New-AnsibleHyperVRefusal -Reason replicated -Text "Hyper-V Replica replicates it (mode $mode); use another way, or end the replication"
    }
}

Function Get-AnsibleHyperVDriveRefusal {
    <#
    .SYNOPSIS
    Lists what speaks against one disk of the machine, without asking for the file.

    .PARAMETER Drive
    The hard disk drive.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [object]
        $Drive
    )

    $path = [string]$Drive.Path
    $place = "$($Drive.ControllerType) $($Drive.ControllerNumber):$($Drive.ControllerLocation)"
    if ($null -ne $Drive.DiskNumber -or -not $path) {
        New-AnsibleHyperVRefusal -Reason pass_through -Path $path -Text "the disk at $place is a disk of the host that is passed through"
        return
    }
    # Only module 2.0 has the property; hosts before 2012 R2 have no shared disks.
    $shared = $Drive.PSObject.Properties.Name -contains 'SupportPersistentReservations' -and $Drive.SupportPersistentReservations
    if ($shared -or $path -like '*.vhds') {
        New-AnsibleHyperVRefusal -Reason shared -Path $path -Text "the disk '$path' is shared with other machines"
    }
    if ($path -match '\.avhdx?\z') {
        New-AnsibleHyperVRefusal -Reason differencing -Path $path -Text "the disk '$path' belongs to a checkpoint; delete the checkpoint and wait for the merge"
    }
}

Function Get-AnsibleHyperVFileRefusal {
    <#
    .SYNOPSIS
    Lists what speaks against one disk file: it is gone, differencing, in use, or the parent or disk of another machine.

    .PARAMETER Others
    The disk files of the other machines of the host: path to name of the machine.

    .PARAMETER Path
    The file.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Path,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Others
    )

    try {
        $disk = Get-VHD -Path $Path -ErrorAction Stop
    }
    catch {
        $gone = $_.CategoryInfo.Category -eq [System.Management.Automation.ErrorCategory]::ObjectNotFound
        $text = if ($gone) { "the disk '$Path' is not there" } else { "the disk '$Path' cannot be read" }
        New-AnsibleHyperVRefusal -Reason ('unreadable', 'missing')[[int]$gone] -Path $Path -Text "${text}: $($_.Exception.Message)"
        return
    }
    if ("$($disk.VhdType)" -eq 'Differencing' -or $disk.ParentPath) {
        New-AnsibleHyperVRefusal -Reason differencing -Path $Path -Text "the disk '$Path' is a differencing disk of '$($disk.ParentPath)'; merge it first"
    }
    if ($disk.Attached) {
        $number = if ($null -ne $disk.DiskNumber) { " as disk $($disk.DiskNumber) of the host" }
        New-AnsibleHyperVRefusal -Reason attached -Path $Path -Text "the disk '$Path' is in use$number; dismount it, or find out who uses it"
    }
    if ($Others.Contains($Path)) {
        New-AnsibleHyperVRefusal -Reason shared -Path $Path -Text "the disk '$Path' belongs to virtual machine '$($Others[$Path])' too"
    }
}

Function Get-AnsibleHyperVParentRefusal {
    <#
    .SYNOPSIS
    Lists the disks that are the parents of disks of other machines, or may be: a write to a parent destroys its children.

    .PARAMETER Others
    The disk files of the other machines of the host: path to name of the machine.

    .PARAMETER Path
    The files of this machine.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [string[]]
        $Path,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Others
    )

    foreach ($file in @($Others.Keys)) {
        try {
            $disk = Get-VHD -Path $file -ErrorAction Stop
        }
        catch {
            # What is gone is nobody's child. Of what cannot be read nobody knows.
            if ($_.CategoryInfo.Category -ne [System.Management.Automation.ErrorCategory]::ObjectNotFound) {
                $text = "the disk '$file' of virtual machine '$($Others[$file])' cannot be read, and may be a child of one of this machine: " +
                "$($_.Exception.Message); use an account that may read it, or take it out of that machine for the time"
                New-AnsibleHyperVRefusal -Reason unknown_child -Path $file -Text $text
            }
            continue
        }
        if ($disk.ParentPath -and $Path -contains $disk.ParentPath) {
            $text = "the disk '$($disk.ParentPath)' is the parent of '$file' of virtual machine '$($Others[$file])'"
            New-AnsibleHyperVRefusal -Reason parent -Path $disk.ParentPath -Text $text
        }
    }
}

Function Get-AnsibleHyperVOfflinePlan {
    <#
    .SYNOPSIS
    Looks at a machine and its disks, and returns the disks to mount in the order of their places, and all refusals.

    .PARAMETER DiskPath
    The one disk to look at, instead of all.

    .PARAMETER Others
    The disk files of the other machines of the host: path to name of the machine.

    .PARAMETER Unread
    The other machines of the host, of which the disks are not known: name and error.

    .PARAMETER VM
    The virtual machine.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [object]
        $VM,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Others,

        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [object[]]
        $Unread,

        [AllowNull()]
        [AllowEmptyString()]
        [string]
        $DiskPath
    )

    $refusals = @(Get-AnsibleHyperVMachineRefusal -VM $VM)
    foreach ($one in $Unread) {
        $text = "virtual machine '$($one.name)' of this host cannot be read, and may use the same disks: $($one.error.msg)"
        $refusals += New-AnsibleHyperVRefusal -Reason unknown_machine -Text $text
    }
    $drives = @(Get-VMHardDiskDrive -VM $VM -ErrorAction Stop | Sort-Object -Property ControllerType, ControllerNumber, ControllerLocation)
    if ($DiskPath) {
        $drives = @($drives | Where-Object -Property Path -EQ -Value $DiskPath)
        if ($drives.Count -eq 0) {
            $refusals += New-AnsibleHyperVRefusal -Reason no_disk -Path $DiskPath -Text "it has no disk '$DiskPath'"
        }
    }
    elseif ($drives.Count -eq 0) {
        $refusals += New-AnsibleHyperVRefusal -Reason no_disk -Text 'it has no disk'
    }
    $paths = @(foreach ($drive in $drives) {
            $found = @(Get-AnsibleHyperVDriveRefusal -Drive $drive)
            $refusals += $found
            if ($found.Count -eq 0) {
                [string]$drive.Path
            }
        })
    $refusals += @(foreach ($path in $paths) { Get-AnsibleHyperVFileRefusal -Path $path -Others $Others })
    if ($paths.Count -gt 0) {
        $refusals += @(Get-AnsibleHyperVParentRefusal -Path $paths -Others $Others)
    }
    @{ paths = $paths; refusals = @($refusals) }
}

Export-ModuleMember -Function Get-AnsibleHyperVOfflinePlan
