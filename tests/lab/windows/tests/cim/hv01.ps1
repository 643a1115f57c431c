# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# CIM: virtual machines, key-value pairs, clusters, and Windows itself.

$space = @{ Namespace = 'root/virtualization/v2' }

function Get-Item1 {
    <#
    .SYNOPSIS
    Returns the fields of a key-value pair as a script reads them: by name.

    .PARAMETER Text
    The pair as CIM-XML.
    #>
    param([string]$Text)
    $fields = @{}
    foreach ($property in ([xml]$Text).INSTANCE.PROPERTY) {
        $fields[$property.NAME] = $property.VALUE
    }
    $fields
}

function Get-Exchange {
    <#
    .SYNOPSIS
    Returns the key-value component of a VM.

    .PARAMETER Number
    The last digit of its id.
    #>
    param([string]$Number)
    Get-CimInstance @space -ClassName Msvm_KvpExchangeComponent -Filter "SystemName = '66666666-0000-4000-8000-00000000000$Number'"
}

Assert-Behaviour -Name 'a component has the ids, the switch and the statuses of its VM' -Fact '4 components' -Body {
    $one = Get-CimInstance @space -ClassName Msvm_HeartbeatComponent | Where-Object { $_.SystemName -like '*0001' }
    Assert-Equal -Actual $one.DeviceID -Expected 'Microsoft:66666666-0000-4000-8000-000000000001\84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47'
    Assert-Equal -Actual @($one.EnabledState, ($one.OperationalStatus -join ',')) -Expected @(2, '2,2')
}

Assert-Behaviour -Name 'the settings of heartbeat, key-value pairs and guest services have fields of their own' -Fact '4 settings' -Body {
    $heartbeat = @(Get-CimInstance @space -ClassName Msvm_HeartbeatComponentSettingData)[0]
    Assert-Equal -Actual @($heartbeat.ErrorThreshold, $heartbeat.Interval, $heartbeat.Latency) -Expected @(2, 2000, 1000)
    $pairs = @(Get-CimInstance @space -ClassName Msvm_KvpExchangeComponentSettingData)[0]
    Assert-Equal -Actual @($pairs.HostExchangeItems.Count, $pairs.HostOnlyItems.Count, $pairs.DisableHostKVPItems) -Expected @(1, 1, $true)
    $copy = @(Get-CimInstance @space -ClassName Msvm_GuestServiceInterfaceComponentSettingData)[0]
    Assert-Equal -Actual @($copy.EnabledState, $copy.DefaultEnabledStatePolicy) -Expected @(3, 3)
    $old = Use-Node -Name hv02 -Body { Get-CimInstance @space -ClassName Msvm_GuestServiceInterfaceComponentSettingData }
    Assert-Equal -Actual $old.PSObject.Properties['DefaultEnabledStatePolicy'] -Expected $null
}

Assert-Behaviour -Name 'an item is an instance of seven fields, escaped, and says who wrote it' -Fact '4 item' -Body {
    $items = (Get-Exchange -Number 1).GuestIntrinsicExchangeItems | ForEach-Object { Get-Item1 -Text $_ }
    Assert-Equal -Actual @($items[0].Keys | Sort-Object) -Expected @('Caption', 'Data', 'Description', 'ElementName', 'Name', 'Source')
    $system = $items.Where({ $_.Name -eq 'OSName' })[0]
    Assert-Equal -Actual @($system.Data, $system.Source) -Expected @('Windows Server 2019 <Standard> & "more"', '2')
    $text = (Get-Exchange -Number 1).GuestIntrinsicExchangeItems -like '*OSName*'
    Assert-True -Condition ($text -like '*&lt;Standard&gt; &amp; &quot;more&quot;*') -Message 'the text is not escaped'
    Assert-True -Condition ($text -like '<INSTANCE CLASSNAME="Msvm_KvpExchangeDataItem">*') -Message 'it is another element'
}

Assert-Behaviour -Name 'the order of the fields is not fixed, and an empty value has two shapes' -Fact '4 order' -Body {
    $texts = (Get-Exchange -Number 1).GuestIntrinsicExchangeItems
    $first = $texts | ForEach-Object { ([xml]$_).INSTANCE.PROPERTY[0].NAME } | Sort-Object -Unique
    Assert-Equal -Actual @($first) -Expected @('Caption', 'Source')
    Assert-Equal -Actual @((Get-Item1 -Text ($texts -like '*CSDVersion*')[0]).Data) -Expected @($null)
}

Assert-Behaviour -Name 'items of the guest and of the host are in their own places' -Fact '4 sources' -Body {
    $one = Get-Exchange -Number 1
    Assert-Equal -Actual (Get-Item1 -Text $one.GuestExchangeItems[0]).Source -Expected '1'
    $settings = @(Get-CimInstance @space -ClassName Msvm_KvpExchangeComponentSettingData)[0]
    $host0 = Get-Item1 -Text $settings.HostExchangeItems[0]
    Assert-Equal -Actual @($host0.Name, $host0.Data, $host0.Source) -Expected @('Owner', 'team-a', '0')
    Assert-Equal -Actual (Get-Item1 -Text $settings.HostOnlyItems[0]).Source -Expected '4'
}

Assert-Behaviour -Name 'there are no items when the VM is off, the switch is off or the guest is silent' -Fact '4 empty' -Body {
    foreach ($number in 2, 3, 4) {
        Assert-Equal -Actual @((Get-Exchange -Number $number).GuestIntrinsicExchangeItems).Count -Expected 0
    }
}

Assert-Behaviour -Name 'key-value pairs are added, changed and removed, each with its rule' -Fact '4 write' -Body {
    $service = Get-CimInstance @space -ClassName Msvm_VirtualSystemManagementService
    $system = Get-CimInstance @space -ClassName Msvm_ComputerSystem -Filter "ElementName = 'web01'"
    $call = { param($method, $name, $data)
        $xml = '<INSTANCE CLASSNAME="Msvm_KvpExchangeDataItem"><PROPERTY NAME="Name" TYPE="string"><VALUE>' + $name +
            '</VALUE></PROPERTY><PROPERTY NAME="Data" TYPE="string"><VALUE>' + $data + '</VALUE></PROPERTY></INSTANCE>'
        $arguments = @{ TargetSystem = $system; DataItems = @($xml) }
        (Invoke-CimMethod -InputObject $service -MethodName $method -Arguments $arguments).ReturnValue
    }
    Assert-Equal -Actual (& $call AddKvpItems Color blue) -Expected 0
    Assert-Equal -Actual (& $call AddKvpItems Color red) -Expected 32768
    Assert-Equal -Actual (& $call ModifyKvpItems Color green) -Expected 0
    Assert-Equal -Actual (& $call ModifyKvpItems Shape round) -Expected 32768
    Assert-Equal -Actual (& $call RemoveKvpItems Color '') -Expected 0
    Assert-Equal -Actual (& $call RemoveKvpItems Color '') -Expected 32768
    Assert-Equal -Actual (& $call AddKvpItems Long ('x' * 1025)) -Expected 32773
}

Assert-Behaviour -Name 'switching through WMI works from 2016 on' -Fact '4 switch' -Body {
    $text = '<INSTANCE><PROPERTY NAME="InstanceID"><VALUE>Microsoft:66666666-0000-4000-8000-000000000001\' +
        '84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47</VALUE></PROPERTY><PROPERTY NAME="EnabledState"><VALUE>3</VALUE></PROPERTY></INSTANCE>'
    $service = Get-CimInstance @space -ClassName Msvm_VirtualSystemManagementService
    $arguments = @{ GuestServiceSettings = @($text) }
    $answer = Invoke-CimMethod -InputObject $service -MethodName ModifyGuestServiceSettings -Arguments $arguments
    Assert-Equal -Actual $answer.ReturnValue -Expected 0
    Assert-Equal -Actual (Get-VMIntegrationService -VMName web01)[1].Enabled -Expected $false
    Get-VMIntegrationService -VMName web01 | Select-Object -Skip 1 -First 1 | Enable-VMIntegrationService
}

Assert-Behaviour -Name 'a summary has only what the request codes ask for' -Fact '4 summary' -Body {
    $service = Get-CimInstance @space -ClassName Msvm_VirtualSystemManagementService
    $settings = @(Get-CimInstance @space -ClassName Msvm_VirtualSystemSettingData -Filter "ElementName = 'web01'")
    $arguments = @{ SettingData = $settings; RequestedInformation = [uint32[]](0, 1, 100, 106) }
    $row = (Invoke-CimMethod -InputObject $service -MethodName GetSummaryInformation -Arguments $arguments).SummaryInformation[0]
    Assert-Equal -Actual @($row.ElementName, $row.EnabledState, $row.GuestOperatingSystem) -Expected @('web01', 2, 'Windows Server 2019 <Standard> & "more"')
    Assert-Equal -Actual @($row.Heartbeat, $row.ProcessorLoad) -Expected @($null, $null)
}

Assert-Behaviour -Name 'a filter, a query and a list of properties choose as WQL does' -Fact '8 cim' -Body {
    $class = 'Msvm_ComputerSystem'
    Assert-Equal -Actual (Get-CimInstance @space -ClassName $class -Filter "ElementName LIKE 'we%' AND EnabledState = 2").ElementName -Expected 'web01'
    $query = "SELECT ElementName FROM $class WHERE NOT (EnabledState = 2) AND Caption = 'Virtual Machine'"
    $off = Get-CimInstance @space -Query $query
    Assert-Equal -Actual @($off.ElementName, $off.EnabledState) -Expected @('off', $null)
    $named = Get-CimInstance -ClassName Win32_OperatingSystem -Property BuildNumber
    Assert-Equal -Actual @($named.BuildNumber, $named.Caption) -Expected @('17763', $null)
    $record = Get-ErrorOf -Body { Get-CimInstance @space -ClassName $class -Filter 'ElementName ==' }
    Assert-Equal -Actual $record.FullyQualifiedErrorId.Split(',')[0] -Expected 'HRESULT 0x80041017'
    $unknown = Get-ErrorOf -Body { Get-CimInstance -ClassName Win32_NoSuchClass }
    Assert-Equal -Actual $unknown.FullyQualifiedErrorId.Split(',')[0] -Expected 'HRESULT 0x80041010'
}

Assert-Behaviour -Name 'an association leads from a VM to its own settings and components' -Fact '8 cim' -Body {
    $system = Get-CimInstance @space -ClassName Msvm_ComputerSystem -Filter "ElementName = 'web01'"
    $components = Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_KvpExchangeComponent
    Assert-Equal -Actual @($components.SystemName) -Expected @('66666666-0000-4000-8000-000000000001')
    $settings = Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemSettingData
    Assert-Equal -Actual @($settings.VirtualSystemType) -Expected @('Microsoft:Hyper-V:System:Realized', 'Microsoft:Hyper-V:Snapshot:Realized')
}

Assert-Behaviour -Name 'the operating system tells its language by number and by name' -Fact '8 language' -Body {
    $os = Get-CimInstance -ClassName Win32_OperatingSystem
    Assert-Equal -Actual @($os.OSLanguage, $os.Locale, ($os.MUILanguages -join ',')) -Expected @(3082, '0c0a', 'es-ES')
    $other = Use-Node -Name hv02 -Body { (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime }
    $again = Use-Node -Name hv02 -Body { (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime }
    Assert-Equal -Actual $again -Expected $other
}

Assert-Behaviour -Name 'a node of a cluster sees its own VMs only; the groups name the owner' -Fact '1.6 cluster' -Body {
    Assert-Equal -Actual @(Get-VM | ForEach-Object { "$($_.Name) $($_.IsClustered)" })[0] -Expected 'web01 True'
    Assert-Equal -Actual @(Get-ErrorOf -Body { Get-VM -Name far }).Count -Expected 1
    $groups = Get-CimInstance -Namespace root/mscluster -ClassName MSCluster_ResourceGroup
    Assert-Equal -Actual @($groups | ForEach-Object { "$($_.Name) $($_.OwnerNode)" }) -Expected @('web01 HV01', 'far HV02')
    Assert-Equal -Actual (Get-CimInstance -Namespace root/mscluster -ClassName MSCluster_Cluster).Name -Expected 'CLU1'
}

Assert-Behaviour -Name 'a host on the network is read by its name' -Fact '1.1 remote' -Body {
    Assert-Equal -Actual (Get-VM -ComputerName HV02).Name -Expected 'far'
    Assert-Equal -Actual (Get-CimInstance -ComputerName hv02 -ClassName Win32_OperatingSystem).CSName -Expected 'HV02'
}
