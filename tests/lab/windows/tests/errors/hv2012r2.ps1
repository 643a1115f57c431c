# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Errors of module 1.1.

Assert-Behaviour -Name 'the old module has its own exception, sentence and class name' -Fact '1.5 old module' -Body {
    $record = Get-ErrorOf -Body { Get-VM -Name nosuch }
    Assert-Equal -Actual $record.FullyQualifiedErrorId -Expected 'InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVMCommand'
    Assert-Equal -Actual $record.Exception.GetType().Name -Expected 'VirtualizationInvalidArgumentException'
    $text = 'The parameter is not valid. Hyper-V was unable to find a virtual machine with name nosuch.'
    Assert-Equal -Actual "$record" -Expected $text
    $service = Get-ErrorOf -Body { Get-VMIntegrationService -VMName web02 -Name nosuch }
    $id = 'InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVMIntegrationServiceCommand'
    Assert-Equal -Actual $service.FullyQualifiedErrorId -Expected $id
}

Assert-Behaviour -Name 'a host of 2012 may hide its VMs from who has no rights' -Fact '1.5 hidden' -Body {
    $record = Use-Node -Name hidden -Body { Get-ErrorOf -Body { Get-VM -Name web07 } }
    Assert-True -Condition ("$record" -like '*unable to find a virtual machine with name web07*') -Message "it says: $record"
    Assert-Equal -Actual @(Use-Node -Name hidden -Body { Get-VM }).Count -Expected 0
}
