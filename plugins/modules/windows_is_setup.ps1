#!powershell

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._GuestVersion
#AnsibleRequires -PowerShell ..module_utils._HyperVError
#AnsibleRequires -PowerShell ..module_utils._SetupPending
#AnsibleRequires -PowerShell ..module_utils._SetupProgram
#AnsibleRequires -PowerShell ..module_utils._WindowsGuest

$spec = @{
    options = @{
        force = @{
            default = $false
            type = 'bool'
        }
        if_restart_pending = @{
            choices = @('continue', 'fail')
            default = 'continue'
            type = 'str'
        }
        path = @{
            type = 'path'
        }
        timeout = @{
            default = 1800
            type = 'int'
        }
        version = @{
            type = 'str'
        }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$module.Result.outcome = $null
$module.Result.version = $null
$module.Result.version_before = $null
$module.Result.version_after = $null
$module.Result.program = $null
$module.Result.exit_code = $null
$module.Result.reboot_required = $false
$module.Result.restart_started = $false
$module.Result.restart_pending_before = $null
$module.Result.log = $null

# Read
try {
    $wanted = $null
    if ($module.Params.version) {
        $wanted = (ConvertTo-AnsibleHyperVMinimum -Value $module.Params.version).version
        if (-not $wanted) {
            $text = "version '$($module.Params.version)' is no version of integration services"
            throw (New-AnsibleHyperVException -ErrorClass invalid_argument -Message $text -Hint 'Give one such as 6.3.9600.18907')
        }
    }
    if ($module.Params.timeout -lt 1) {
        $text = "timeout '$($module.Params.timeout)' is no number of seconds"
        throw (New-AnsibleHyperVException -ErrorClass invalid_argument -Message $text -Hint 'Give at least 1')
    }
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
    $windows = Get-AnsibleHyperVWindowsFact
    $installed = Get-AnsibleHyperVInstalledVersion -Finding (Read-AnsibleHyperVGuestVersion -Virtualization $virtualization)
    $module.Result.version_before = if ($installed) { $installed.ToString() }
    $module.Result.version_after = $module.Result.version_before
    $module.Result.restart_pending_before = $windows.restart_pending
    $question = @{
        Force = $module.Params.force
        Installed = $installed
        OsVersion = $windows.os_version
        Pending = Get-AnsibleHyperVSetupPending
    }
    # The disk is looked for only where the answer depends on it: it is not inserted any more when the work is done.
    $outcome = Get-AnsibleHyperVSetupOutcome @question -Wanted $wanted
    $setup = $null
    if ($outcome -eq 'installed') {
        $setup = Find-AnsibleHyperVSetup -Path $module.Params.path -Optional:$module.CheckMode
        if (-not $setup.program) {
            # In check mode the task that inserts the disk has not done it.
            $module.Warn("The setup would be run from a disk that is not there yet: $($setup.where)")
        }
        if ($wanted -and $setup.version -and $setup.version -lt $wanted) {
            $module.Warn("The disk in '$($setup.root)' holds version $($setup.version), which is older than version '$wanted'")
        }
        if (-not $wanted) {
            $wanted = $setup.version
            $outcome = Get-AnsibleHyperVSetupOutcome @question -Wanted $wanted
        }
        $module.Result.program = $setup.program
        $module.Result.version = if ($setup.version) { $setup.version.ToString() }
    }
    $module.Result.outcome = $outcome
    if ($outcome -eq 'installed' -and $windows.restart_pending -and $module.Params.if_restart_pending -eq 'fail') {
        $text = 'the guest waits for a restart that something else has asked for'
        throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint 'Restart the guest and run again')
    }
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to prepare the setup of the integration services in '$env:COMPUTERNAME': $_", $_)
}

# Compare
$module.Result.changed = $outcome -eq 'installed'
$module.Result.reboot_required = $outcome -in 'installed', 'restart_pending'
$target = if ($setup -and $setup.version) { $setup.version } else { $wanted }
$module.Diff.before = @{ version = $module.Result.version_before }
$module.Diff.after = @{ version = $module.Result.version_before }
if ($outcome -eq 'installed') {
    $module.Diff.after = @{ version = $(if ($target) { $target.ToString() } else { 'that of the disk' }) }
    if ($windows.restart_pending) {
        $module.Warn('The guest waited for a restart already before the setup ran')
    }
}

# Apply
if ($outcome -eq 'installed' -and -not $module.CheckMode) {
    try {
        $run = Invoke-AnsibleHyperVSetup -Program $setup.program -Timeout $module.Params.timeout
        $module.Result.exit_code = $run.exit_code
        $module.Result.log = $run.log
        $module.Result.restart_started = $run.restart_started
        Assert-AnsibleHyperVSetupExit -ExitCode $run.exit_code -Program $setup.program
        $after = Get-AnsibleHyperVInstalledVersion -Finding (Read-AnsibleHyperVGuestVersion -Virtualization $virtualization)
        $module.Result.version_after = if ($after) { $after.ToString() }
        # Sources agree that a new version takes effect at a restart; that the exit code always says so is only believed.
        $reached = $target -and $after -and $after -ge $target
        $module.Result.reboot_required = $run.restart_required -or -not $reached -or (Get-AnsibleHyperVWindowsFact).restart_pending
        if ($module.Result.reboot_required) {
            Set-AnsibleHyperVSetupPending -Version "$target"
        }
    }
    catch {
        # A setup that failed, or still runs, may have changed something.
        Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
        $module.Result.outcome = 'failed'
        $module.Result.reboot_required = (Get-AnsibleHyperVWindowsFact).restart_pending
        $module.FailJson("Failed to install the integration services in '$env:COMPUTERNAME': $_", $_)
    }
    if ($run.restart_started) {
        $module.Warn('The setup has started a restart of the guest although it was told not to')
    }
}

$module.ExitJson()
