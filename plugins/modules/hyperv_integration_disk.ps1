#!powershell

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._FailureText
#AnsibleRequires -PowerShell ..module_utils._HostMemory
#AnsibleRequires -PowerShell ..module_utils._HyperVError
#AnsibleRequires -PowerShell ..module_utils._ServiceRequest
#AnsibleRequires -PowerShell ..module_utils._SetupDisk
#AnsibleRequires -PowerShell ..module_utils._SetupDiskPlan
#AnsibleRequires -PowerShell ..module_utils._VirtualMachine

$spec = @{
    options = @{
        all_vms = @{
            default = $false
            type = 'bool'
        }
        path = @{
            type = 'path'
        }
        replace = @{
            default = $true
            type = 'bool'
        }
        restore_path = @{
            type = 'str'
        }
        state = @{
            choices = @('ejected', 'inserted')
            default = 'inserted'
            type = 'str'
        }
        vm_id = @{
            type = 'str'
        }
        vm_name = @{
            aliases = @('name')
            type = 'str'
        }
        vm_names = @{
            elements = 'str'
            type = 'list'
        }
        vm_pattern = @{
            type = 'str'
        }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$module.Result.vms = @()
$module.Result.path = $null

# Read the options and the host
$insert = $module.Params.state -eq 'inserted'
$image = if ($module.Params.path) { $module.Params.path } else { "$env:SystemRoot\System32\vmguest.iso" }
$module.Result.path = $image
try {
    $selector = Get-AnsibleHyperVSelector -Options $module.Params
    $pick = Select-AnsibleHyperVVM -Selector $selector -Known (Get-AnsibleHyperVVM -Selector $selector)
    if ($insert) {
        Assert-AnsibleHyperVSetupDisk -Path $image -Given:([bool]$module.Params.path)
    }
    elseif ($module.Params.restore_path -and -not (Test-Path -LiteralPath $module.Params.restore_path)) {
        $text = "Host '$env:COMPUTERNAME' has no file '$($module.Params.restore_path)'"
        throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint 'Correct restore_path')
    }
    $memory = Get-AnsibleHyperVMemory -Kind InsertedDisks
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to prepare the setup disk on host '$env:COMPUTERNAME': $_", $_)
}
if ($pick.vms.Count -eq 0 -and $pick.missing.Count -eq 0 -and $selector.Contains('vm_pattern')) {
    $module.Warn("No virtual machine of host '$env:COMPUTERNAME' matches vm_pattern '$($selector.vm_pattern)'")
}

# Compare
$items = @(
    foreach ($one in $pick.missing) {
        New-AnsibleHyperVDiskItem -Id $one.id -Name $one.name -ErrorDetail $one.error
    }
    foreach ($vm in $pick.vms) {
        $item = New-AnsibleHyperVDiskItem -Id $vm.Id.ToString() -Name $vm.Name -VM $vm
        $item.remembered = $memory[$item.id]
        try {
            $item.drives = @(Read-AnsibleHyperVDvdDrive -VM $vm)
            if ($insert) {
                Set-AnsibleHyperVInsertPlan -Item $item -Path $image -Replace:$module.Params.replace
            }
            else {
                Set-AnsibleHyperVEjectPlan -Item $item -Path $image -Restore $module.Params.restore_path
            }
        }
        catch {
            $item.error = Get-AnsibleHyperVErrorDetail -ErrorRecord $_
        }
        $item
    }
)

# Apply
foreach ($item in $items) {
    if ($item.error) {
        continue
    }
    $item.changed = $item.steps.Count -gt 0
    if ($module.CheckMode -or (-not $item.changed -and ($insert -or -not $item.remembered))) {
        continue
    }
    try {
        if ($insert) {
            Invoke-AnsibleHyperVInsert -Item $item -Path $image
        }
        else {
            Invoke-AnsibleHyperVEject -Item $item
        }
    }
    catch {
        $item.error = Get-AnsibleHyperVErrorDetail -ErrorRecord $_
    }
    # What Hyper-V says now is the result, so that a change that came only half way is told as it is.
    try {
        $item.after = @(Read-AnsibleHyperVDvdDrive -VM $item.vm)
    }
    catch {
        if (-not $item.error) {
            $item.error = Get-AnsibleHyperVErrorDetail -ErrorRecord $_
        }
    }
}

# Report
$module.Diff.before = @{}
$module.Diff.after = @{}
$module.Result.vms = @(foreach ($item in $items) {
        foreach ($text in $item.warnings) {
            $module.Warn($text)
        }
        $row = ConvertTo-AnsibleHyperVDiskResult -Item $item
        if ($row.changed) {
            $module.Result.changed = $true
            $label = if ($module.Diff.before.ContainsKey($row.name)) { "$($row.name) ($($row.id))" } else { $row.name }
            $module.Diff.before[$label] = $row.before
            $module.Diff.after[$label] = $row.drives
        }
        $row
    })

$failed = @(foreach ($row in $module.Result.vms) { if ($row.error) { $row } })
if ($failed.Count -gt 0) {
    $module.Result.error_class = $failed[0].error.error_class
    $module.Result.hint = $failed[0].error.hint
    $verb = if ($insert) { 'insert' } else { 'eject' }
    $text = ConvertTo-AnsibleHyperVFailureText -Kind 'virtual machines' -Row $module.Result.vms
    $module.FailJson("Failed to $verb the setup disk on host '$env:COMPUTERNAME': $text")
}

$module.ExitJson()
