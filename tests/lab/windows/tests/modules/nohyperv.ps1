# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A Windows server without Hyper-V.

Assert-Behaviour -Name 'without Hyper-V there is no module and no namespace' -Fact '3 modules' -Body {
    Assert-Equal -Actual @(Get-Module -ListAvailable -Name Hyper-V).Count -Expected 0
    Assert-Equal -Actual (Get-ErrorOf -Body { Get-VM }).FullyQualifiedErrorId -Expected 'CommandNotFoundException'
    $record = Get-ErrorOf -Body { Get-CimInstance -Namespace root/virtualization/v2 -ClassName Msvm_ComputerSystem }
    Assert-Equal -Actual $record.FullyQualifiedErrorId.Split(',')[0] -Expected 'HRESULT 0x8004100e'
}

Assert-Behaviour -Name 'the vmic services are listed on a machine that is no guest' -Fact '5.1 listed' -Body {
    $services = Get-Service -Name vmic*
    Assert-Equal -Actual @($services.Count) -Expected @(8)
    Assert-Equal -Actual @($services | ForEach-Object { "$($_.Status) $($_.StartType)" } | Sort-Object -Unique) -Expected @('Stopped Manual')
}
