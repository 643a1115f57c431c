# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic

# One machine and one service a call, found by their names: the way that a module without lists has to go. For benchmarks only.
$spec = @{
    options = @{
        service_name = @{ required = $true; type = 'str' }
        state = @{ choices = @('disabled', 'enabled'); default = 'enabled'; type = 'str' }
        vm_name = @{ required = $true; type = 'str' }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$service = Get-VMIntegrationService -VMName $module.Params.vm_name -Name $module.Params.service_name
$wanted = $module.Params.state -eq 'enabled'
if ($service.Enabled -ne $wanted) {
    if (-not $module.CheckMode) {
        if ($wanted) { Enable-VMIntegrationService -VMIntegrationService $service }
        else { Disable-VMIntegrationService -VMIntegrationService $service }
    }
    $module.Result.changed = $true
}

$module.ExitJson()
