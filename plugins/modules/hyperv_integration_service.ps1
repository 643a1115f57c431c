#!powershell

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._FailureText
#AnsibleRequires -PowerShell ..module_utils._HyperVError
#AnsibleRequires -PowerShell ..module_utils._IntegrationService
#AnsibleRequires -PowerShell ..module_utils._KvpExchange
#AnsibleRequires -PowerShell ..module_utils._ServicePlan
#AnsibleRequires -PowerShell ..module_utils._ServiceRequest
#AnsibleRequires -PowerShell ..module_utils._ServiceResult
#AnsibleRequires -PowerShell ..module_utils._ServiceSwitch
#AnsibleRequires -PowerShell ..module_utils._VirtualMachine

# The ways of naming virtual machines exclude each other. The module checks that itself, not the spec, so that this failure
# too carries error_class, hint and what the user wrote.
$spec = @{
    options = @{
        all_vms = @{
            default = $false
            type = 'bool'
        }
        exclusive = @{
            default = $false
            type = 'bool'
        }
        force = @{
            default = $false
            type = 'bool'
        }
        ignore_missing = @{
            default = $false
            type = 'bool'
        }
        service_name = @{
            type = 'str'
        }
        services = @{
            type = 'raw'
        }
        state = @{
            choices = @('disabled', 'enabled')
            default = 'enabled'
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
        vms = @{
            elements = 'dict'
            options = @{
                all_vms = @{ type = 'bool' }
                exclusive = @{ type = 'bool' }
                force = @{ type = 'bool' }
                services = @{ type = 'raw' }
                state = @{
                    choices = @('disabled', 'enabled')
                    type = 'str'
                }
                vm_id = @{ type = 'str' }
                vm_name = @{
                    aliases = @('name')
                    type = 'str'
                }
                vm_names = @{
                    elements = 'str'
                    type = 'list'
                }
                vm_pattern = @{ type = 'str' }
            }
            type = 'list'
        }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$module.Result.vms = @()
$module.Result.missing = @()

# Read the options and the host
try {
    $requests = @(Get-AnsibleHyperVRequest -Params $module.Params)
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to use the options: $_", $_)
}
try {
    $selector = if ($requests.Count -eq 1) { $requests[0].selector } else { @{ all_vms = $true } }
    $known = Get-AnsibleHyperVVM -Selector $selector
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to read the virtual machines of host '$env:COMPUTERNAME': $_", $_)
}

# Pick the machines of each request; a later request adds to an earlier one, and wins where both name a service.
$items = [ordered]@{}
$lost = [System.Collections.Generic.List[object]]@()
$picks = @(foreach ($request in $requests) {
        $pick = Select-AnsibleHyperVVM -Selector $request.selector -Known $known
        if ($pick.vms.Count -eq 0 -and $pick.missing.Count -eq 0 -and $request.selector.Contains('vm_pattern')) {
            $module.Warn("No virtual machine of host '$env:COMPUTERNAME' matches vm_pattern '$($request.selector.vm_pattern)'")
        }
        foreach ($one in $pick.missing) {
            if ($module.Params.ignore_missing -and $one.error.error_class -eq 'vm_not_found') {
                $module.Result.missing += $one.word
                continue
            }
            $lost.Add((New-AnsibleHyperVServiceItem -Id $one.id -Name $one.name -ErrorDetail $one.error))
        }
        foreach ($vm in $pick.vms) {
            $id = $vm.Id.ToString()
            if (-not $items.Contains($id)) {
                $items[$id] = New-AnsibleHyperVServiceItem -Id $id -Name $vm.Name -VM $vm
            }
        }
        @{ request = $request; vms = $pick.vms }
    })

# Compare
try {
    $services = Read-AnsibleHyperVService -VM @(foreach ($item in $items.Values) { $item.vm })
    $localNames = Get-AnsibleHyperVLocalName -Services $services.services
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to read the integration services of host '$env:COMPUTERNAME': $_", $_)
}
try {
    foreach ($request in $requests) {
        Resolve-AnsibleHyperVRequest -Request $request -LocalNames $localNames
    }
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to find the integration services on host '$env:COMPUTERNAME': $_", $_)
}
foreach ($pick in $picks) {
    foreach ($vm in $pick.vms) {
        Set-AnsibleHyperVServiceWish -Item $items[$vm.Id.ToString()] -Request $pick.request
    }
}
foreach ($item in $items.Values) {
    $failure = $services.errors[$item.vm.Id]
    if ($failure) {
        $item.error = Get-AnsibleHyperVErrorDetail -ErrorRecord $failure
        continue
    }
    Compare-AnsibleHyperVService -Item $item -Component $services.services[$item.vm.Id]
}

# Guard rails need to know the guests, so they are asked only where something changes.
$kvp = @{}
$changing = @(foreach ($item in $items.Values) { if ($item.changes.Count -gt 0) { $item } })
if ($changing.Count -gt 0) {
    try {
        $kvp = Read-AnsibleHyperVKvp -VM @(foreach ($item in $changing) { $item.vm })
        $hostBuild = [int](Get-CimInstance -ClassName Win32_OperatingSystem -Property BuildNumber).BuildNumber
    }
    catch {
        Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
        $module.FailJson("Failed to read what depends on the services of host '$env:COMPUTERNAME': $_", $_)
    }
}
$forced = [ordered]@{}
foreach ($item in $changing) {
    $facts = $kvp[$item.id]
    $item.kvp = if ($facts) { $facts } else { @{} }
    Test-AnsibleHyperVGuard -Item $item -NeedsDataExchange:(Test-AnsibleHyperVNeedsDataExchange -Kvp $item.kvp -HostBuild $hostBuild)
    foreach ($reason in $item.guards) {
        if (-not $item.error) {
            if (-not $forced.Contains($reason)) {
                $forced[$reason] = [System.Collections.Generic.List[string]]@()
            }
            $forced[$reason].Add($item.name)
        }
    }
}
foreach ($reason in $forced.Keys) {
    $module.Warn("force turns a service off although ${reason}: virtual machine $(Join-AnsibleHyperVName -Name $forced[$reason])")
}

# Apply
$changing = @(foreach ($item in $changing) { if ($item.changes.Count -gt 0) { $item } })
if (-not $module.CheckMode -and $changing.Count -gt 0) {
    try {
        Invoke-AnsibleHyperVServiceSwitch -Item $changing
    }
    catch {
        Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
        $module.FailJson("Failed to switch the integration services of host '$env:COMPUTERNAME': $_", $_)
    }
}

# Report
$module.Diff.before = @{}
$module.Diff.after = @{}
$all = @($items.Values) + @($lost)
$rows = @(foreach ($item in $all) {
        $restart = $item.changes.Count -gt 0 -and (Test-AnsibleHyperVRestartNeeded -Kvp $item.kvp)
        $row = ConvertTo-AnsibleHyperVServiceResult -Item $item -CheckMode:$module.CheckMode -RestartNeeded:$restart
        if ($row.changed) {
            $module.Result.changed = $true
            $label = if ($module.Diff.before.ContainsKey($row.name)) { "$($row.name) ($($row.id))" } else { $row.name }
            $module.Diff.before[$label] = @{}
            $module.Diff.after[$label] = @{}
            foreach ($service in $row.services) {
                if ($service.before -ne $service.enabled) {
                    $module.Diff.before[$label][$service.key] = ('disabled', 'enabled')[[int]$service.before]
                    $module.Diff.after[$label][$service.key] = ('disabled', 'enabled')[[int]$service.enabled]
                }
            }
        }
        $row
    })
$module.Result.vms = $rows
if ($rows.Count -eq 1 -and ($module.Params.vm_name -or $module.Params.vm_id)) {
    # The keys of microsoft.hyperv.hv_integration_service, for playbooks that were written for it.
    $module.Result.vm_name = $rows[0].name
    $module.Result.service_name = $module.Params.service_name
    $module.Result.state = $module.Params.state
}

$failed = @(foreach ($row in $rows) { if ($row.error) { $row } })
if ($failed.Count -gt 0) {
    $module.Result.error_class = $failed[0].error.error_class
    $module.Result.hint = $failed[0].error.hint
    $text = ConvertTo-AnsibleHyperVFailureText -Kind 'virtual machines' -Row $rows
    $module.FailJson("Failed to set integration services on host '$env:COMPUTERNAME': $text")
}

$module.ExitJson()
