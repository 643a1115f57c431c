# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HostMemory

# Private to hyperv.integration: the version that an earlier run of the setup has left waiting for a restart of the guest.

$script:Memory = 'Setup'
$script:Record = 'last'

Function Get-AnsibleHyperVSetupPending {
    <#
    .SYNOPSIS
    Tells the version that an earlier run of the setup has left waiting for a restart. Null if none waits.

    .DESCRIPTION
    Nothing in Windows tells it: the registry has the running version until the restart. So each run leaves a record.
    #>
    [CmdletBinding()]
    param ()

    $record = (Get-AnsibleHyperVMemory -Kind $script:Memory)[$script:Record]
    if (-not $record) {
        return
    }
    $boot = (Get-CimInstance -ClassName Win32_OperatingSystem -Property LastBootUpTime).LastBootUpTime
    if ($boot.ToFileTimeUtc() -lt [long]$record.at) {
        $record
    }
}

Function Set-AnsibleHyperVSetupPending {
    <#
    .SYNOPSIS
    Leaves the record that a version waits for a restart.

    .PARAMETER Version
    The version, or an empty text where the disk does not tell it.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Called outside of check mode only')]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyString()]
        [string]
        $Version
    )

    Set-AnsibleHyperVMemory -Kind $script:Memory -Name $script:Record -Value @{ version = $Version; at = [DateTime]::UtcNow.ToFileTimeUtc() }
}

Export-ModuleMember -Function Get-AnsibleHyperVSetupPending, Set-AnsibleHyperVSetupPending
