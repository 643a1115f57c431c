# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What Get-VMIntegrationService gives, and what switching does.

function Get-Row {
    <#
    .SYNOPSIS
    Returns the columns that the table of Get-VMIntegrationService shows.

    .PARAMETER VMName
    The VM.

    .PARAMETER Name
    The service; all without it.
    #>
    param([string]$VMName, [string]$Name = '*')
    Get-VMIntegrationService -VMName $VMName | Where-Object { $_.Name -like $Name } | ForEach-Object {
        "$($_.Name)|$($_.Enabled)|$($_.PrimaryStatusDescription)|$($_.SecondaryStatusDescription)"
    }
}

Assert-Behaviour -Name 'a healthy VM shows the rows of the document, in their order' -Fact 'R12 sample' -Body {
    $expected = 'Guest Service Interface|False|OK|', 'Heartbeat|True|OK|OK', 'Key-Value Pair Exchange|True|OK|', 'Shutdown|True|OK|',
        'Time Synchronization|True|OK|', 'VSS|True|OK|'
    Assert-Equal -Actual @(Get-Row -VMName DemoVM) -Expected $expected
}

Assert-Behaviour -Name 'the table has the five columns of the document' -Fact '1.3 table' -Body {
    $header = (Get-VMIntegrationService -VMName DemoVM | Out-String -Width 200).Split("`n").Where({ $_ -match '\S' })[0]
    $columns = $header.Trim() -split '\s+'
    $expected = 'VMName', 'Name', 'Enabled', 'PrimaryStatusDescription', 'SecondaryStatusDescription'
    Assert-Equal -Actual $columns -Expected $expected
}

Assert-Behaviour -Name 'a component has the type chain of the real one' -Fact '1.3 types' -Body {
    $heartbeat = Get-VMIntegrationService -VMName DemoVM -Name Heartbeat
    $expected = 'VMIntegrationComponent', 'VMDevice', 'VMComponentObject', 'VirtualizationObject' |
        ForEach-Object { "Microsoft.HyperV.PowerShell.$_" }
    Assert-Equal -Actual @($heartbeat.PSTypeNames)[0..3] -Expected $expected
}

Assert-Behaviour -Name 'Guest Service Interface has a class of its own' -Fact '1.3 gsi class' -Body {
    $hits = Get-VMIntegrationService -VMName DemoVM | Where-Object { $_ -is [Microsoft.HyperV.PowerShell.GuestServiceInterfaceComponent] }
    Assert-Equal -Actual @($hits.Name) -Expected @('Guest Service Interface')
}

Assert-Behaviour -Name 'a component has the properties and types of the module' -Fact '1.3 properties' -Body {
    $types = @{
        Enabled = 'System.Boolean'
        OperationalStatus = 'Microsoft.HyperV.PowerShell.VMIntegrationComponentOperationalStatus[]'
        PrimaryStatusDescription = 'System.String'
        StatusDescription = 'System.String[]'
        Name = 'System.String'
        Id = 'System.String'
        VMId = 'System.Guid'
        VMSnapshotId = 'System.Guid'
        VMSnapshotName = 'System.String'
        ComputerName = 'System.String'
        IsDeleted = 'System.Boolean'
    }
    $one = Get-VMIntegrationService -VMName DemoVM -Name Heartbeat
    foreach ($name in $types.Keys) {
        Assert-Equal -Actual $one.PSObject.Properties[$name].TypeNameOfValue -Expected $types[$name]
    }
    Assert-Equal -Actual @($one.ComputerName, $one.IsDeleted, "$($one.CimSession)") -Expected @('HV01', $false, 'CimSession: .')
    Assert-Equal -Actual $one.VMCheckpointId -Expected ([guid]::Empty)
}

Assert-Behaviour -Name 'Id is upper case with one backslash, VMId prints in lower case' -Fact '1.3 id' -Body {
    $one = Get-VMIntegrationService -VMName DemoVM -Name Heartbeat
    Assert-Equal -Actual $one.Id -Expected 'Microsoft:7CCA3E1A-0F5C-4C9F-9D0C-0A1B2C3D4E5F\84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47'
    Assert-Equal -Actual "$($one.VMId)" -Expected '7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f'
}

Assert-Behaviour -Name 'each service has the component id that all hosts have' -Fact '2.1 guids' -Body {
    $expected = '6C09BB55-D683-4DA0-8931-C9BF705F6480', '84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47', '2A34B1C2-FD73-4043-8A5B-DD2159BC743F',
        '9F8233AC-BE49-4C79-8EE3-E7E1985B2077', '2497F4DE-E9FA-4204-80E4-4B75C46419C0', '5CED1297-4598-4915-A5FC-AD21BB4D02A4'
    Assert-Equal -Actual @(Get-VMIntegrationService -VMName DemoVM | ForEach-Object { $_.Id.Split('\')[1] }) -Expected $expected
}

Assert-Behaviour -Name 'as text a component names itself, its VM and both ids' -Fact '1.3 text' -Body {
    $expected = "VMIntegrationComponent (Name = 'Heartbeat', VMName = 'DemoVM') " +
        "[Id = 'Microsoft:7CCA3E1A-0F5C-4C9F-9D0C-0A1B2C3D4E5F\84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47', " +
        "VMId = '7cca3e1a-0f5c-4c9f-9d0c-0a1b2c3d4e5f']"
    Assert-Equal -Actual "$(Get-VMIntegrationService -VMName DemoVM -Name Heartbeat)" -Expected $expected
}

Assert-Behaviour -Name 'the components of a checkpoint carry its id' -Fact '1.3 checkpoint' -Body {
    $one = Get-VMSnapshot -VMName DemoVM -Name before | Get-VMIntegrationService
    Assert-Equal -Actual $one.Id.Split('\')[0] -Expected 'Microsoft:22222222-0000-4000-8000-000000000001'
    Assert-Equal -Actual @("$($one.VMSnapshotId)", $one.VMSnapshotName) -Expected @('22222222-0000-4000-8000-000000000001', 'before')
}

Assert-Behaviour -Name 'the list in a Get-VM object shows no statuses where the cmdlet does' -Fact '1.3 list' -Body {
    $row = (Get-VM -Name DemoVM).VMIntegrationService | Where-Object { $_.Name -eq 'VSS' }
    Assert-Equal -Actual @($row.Enabled, $row.PrimaryOperationalStatus) -Expected @($true, $null)
    Assert-Equal -Actual "$((Get-VMIntegrationService -VMName DemoVM -Name VSS).PrimaryOperationalStatus)" -Expected 'Ok'
}

Assert-Behaviour -Name 'statuses are enums with the numbers of the module, and the second may be null' -Fact '1.4 enum' -Body {
    $one = Get-VMIntegrationService -VMName DemoVM -Name VSS
    Assert-Equal -Actual @([int]$one.PrimaryOperationalStatus, $one.SecondaryOperationalStatus) -Expected @(2, $null)
    $lost = Get-VMIntegrationService -VMName lost -Name Heartbeat
    Assert-Equal -Actual @([int]$lost.PrimaryOperationalStatus, $lost.PrimaryStatusDescription) -Expected @(13, 'Lost Communication')
}

Assert-Behaviour -Name 'a down-level guest on a newer host shows a protocol mismatch beside OK' -Fact '1.4 mismatch' -Body {
    $one = Get-VMIntegrationService -VMName old -Name Shutdown
    Assert-Equal -Actual @([int]$one.PrimaryOperationalStatus, [int]$one.SecondaryOperationalStatus) -Expected @(2, 32775)
    $text = 'The protocol version of the component installed in the virtual machine does not match the version expected by the hosting system'
    Assert-Equal -Actual $one.SecondaryStatusDescription -Expected $text
}

Assert-Behaviour -Name 'without its guest side a service that is on has no contact' -Fact '1.4 no contact' -Body {
    Assert-Equal -Actual @(Get-Row -VMName bare -Name VSS) -Expected @('VSS|True|No Contact|')
    Assert-Equal -Actual @(Get-Row -VMName bare -Name 'Guest*') -Expected @('Guest Service Interface|False|OK|')
}

Assert-Behaviour -Name 'the services of a VM that is off have no status' -Fact '1.4 off' -Body {
    Assert-Equal -Actual @(Get-Row -VMName off -Name Heartbeat) -Expected @('Heartbeat|True||')
    Assert-Equal -Actual (Get-VM -Name off).Heartbeat -Expected $null
}

Assert-Behaviour -Name 'the heartbeat of a paused VM is 15, which the enum does not name' -Fact '1.4 paused' -Body {
    $one = Get-VMIntegrationService -VMName paused -Name Heartbeat
    Assert-Equal -Actual @([int]$one.PrimaryOperationalStatus, "$($one.PrimaryOperationalStatus)") -Expected @(15, '15')
    Assert-Equal -Actual "$((Get-VM -Name paused).Heartbeat)" -Expected 'Paused'
}

Assert-Behaviour -Name 'the states of a VM have the numbers of the module' -Fact '3 states' -Body {
    $states = foreach ($name in 'DemoVM', 'off', 'saved', 'paused', 'critical') { [int](Get-VM -Name $name).State }
    Assert-Equal -Actual $states -Expected @(2, 3, 6, 9, 32786)
}

Assert-Behaviour -Name 'the heartbeat of a Linux guest is healthy without applications' -Fact '3 heartbeat' -Body {
    Assert-Equal -Actual "$((Get-VM -Name debian).Heartbeat)" -Expected 'OkApplicationsUnknown'
    Assert-Equal -Actual "$((Get-VM -Name DemoVM).Heartbeat)" -Expected 'OkApplicationsHealthy'
    Assert-Equal -Actual "$((Get-VM -Name bare).Heartbeat)" -Expected 'NoContact'
}

Assert-Behaviour -Name 'names of VMs are not unique' -Fact '3 twins' -Body {
    Assert-Equal -Actual @(Get-VM -Name twin).Count -Expected 2
    $null = Enable-VMIntegrationService -VMName twin -Name 'Guest Service Interface'
    $switched = Get-VM -Name twin | Get-VMIntegrationService -Name 'Guest Service Interface'
    Assert-Equal -Actual @($switched.Enabled) -Expected @($true, $true)
}

Assert-Behaviour -Name 'switching is silent without Passthru and gives the component with it' -Fact '1.1 output' -Body {
    Assert-Equal -Actual @(Disable-VMIntegrationService -VMName switched -Name VSS).Count -Expected 0
    $one = Enable-VMIntegrationService -VMName switched -Name VSS -Passthru
    Assert-Equal -Actual @($one.PSTypeNames[0], $one.Enabled) -Expected @('Microsoft.HyperV.PowerShell.VMIntegrationComponent', $true)
}

Assert-Behaviour -Name 'switching one service leaves the others as they are' -Fact 'R18 alone' -Body {
    $before = Get-VMIntegrationService -VMName switched | Where-Object { $_.Name -ne 'Shutdown' } | ForEach-Object { $_.Enabled }
    Disable-VMIntegrationService -VMName switched -Name Shutdown
    $after = Get-VMIntegrationService -VMName switched | Where-Object { $_.Name -ne 'Shutdown' } | ForEach-Object { $_.Enabled }
    Assert-Equal -Actual $after -Expected $before
    Assert-Equal -Actual @(Get-Row -VMName switched -Name Shutdown) -Expected @('Shutdown|False|OK|')
    Enable-VMIntegrationService -VMName switched -Name Shutdown
}

Assert-Behaviour -Name 'several names in one call, in any case' -Fact '1.2 names' -Body {
    Disable-VMIntegrationService -VMName switched -Name shutdown, vss
    $off = Get-VMIntegrationService -VMName switched -Name SHUTDOWN, Vss
    Assert-Equal -Actual @($off.Enabled) -Expected @($false, $false)
    Enable-VMIntegrationService -VMName switched -Name Shutdown, VSS
}

Assert-Behaviour -Name 'a pattern is no name of a service' -Fact '1.2 exact' -Body {
    $record = Get-ErrorOf -Body { Get-VMIntegrationService -VMName DemoVM -Name 'Guest*' }
    Assert-True -Condition ($record.FullyQualifiedErrorId -like 'InvalidParameter,*') -Message 'a pattern matched'
}

Assert-Behaviour -Name 'VMName takes a pattern' -Fact '1.2 wildcard' -Body {
    $names = Get-VMIntegrationService -VMName 'Demo*' | ForEach-Object { $_.VMName } | Sort-Object -Unique
    Assert-Equal -Actual @($names) -Expected @('DemoVM')
}

Assert-Behaviour -Name 'WhatIf changes nothing and is logged as a call only' -Fact '1.1 what if' -Body {
    $before = @(Get-LabCall -Name 'event:disable').Count
    Get-VM -Name switched | Disable-VMIntegrationService -Name VSS -WhatIf
    Assert-Equal -Actual (Get-VMIntegrationService -VMName switched -Name VSS).Enabled -Expected $true
    Assert-Equal -Actual @(Get-LabCall -Name 'event:disable').Count -Expected $before
}

Assert-Behaviour -Name 'after switching on, a running VM is first without contact and then OK' -Fact '9 contact' -Body {
    Disable-VMIntegrationService -VMName switched -Name VSS
    Enable-VMIntegrationService -VMName switched -Name VSS
    Assert-Equal -Actual @(Get-Row -VMName switched -Name VSS) -Expected @('VSS|True|No Contact|')
    Assert-Equal -Actual @(Get-Row -VMName switched -Name VSS) -Expected @('VSS|True|OK|')
}

Assert-Behaviour -Name 'a script that polls one object sees the contact come' -Fact '1.3 live' -Body {
    Disable-VMIntegrationService -VMName switched -Name VSS
    Enable-VMIntegrationService -VMName switched -Name VSS
    $one = Get-VMIntegrationService -VMName switched -Name VSS
    Assert-Equal -Actual $one.PrimaryStatusDescription -Expected 'No Contact'
    Assert-Equal -Actual $one.PrimaryStatusDescription -Expected 'OK'
}

Assert-Behaviour -Name 'setting a value that is set already is harmless, and a VM that is off can be switched' -Fact '1.6 toggle' -Body {
    Enable-VMIntegrationService -VMName switched -Name VSS
    Assert-Equal -Actual @(Get-Row -VMName switched -Name VSS) -Expected @('VSS|True|OK|')
    Disable-VMIntegrationService -VMName off -Name VSS
    Assert-Equal -Actual @(Get-Row -VMName off -Name VSS) -Expected @('VSS|False||')
}

Assert-Behaviour -Name 'Remote Desktop Virtualization is in WMI and in no cmdlet' -Fact '2.1 rdv' -Body {
    Assert-Equal -Actual @(Get-VMIntegrationService -VMName DemoVM).Count -Expected 6
    $rdv = Get-CimInstance -Namespace root/virtualization/v2 -ClassName Msvm_RdvComponent
    Assert-Equal -Actual @($rdv)[0].Caption -Expected 'RDV'
}
