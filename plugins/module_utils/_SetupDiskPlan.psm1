# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError

# Private to hyperv.integration: how the setup disk of the integration services gets into the DVD drives of a machine, and out.

$script:PlacesOfIde = @('IDE 0:0', 'IDE 0:1', 'IDE 1:0', 'IDE 1:1')

Function Test-AnsibleHyperVDrivePlugging {
    <#
    .SYNOPSIS
    Tells why no DVD drive can be plugged in or out now; nothing where it can.

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
    if ($state -eq 'Off' -or ($VM.Generation -eq 2 -and $state -eq 'Running')) {
        return
    }
    if ($VM.Generation -eq 2) {
        return "a DVD drive can be plugged in or out only while the machine runs or is off, and it is $($state.ToLowerInvariant())"
    }
    "a machine of generation 1 takes a DVD drive only while it is off, and it is $($state.ToLowerInvariant())"
}

Function Set-AnsibleHyperVInsertPlan {
    <#
    .SYNOPSIS
    Decides how the disk comes into a machine, and puts the steps into its record.

    .DESCRIPTION
    In this order: it is in a drive already; an empty drive; a new drive where one can be plugged in; the first drive that holds
    an image, which is given back later.

    .PARAMETER Item
    The record of the machine.

    .PARAMETER Path
    The image.

    .PARAMETER Replace
    An image that is in a drive may be taken out.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Fills a hash table')]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Item,

        [Parameter(Mandatory)]
        [string]
        $Path,

        [switch]
        $Replace
    )

    foreach ($drive in $Item.drives) {
        if ($drive.path -eq $Path) {
            return
        }
    }
    foreach ($drive in $Item.drives) {
        if (-not $drive.path -and -not $drive.fixed) {
            $Item.steps = @(@{ action = 'insert'; drive = $drive; path = $Path })
            return
        }
    }
    $why = Test-AnsibleHyperVDrivePlugging -VM $Item.vm
    if (-not $why -and $Item.vm.Generation -ne 2) {
        $taken = @(foreach ($disk in @($Item.vm.HardDrives) + @($Item.vm.DVDDrives)) {
                if ($disk) { "$($disk.ControllerType) $($disk.ControllerNumber):$($disk.ControllerLocation)" }
            })
        if (@($script:PlacesOfIde | Where-Object -FilterScript { $taken -notcontains $_ }).Count -eq 0) {
            $why = 'the four places of its IDE controllers are taken'
        }
    }
    if (-not $why) {
        $Item.steps = @(@{ action = 'add'; drive = $null; path = $Path })
        return
    }
    $held = @(foreach ($drive in $Item.drives) { if (-not $drive.fixed) { $drive } })
    if ($held.Count -gt 0 -and $Replace) {
        $Item.steps = @(@{ action = 'replace'; drive = $held[0]; path = $Path })
        return
    }
    $drives = @(foreach ($drive in $Item.drives) { "$($drive.label) holds '$($drive.path)'" }) -join ', '
    $text = if ($drives) { "The drives of virtual machine '$($Item.name)' are in use ($drives)" } else { "Virtual machine '$($Item.name)' has no DVD drive" }
    $text += ", and $why"
    $hint = if ($held.Count -gt 0) {
        'Set replace: true, which gives the image back when the disk is ejected, or empty a drive'
    }
    else {
        'Shut the machine down and run again: the drive is then added. Or use the cabinet file with hyperv.integration.windows_is_package, ' +
        'which needs no drive'
    }
    throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint $hint)
}

Function Set-AnsibleHyperVEjectPlan {
    <#
    .SYNOPSIS
    Decides how the disk leaves a machine, and puts the steps into its record. Other images are never touched.

    .PARAMETER Item
    The record of the machine.

    .PARAMETER Path
    The image.

    .PARAMETER Restore
    What to put into the drive instead of what is remembered: null for that, an empty text for nothing.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Fills a hash table')]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Item,

        [Parameter(Mandatory)]
        [string]
        $Path,

        [AllowNull()]
        $Restore
    )

    $images = @($Path)
    $before = @{}
    if ($Item.remembered) {
        $images += [string]$Item.remembered.image
        foreach ($drive in $Item.remembered.drives) {
            $before[[string]$drive.label] = [string]$drive.path
        }
    }
    $Item.steps = @(foreach ($drive in $Item.drives) {
            if (-not $drive.path -or $images -notcontains $drive.path) {
                continue
            }
            $old = if ($null -ne $Restore) { [string]$Restore } else { [string]$before[$drive.label] }
            if ($null -eq $Restore -and $Item.remembered -and -not $before.ContainsKey($drive.label)) {
                $why = Test-AnsibleHyperVDrivePlugging -VM $Item.vm
                if (-not $why) {
                    @{ action = 'remove'; drive = $drive; path = $null }
                    continue
                }
                $Item.warnings += "The drive $($drive.label) that was added to virtual machine '$($Item.name)' stays, empty: $why"
            }
            if ($null -eq $Restore -and $old -and -not (Test-Path -LiteralPath $old)) {
                $Item.warnings += "The drive $($drive.label) of virtual machine '$($Item.name)' stays empty: what was in it, '$old', is not there any more"
                $old = ''
            }
            @{ action = $(if ($old) { 'restore' } else { 'eject' }); drive = $drive; path = $(if ($old) { $old }) }
        })
}

Export-ModuleMember -Function Set-AnsibleHyperVInsertPlan, Set-AnsibleHyperVEjectPlan
