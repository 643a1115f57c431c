# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A host that lets one read but not write.

Assert-Behaviour -Name 'who may only read sees everything and changes nothing' -Fact '1.5 no rights' -Body {
    Assert-Equal -Actual @(Get-VM | Get-VMIntegrationService).Count -Expected 6
    $record = Get-ErrorOf -Body { Get-VM | Disable-VMIntegrationService -Name VSS }
    Assert-Equal -Actual "$($record.CategoryInfo.Category)" -Expected 'PermissionDenied'
    Assert-Equal -Actual (Get-VMIntegrationService -VMName web04 -Name VSS).Enabled -Expected $true
}
