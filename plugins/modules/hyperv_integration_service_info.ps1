#!powershell

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._HostFact
#AnsibleRequires -PowerShell ..module_utils._HyperVError
#AnsibleRequires -PowerShell ..module_utils._IntegrationService
#AnsibleRequires -PowerShell ..module_utils._KvpExchange
#AnsibleRequires -PowerShell ..module_utils._ServiceRequest
#AnsibleRequires -PowerShell ..module_utils._VirtualMachine
#AnsibleRequires -PowerShell ..module_utils._VMFact

# The ways of naming virtual machines exclude each other. The module checks that itself, not the spec, so that this failure
# too carries error_class, hint and what the user wrote.
$spec = @{
    options = @{
        fail_if_missing = @{
            default = $false
            type = 'bool'
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

# One fact that cannot be read leaves the others standing; the warning says what is missing.
Function Read-Optional {
    param (
        [Parameter(Mandatory)][string]$What,
        [Parameter(Mandatory)][scriptblock]$Reader
    )

    try {
        return & $Reader
    }
    catch {
        $module.Warn("Failed to read $What of host '$env:COMPUTERNAME': $_")
    }
}

$module.Result.schema = 'hyperv.integration/snapshot/1'
$module.Result.kind = 'host'
$module.Result.collected_at = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
$module.Result.host = $null
$module.Result.vms = @()
$module.Result.error = $null

# Read the machines
try {
    $selector = Get-AnsibleHyperVSelector -Options $module.Params -Allowed @('vm_id', 'vm_name', 'vm_names', 'vm_pattern') -Optional
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to use the options: $_", $_)
}
try {
    $known = Get-AnsibleHyperVVM -Selector $selector
    $hostFacts = Get-AnsibleHyperVHostFact
    $vms = $known.vms
    $missing = @()
    $wanted = @()
    if (-not $selector.Contains('all_vms')) {
        # A name that several machines have means all of them here: reading is harmless.
        $wanted = @($selector.Values)[0]
        $vms = @(foreach ($vm in $known.vms) {
                if ($selector.Contains('vm_pattern')) { if ($vm.Name -like $wanted) { $vm } }
                elseif ($selector.Contains('vm_id')) { if ($vm.Id -eq [Guid]$wanted) { $vm } }
                elseif ($wanted -contains $vm.Name) { $vm }
            })
        $found = @(foreach ($vm in $vms) { $vm.Name; $vm.Id.ToString() })
        $missing = @(foreach ($word in $wanted) { if ($found -notcontains $word -and -not $selector.Contains('vm_pattern')) { $word } })
    }
    $services = Read-AnsibleHyperVService -VM $vms
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to read the virtual machines of host '$env:COMPUTERNAME': $_", $_)
}
foreach ($warning in $hostFacts.warnings) {
    $module.Warn($warning)
}
$module.Result.host = $hostFacts.facts

# Read what guests report and what the host compares
$kvp = Read-Optional -What 'Key-Value Pair Exchange' -Reader { Read-AnsibleHyperVKvp -VM $vms }
$checkpoints = Read-Optional -What 'the checkpoints' -Reader { Read-AnsibleHyperVCheckpointCount }
$states = @{}
if ($hostFacts.facts.os_build -lt 14393) {
    $states = Read-Optional -What 'the version states' -Reader { Read-AnsibleHyperVVersionState }
}

$rows = [System.Collections.Generic.List[object]]@(
    ConvertTo-AnsibleHyperVVMRow -VM $vms -Services $services -Kvp $kvp -Checkpoints $checkpoints -States $states
)
if ($known.failures.Count -gt 0) {
    foreach ($unread in Get-AnsibleHyperVUnreadVM -Failures $known.failures -VM $known.vms) {
        $names = $unread.name, $unread.id
        $meant = $selector.Contains('all_vms') -or ($selector.Contains('vm_pattern') -and $unread.name -like $wanted)
        if ($meant -or @($wanted | Where-Object -FilterScript { $names -contains $_ }).Count -gt 0) {
            $rows.Add((ConvertTo-AnsibleHyperVUnreadRow -Unread $unread))
            # It is there, so nobody misses it.
            $missing = @($missing | Where-Object -FilterScript { $names -notcontains $_ })
        }
    }
}
$module.Result.vms = $rows

if ($missing.Count -gt 0 -and $module.Params.fail_if_missing) {
    $module.Result.error_class = 'vm_not_found'
    $module.Result.hint = 'Look at the spelling, and at which host or cluster node the virtual machine runs; wildcards work in vm_pattern only'
    $module.FailJson("Failed to find virtual machine '$($missing -join "', '")' on host '$env:COMPUTERNAME'")
}

$module.ExitJson()
