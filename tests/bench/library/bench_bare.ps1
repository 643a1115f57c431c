# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic

# The bare cmdlets and nothing else: what any audit of a host costs at least. For benchmarks only.
$module = [Ansible.Basic.AnsibleModule]::Create($args, @{ options = @{}; supports_check_mode = $true })

$module.Result.services = @(
    Get-VM | Get-VMIntegrationService | ForEach-Object -Process {
        @{
            vm_name = $_.VMName
            id = $_.Id
            enabled = $_.Enabled
            primary = [string]$_.PrimaryOperationalStatus
            secondary = [string]$_.SecondaryOperationalStatus
        }
    }
)

$module.ExitJson()
