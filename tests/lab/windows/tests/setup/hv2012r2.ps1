# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# DVD drives of VMs, and their rules.

$disk = 'C:\Windows\System32\vmguest.iso'

Assert-Behaviour -Name 'a disk is inserted into a running VM, seen in the drive, and ejected with null' -Fact '7 media' -Body {
    $drive = Set-VMDvdDrive -VMName g1 -Path $disk -Passthru
    Assert-Equal -Actual @("$($drive.DvdMediaType)", $drive.Path) -Expected @('ISO', $disk)
    Set-VMDvdDrive -VMName g1 -Path $null
    $drive = Get-VMDvdDrive -VMName g1
    Assert-Equal -Actual @("$($drive.DvdMediaType)", $drive.Path, "$($drive.ControllerType)") -Expected @('None', $null, 'IDE')
}

Assert-Behaviour -Name 'with several drives the call needs to know which' -Fact '7 several' -Body {
    $record = Get-ErrorOf -Body { Set-VMDvdDrive -VMName two -Path $disk }
    Assert-True -Condition ($record.FullyQualifiedErrorId -like 'InvalidParameter,*') -Message 'it chose one'
    Set-VMDvdDrive -VMName two -ControllerNumber 1 -ControllerLocation 0 -Path $disk
    Assert-Equal -Actual @((Get-VMDvdDrive -VMName two).Path) -Expected @($null, $disk)
    Get-VMDvdDrive -VMName two -ControllerNumber 1 | Set-VMDvdDrive -Path $null
}

Assert-Behaviour -Name 'an ISO that is not there is refused' -Fact '7 path' -Body {
    $record = Get-ErrorOf -Body { Set-VMDvdDrive -VMName g1 -Path C:\ISO\nosuch.iso }
    Assert-Equal -Actual "$($record.CategoryInfo.Category)" -Expected 'ObjectNotFound'
}

Assert-Behaviour -Name 'IDE takes no drive while the VM runs, SCSI does' -Fact '7 hot add' -Body {
    Assert-Equal -Actual @(Get-ErrorOf -Body { Add-VMDvdDrive -VMName bare1 }).Count -Expected 1
    $drive = Add-VMDvdDrive -VMName bare2 -Path $disk -Passthru
    Assert-Equal -Actual @("$($drive.ControllerType)", $drive.Path) -Expected @('SCSI', $disk)
    Remove-VMDvdDrive -VMName bare2 -ControllerNumber $drive.ControllerNumber -ControllerLocation $drive.ControllerLocation
    Assert-Equal -Actual @(Get-VMDvdDrive -VMName bare2).Count -Expected 0
    $record = Get-ErrorOf -Body { Get-VMDvdDrive -VMName g1 | Remove-VMDvdDrive }
    Assert-Equal -Actual $record.FullyQualifiedErrorId.Split(',')[0] -Expected 'Unspecified'
}

Assert-Behaviour -Name 'generation 1 has two controllers with two places, and no more' -Fact '7 ide' -Body {
    $record = Get-ErrorOf -Body { Add-VMDvdDrive -VMName full }
    Assert-Equal -Actual $record.FullyQualifiedErrorId.Split(',')[0] -Expected 'Unspecified'
}

Assert-Behaviour -Name 'a clustered VM takes a local ISO only unverified' -Fact '7 cluster' -Body {
    Assert-Equal -Actual @(Get-ErrorOf -Body { Set-VMDvdDrive -VMName clustered -Path $disk }).Count -Expected 1
    Set-VMDvdDrive -VMName clustered -Path $disk -AllowUnverifiedPaths
    Assert-Equal -Actual (Get-VMDvdDrive -VMName clustered).Path -Expected $disk
    Set-VMDvdDrive -VMName clustered -Path $null
}

Assert-Behaviour -Name 'WhatIf leaves the drive as it is' -Fact '7 what if' -Body {
    Set-VMDvdDrive -VMName g1 -Path $disk -WhatIf
    Assert-Equal -Actual (Get-VMDvdDrive -VMName g1).Path -Expected $null
}

Assert-Behaviour -Name 'a drive can fail to give its disk back' -Fact '9 faults' -Body {
    Assert-Equal -Actual "$(Get-ErrorOf -Body { Set-VMDvdDrive -VMName jammed -Path $null })" -Expected 'The tray is locked.'
    Assert-Equal -Actual (Get-VMDvdDrive -VMName jammed).Path -Expected $disk
}

Assert-Behaviour -Name 'the disk has setup and cabinets for both architectures, and the files of old Windows' -Fact '6.1 layout' -Body {
    $files = Get-ChildItem -LiteralPath C:\Windows\vmguest\support -Recurse -File | ForEach-Object { "$($_.Directory.Name)\$($_.Name)" }
    $expected = 'amd64\setup.exe', 'amd64\Windows6.2-HyperVIntegrationServices-x64.cab', 'amd64\Windows6.x-HyperVIntegrationServices-x64.cab',
        'x86\kmdf.inf', 'x86\setup.exe', 'x86\WdfCoInstaller01007.dll', 'x86\Windows5.x-HyperVIntegrationServices-x86.msi',
        'x86\Windows6.2-HyperVIntegrationServices-x86.cab', 'x86\Windows6.x-HyperVIntegrationServices-x86.cab'
    Assert-Equal -Actual @($files | Sort-Object) -Expected @($expected | Sort-Object)
}
