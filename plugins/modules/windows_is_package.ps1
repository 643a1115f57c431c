#!powershell

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._HyperVError
#AnsibleRequires -PowerShell ..module_utils._ServicePackage
#AnsibleRequires -PowerShell ..module_utils._WindowsGuest

$spec = @{
    options = @{
        checksum = @{
            type = 'raw'
        }
        identity = @{
            type = 'str'
        }
        path = @{
            required = $true
            type = 'path'
        }
        state = @{
            choices = @('absent', 'present')
            default = 'present'
            type = 'str'
        }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$module.Result.outcome = $null
$module.Result.reason = $null
$module.Result.package = $null
$module.Result.before = @()
$module.Result.reboot_required = $false
$module.Result.error_code = $null
$module.Result.log = $null
$module.Diff.before = @{ packages = @() }
$module.Diff.after = @{ packages = @() }

# A wrong package is no failure: a play for a mixed group looks at outcome.
function Exit-NotApplicable {
    param ([string]$Reason)

    $module.Result.outcome = 'not_applicable'
    $module.Result.reason = $Reason
    $module.Result.changed = $false
    $module.ExitJson()
}

# Read
$package = $null
$reason = $null
try {
    $virtualization = Get-AnsibleHyperVVirtualization
    if (-not $virtualization.hyperv) {
        throw (New-AnsibleHyperVNotAGuestException -Virtualization $virtualization -Hint 'Leave this machine out')
    }
    $windows = Get-AnsibleHyperVWindowsFact
    # A 32-bit process of a 64-bit Windows sees x86 in the first variable and the truth in the second.
    $word = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
    $architecture = $word.ToLowerInvariant()
    $cab = Find-AnsibleHyperVCab -Path $module.Params.path -OsVersion $windows.os_version -Architecture $architecture
    $reason = $cab.reason
    if (-not $reason) {
        $sum = Assert-AnsibleHyperVChecksum -Path $cab.path -Checksum $module.Params.checksum
        $package = Read-AnsibleHyperVCab -Path $cab.path -Identity $module.Params.identity
        $module.Result.package = @{
            identity = $package.identity
            version = $package.version.ToString()
            architecture = $package.architecture
            path = $cab.path
            checksum = "sha256:$sum"
        }
        $held = @(Read-AnsibleHyperVHeldPackage)
        $module.Result.before = $held
        if ($package.architecture -ne $architecture) {
            $reason = "the package is for $($package.architecture), and this Windows is $architecture"
        }
        elseif (-not $package.applicable) {
            $reason = "DISM says that the package is not for Windows $($windows.os_version) ($architecture)"
        }
    }
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to prepare the package of the integration services in '$env:COMPUTERNAME': $_", $_)
}
if ($reason) {
    Exit-NotApplicable -Reason $reason
}

# Compare
$names = @(foreach ($one in $held) { if ($one.state -ne 'superseded') { $one.identity } })
$found = Get-AnsibleHyperVPackageOutcome -Package $package -Held $held
$module.Diff.before = @{ packages = $names }
if ($module.Params.state -eq 'present') {
    $module.Result.outcome = $found
    $module.Result.changed = $found -eq 'installed'
    $after = if ($module.Result.changed) { $names + $package.identity } else { $names }
    $module.Result.reboot_required = $found -eq 'restart_pending'
}
else {
    $there = $names -contains $package.identity
    $leaving = @($held | Where-Object -FilterScript { $_.identity -eq $package.identity -and $_.state -eq 'uninstall_pending' }).Count -gt 0
    $module.Result.changed = $there -and -not $leaving
    $module.Result.outcome = if ($module.Result.changed) { 'removed' } elseif ($leaving) { 'restart_pending' } else { 'absent' }
    $module.Result.reboot_required = $leaving
    $after = @($names | Where-Object -FilterScript { -not $module.Result.changed -or $_ -ne $package.identity })
}
$module.Diff.after = @{ packages = @($after) }

# Apply
if ($module.Result.changed -and -not $module.CheckMode) {
    $target = if ($module.Params.state -eq 'present') { @{ PackagePath = $cab.path } } else { @{ PackageName = $package.identity } }
    $answer = Invoke-AnsibleHyperVDism -Arguments (@{ Online = $true; NoRestart = $true } + $target)
    $module.Result.outcome = $answer.outcome
    $module.Result.reboot_required = $answer.restart_required
    if ($answer.outcome -eq 'not_applicable') {
        $module.Diff.after = $module.Diff.before
        $module.Result.error_code = $answer.code
        Exit-NotApplicable -Reason "DISM says that the package is not for Windows $($windows.os_version) ($architecture)"
    }
    if ($answer.outcome -eq 'failed') {
        $module.Result.changed = $false
        $module.Diff.after = $module.Diff.before
        $module.Result.error_code = $answer.code
        $module.Result.log = Get-AnsibleHyperVDismLog
        $module.Result.error_class = $answer.error_class
        $module.Result.hint = 'Look at the log, and the number up; restart the guest if it waits for that, and run again'
        $verb = if ($module.Params.state -eq 'present') { 'add' } else { 'remove' }
        $module.FailJson("Failed to $verb the package '$($package.identity)' in '$env:COMPUTERNAME': $($answer.msg)")
    }
}

$module.ExitJson()
