# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Errors of module 2.0.0.0, VMs that cannot be read or changed, and names that are patterns or code.

function Get-Shape {
    <#
    .SYNOPSIS
    Returns what scripts decide by: the id, category and target of an error record.

    .PARAMETER Record
    The record.
    #>
    param($Record)
    @($Record.FullyQualifiedErrorId, "$($Record.CategoryInfo.Category)", $Record.TargetObject)
}

Assert-Behaviour -Name 'a name that is not there is one error, and the call goes on' -Fact '1.5 vm absent' -Body {
    # The records are looked at below.
    $found = Get-VM -Name nosuch, web01 -ErrorAction SilentlyContinue -ErrorVariable records
    Assert-Equal -Actual @($found.Name) -Expected @('web01')
    $expected = 'InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVM', 'InvalidArgument', 'nosuch'
    Assert-Equal -Actual (Get-Shape -Record $records[0]) -Expected $expected
    Assert-Equal -Actual "$($records[0])" -Expected 'Hyper-V was unable to find a virtual machine with name "nosuch".'
    Assert-Equal -Actual $records[0].Exception.GetType().FullName -Expected 'Microsoft.HyperV.PowerShell.VirtualizationException'
}

Assert-Behaviour -Name 'an id that is not there is an error of the same family' -Fact '1.5 id absent' -Body {
    $record = Get-ErrorOf -Body { Get-VM -Id 99999999-0000-4000-8000-000000000000 }
    Assert-Equal -Actual $record.FullyQualifiedErrorId -Expected 'InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVM'
    Assert-True -Condition ("$record" -like '*with id "99999999-0000-4000-8000-000000000000".') -Message "it says: $record"
}

Assert-Behaviour -Name 'a pattern that matches nothing is no error' -Fact '1.5 pattern' -Body {
    Assert-Equal -Actual @(Get-ErrorOf -Body { Get-VM -Name 'nosuch*' }).Count -Expected 0
}

Assert-Behaviour -Name 'a service that is not there is an error without target, of the cmdlet that was called' -Fact '1.5 service absent' -Body {
    foreach ($verb in 'Get', 'Enable', 'Disable') {
        $record = Get-ErrorOf -Body { & "$verb-VMIntegrationService" -VMName web01 -Name 'No Such Service' }
        $expected = "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.${verb}VMIntegrationService", 'InvalidArgument', $null
        Assert-Equal -Actual (Get-Shape -Record $record) -Expected $expected
    }
}

Assert-Behaviour -Name 'one VM whose services cannot be read does not hide the others' -Fact '9 read error' -Body {
    # The records are looked at below.
    $rows = Get-VM -Name web01, broken, saved | Get-VMIntegrationService -ErrorAction SilentlyContinue -ErrorVariable records
    Assert-Equal -Actual @($rows.VMName | Sort-Object -Unique) -Expected @('saved', 'web01')
    Assert-Equal -Actual @($records.Count, "$($records[0])") -Expected @(1, 'The operation failed.')
    # One VM of this host always fails.
    $names = (Get-VM -ErrorAction SilentlyContinue).Name
    Assert-Equal -Actual @(($names -contains 'broken'), ($names -contains 'unreadable')) -Expected @($true, $false)
}

Assert-Behaviour -Name 'a saved VM refuses to be switched where the host is set so' -Fact '1.6 saved' -Body {
    $record = Get-ErrorOf -Body { Enable-VMIntegrationService -VMName saved -Name VSS }
    Assert-Equal -Actual "$record" -Expected 'The operation cannot be performed while the virtual machine is in its current state.'
    $other = Get-ErrorOf -Body { Enable-VMIntegrationService -VMName refusing -Name VSS }
    Assert-Equal -Actual "$other" -Expected "$record"
}

Assert-Behaviour -Name 'a failure of one write leaves the switch as it was' -Fact '9 write error' -Body {
    $record = Get-ErrorOf -Body { Disable-VMIntegrationService -VMName frozen -Name VSS }
    Assert-Equal -Actual "$record" -Expected 'Access was denied by a policy.'
    Assert-Equal -Actual (Get-VMIntegrationService -VMName frozen -Name VSS).Enabled -Expected $true
}

Assert-Behaviour -Name 'a VM that is deleted meanwhile makes its objects stale' -Fact '1.6 deleted' -Body {
    $stale = Get-VM -Name gone
    Assert-True -Condition (Get-ErrorOf -Body { Get-VMIntegrationService -VM $stale }) -Message 'reading a deleted VM went well'
    Assert-Equal -Actual @($stale.IsDeleted, $stale.Name) -Expected @($true, 'gone')
    $component = Get-VMIntegrationService -VMName going -Name VSS
    Assert-True -Condition (Get-ErrorOf -Body { Disable-VMIntegrationService -VMIntegrationService $component }) -Message 'switching a deleted VM went well'
    Assert-Equal -Actual $component.IsDeleted -Expected $true
}

Assert-Behaviour -Name 'brackets and stars in a name are a pattern; equality after the call finds the VM' -Fact '3 patterns' -Body {
    Assert-Equal -Actual @(Get-VM -Name 'a[b]c*').Count -Expected 0
    # One VM of this host always fails.
    $vm = Get-VM -ErrorAction SilentlyContinue | Where-Object { $_.Name -eq 'a[b]c*' }
    Assert-Equal -Actual $vm.Name -Expected 'a[b]c*'
    Assert-Equal -Actual @($vm | Get-VMIntegrationService).Count -Expected 6
}

Assert-Behaviour -Name 'quotes, code and letters of any script in a name are text' -Fact '3 names' -Body {
    $name = Get-VM -Id 33333333-0000-4000-8000-000000000009 | ForEach-Object { $_.Name }
    Assert-Equal -Actual $name -Expected ('it''s $(Get-Date) `ä-Ω 日本`')
    Assert-Equal -Actual (Get-VM -Name $name).Name -Expected $name
}

Assert-Behaviour -Name 'generation 1 has no place on IDE for a drive while it runs' -Fact '1.5 dvd' -Body {
    $record = Get-ErrorOf -Body { Add-VMDvdDrive -VMName web01 }
    $expected = 'Unspecified,Microsoft.HyperV.PowerShell.Commands.AddVMDvdDrive', 'NotSpecified'
    Assert-Equal -Actual (Get-Shape -Record $record)[0..1] -Expected $expected
}
