# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._DiskMount

# Private to hyperv.integration: the Windows on virtual disks of a machine that is off.

$script:Packages = 'Windows\servicing\Packages'
$script:PackagePattern = '*Hyper-V-Integration-Services*.mum'

Function Read-AnsibleHyperVOfflineWindows {
    <#
    .SYNOPSIS
    Looks at the root of a partition: the Windows on it, or that it is locked; nothing for a partition without Windows.

    .PARAMETER Root
    The root.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Root
    )

    $kernel = "${Root}Windows\System32\ntdll.dll"
    if (-not (Test-Path -LiteralPath $kernel)) {
        # The feature BitLocker is not on every host; without it nothing tells locked volumes, and there seems to be no Windows on them,
        # which is refused as well.
        if (Get-Command -Name Get-BitLockerVolume -ErrorAction Ignore) {
            # Volumes that BitLocker does not know, such as EFI's, are an error too. Whatever it is, nothing is written here: only the
            # words of the refusal would be others.
            $volume = Get-BitLockerVolume -MountPoint $Root.TrimEnd('\') -ErrorAction SilentlyContinue
            if ($volume -and "$($volume.LockStatus)" -eq 'Locked') {
                @{ root = $Root; locked = $true }
            }
        }
        return
    }
    $driver = "${Root}Windows\System32\drivers\vmbus.sys"
    try {
        $held = @(Get-ChildItem -LiteralPath "$Root$script:Packages" -Filter $script:PackagePattern -ErrorAction Stop)
    }
    catch [System.Management.Automation.ItemNotFoundException] {
        # A Windows without that folder has no packages; a folder that cannot be read is an error, since it may have them.
        $held = @()
    }
    @{
        root = $Root
        locked = $false
        version = Get-AnsibleHyperVFileVersion -Path $kernel
        architecture = ('x86', 'amd64')[[int](Test-Path -LiteralPath "${Root}Windows\SysWOW64")]
        services = $(if (Test-Path -LiteralPath $driver) { Get-AnsibleHyperVFileVersion -Path $driver })
        # The manifests, since DISM cannot read the packages of a disk that is mounted read-only.
        held = @(foreach ($file in $held) { @{ identity = $file.Name -replace '\.mum\z', ''; state = 'installed' } })
    }
}

Function Find-AnsibleHyperVOfflineWindows {
    <#
    .SYNOPSIS
    Looks into disks, mounted read-only one after the other, for the first one with Windows.

    .DESCRIPTION
    Returns windows and its path, or a refusal and a hint where there is none that can be used.

    .PARAMETER Name
    The name of the record, a GUID.

    .PARAMETER Path
    The files, in the order in which the machine starts from them.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Name,

        [Parameter(Mandatory)]
        [string[]]
        $Path
    )

    $result = @{ windows = $null; path = $null; refusal = $null; hint = $null }
    $locked = @()
    foreach ($file in $Path) {
        $seen = @(Use-AnsibleHyperVDisk -Name $Name -Path $file -ReadOnly -Script {
                param ($Roots)
                foreach ($root in $Roots) { Read-AnsibleHyperVOfflineWindows -Root $root }
            })
        $locked += @(foreach ($one in $seen) { if ($one.locked) { $file } })
        $systems = @(foreach ($one in $seen) { if (-not $one.locked) { $one } })
        if ($systems.Count -gt 1) {
            $result.refusal = @{ reason = 'several_windows'; text = "the disk '$file' has $($systems.Count) installations of Windows"; path = $file }
            $result.hint = 'Start the machine and use hyperv.integration.windows_is_package'
            return $result
        }
        if ($systems.Count -eq 1) {
            $result.windows = $systems[0]
            $result.path = $file
            return $result
        }
    }
    if ($locked) {
        $result.refusal = @{ reason = 'locked'; text = "BitLocker has locked the disk '$($locked -join "', '")'"; path = $locked[0] }
        $result.hint = 'Suspend BitLocker in the guest, or use hyperv.integration.windows_is_package while it runs'
    }
    else {
        $result.refusal = @{ reason = 'no_windows'; text = "there is none on '$($Path -join "', '")'"; path = $Path[0] }
        $result.hint = 'Look at the disks of the machine; this is for guests with Windows'
    }
    $result
}

Function Get-AnsibleHyperVFileVersion {
    <#
    .SYNOPSIS
    Reads the version of a file as four numbers.

    .PARAMETER Path
    The file.
    #>
    [CmdletBinding()]
    [OutputType([Version])]
    param (
        [Parameter(Mandatory)]
        [string]
        $Path
    )

    $info = (Get-Item -LiteralPath $Path).VersionInfo
    New-Object -TypeName Version -ArgumentList $info.FileMajorPart, $info.FileMinorPart, $info.FileBuildPart, $info.FilePrivatePart
}

Export-ModuleMember -Function Find-AnsibleHyperVOfflineWindows, Read-AnsibleHyperVOfflineWindows
