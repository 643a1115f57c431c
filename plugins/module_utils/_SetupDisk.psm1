# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HostMemory
#AnsibleRequires -PowerShell ._HyperVError

# Private to hyperv.integration: the setup disk of the integration services in the DVD drives of virtual machines: what is in
# them, and what a plan asks for.

$script:Memory = 'InsertedDisks'
# Hosts from Windows 10 and Windows Server 2016 on come without the disk.
$script:FirstBuildWithoutDisk = 10240

Function Assert-AnsibleHyperVSetupDisk {
    <#
    .SYNOPSIS
    Checks that the host has the image of the setup disk, and tells what to do instead where it has not.

    .PARAMETER Given
    The path is the user's own.

    .PARAMETER Path
    The path of the image.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Path,

        [switch]
        $Given
    )

    if (Test-Path -LiteralPath $Path -PathType Leaf) {
        return
    }
    $text = "Host '$env:COMPUTERNAME' has no setup disk '$Path'"
    if ($Given) {
        throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint 'Copy the image to that path of the host, or correct path')
    }
    $build = [int](Get-CimInstance -ClassName Win32_OperatingSystem -Property BuildNumber).BuildNumber
    $hint = if ($build -ge $script:FirstBuildWithoutDisk) {
        'Hyper-V from Windows 10 and Windows Server 2016 on comes without vmguest.iso: guests get their integration services by Windows ' +
        'Update, those before Windows 8.1 and Windows Server 2012 R2 with Data Exchange on, or by the cabinet file KB3071740 ' +
        '(hyperv.integration.windows_is_package, hyperv.integration.hyperv_offline_package)'
    }
    else {
        'Copy vmguest.iso from another host of this generation to that path, or use the cabinet files with ' +
        'hyperv.integration.windows_is_package or hyperv.integration.hyperv_offline_package'
    }
    throw (New-AnsibleHyperVException -ErrorClass host_unsupported -Message $text -Hint $hint)
}

Function Read-AnsibleHyperVDvdDrive {
    <#
    .SYNOPSIS
    Reads the DVD drives of a machine in the order of their places, each with its label, such as IDE 1:0.

    .PARAMETER VM
    The virtual machine.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [object]
        $VM
    )

    $drives = @(Get-VMDvdDrive -VM $VM -ErrorAction Stop)
    foreach ($drive in $drives | Sort-Object -Property ControllerNumber, ControllerLocation) {
        @{
            label = "$($drive.ControllerType) $($drive.ControllerNumber):$($drive.ControllerLocation)"
            type = ([string]$drive.ControllerType).ToLowerInvariant()
            number = [int]$drive.ControllerNumber
            location = [int]$drive.ControllerLocation
            path = $(if ($drive.Path) { [string]$drive.Path })
            # A drive of the host that is handed through has no image to take out.
            fixed = "$($drive.DvdMediaType)" -eq 'PassThrough'
            drive = $drive
        }
    }
}

Function New-AnsibleHyperVDiskItem {
    <#
    .SYNOPSIS
    Makes the record of one machine: its drives, what is remembered of it, and what went wrong.

    .PARAMETER ErrorDetail
    Why nothing can be done for it.

    .PARAMETER Id
    The id of the machine.

    .PARAMETER Name
    The name of the machine.

    .PARAMETER VM
    The machine.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes an object')]
    param (
        [AllowNull()]
        $Id,

        [AllowNull()]
        $Name,

        [AllowNull()]
        $VM,

        [AllowNull()]
        $ErrorDetail
    )

    @{ id = $Id; name = $Name; vm = $VM; drives = @(); steps = @(); remembered = $null; error = $ErrorDetail; warnings = @(); changed = $false }
}

Function Invoke-AnsibleHyperVDiskStep {
    <#
    .SYNOPSIS
    Does one step of a plan.

    .PARAMETER Step
    The step.

    .PARAMETER VM
    The virtual machine.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Step,

        [Parameter(Mandatory)]
        [object]
        $VM
    )

    $how = @{ ErrorAction = 'Stop' }
    if ($VM.IsClustered -and $Step.path) {
        # A cluster asks for storage of its own; the image lies on each node instead.
        $how.AllowUnverifiedPaths = $true
    }
    switch ($Step.action) {
        'add' { Add-VMDvdDrive -VM $VM -Path $Step.path @how }
        'remove' { Remove-VMDvdDrive -VMDvdDrive $Step.drive.drive @how }
        default { Set-VMDvdDrive -VMDvdDrive $Step.drive.drive -Path $Step.path @how }
    }
}

Function Invoke-AnsibleHyperVInsert {
    <#
    .SYNOPSIS
    Puts the disk into a machine after it has written down what its drives held.

    .PARAMETER Item
    The record of the machine.

    .PARAMETER Path
    The image.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Item,

        [Parameter(Mandatory)]
        [string]
        $Path
    )

    # First the record, then the change: a run that is killed in between leaves a record of what is still so.
    # An empty drive needs none, and so no right to write into the registry.
    $needed = $Item.steps[0].action -ne 'insert'
    if ($needed) {
        Set-AnsibleHyperVMemory -Kind $script:Memory -Name $Item.id -Value @{
            image = $Path
            vm_name = $Item.name
            at = [DateTime]::UtcNow.ToString('o')
            drives = @(foreach ($drive in $Item.drives) { @{ label = $drive.label; path = $drive.path } })
        }
    }
    elseif ($Item.remembered) {
        Remove-AnsibleHyperVMemory -Kind $script:Memory -Name $Item.id
    }
    try {
        Invoke-AnsibleHyperVDiskStep -Step $Item.steps[0] -VM $Item.vm
    }
    catch {
        if ($needed) {
            Remove-AnsibleHyperVMemory -Kind $script:Memory -Name $Item.id
        }
        throw
    }
}

Function Invoke-AnsibleHyperVEject {
    <#
    .SYNOPSIS
    Takes the disk out of a machine, gives back what was in the drive, and forgets it.

    .PARAMETER Item
    The record of the machine.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Item
    )

    foreach ($step in $Item.steps) {
        Invoke-AnsibleHyperVDiskStep -Step $step -VM $Item.vm
    }
    if ($Item.remembered) {
        Remove-AnsibleHyperVMemory -Kind $script:Memory -Name $Item.id
    }
}

Function ConvertTo-AnsibleHyperVDiskResult {
    <#
    .SYNOPSIS
    Turns the record of a machine into its row of the result.

    .PARAMETER Item
    The record of the machine. Where nothing was done, its plan tells what would be.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Item
    )

    $before = [ordered]@{}
    $after = [ordered]@{}
    foreach ($drive in $Item.drives) {
        $before[$drive.label] = $drive.path
    }
    if ($Item.Contains('after')) {
        foreach ($drive in $Item.after) {
            $after[$drive.label] = $drive.path
        }
    }
    else {
        foreach ($label in $before.Keys) {
            $after[$label] = $before[$label]
        }
        foreach ($step in $Item.steps) {
            switch ($step.action) {
                'add' { $after['new drive'] = $step.path }
                'remove' { $after.Remove($step.drive.label) }
                default { $after[$step.drive.label] = $step.path }
            }
        }
    }
    @{
        id = $Item.id
        name = $Item.name
        changed = $Item.changed -and (ConvertTo-Json -InputObject $before -Compress) -ne (ConvertTo-Json -InputObject $after -Compress)
        actions = @(foreach ($step in $Item.steps) { $step.action })
        before = $before
        drives = $after
        error = $Item.error
    }
}

Export-ModuleMember -Function Assert-AnsibleHyperVSetupDisk, Read-AnsibleHyperVDvdDrive, New-AnsibleHyperVDiskItem,
Invoke-AnsibleHyperVInsert, Invoke-AnsibleHyperVEject, ConvertTo-AnsibleHyperVDiskResult
