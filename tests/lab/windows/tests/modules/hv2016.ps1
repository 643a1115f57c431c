# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Module 2.0.0.0: which cmdlets and parameters there are.

function Get-Set {
    <#
    .SYNOPSIS
    Returns a parameter in one parameter set.

    .PARAMETER Cmdlet
    The cmdlet.

    .PARAMETER Set
    The parameter set.

    .PARAMETER Parameter
    The parameter.
    #>
    param([string]$Cmdlet, [string]$Set, [string]$Parameter)
    $all = (Get-Command -Name $Cmdlet).Parameters[$Parameter].ParameterSets
    if ($all.ContainsKey($Set)) { $all[$Set] } else { $all['__AllParameterSets'] }
}

Assert-Behaviour -Name 'a host of 2016 has modules 2.0.0.0 and 1.1, and the newer one is loaded' -Fact '3 modules' -Body {
    $versions = Get-Module -ListAvailable -Name Hyper-V | ForEach-Object { "$($_.Version)" }
    Assert-Equal -Actual @($versions) -Expected @('2.0.0.0', '1.1')
    $null = Get-VM
    Assert-Equal -Actual "$((Get-Module -Name Hyper-V).Version)" -Expected '2.0.0.0'
}

Assert-Behaviour -Name 'Get-VMIntegrationService takes VMName or VM or one VMSnapshot at position 0, Name at 1' -Fact '1.1 get' -Body {
    $command = Get-Command -Name Get-VMIntegrationService
    Assert-Equal -Actual $command.DefaultParameterSet -Expected 'VMName'
    Assert-Equal -Actual @($command.ParameterSets.Name | Sort-Object) -Expected @('VMName', 'VMObject', 'VMSnapshot')
    Assert-Equal -Actual (Get-Set -Cmdlet $command.Name -Set VMName -Parameter VMName).Position -Expected 0
    Assert-Equal -Actual (Get-Set -Cmdlet $command.Name -Set VMObject -Parameter VM).Position -Expected 0
    Assert-Equal -Actual (Get-Set -Cmdlet $command.Name -Set VMObject -Parameter Name).Position -Expected 1
    Assert-Equal -Actual $command.Parameters['VMSnapshot'].ParameterType.Name -Expected 'VMSnapshot'
    Assert-Equal -Actual $command.Parameters.ContainsKey('WhatIf') -Expected $false
}

Assert-Behaviour -Name 'Enable and Disable take Name at position 0, the VM at 1, or components from the pipeline' -Fact '1.1 set' -Body {
    foreach ($name in 'Enable-VMIntegrationService', 'Disable-VMIntegrationService') {
        Assert-Equal -Actual (Get-Set -Cmdlet $name -Set VMName -Parameter Name).Position -Expected 0
        Assert-Equal -Actual (Get-Set -Cmdlet $name -Set VMName -Parameter VMName).Position -Expected 1
        Assert-Equal -Actual (Get-Set -Cmdlet $name -Set VMObject -Parameter VM).Position -Expected 1
        $piped = Get-Set -Cmdlet $name -Set VMIntegrationService -Parameter VMIntegrationService
        Assert-Equal -Actual @($piped.Position, $piped.ValueFromPipeline) -Expected @(0, $true)
        $mark = (Get-Command -Name $name).ImplementingType.GetCustomAttributes($true) |
            Where-Object { $_ -is [System.Management.Automation.CmdletAttribute] }
        Assert-Equal -Actual @($mark.SupportsShouldProcess, $mark.ConfirmImpact) -Expected @($true, 'Medium')
    }
}

Assert-Behaviour -Name 'the three cmdlets have no VMId, and Get-VM takes one Id' -Fact '1.1 no id' -Body {
    foreach ($name in 'Get', 'Enable', 'Disable') {
        $parameters = (Get-Command -Name "$name-VMIntegrationService").Parameters
        Assert-Equal -Actual @($parameters.ContainsKey('VMId'), $parameters.ContainsKey('Id')) -Expected @($false, $false)
    }
    Assert-Equal -Actual (Get-Command -Name Get-VM).Parameters['Id'].ParameterType -Expected ([System.Nullable[guid]])
    Assert-Equal -Actual (Get-VM -Id 11111111-0000-4000-8000-000000000001).Name -Expected 'web01'
}

Assert-Behaviour -Name 'CimSession and Credential are in the set VMName only' -Fact '1.1 remote' -Body {
    foreach ($name in 'Get', 'Enable', 'Disable') {
        foreach ($parameter in 'CimSession', 'Credential', 'ComputerName') {
            $sets = (Get-Command -Name "$name-VMIntegrationService").Parameters[$parameter].ParameterSets.Keys
            Assert-Equal -Actual @($sets) -Expected @('VMName')
        }
    }
    $session = New-CimSession
    Assert-Equal -Actual (Get-VM -CimSession $session).Name -Expected 'web01'
    Assert-Equal -Actual "$session" -Expected 'CimSession: localhost'
}

Assert-Behaviour -Name 'Mount-VHD and Dismount-VHD have SnapshotId' -Fact '1.1 vhd' -Body {
    foreach ($name in 'Mount-VHD', 'Dismount-VHD') {
        Assert-Equal -Actual (Get-Command -Name $name).Parameters.ContainsKey('SnapshotId') -Expected $true
    }
}

Assert-Behaviour -Name 'Get-VMHost has no version, but the versions of configurations that it supports' -Fact '3 host' -Body {
    $properties = (Get-VMHost).PSObject.Properties.Name
    Assert-Equal -Actual @($properties -like '*Version*') -Expected @('SupportedVmVersions')
    Assert-Equal -Actual @((Get-VMHost).SupportedVmVersions) -Expected @('5.0', '6.2', '7.0', '7.1', '8.0')
    Assert-Equal -Actual (Get-VM).Version -Expected '8.0'
}

Assert-Behaviour -Name 'Remove-VMDvdDrive by name needs the controller number and location' -Fact '7 remove' -Body {
    foreach ($parameter in 'ControllerNumber', 'ControllerLocation') {
        Assert-Equal -Actual (Get-Set -Cmdlet Remove-VMDvdDrive -Set VMName -Parameter $parameter).IsMandatory -Expected $true
    }
}
