# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Virtual disks: mounting, partitions, DISM on an image, checkpoints.

$path = 'C:\VMs\old.vhdx'
$null = [System.IO.Directory]::CreateDirectory("$env:HV_NODE/C/cabs")
[System.IO.File]::WriteAllText("$env:HV_NODE/C/cabs/Windows6.x-HyperVIntegrationServices-x64.cab", '6.3.9600.18907')
$cab = 'C:\cabs\Windows6.x-HyperVIntegrationServices-x64.cab'

Assert-Behaviour -Name 'a mounted disk has a number, and may come offline and read-only' -Fact '6.3 mount' -Body {
    $disk = Mount-VHD -Path $path -Passthru
    Assert-Equal -Actual @($disk.Attached, $disk.DiskNumber) -Expected @($true, 1)
    Assert-Equal -Actual @((Get-Disk -Number 1).IsOffline, (Get-Disk -Number 1).IsReadOnly) -Expected @($true, $true)
    $names = (Get-Command -Name Set-Disk).ParameterSets.Where({ $_.Parameters.Name -contains 'IsOffline' -and $_.Parameters.Name -contains 'IsReadOnly' })
    Assert-Equal -Actual @($names).Count -Expected 0
    Set-Disk -Number 1 -IsOffline $false
    Set-Disk -Number 1 -IsReadOnly $false
    Assert-Equal -Actual @((Get-Disk -Number 1).IsOffline, (Get-Disk -Number 1).IsReadOnly) -Expected @($false, $false)
}

Assert-Behaviour -Name 'only basic partitions get a letter; the others have the character 0' -Fact '6.3 partitions' -Body {
    $letters = Get-Partition -DiskNumber 1 | ForEach-Object { [int]$_.DriveLetter }
    Assert-Equal -Actual @($letters) -Expected @(0, 0, [int][char]'E', [int][char]'F')
    Assert-Equal -Actual @((Test-Path -LiteralPath E:\Windows), (Test-Path -LiteralPath F:\Windows)) -Expected @($true, $false)
}

Assert-Behaviour -Name 'the files of an image tell its Windows and its integration services' -Fact '6.3 files' -Body {
    Assert-Equal -Actual (Get-Item -LiteralPath E:\Windows\System32\ntdll.dll).VersionInfo.FileVersion -Expected '6.1.7601.17514'
    Assert-Equal -Actual (Get-Item -LiteralPath E:\Windows\System32\drivers\vmbus.sys).VersionInfo.ProductVersion -Expected '6.1.7601.17514'
}

Assert-Behaviour -Name 'a disk that is mounted or belongs to a running VM is in use' -Fact '6.3 in use' -Body {
    foreach ($used in $path, 'C:\VMs\running.vhdx') {
        $record = Get-ErrorOf -Body { Mount-VHD -Path $used }
        Assert-True -Condition ("$record" -like '*is being used by another process*') -Message "it says: $record"
    }
    $image = Get-ErrorOf -Body { Mount-DiskImage -ImagePath $path }
    Assert-True -Condition ("$image" -like '*is being used by another process*') -Message "it says: $image"
}

Assert-Behaviour -Name 'DISM works on the partition with Windows and on no other' -Fact '6.3 image' -Body {
    $record = Get-ErrorOf -Body { Add-WindowsPackage -Path F:\ -PackagePath $cab -WarningAction SilentlyContinue }
    Assert-Equal -Actual ('0x{0:x8}' -f $record.Exception.ErrorCode) -Expected '0x80070003'
    $answer = Add-WindowsPackage -Path E:\ -PackagePath $cab
    Assert-Equal -Actual @($answer.RestartNeeded, $answer.Online) -Expected @($false, $false)
    Assert-Equal -Actual @((Get-ChildItem -Path E:\Windows\servicing\Packages -Filter *.mum).Count) -Expected @(1)
}

Assert-Behaviour -Name 'a dismount can fail once, and then takes letters and number away' -Fact '9 faults' -Body {
    Assert-Equal -Actual @(Get-ErrorOf -Body { Dismount-VHD -Path $path }).Count -Expected 1
    Assert-Equal -Actual (Get-VHD -Path $path).Attached -Expected $true
    Dismount-VHD -Path $path
    $disk = Get-VHD -Path $path
    Assert-Equal -Actual @($disk.Attached, $disk.DiskNumber, (Test-Path -Path E:\)) -Expected @($false, $null, $false)
}

Assert-Behaviour -Name 'what was put into the disk is the version of the VM after its next start' -Fact '6.3 boot' -Body {
    Assert-Equal -Actual (Get-VM -Name old).IntegrationServicesVersion -Expected $null
    Start-VM -Name old
    Assert-Equal -Actual "$((Get-VM -Name old).IntegrationServicesVersion)" -Expected '6.3.9600.18907'
    Stop-VM -Name old -TurnOff
}

Assert-Behaviour -Name 'DISM cannot service a Windows that is newer than its own' -Fact '6.3 newer' -Body {
    $null = Mount-VHD -Path C:\VMs\newer.vhdx
    $letter = (Get-Partition -DiskNumber 1).DriveLetter
    Assert-Equal -Actual @(Get-ErrorOf -Body { Get-WindowsPackage -Path "${letter}:\" -WarningAction SilentlyContinue }).Count -Expected 1
    Dismount-VHD -Path C:\VMs\newer.vhdx
}

Assert-Behaviour -Name 'a locked volume shows no Windows and says that it is locked' -Fact '6.3 locked' -Body {
    $null = Mount-VHD -Path C:\VMs\locked.vhdx
    $letter = (Get-Partition -DiskNumber 1).DriveLetter
    Assert-Equal -Actual (Test-Path -LiteralPath "${letter}:\Windows") -Expected $false
    Assert-Equal -Actual (Get-BitLockerVolume -MountPoint "${letter}:").LockStatus -Expected 'Locked'
    Dismount-VHD -DiskNumber 1
}

Assert-Behaviour -Name 'without letters a partition is reached through a folder' -Fact '6.3 access path' -Body {
    $null = Mount-VHD -Path C:\VMs\kept.vhdx -NoDriveLetter
    Assert-Equal -Actual @((Get-Partition -DiskNumber 1).DriveLetter | ForEach-Object { [int]$_ }) -Expected @(0)
    $null = New-Item -ItemType Directory -Path C:\mnt
    Add-PartitionAccessPath -DiskNumber 1 -PartitionNumber 1 -AccessPath C:\mnt
    Assert-True -Condition ((Get-Partition -DiskNumber 1).AccessPaths -contains 'C:\mnt\') -Message 'the path is not listed'
    Remove-PartitionAccessPath -DiskNumber 1 -PartitionNumber 1 -AccessPath C:\mnt
    Dismount-VHD -Path C:\VMs\kept.vhdx
}

Assert-Behaviour -Name 'a checkpoint puts a differencing disk in front of the disk' -Fact '6.3 checkpoint' -Body {
    Checkpoint-VM -Name kept -SnapshotName before
    $leaf = (Get-VMHardDiskDrive -VMName kept).Path
    Assert-True -Condition ($leaf -like '*.avhdx') -Message "the disk is $leaf"
    $disk = Get-VHD -Path $leaf
    Assert-Equal -Actual @("$($disk.VhdType)", $disk.ParentPath) -Expected @('Differencing', 'C:\VMs\kept.vhdx')
    Assert-Equal -Actual @((Get-VMSnapshot -VMName kept).Name) -Expected @('before')
    Get-VMSnapshot -VMName kept | Remove-VMSnapshot
    Assert-Equal -Actual (Get-VMHardDiskDrive -VMName kept).Path -Expected 'C:\VMs\kept.vhdx'
}

Assert-Behaviour -Name 'reading a disk can be denied, which differs from a file that is gone' -Fact '9 faults' -Body {
    $denied = Get-ErrorOf -Body { Get-VHD -Path C:\VMs\denied.vhdx }
    Assert-Equal -Actual "$($denied.CategoryInfo.Category)" -Expected 'PermissionDenied'
    $gone = Get-ErrorOf -Body { Get-VHD -Path C:\VMs\nothere.vhdx }
    Assert-Equal -Actual "$($gone.CategoryInfo.Category)" -Expected 'ObjectNotFound'
}

Assert-Behaviour -Name 'mounting, bringing online and servicing can each fail' -Fact '9 faults' -Body {
    Assert-True -Condition ("$(Get-ErrorOf -Body { Mount-VHD -Path C:\VMs\torn.vhdx })" -like '*corrupted*') -Message 'a torn disk was mounted'
    $null = Mount-VHD -Path C:\VMs\stuck.vhdx
    Assert-Equal -Actual "$(Get-ErrorOf -Body { Set-Disk -Number 1 -IsOffline $false })" -Expected 'Not enough resources.'
    Dismount-VHD -Path C:\VMs\stuck.vhdx
    $null = Mount-VHD -Path C:\VMs\sick.vhdx
    $letter = (Get-Partition -DiskNumber 1).DriveLetter
    Assert-Equal -Actual @(Get-WindowsPackage -Path "${letter}:\").Count -Expected 0
    $record = Get-ErrorOf -Body { Add-WindowsPackage -Path "${letter}:\" -PackagePath $cab -WarningAction SilentlyContinue }
    Assert-Equal -Actual ('0x{0:x8}' -f $record.Exception.ErrorCode) -Expected '0x800f0922'
    Dismount-VHD -Path C:\VMs\sick.vhdx
}

Assert-Behaviour -Name 'a process that is killed while it installs leaves the disk mounted' -Fact '9 faults' -Body {
    [System.IO.File]::WriteAllText("$env:HV_NODE/C/cabs/deadly.cab", '')
    $script = '$null = Mount-VHD -Path C:\VMs\old.vhdx; Set-Disk -Number 1 -IsOffline $false; Set-Disk -Number 1 -IsReadOnly $false; ' +
        'Add-WindowsPackage -Path E:\ -PackagePath C:\cabs\deadly.cab'
    $start = [System.Diagnostics.ProcessStartInfo]::new([System.Environment]::ProcessPath)
    '-NoProfile', '-Command', $script | ForEach-Object { $start.ArgumentList.Add($_) }
    $process = [System.Diagnostics.Process]::Start($start)
    Assert-True -Condition ($process.WaitForExit(60000) -and $process.ExitCode -ne 0) -Message 'it was not killed'
    Assert-Equal -Actual (Get-VHD -Path $path).Attached -Expected $true
    Dismount-VHD -Path $path
}

Assert-Behaviour -Name 'a disk that somebody dismounts while a package goes in is an error' -Fact '9 faults' -Body {
    [System.IO.File]::WriteAllText("$env:HV_NODE/C/cabs/slow.cab", '')
    $null = Mount-VHD -Path $path
    Set-Disk -Number 1 -IsOffline $false
    Set-Disk -Number 1 -IsReadOnly $false
    $letter = (Get-Partition -DiskNumber 1 | Where-Object { [int]$_.DriveLetter -ne 0 })[-1].DriveLetter
    $other = [powershell]::Create().AddCommand('Add-WindowsPackage').AddParameter('Path', "${letter}:\")
    $null = $other.AddParameter('PackagePath', 'C:\cabs\slow.cab')
    $running = $other.BeginInvoke()
    while (@(Get-LabCall -Name Add-WindowsPackage)[-1].params.PackagePath -ne 'C:\cabs\slow.cab') { Start-Sleep -Milliseconds 20 }
    Dismount-VHD -Path $path
    $null = $other.EndInvoke($running)
    Assert-Equal -Actual ('0x{0:x8}' -f $other.Streams.Error[0].Exception.ErrorCode) -Expected '0x80070003'
}

Assert-Behaviour -Name 'stopping a VM needs its Shutdown service, unless it is turned off' -Fact '8 shutdown' -Body {
    Disable-VMIntegrationService -VMName running -Name Shutdown
    $record = Get-ErrorOf -Body { Stop-VM -Name running }
    Assert-True -Condition ("$record" -like '*Shutdown integration service is unavailable*') -Message "it says: $record"
    Stop-VM -Name running -TurnOff
    Assert-Equal -Actual "$((Get-VM -Name running).State)" -Expected 'Off'
}
