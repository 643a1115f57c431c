# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The commands that modules and what they share may use: what the lab simulates, so that it and a real host answer alike.
@{
    # Of PowerShell itself, in Windows PowerShell 5.1 too.
    Language = @(
        'Add-Content', 'Add-Member', 'Add-Type', 'Compare-Object', 'ConvertFrom-Json', 'ConvertTo-Json', 'Copy-Item', 'Export-ModuleMember'
        'ForEach-Object', 'Get-ChildItem', 'Get-Command', 'Get-Content', 'Get-Date', 'Get-Item', 'Get-Location', 'Get-Member', 'Get-Module'
        'Get-Process', 'Get-Random', 'Get-Variable', 'Group-Object', 'Import-Module', 'Join-Path', 'Measure-Object', 'Move-Item', 'New-Item'
        'New-Object', 'New-TimeSpan', 'Out-Null', 'Out-String', 'Remove-Item', 'Remove-Variable', 'Resolve-Path', 'Select-Object', 'Set-Content'
        'Set-StrictMode', 'Set-Variable', 'Sort-Object', 'Split-Path', 'Start-Sleep', 'Tee-Object', 'Test-Path', 'Where-Object', 'Write-Debug'
        'Write-Error', 'Write-Output', 'Write-Verbose', 'Write-Warning', 'Get-FileHash', 'Get-Culture', 'Get-UICulture', 'Get-PSDrive'
    )
    # Of Windows.
    Windows = @(
        'Get-CimInstance', 'Get-CimAssociatedInstance', 'Invoke-CimMethod'
        'Get-ItemProperty', 'Set-ItemProperty', 'New-ItemProperty', 'Remove-ItemProperty', 'Get-ItemPropertyValue'
        'Get-Service', 'Set-Service', 'Start-Service', 'Stop-Service', 'Restart-Service'
        'Get-WindowsPackage', 'Add-WindowsPackage', 'Remove-WindowsPackage'
        'Get-Disk', 'Set-Disk', 'Get-Partition', 'Get-Volume', 'Get-DiskImage', 'Get-BitLockerVolume', 'Start-Process'
    )
    # Of Hyper-V, with the parameters that they have on every generation from Windows Server 2012 on.
    HyperV = @{
        'Add-VMDvdDrive' = @('AllowUnverifiedPaths ComputerName ControllerLocation ControllerNumber Passthru Path ResourcePoolName VM '
            'VMDriveController VMName')
        'Copy-VMFile' = 'AsJob ComputerName CreateFullPath DestinationPath FileSource Force Name SourcePath VM VMName'
        'Disable-VMIntegrationService' = 'ComputerName Name Passthru VM VMIntegrationService VMName'
        'Dismount-VHD' = 'ComputerName DiskNumber FullName Number Passthru Path'
        'Enable-VMIntegrationService' = 'ComputerName Name Passthru VM VMIntegrationService VMName'
        'Get-VHD' = 'ComputerName DiskNumber FullName Id Number Path VMId'
        'Get-VM' = 'ClusterObject ComputerName Id Name VMName'
        'Get-VMDvdDrive' = 'ComputerName ControllerLocation ControllerNumber VM VMCheckpoint VMDriveController VMName VMSnapshot'
        'Get-VMHardDiskDrive' = @('ComputerName ControllerLocation ControllerNumber ControllerType VM VMCheckpoint VMDriveController VMName '
            'VMSnapshot')
        'Get-VMHost' = 'ComputerName'
        'Get-VMIntegrationService' = 'ComputerName Name VM VMCheckpoint VMName VMSnapshot'
        'Get-VMNetworkAdapter' = 'All ComputerName IsLegacy ManagementOS Name SwitchName VM VMCheckpoint VMName VMNetworkAdapterName VMSnapshot'
        'Get-VMSnapshot' = 'ChildOf ComputerName Id Name ParentOf SnapshotType VM VMName VMRecoveryCheckpoint'
        'Mount-VHD' = 'ComputerName FullName NoDriveLetter Passthru Path ReadOnly'
        'Remove-VMDvdDrive' = 'ComputerName ControllerLocation ControllerNumber Passthru VMDvdDrive VMName'
        'Set-VMDvdDrive' = @('AllowUnverifiedPaths ComputerName ControllerLocation ControllerNumber Passthru Path ResourcePoolName '
            'ToControllerLocation ToControllerNumber VMDvdDrive VMName')
        'Start-VM' = 'AsJob ComputerName Name Passthru VM VMName'
        'Stop-VM' = 'AsJob ComputerName Force Name Passthru Save TurnOff VM VMName'
    }
    # Types that go round the commands: a lab does not see what they do, and some hosts forbid them.
    ForbiddenTypes = @('Microsoft.Win32.Registry', 'Microsoft.Win32.RegistryKey', 'System.IO.File', 'IO.File', 'System.IO.Directory', 'IO.Directory'
        'wmi', 'wmiclass', 'wmisearcher', 'adsi', 'System.Management.ManagementObject', 'System.ServiceProcess.ServiceController'
        'System.Diagnostics.Process', 'Diagnostics.Process', 'System.Runtime.InteropServices.Marshal')
    # Verbs that Get-Verb of PowerShell 7 approves and that of 5.1 does not.
    NewVerbs = @('Build', 'Deploy')
    # Parameters that only PowerShell 7 has.
    NewParameters = @('Parallel', 'AsHashtable', 'AsUTC', 'AsByteStream', 'ThrottleLimit', 'SkipIndex', 'AsArray', 'EscapeHandling')
    # Commands whose -Path reads wildcards and that have -LiteralPath beside it.
    LiteralPath = @('Add-Content', 'Clear-Content', 'Copy-Item', 'Get-ChildItem', 'Get-Content', 'Get-Item', 'Get-ItemProperty', 'Get-ItemPropertyValue'
        'Move-Item', 'New-ItemProperty', 'Remove-Item', 'Remove-ItemProperty', 'Resolve-Path', 'Set-Content', 'Set-ItemProperty', 'Test-Path')
}
