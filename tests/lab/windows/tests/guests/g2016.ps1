# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A Windows guest and its host. The session is one in the guest; the host is reached as by an administrator's tool.

$machine = 'HKLM:\SOFTWARE\Microsoft\Virtual Machine'
$onHost = @{ ComputerName = 'hv01'; VMName = 'g2016' }

function Get-Shown {
    <#
    .SYNOPSIS
    Returns the status that a look at a service shows; each look lets the host come nearer.

    .PARAMETER Name
    The service.
    #>
    param([string]$Name)
    "$((Get-Service -Name $Name).Status)"
}

Assert-Behaviour -Name 'a guest of 2016 has the eight services, all with start type Manual' -Fact '5.1 services' -Body {
    $expected = 'vmicguestinterface', 'vmicheartbeat', 'vmickvpexchange', 'vmicrdv', 'vmicshutdown', 'vmictimesync', 'vmicvmsession', 'vmicvss'
    Assert-Equal -Actual @((Get-Service -Name vmic*).Name) -Expected $expected
    Assert-Equal -Actual @((Get-Service -Name vmic*).StartType | Sort-Object -Unique | ForEach-Object { "$_" }) -Expected @('Manual')
    Assert-Equal -Actual (Get-Service -Name vmickvpexchange).DisplayName -Expected 'Hyper-V Data Exchange Service'
}

Assert-Behaviour -Name 'a guest of 2012 has neither the guest interface nor PowerShell Direct' -Fact '5.1 added' -Body {
    $names = Use-Node -Name g2012 -Body { (Get-Service -Name vmic*).Name }
    $expected = 'vmicheartbeat', 'vmickvpexchange', 'vmicrdv', 'vmicshutdown', 'vmictimesync', 'vmicvss'
    Assert-Equal -Actual @($names) -Expected $expected
}

Assert-Behaviour -Name 'before Windows 8 the services start automatically' -Fact '5.1 automatic' -Body {
    $types = Use-Node -Name g2008 -Body { (Get-Service -Name vmic*).StartType | ForEach-Object { "$_" } }
    Assert-Equal -Actual @($types | Sort-Object -Unique) -Expected @('Automatic')
}

Assert-Behaviour -Name 'the service runs where the switch of the host is on' -Fact 'R31 follow' -Body {
    Assert-Equal -Actual @((Get-Shown -Name vmicvss), (Get-Shown -Name vmicguestinterface)) -Expected @('Running', 'Stopped')
    Enable-VMIntegrationService @onHost -Name 'Guest Service Interface'
    Assert-Equal -Actual (Get-Shown -Name vmicguestinterface) -Expected 'Running'
    Disable-VMIntegrationService @onHost -Name 'Guest Service Interface'
    Assert-Equal -Actual (Get-Shown -Name vmicguestinterface) -Expected 'Stopped'
}

Assert-Behaviour -Name 'a guest may take its time to follow the switch' -Fact '5.1 follow' -Body {
    Disable-VMIntegrationService -ComputerName hv01 -VMName g2012 -Name VSS
    $looks = Use-Node -Name g2012 -Body { 1..2 | ForEach-Object { Get-Shown -Name vmicvss } }
    Assert-Equal -Actual @($looks) -Expected @('Running', 'Stopped')
}

Assert-Behaviour -Name 'stopped in the guest, the host starts it again, but not at once' -Fact 'R33 eventually' -Body {
    Stop-Service -Name vmicvss
    Assert-Equal -Actual @((Get-Shown -Name vmicvss), (Get-Shown -Name vmicvss)) -Expected @('Stopped', 'Running')
}

Assert-Behaviour -Name 'started in the guest while the host has it off, it stops again' -Fact 'R32 stops' -Body {
    Start-Service -Name vmicguestinterface
    Assert-Equal -Actual @((Get-Shown -Name vmicguestinterface), (Get-Shown -Name vmicguestinterface)) -Expected @('Running', 'Stopped')
}

Assert-Behaviour -Name 'with start type Disabled the host cannot start it, and the host sees no contact' -Fact 'R34 disabled' -Body {
    Set-Service -Name vmictimesync -StartupType Disabled
    Disable-VMIntegrationService @onHost -Name 'Time Synchronization'
    Enable-VMIntegrationService @onHost -Name 'Time Synchronization'
    $looks = 1..4 | ForEach-Object { Get-Shown -Name vmictimesync }
    Assert-Equal -Actual @($looks) -Expected @('Stopped', 'Stopped', 'Stopped', 'Stopped')
    $row = Get-VMIntegrationService @onHost -Name 'Time Synchronization'
    Assert-Equal -Actual @($row.Enabled, "$($row.PrimaryOperationalStatus)") -Expected @($true, 'NoContact')
    $record = Get-ErrorOf -Body { Start-Service -Name vmictimesync }
    $id = 'CouldNotStartService,Microsoft.PowerShell.Commands.StartServiceCommand'
    Assert-Equal -Actual $record.FullyQualifiedErrorId -Expected $id
}

Assert-Behaviour -Name 'set back to Manual and started, it works again' -Fact 'R34 repaired' -Body {
    Set-Service -Name vmictimesync -StartupType Manual -Status Running
    Assert-Equal -Actual "$((Get-Service -Name vmictimesync).Status) $((Get-Service -Name vmictimesync).StartType)" -Expected 'Running Manual'
    Assert-Equal -Actual "$((Get-VMIntegrationService @onHost -Name 'Time Synchronization').PrimaryOperationalStatus)" -Expected 'Ok'
}

Assert-Behaviour -Name 'WhatIf neither stops a service nor changes its start type' -Fact '5.1 what if' -Body {
    Stop-Service -Name vmicvss -WhatIf
    Set-Service -Name vmicvss -StartupType Disabled -WhatIf
    Assert-Equal -Actual "$((Get-Service -Name vmicvss).Status) $((Get-Service -Name vmicvss).StartType)" -Expected 'Running Manual'
}

Assert-Behaviour -Name 'a service that is not there is an error, a pattern is not' -Fact '5.1 absent' -Body {
    $record = Get-ErrorOf -Body { Get-Service -Name vmicnothing }
    $id = 'NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.GetServiceCommand'
    Assert-Equal -Actual $record.FullyQualifiedErrorId -Expected $id
    Assert-Equal -Actual @(Get-ErrorOf -Body { Get-Service -Name 'vmicnothing*' }).Count -Expected 0
}

Assert-Behaviour -Name 'Data Exchange writes the version of the guest' -Fact 'R20 version' -Body {
    Assert-Equal -Actual (Get-ItemProperty -LiteralPath "$machine\Auto").IntegrationServicesVersion -Expected '10.0.14393'
}

Assert-Behaviour -Name 'the host writes who it is, all as text, ids in upper case' -Fact '5.2 parameters' -Body {
    $all = Get-ItemProperty -LiteralPath "$machine\Guest\Parameters"
    $shown = $all.VirtualMachineName, $all.VirtualMachineId, $all.PhysicalHostName, $all.HostingSystemOsMajor, $all.HostingSystemOsMinor,
        $all.HostingSystemEditionId
    Assert-Equal -Actual $shown -Expected @('g2016', '77777777-0000-4000-8000-000000000001', 'HV01', '10', '0', '8')
    $kinds = (Get-Item -LiteralPath "$machine\Guest\Parameters").GetValueNames() |
        ForEach-Object { "$((Get-Item -LiteralPath "$machine\Guest\Parameters").GetValueKind($_))" } | Sort-Object -Unique
    Assert-Equal -Actual @($kinds) -Expected @('String')
}

Assert-Behaviour -Name 'items that the host pushes are under External' -Fact '5.2 external' -Body {
    Assert-Equal -Actual (Get-ItemProperty -LiteralPath "$machine\External").Owner -Expected 'team-a'
}

Assert-Behaviour -Name 'without Data Exchange the keys are not there' -Fact '5.2 absent' -Body {
    $there = Use-Node -Name g2008 -Body { Test-Path -LiteralPath "$machine\Auto" }
    Assert-Equal -Actual $there -Expected $false
    $record = Use-Node -Name g2008 -Body { Get-ErrorOf -Body { Get-ItemProperty -LiteralPath "$machine\Auto" } }
    Assert-Equal -Actual $record.FullyQualifiedErrorId.Split(',')[0] -Expected 'PathNotFound'
}

Assert-Behaviour -Name 'the version stays in the registry after the service is off' -Fact '5.2 stale' -Body {
    Disable-VMIntegrationService @onHost -Name 'Key-Value Pair Exchange'
    Assert-Equal -Actual (Get-ItemProperty -LiteralPath "$machine\Auto").IntegrationServicesVersion -Expected '10.0.14393'
    Enable-VMIntegrationService @onHost -Name 'Key-Value Pair Exchange'
}

Assert-Behaviour -Name 'the host gets from the guest what its registry publishes' -Fact '5.2 published' -Body {
    $items = Use-Node -Name hv01 -Body {
        Get-CimInstance -Namespace root/virtualization/v2 -ClassName Msvm_KvpExchangeComponent |
            Where-Object { $_.SystemName -like '*0001' } | ForEach-Object { $_.GuestIntrinsicExchangeItems }
    }
    $names = $items | ForEach-Object { ([xml]$_).SelectSingleNode("//PROPERTY[@NAME='Name']/VALUE").InnerText }
    Assert-Equal -Actual @($names) -Expected @('OSName', 'IntegrationServicesVersion')
}

Assert-Behaviour -Name 'a value that is not there is an error of its own, and the registry is written and read back' -Fact '8 registry' -Body {
    $record = Get-ErrorOf -Body { Get-ItemProperty -LiteralPath "$machine\Auto" -Name Nothing -ErrorAction Stop }
    Assert-Equal -Actual $record.FullyQualifiedErrorId.Split(',')[0] -Expected 'System.Management.Automation.PSArgumentException'
    $null = New-Item -Path HKLM:\SOFTWARE\Contoso -Force
    $null = New-ItemProperty -LiteralPath HKLM:\SOFTWARE\Contoso -Name Level -PropertyType DWord -Value 3
    Set-ItemProperty -LiteralPath HKLM:\SOFTWARE\Contoso -Name Level -Value 4
    $value = (Get-ItemProperty -LiteralPath HKLM:\SOFTWARE\Contoso).Level
    Assert-Equal -Actual @($value, $value.GetType().Name) -Expected @(4, 'Int32')
    Remove-ItemProperty -LiteralPath HKLM:\SOFTWARE\Contoso -Name Level
    Assert-Equal -Actual (Get-Item -LiteralPath HKLM:\SOFTWARE\Contoso).ValueCount -Expected 0
}

Assert-Behaviour -Name 'a guest says by its model that it is a virtual machine' -Fact '8 model' -Body {
    $system = Get-CimInstance -ClassName Win32_ComputerSystem
    Assert-Equal -Actual @($system.Manufacturer, $system.Model) -Expected @('Microsoft Corporation', 'Virtual Machine')
}

Assert-Behaviour -Name 'a file is copied into a guest only with the guest services on' -Fact '5.1 copy' -Body {
    $copy = { Get-ErrorOf -Body { Copy-VMFile -ComputerName hv01 -Name g2016 -SourcePath C:\a.txt -DestinationPath C:\Windows\a.txt -FileSource Host } }
    Use-Node -Name hv01 -Body {
        $null = [System.IO.Directory]::CreateDirectory("$env:HV_NODE/C")
        [System.IO.File]::WriteAllText("$env:HV_NODE/C/a.txt", 'hello')
    }
    Assert-True -Condition "$(& $copy)".Contains('not available') -Message 'it was copied without guest services'
    Enable-VMIntegrationService @onHost -Name 'Guest Service Interface'
    Assert-Equal -Actual @(& $copy).Count -Expected 0
    Assert-Equal -Actual (Get-Content -LiteralPath C:\Windows\a.txt) -Expected 'hello'
}
