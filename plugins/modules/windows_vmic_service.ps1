#!powershell

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._FailureText
#AnsibleRequires -PowerShell ..module_utils._HyperVError
#AnsibleRequires -PowerShell ..module_utils._VmicControl
#AnsibleRequires -PowerShell ..module_utils._VmicPlan
#AnsibleRequires -PowerShell ..module_utils._VmicRequest
#AnsibleRequires -PowerShell ..module_utils._VmicService
#AnsibleRequires -PowerShell ..module_utils._WindowsGuest

# The ways of naming services exclude each other. The module checks that itself, not the spec, so that this failure too carries
# error_class, hint and what the user wrote.
$spec = @{
    options = @{
        all_services = @{
            default = $false
            type = 'bool'
        }
        force_dependent_services = @{
            default = $false
            type = 'bool'
        }
        name = @{
            type = 'str'
        }
        services = @{
            type = 'raw'
        }
        settle_time = @{
            default = 5
            type = 'int'
        }
        start_mode = @{
            choices = @('auto', 'disabled', 'manual')
            type = 'str'
        }
        state = @{
            choices = @('restarted', 'started', 'stopped')
            type = 'str'
        }
        timeout = @{
            default = 30
            type = 'int'
        }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$module.Result.services = @()

# Read
try {
    $requests = @(Get-AnsibleHyperVVmicRequest -Params $module.Params)
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to use the options: $_", $_)
}
try {
    $virtualization = Get-AnsibleHyperVVirtualization
    if (-not $virtualization.hyperv) {
        throw (New-AnsibleHyperVNotAGuestException -Virtualization $virtualization -Hint 'Leave this machine out')
    }
    $controllers = Read-AnsibleHyperVVmic
    $osVersion = (Get-AnsibleHyperVWindowsFact).os_version
    $items = @(New-AnsibleHyperVVmicItem -Controller $controllers -Request $requests)
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to read the services of guest '$env:COMPUTERNAME': $_", $_)
}

# Compare
foreach ($item in $items) {
    Compare-AnsibleHyperVVmic -Item $item -OsVersion $osVersion -ForceDependent:$module.Params.force_dependent_services
}
foreach ($warning in Get-AnsibleHyperVVmicWarning -Item $items) {
    $module.Warn($warning)
}

# Apply
if (-not $module.CheckMode) {
    try {
        Invoke-AnsibleHyperVVmicPlan -Item $items -Settle $module.Params.settle_time -Timeout $module.Params.timeout
    }
    catch {
        Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
        $module.FailJson("Failed to set the services of guest '$env:COMPUTERNAME': $_", $_)
    }
}

# Report
$rows = @(foreach ($item in $items) { ConvertTo-AnsibleHyperVVmicResult -Item $item -CheckMode:$module.CheckMode })
$diff = Get-AnsibleHyperVVmicDiff -Row $rows
$module.Diff.before = $diff.before
$module.Diff.after = $diff.after
$module.Result.services = $rows
$module.Result.changed = @(foreach ($row in $rows) { if ($row.changed) { $row } }).Count -gt 0

$failed = @(foreach ($row in $rows) { if ($row.error) { $row } })
if ($failed.Count -gt 0) {
    $module.Result.error_class = $failed[0].error.error_class
    $module.Result.hint = $failed[0].error.hint
    $text = ConvertTo-AnsibleHyperVFailureText -Kind services -Row $rows
    $module.FailJson("Failed to set the services of guest '$env:COMPUTERNAME': $text")
}

$module.ExitJson()
