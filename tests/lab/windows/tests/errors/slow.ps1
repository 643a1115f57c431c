# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A slow host, busy for the next two writes.

Assert-Behaviour -Name 'a slow host is slow once a call, not once a VM' -Fact '9 slow' -Body {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $rows = Get-VM | Get-VMIntegrationService
    Assert-Equal -Actual @($rows).Count -Expected 12
    $spent = $watch.ElapsedMilliseconds
    Assert-True -Condition ($spent -ge 600 -and $spent -lt 5000) -Message "two calls took $spent ms"
}

Assert-Behaviour -Name 'a busy host refuses some writes and then takes them' -Fact '9 busy' -Body {
    $failed = 1..3 | ForEach-Object { @(Get-ErrorOf -Body { Disable-VMIntegrationService -VMName web05 -Name VSS }).Count }
    Assert-Equal -Actual @($failed) -Expected @(1, 1, 0)
    Assert-Equal -Actual (Get-VMIntegrationService -VMName web05 -Name VSS).Enabled -Expected $false
}
