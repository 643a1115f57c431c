#!powershell

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._GuestVersion
#AnsibleRequires -PowerShell ..module_utils._HyperVError
#AnsibleRequires -PowerShell ..module_utils._SetupPending
#AnsibleRequires -PowerShell ..module_utils._VmicService
#AnsibleRequires -PowerShell ..module_utils._WindowsGuest

$spec = @{
    options = @{
        services = @{
            elements = 'str'
            type = 'list'
        }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$module.Result.schema = 'hyperv.integration/snapshot/1'
$module.Result.kind = 'guest'
$module.Result.collected_at = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
$module.Result.guest = $null
$module.Result.version = $null
$module.Result.virtualization = $null
$module.Result.services = @()
$module.Result.not_in_this_windows = @()
$module.Result.channels = $null
$module.Result.error = $null

# Read
try {
    $virtualization = Get-AnsibleHyperVVirtualization
    $guest = Get-AnsibleHyperVWindowsFact
    # The setup of the integration services leaves no trace in the places where Windows tells of a restart.
    $guest.restart_pending = $guest.restart_pending -or $null -ne (Get-AnsibleHyperVSetupPending)
    $finding = Read-AnsibleHyperVGuestVersion -Virtualization $virtualization
    $controllers = Read-AnsibleHyperVVmic
    $wanted = Get-AnsibleHyperVVmicService
    if ($null -ne $module.Params.services) {
        $keys = @(foreach ($name in $module.Params.services) { (Find-AnsibleHyperVVmic -Controller $controllers -Name $name).key })
        $wanted = foreach ($service in $wanted) { if ($keys -contains $service.key) { $service } }
    }
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to read the services of guest '$env:COMPUTERNAME': $_", $_)
}

# Report
foreach ($name in 'vm_id', 'vm_name', 'host_name', 'host_os_version') {
    $guest[$name] = $finding.evidence[$name]
}
$module.Result.guest = $guest
$module.Result.version = [ordered]@{
    value = $finding.version
    source = $finding.source
    flavour = $finding.flavour
    reason = $finding.reason
}
$module.Result.virtualization = $virtualization
$rows = [System.Collections.Generic.List[object]]@()
$newer = [System.Collections.Generic.List[string]]@()
foreach ($service in $wanted) {
    $controller = $controllers[$service.name]
    if (-not $controller -and [Version]$guest.os_version -lt [Version]$service.since) {
        $newer.Add($service.key)
        continue
    }
    $rows.Add((ConvertTo-AnsibleHyperVVmicRow -Controller $controller -Service $service))
}
$module.Result.services = $rows
$module.Result.not_in_this_windows = $newer
if (-not $virtualization.hyperv) {
    # The services are on every Windows, so that they are here says nothing.
    $module.Result.error = @{
        error_class = 'not_a_guest'
        msg = (New-AnsibleHyperVNotAGuestException -Virtualization $virtualization).Message
        hint = 'Leave this machine out'
    }
}

$module.ExitJson()
