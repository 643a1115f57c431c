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

# Accept and reject lists hold patterns for the title or the KB article.
Function Test-Listed {
    param ($Update, [string[]] $Names)

    foreach ($name in $Names) {
        if ($Update.KB -imatch $name -or $Update.Title -imatch $name) {
            return $true
        }
    }
    return $false
}

# The reasons why an update is left out, by the options that leave it out.
Function Get-Reason {
    param ($Update, [string[]] $Category)

    if ($module.Params.accept_list -and -not (Test-Listed -Update $Update -Names $module.Params.accept_list)) { 'accept_list' }
    if ($module.Params.reject_list -and (Test-Listed -Update $Update -Names $module.Params.reject_list)) { 'reject_list' }
    if ($Category -and $Category -notcontains '*' -and -not ($Update.Categories | Where-Object -FilterScript { $Category -contains $_ })) {
        'category_names'
    }
    if ($module.Params.skip_optional -and $Update.Optional) { 'skip_optional' }
}

# Does one step for each update and adds its results to the output; throws as the collection's module does if one failed.
Function Invoke-Step {
    param ([string] $Task, $Update, [switch] $Download)

    $results = @(foreach ($one in $Update) {
            $answer = Install-LabUpdate -Id $one.Id -Download:$Download
            if ($answer.RebootRequired) { $exit.reboot_required = $true }
            @{ id = $one.Id; result_code = $answer.ResultCode; hresult = $answer.HResult }
        })
    $exit.changed = $true
    $output.Add(@{ task = "$($Task)_result"; result = @{ info = $results } })
    if (@($results | Where-Object -FilterScript { $_.result_code -ne 2 }).Count -gt 0) {
        throw "Failed to $Task all updates - see updates for more information"
    }
}

# Short names of categories are what win_updates has accepted from its beginning.
$category = @(foreach ($name in $module.Params.category_names) { $name -creplace '(?<=[a-z])(?=[A-Z])', ' ' })
$pending = Test-Path -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending'
$output = [System.Collections.Generic.List[object]]@()
$exit = @{ changed = $false; reboot_required = $pending; failed = $false; exception = $null }
$prefix = 'Searching for updates: '
try {
    $found = @(Get-LabUpdate)
    $prefix = ''
    $shown = @(foreach ($update in $found) { @{ id = $update.Id; title = $update.Title; kb = @($update.KB); categories = @($update.Categories) } })
    $filtered = @(foreach ($update in $found) {
            $reasons = @(Get-Reason -Update $update -Category $category)
            if ($reasons) { @{ id = $update.Id; reasons = $reasons } }
        })
    $output.Add(@{ task = 'search_result'; result = @{ updates = $shown; filtered = $filtered } })
    $chosen = @($found | Where-Object -FilterScript { @($filtered.id) -notcontains $_.Id })
    $exit.changed = $chosen.Count -gt 0 -and $module.Params.state -ne 'searched' -and $module.CheckMode
    if ($chosen -and $module.Params.state -ne 'searched' -and -not $module.CheckMode) {
        if ($pending) {
            throw 'A reboot is required before more updates can be installed'
        }
        $missing = @($chosen | Where-Object -FilterScript { -not $_.Downloaded })
        if ($missing) { Invoke-Step -Task download -Update $missing -Download }
        if ($module.Params.state -eq 'installed') { Invoke-Step -Task install -Update $chosen }
    }
}
catch {
    $exit.failed = $true
    $exit.exception = @{ message = "$prefix$($_.Exception.Message)"; exception = "$_" }
    if ($_.Exception -is [System.Runtime.InteropServices.COMException]) { $exit.exception.hresult = $_.Exception.HResult }
}
$output.Add(@{ task = 'exit'; result = $exit })
ConvertTo-Json -InputObject @($output) -Depth 8 -Compress | Set-Content -LiteralPath $path
$module.Result.poll_options = @{ path = $path }
$module.Result.cancel_options = @{ path = $path }
$module.ExitJson()
