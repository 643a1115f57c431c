# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The setup disk in a guest: setup.exe, its exit codes, and the restart that lets the new version take effect.

$onHost = @{ ComputerName = 'hv2012r2'; VMName = 'g1' }
$auto = 'HKLM:\SOFTWARE\Microsoft\Virtual Machine\Auto'

function Invoke-Setup {
    <#
    .SYNOPSIS
    Runs setup of the inserted disk and returns its exit code.

    .PARAMETER ArgumentList
    The arguments.

    .PARAMETER Architecture
    The folder of the program.
    #>
    param([string[]]$ArgumentList, [string]$Architecture = 'amd64')
    (Start-Process -FilePath "D:\support\$Architecture\setup.exe" -ArgumentList $ArgumentList -Wait -PassThru).ExitCode
}

function Set-Fault {
    <#
    .SYNOPSIS
    Lets setup behave as the state says.

    .PARAMETER Setup
    The key "setup" of the state; null for a healthy one.
    #>
    param($Setup)
    Set-NodeState -Body { param($state) $state | Add-Member -NotePropertyName setup -NotePropertyValue $Setup -Force }
}

Assert-Behaviour -Name 'an empty drive has a letter and no volume name' -Fact '7 letter' -Body {
    $volume = Get-Volume | Where-Object { $_.DriveType -eq 'CD-ROM' }
    Assert-Equal -Actual @("$($volume.DriveLetter)", $volume.FileSystemLabel, $volume.FileSystem) -Expected @('D', '', '')
    Assert-Equal -Actual (Test-Path -Path D:\) -Expected $false
}

Assert-Behaviour -Name 'the disk that the host inserts is found by label and by content' -Fact '7 label' -Body {
    Set-VMDvdDrive @onHost -Path C:\Windows\System32\vmguest.iso
    $volume = Get-Volume -FileSystemLabel VMGUEST
    Assert-Equal -Actual "$($volume.DriveLetter)" -Expected 'D'
    $drive = Get-CimInstance -ClassName Win32_LogicalDisk -Filter 'DriveType = 5'
    Assert-Equal -Actual @($drive.DeviceID, $drive.VolumeName) -Expected @('D:', 'VMGUEST')
    Assert-Equal -Actual (Get-CimInstance -ClassName Win32_CDROMDrive).MediaLoaded -Expected $true
}

Assert-Behaviour -Name 'setup without a restart asks for one, and the old version runs until then' -Fact '6.1 restart' -Body {
    Assert-Equal -Actual (Invoke-Setup -ArgumentList /quiet, /norestart) -Expected 3010
    Assert-Equal -Actual (Get-ItemProperty -LiteralPath $auto).IntegrationServicesVersion -Expected '6.1.7601.17514'
    Restart-Service -Name vmickvpexchange
    Assert-Equal -Actual (Get-ItemProperty -LiteralPath $auto).IntegrationServicesVersion -Expected '6.1.7601.17514'
    $before = (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime
    Restart-Computer -Force
    Assert-Equal -Actual (Get-ItemProperty -LiteralPath $auto).IntegrationServicesVersion -Expected '6.3.9600.18692'
    Assert-True -Condition ((Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime -gt $before) -Message 'it was not restarted'
    Assert-Equal -Actual (Get-Item -LiteralPath C:\Windows\System32\drivers\vmbus.sys).VersionInfo.ProductVersion -Expected '6.3.9600.18692'
}

Assert-Behaviour -Name 'a second run finds nothing to do' -Fact '6.1 again' -Body {
    Assert-Equal -Actual (Invoke-Setup -ArgumentList /quiet, /norestart) -Expected 0
    Assert-True -Condition (-not (Get-NodeState).rebootPending) -Message 'a restart is pending'
}

Assert-Behaviour -Name 'the host says that the guest is up to date after it' -Fact '3 state old' -Body {
    Assert-Equal -Actual (Get-VM -ComputerName hv2012r2 -Name g1).IntegrationServicesState -Expected 'Up to date'
    Assert-Equal -Actual "$((Get-VM -ComputerName hv2012r2 -Name g1).IntegrationServicesVersion)" -Expected '6.3.9600.18692'
}

Assert-Behaviour -Name 'a failing setup has its exit code and says why in its log' -Fact '9 faults' -Body {
    Set-Fault -Setup @{ exitCode = 1603; log = 'The disk is full.' }
    Assert-Equal -Actual (Invoke-Setup -ArgumentList /quiet, /norestart) -Expected 1603
    Assert-True -Condition ((Get-Content -LiteralPath C:\Windows\vmguestsetup.log) -contains 'The disk is full.') -Message 'the log is silent'
    Set-Fault -Setup $null
}

Assert-Behaviour -Name 'a slow setup can be waited for, and one that is killed has done nothing' -Fact '9 faults' -Body {
    Set-NodeState -Body { param($state) $state.icVersion = '6.1.7601.17514' }
    Set-Fault -Setup @{ delayMs = 60000 }
    $process = Start-Process -FilePath D:\support\amd64\setup.exe -ArgumentList /quiet, /norestart -PassThru
    Assert-Equal -Actual @(Get-LabCall -Name event:start-program)[-1].params.name -Expected 'setup'
    Assert-Equal -Actual @($process.WaitForExit(50), $process.HasExited) -Expected @($false, $false)
    $process.Kill()
    Assert-Equal -Actual @($process.HasExited, (Get-NodeState).pendingIcVersion) -Expected @($true, $null)
    Set-Fault -Setup $null
}

Assert-Behaviour -Name 'quiet alone restarts the guest' -Fact '6.1 quiet' -Body {
    Assert-Equal -Actual (Invoke-Setup -ArgumentList /quiet) -Expected 1641
    Assert-Equal -Actual (Get-ItemProperty -LiteralPath $auto).IntegrationServicesVersion -Expected '6.3.9600.18692'
}

Assert-Behaviour -Name 'setup for another architecture does nothing' -Fact '6.1 architecture' -Body {
    Set-NodeState -Body { param($state) $state.icVersion = '6.1.7601.17514' }
    Assert-Equal -Actual (Invoke-Setup -ArgumentList /quiet, /norestart -Architecture x86) -Expected 1633
}

Assert-Behaviour -Name 'an update can be lost at the restart' -Fact '9 faults' -Body {
    Set-Fault -Setup @{ lost = $true }
    Assert-Equal -Actual (Invoke-Setup -ArgumentList /quiet, /norestart) -Expected 3010
    & shutdown.exe /r /t 0
    Assert-Equal -Actual @((Get-NodeState).icVersion, (Get-NodeState).pendingIcVersion) -Expected @('6.1.7601.17514', $null)
    Set-Fault -Setup $null
}

Assert-Behaviour -Name 'restart and shutdown never reach the machine that runs the lab' -Fact '9 safe' -Body {
    foreach ($verb in 'Restart', 'Stop') {
        Assert-Equal -Actual (Get-Command -Name "$verb-Computer").Definition -Expected "$verb-LabComputer"
    }
    $bin = [System.IO.Path]::Combine([System.IO.Path]::GetDirectoryName($env:DOTNET_STARTUP_HOOKS.Split(':')[0]), 'bin')
    foreach ($name in 'shutdown', 'shutdown.exe') {
        Assert-Equal -Actual (Get-Command -Name $name).Source -Expected "$bin/$name"
    }
    $null = [powershell]::Create().AddScript('(Get-Command -Name Restart-Computer).Definition').Invoke() |
        ForEach-Object { Assert-Equal -Actual $_ -Expected 'Restart-LabComputer' }
}

Assert-Behaviour -Name 'a guest that shuts itself down is off on its host, and is back after a start' -Fact '9 power' -Body {
    Stop-Computer -Force
    Assert-Equal -Actual @("$((Get-VM -ComputerName hv2012r2 -Name g1).State)", (Get-NodeState).poweredOff) -Expected @('Off', $true)
    Start-VM -ComputerName hv2012r2 -Name g1
    Assert-Equal -Actual @("$((Get-VM -ComputerName hv2012r2 -Name g1).State)", (Get-NodeState).poweredOff) -Expected @('Running', $null)
    Assert-Equal -Actual "$((Get-Service -Name vmicheartbeat).Status)" -Expected 'Running'
}
Set-VMDvdDrive @onHost -Path $null
