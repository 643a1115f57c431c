# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A host that lets nobody read.

Assert-Behaviour -Name 'without rights each call says whom to ask, and gives nothing' -Fact '1.5 no rights' -Body {
    $record = Get-ErrorOf -Body { Get-VM }
    $text = 'You do not have the required permission to complete this task. Contact the administrator of the authorization policy ' +
        "for the computer 'SECRET'."
    Assert-Equal -Actual @("$record", "$($record.CategoryInfo.Category)") -Expected @($text, 'PermissionDenied')
    Assert-Equal -Actual @(Get-ErrorOf -Body { Get-VMHost }).Count -Expected 1
}

Assert-Behaviour -Name 'without rights the namespace of Hyper-V is closed, that of Windows is not' -Fact '1.6 wmi rights' -Body {
    $record = Get-ErrorOf -Body { Get-CimInstance -Namespace root/virtualization/v2 -ClassName Msvm_ComputerSystem }
    Assert-Equal -Actual $record.FullyQualifiedErrorId.Split(',')[0] -Expected 'HRESULT 0x80041003'
    Assert-Equal -Actual (Get-CimInstance -ClassName Win32_OperatingSystem).CSName -Expected 'SECRET'
}
