# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Windows Update in a guest, and restarts: refused, at once, and of a machine that does not come back.

$auto = 'HKLM:\SOFTWARE\Microsoft\Virtual Machine\Auto'
$parameters = 'HKLM:\SOFTWARE\Microsoft\Virtual Machine\Guest\Parameters'
$pending = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending'

function Set-Key {
    <#
    .SYNOPSIS
    Sets a key of the state.

    .PARAMETER Name
    The key.

    .PARAMETER Value
    Its value; null takes it away.
    #>
    param([string]$Name, $Value)
    Set-NodeState -Body {
        param($state)
        if ($null -eq $Value) { $state.PSObject.Properties.Remove($Name) }
        else { $state | Add-Member -NotePropertyName $Name -NotePropertyValue $Value -Force }
    }.GetNewClosure()
}

Assert-Behaviour -Name 'integration services are offered only to a guest that knows the version of its host' -Fact '5.2 offered' -Body {
    Assert-Equal -Actual @((Get-LabUpdate).KB) -Expected @('KB3063109', 'KB1')
    $major = (Get-ItemProperty -LiteralPath $parameters).HostingSystemOsMajor
    Remove-ItemProperty -LiteralPath $parameters -Name HostingSystemOsMajor
    Assert-Equal -Actual @((Get-LabUpdate).KB) -Expected @('KB1')
    Set-ItemProperty -LiteralPath $parameters -Name HostingSystemOsMajor -Value $major
}

Assert-Behaviour -Name 'a search can fail with a code of the update agent' -Fact '9 faults' -Body {
    Set-Key -Name updateError -Value '0x8024402c'
    $failure = Get-ErrorOf -Body { Get-LabUpdate }
    Assert-Equal -Actual ('0x{0:x8}' -f $failure.Exception.HResult) -Expected '0x8024402c'
    Set-Key -Name updateError -Value $null
}

Assert-Behaviour -Name 'a download can fail, and one that succeeded is not repeated' -Fact '9 faults' -Body {
    $ids = (Get-LabUpdate).Id
    Assert-Equal -Actual @((Get-LabUpdate).Downloaded) -Expected @($false, $false)
    $answers = $ids | ForEach-Object { Install-LabUpdate -Id $_ -Download }
    Assert-Equal -Actual @($answers.ResultCode) -Expected @(2, 4)
    Assert-Equal -Actual @((Get-LabUpdate).Downloaded) -Expected @($true, $false)
}

Assert-Behaviour -Name 'an update takes effect at the restart, and is not offered again' -Fact '6.1 update' -Body {
    $broken = Get-LabUpdate | Where-Object { $_.KB -eq 'KB1' }
    Assert-Equal -Actual (Install-LabUpdate -Id $broken.Id).ResultCode -Expected 4
    $answer = Install-LabUpdate -Id (Get-LabUpdate)[0].Id
    Assert-Equal -Actual @($answer.ResultCode, $answer.RebootRequired) -Expected @(2, $true)
    Assert-Equal -Actual @((Get-LabUpdate).KB) -Expected @('KB1')
    Assert-Equal -Actual (Test-Path -LiteralPath $pending) -Expected $true
    Assert-Equal -Actual (Get-ItemProperty -LiteralPath $auto).IntegrationServicesVersion -Expected '6.2.9200.16384'
    $before = (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime
    Restart-Computer -Force
    Assert-Equal -Actual (Get-ItemProperty -LiteralPath $auto).IntegrationServicesVersion -Expected '6.3.9600.18907'
    Assert-Equal -Actual (Test-Path -LiteralPath $pending) -Expected $false
    Assert-True -Condition ((Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime -gt $before) -Message 'it did not restart'
}

Assert-Behaviour -Name 'a restart can be refused' -Fact '9 faults' -Body {
    Set-Key -Name restart -Value @{ error = 5 }
    Assert-True -Condition ("$(Get-ErrorOf -Body { Restart-Computer -Force })" -like '*Access is denied*') -Message 'it was not refused'
    Set-Key -Name restart -Value $null
}

Assert-Behaviour -Name 'a service can be lost in a restart' -Fact '9 faults' -Body {
    Set-Key -Name restart -Value @{ servicesLost = @('vmicvss') }
    Restart-Computer -Force
    Assert-Equal -Actual "$((Get-Service -Name vmicvss).Status)" -Expected 'Stopped'
    Assert-Equal -Actual "$((Get-Service -Name vmickvpexchange).Status)" -Expected 'Running'
    Set-Key -Name restart -Value $null
}

Assert-Behaviour -Name 'a machine that does not come back is down from a moment on' -Fact '9 faults' -Body {
    Set-Key -Name restart -Value @{ neverBack = $true }
    Restart-Computer -Force
    $state = Get-NodeState
    Assert-True -Condition ($state.restartAt -gt 0 -and $state.bootingUntil -gt $state.restartAt) -Message 'it did not go down'
}
