#!powershell

# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._DiskMount
#AnsibleRequires -PowerShell ..module_utils._HyperVError
#AnsibleRequires -PowerShell ..module_utils._OfflineImage
#AnsibleRequires -PowerShell ..module_utils._OfflinePreflight
#AnsibleRequires -PowerShell ..module_utils._ServicePackage
#AnsibleRequires -PowerShell ..module_utils._ServiceRequest
#AnsibleRequires -PowerShell ..module_utils._VirtualMachine

$spec = @{
    options = @{
        checksum = @{
            type = 'raw'
        }
        disk_path = @{
            type = 'str'
        }
        identity = @{
            type = 'str'
        }
        path = @{
            type = 'path'
        }
        state = @{
            choices = @('dismounted', 'present')
            default = 'present'
            type = 'str'
        }
        vm_id = @{
            type = 'str'
        }
        vm_name = @{
            aliases = @('name')
            type = 'str'
        }
    }
    required_if = @(
        , @('state', 'present', @('path'))
    )
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$module.Result.outcome = $null
$module.Result.reason = $null
$module.Result.vm_id = $null
$module.Result.vm_name = $null
$module.Result.disk = $null
$module.Result.windows = $null
$module.Result.package = $null
$module.Result.before = @()
$module.Result.after = @()
$module.Result.boot_required = $false
$module.Result.refusals = @()
$module.Result.dismounted = @()
$module.Result.error_code = $null
$module.Result.log = $null
$module.Diff.before = @{ packages = @() }
$module.Diff.after = @{ packages = @() }

# Read the options
$dismounting = $module.Params.state -eq 'dismounted'
try {
    if (-not $dismounting) {
        $selector = Get-AnsibleHyperVSelector -Options $module.Params -Allowed vm_id, vm_name
    }
    else {
        $selector = Get-AnsibleHyperVSelector -Options $module.Params -Allowed vm_id, vm_name -Optional
        foreach ($name in 'checksum', 'disk_path', 'identity', 'path', 'vm_name') {
            if ($null -ne $module.Params[$name]) {
                $hint = "Leave $name out: every disk that a killed run has left is dismounted"
                throw (New-AnsibleHyperVArgumentException -Message "state: dismounted takes no $name, and found '$($module.Params[$name])'" -Hint $hint)
            }
        }
    }
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to prepare offline servicing on host '$env:COMPUTERNAME': $_", $_)
}

# Clean up
try {
    $leftovers = @(Dismount-AnsibleHyperVLeftover -ReportOnly:$module.CheckMode)
    $left = @(foreach ($one in $leftovers) { if (-not $one.error) { $one.path } })
    $stuck = @(foreach ($one in $leftovers) { if ($one.error) { $one } })
    $module.Result.dismounted = $left
    $module.Result.changed = $left.Count -gt 0
    if ($dismounting) {
        $module.Diff.before = @{ mounted = @(foreach ($one in $leftovers) { $one.path }) }
        $module.Diff.after = @{ mounted = @(foreach ($one in $stuck) { $one.path }) }
    }
    if ($dismounting -and $stuck.Count -gt 0) {
        $texts = @(foreach ($one in $stuck) { $one.error.msg }) -join '; '
        throw (New-AnsibleHyperVException -ErrorClass $stuck[0].error.error_class -Message $texts -Hint $stuck[0].error.hint)
    }
    if ($dismounting -and $selector.Contains('vm_id')) {
        Assert-AnsibleHyperVDiskFree -Name ([Guid]$selector.vm_id).ToString()
    }
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to dismount what killed runs have left on host '$env:COMPUTERNAME': $_", $_)
}
foreach ($one in $leftovers) {
    $then = if ($one.error) { "stays so: $($one.error.msg)" } elseif ($module.CheckMode) { 'would be dismounted' } else { 'is dismounted now' }
    $module.Warn("The disk '$($one.path)' was left mounted by a run that was killed, and $then")
}
if ($dismounting) {
    $module.ExitJson()
}

# Read the host
try {
    # All machines of the host, since a disk of this one may belong to another one as well.
    $known = Get-AnsibleHyperVVM
    $pick = Select-AnsibleHyperVVM -Selector $selector -Known $known
    if ($pick.missing.Count -gt 0) {
        $lost = $pick.missing[0].error
        throw (New-AnsibleHyperVException -ErrorClass $lost.error_class -Message $lost.msg -Hint $lost.hint)
    }
    $vm = $pick.vms[0]
    $id = $vm.Id.ToString()
    $module.Result.vm_id = $id
    $module.Result.vm_name = $vm.Name
    Assert-AnsibleHyperVDiskFree -Name $id

    $others = @{}
    foreach ($other in $known.vms) {
        if ($other.Id -ne $vm.Id) {
            foreach ($drive in $other.HardDrives) {
                if ($drive.Path) {
                    $others[[string]$drive.Path] = $other.Name
                }
            }
        }
    }
    $unread = @(if ($known.failures.Count -gt 0) { Get-AnsibleHyperVUnreadVM -Failures $known.failures -VM $known.vms })
    $plan = Get-AnsibleHyperVOfflinePlan -VM $vm -Others $others -Unread $unread -DiskPath $module.Params.disk_path
    # In check mode a disk that a killed run has left is still mounted.
    $module.Result.refusals = @($plan.refusals | Where-Object -FilterScript { -not ($_.reason -eq 'attached' -and $left -contains $_.path) })
    if ($module.Result.refusals.Count -gt 0) {
        $texts = @(foreach ($one in $module.Result.refusals) { $one.text }) -join '; '
        $hint = 'Do what each reason says; where a disk without Windows is the reason, name the other one in disk_path'
        throw (New-AnsibleHyperVException -ErrorClass blocked -Message "The disks of virtual machine '$($vm.Name)' must not be written to: $texts" -Hint $hint)
    }
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to prepare offline servicing on host '$env:COMPUTERNAME': $_", $_)
}
$busy = @($left | Where-Object -FilterScript { $plan.paths -contains $_ })
if ($module.CheckMode -and $busy.Count -gt 0) {
    $module.Result.outcome = 'unknown'
    $module.Result.reason = 'the disk is mounted already, by a run that was killed; check mode leaves it so and does not look at it'
    $module.ExitJson()
}

# Look, with nothing but the right to read
try {
    $found = Find-AnsibleHyperVOfflineWindows -Name $id -Path $plan.paths
    $windows = $found.windows
    $disk = $found.path
    if (-not $windows) {
        $module.Result.refusals = @($found.refusal)
        throw (New-AnsibleHyperVException -ErrorClass blocked -Message "Found no Windows to write to: $($found.refusal.text)" -Hint $found.hint)
    }
    $module.Result.disk = $disk
    $module.Result.windows = @{
        version = $windows.version.ToString()
        architecture = $windows.architecture
        services_version = $(if ($windows.services) { $windows.services.ToString() })
    }
    $module.Result.before = @(foreach ($one in $windows.held) { $one.identity })
    $module.Result.after = $module.Result.before
    $ours = [Version](Get-CimInstance -ClassName Win32_OperatingSystem -Property Version).Version
    # The revision of a file counts updates; DISM compares up to the build.
    if ([Version]$windows.version.ToString(3) -gt $ours) {
        $text = "The Windows on '$disk' is $($windows.version), which is newer than the $ours of host '$env:COMPUTERNAME'"
        throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint 'Use a host whose Windows is at least as new as the guest')
    }

    $cab = Find-AnsibleHyperVCab -Path $module.Params.path -OsVersion $windows.version -Architecture $windows.architecture
    $outcome = 'not_applicable'
    $module.Result.reason = $cab.reason
    if (-not $cab.reason) {
        $sum = Assert-AnsibleHyperVChecksum -Path $cab.path -Checksum $module.Params.checksum
        $package = Read-AnsibleHyperVCab -Path $cab.path -Identity $module.Params.identity
        $module.Result.package = @{
            identity = $package.identity
            version = $package.version.ToString()
            architecture = $package.architecture
            path = $cab.path
            checksum = "sha256:$sum"
        }
        if ($package.architecture -ne $windows.architecture) {
            $module.Result.reason = "the package is for $($package.architecture), and the Windows on the disk is $($windows.architecture)"
        }
        else {
            $outcome = Get-AnsibleHyperVPackageOutcome -Package $package -Held $windows.held
        }
    }
}
catch {
    Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
    $module.FailJson("Failed to look at the disks of virtual machine '$($vm.Name)' on host '$env:COMPUTERNAME': $_", $_)
}

# Compare
$module.Result.outcome = $outcome
$module.Diff.before = @{ packages = $module.Result.before }
$module.Diff.after = @{ packages = $module.Result.before }
if ($outcome -eq 'installed') {
    $module.Result.changed = $true
    $module.Result.boot_required = $true
    $module.Diff.after = @{ packages = @($module.Result.before) + $package.identity }
}

# Apply
if ($outcome -eq 'installed' -and -not $module.CheckMode) {
    try {
        $answer = Use-AnsibleHyperVDisk -Name $id -Path $disk -Script {
            param ($Roots)
            $system = @(foreach ($root in $Roots) { Read-AnsibleHyperVOfflineWindows -Root $root })[0]
            $said = Invoke-AnsibleHyperVDism -Arguments @{ Path = $system.root; PackagePath = $cab.path }
            $said.held = @((Read-AnsibleHyperVOfflineWindows -Root $system.root).held | ForEach-Object -Process { $_.identity })
            $said
        }
        $module.Result.after = $answer.held
        $module.Result.outcome = $answer.outcome
        if ($answer.outcome -ne 'installed') {
            $module.Result.error_code = $answer.code
            $module.Result.changed = $left.Count -gt 0
            $module.Result.boot_required = $false
            $module.Diff.after = $module.Diff.before
        }
        if ($answer.outcome -eq 'not_applicable') {
            $module.Result.reason = "DISM says that the package is not for Windows $($windows.version) ($($windows.architecture))"
        }
        if ($answer.outcome -eq 'failed') {
            $module.Result.log = Get-AnsibleHyperVDismLog
            $hint = 'Look at the log, and the number up; the disk is dismounted'
            throw (New-AnsibleHyperVException -ErrorClass $answer.error_class -Message $answer.msg -Hint $hint)
        }
    }
    catch {
        Set-AnsibleHyperVFailure -Result $module.Result -ErrorRecord $_
        $module.FailJson("Failed to add the package '$($package.identity)' to the disk '$disk' of virtual machine '$($vm.Name)': $_", $_)
    }
}
if ($module.Result.boot_required) {
    $verb = if ($module.CheckMode) { 'will have to be' } else { 'must be' }
    $module.Result.msg = "Virtual machine '$($vm.Name)' $verb started once: the installation ends with that"
}

$module.ExitJson()
