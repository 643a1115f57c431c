#!powershell

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic

# Plays the Windows Update Agent of a lab's guest, in the place of the module file of ansible.windows.win_updates, which needs the Task
# Scheduler and COM. The action plugin of that collection is the real one: this speaks its protocol, so its results are what users get.

$spec = @{
    options = @{
        _operation = @{ type = 'str'; choices = 'start', 'poll', 'cancel'; default = 'start' }
        _operation_options = @{ type = 'dict'; default = @{} }
        accept_list = @{ type = 'list'; elements = 'str' }
        category_names = @{ type = 'list'; elements = 'str'; default = 'CriticalUpdates', 'SecurityUpdates', 'UpdateRollups' }
        log_path = @{ type = 'path' }
        reboot = @{ type = 'bool'; default = $false }
        reboot_timeout = @{ type = 'int'; default = 1200 }
        reject_list = @{ type = 'list'; elements = 'str' }
        server_selection = @{ type = 'str'; choices = 'default', 'managed_server', 'windows_update'; default = 'default' }
        skip_optional = @{ type = 'bool'; default = $false }
        state = @{ type = 'str'; choices = 'installed', 'searched', 'downloaded'; default = 'installed' }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)
$path = Join-Path -Path $env:TEMP -ChildPath 'lab-win-updates.json'

if ($module.Params._operation -eq 'cancel') {
    Remove-Item -LiteralPath $path -Force
    $module.ExitJson()
}
if ($module.Params._operation -eq 'poll') {
    $module.Result.output = @(Get-Content -LiteralPath $path -Raw | ConvertFrom-Json)
    $module.ExitJson()
}

# The short names of the categories are what win_updates has accepted from its beginning.
Function Test-Listed {
    param ($Update, [string[]] $Names)

    foreach ($name in $Names) {
        if ($Update.KB -eq $name -or "KB$($Update.KB)" -eq $name -or $Update.Title -match $name) {
            return $true
        }
    }
    return $false
}

$output = [System.Collections.Generic.List[object]]@()
$exit = @{ changed = $false; reboot_required = $false; failed = $false; exception = $null }
try {
    $wanted = @(foreach ($name in $module.Params.category_names) { $name.Replace(' ', '') })
    $found = @(Get-LabUpdate)
    $filtered = @(foreach ($update in $found) {
            $names = @(foreach ($name in $update.Categories) { $name.Replace(' ', '') })
            $reasons = @(
                if ($wanted -notcontains '*' -and -not ($names | Where-Object -FilterScript { $wanted -contains $_ })) { 'category_names' }
                if ($module.Params.accept_list -and -not (Test-Listed -Update $update -Names $module.Params.accept_list)) { 'accept_list' }
                if ($module.Params.reject_list -and (Test-Listed -Update $update -Names $module.Params.reject_list)) { 'reject_list' }
            )
            if ($reasons) { @{ id = $update.Id; reasons = $reasons } }
        })
    $shown = @(foreach ($update in $found) { @{ id = $update.Id; title = $update.Title; kb = @($update.KB); categories = @($update.Categories) } })
    $output.Add(@{ task = 'search_result'; result = @{ updates = $shown; filtered = $filtered } })
    $chosen = @($found | Where-Object -FilterScript { @($filtered.id) -notcontains $_.Id })
    if ($chosen -and $module.Params.state -eq 'installed') {
        $exit.changed = $true
        if (-not $module.CheckMode) {
            $results = @(foreach ($update in $chosen) {
                    $answer = Install-LabUpdate -Id $update.Id
                    if ($answer.RebootRequired) { $exit.reboot_required = $true }
                    @{ id = $update.Id; result_code = $answer.ResultCode; hresult = $answer.HResult }
                })
            $output.Add(@{ task = 'install_result'; result = @{ info = $results } })
            $exit.changed = @($results | Where-Object -FilterScript { $_.result_code -eq 2 }).Count -gt 0
            if (@($results | Where-Object -FilterScript { $_.result_code -ne 2 }).Count -gt 0) {
                $exit.failed = $true
                $exit.exception = @{ message = 'Failed to install one or more updates'; exception = $null }
            }
        }
    }
}
catch {
    $exit.failed = $true
    $exit.exception = @{ message = 'Searching for updates'; exception = "$_"; hresult = $_.Exception.HResult }
}
$output.Add(@{ task = 'exit'; result = $exit })
ConvertTo-Json -InputObject @($output) -Depth 8 -Compress | Set-Content -LiteralPath $path
$module.Result.poll_options = @{ path = $path }
$module.Result.cancel_options = @{ path = $path }
$module.ExitJson()
