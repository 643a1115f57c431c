#!powershell

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._GuestVersion
#AnsibleRequires -PowerShell ..module_utils._HyperVError
#AnsibleRequires -PowerShell ..module_utils._WindowsGuest

$spec = @{
    options = @{
        fail_if_not_guest = @{
            default = $true
            type = 'bool'
        }
        minimum = @{
            type = 'str'
        }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$module.Result.version = $null
$module.Result.source = $null
$module.Result.flavour = $null
$module.Result.reason = $null
$module.Result.verdict = $null
$module.Result.evidence = @{ minimum = $module.Params.minimum }

# Read
try {
    $minimum = ConvertTo-AnsibleHyperVMinimum -Value $module.Params.minimum
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to use the options: $_", $_)
}
try {
    $virtualization = Get-AnsibleHyperVVirtualization
    $finding = Read-AnsibleHyperVGuestVersion -Virtualization $virtualization
    $finding.evidence.minimum = $module.Params.minimum
    $module.Result.evidence = $finding.evidence
    if (-not $virtualization.hyperv -and $module.Params.fail_if_not_guest) {
        throw (New-AnsibleHyperVNotAGuestException -Virtualization $virtualization)
    }
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to read the version of the integration services of '$env:COMPUTERNAME': $_", $_)
}

# Compare
$judged = Get-AnsibleHyperVVersionVerdict -Finding $finding -Wanted $minimum
$module.Result.version = $finding.version
$module.Result.source = $finding.source
$module.Result.flavour = $finding.flavour
$module.Result.reason = $judged.reason
$module.Result.verdict = $judged.verdict

$module.ExitJson()
