# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._DismProgram
#AnsibleRequires -PowerShell ._GuestVersion
#AnsibleRequires -PowerShell ._HyperVError

# Private to hyperv.integration: the cabinet files of the integration services: which one fits, whether it is the right one, and
# what DISM says about it.

$script:Pattern = '*Hyper-V-Integration-Services*'
# Windows Vista to 7 and Server 2008 to 2008 R2 share one cabinet file, Windows 8 and Server 2012 have another.
$script:Families = @{ '6.0' = 'Windows6.x'; '6.1' = 'Windows6.x'; '6.2' = 'Windows6.2' }
# CBS_E_NOT_APPLICABLE, and ERROR_SUCCESS_REBOOT_REQUIRED (3010) as it is and as an HRESULT.
$script:NotApplicable = '0x800f081e'
$script:RestartRequired = @('0x80070bc2', '0x00000bc2')
$script:AccessDenied = @('0x80070005', '0x800702e4', '0x000002e4')
$script:LogLines = 30

Function ConvertTo-AnsibleHyperVIdentity {
    <#
    .SYNOPSIS
    Reads the identity of a package, as name, architecture and version; nothing for what is none.

    .PARAMETER Text
    The identity, as in Name~31bf3856ad364e35~amd64~~6.3.9600.18907.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyString()]
        [string]
        $Text
    )

    $parts = $Text.Split('~')
    if ($parts.Count -ne 5) {
        return
    }
    $version = ConvertTo-AnsibleHyperVVersion -Text $parts[4]
    if (-not $version) {
        return
    }
    @{
        identity = $Text
        name = $parts[0]
        architecture = $parts[2].ToLowerInvariant()
        version = $version
    }
}

Function Find-AnsibleHyperVCab {
    <#
    .SYNOPSIS
    Finds the cabinet file for a Windows: the file itself, or the one of that name in a folder or on a setup disk.

    .DESCRIPTION
    Returns path, or reason where there is none for this Windows. A folder that should have it and has not is an error.

    .PARAMETER Architecture
    The architecture of Windows, amd64 or x86.

    .PARAMETER OsVersion
    The version of Windows.

    .PARAMETER Path
    The file or folder.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Path,

        [Parameter(Mandatory)]
        [Version]
        $OsVersion,

        [Parameter(Mandatory)]
        [string]
        $Architecture
    )

    if (-not (Test-Path -LiteralPath $Path)) {
        $text = "There is no file or folder '$Path' on '$env:COMPUTERNAME'"
        throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint 'Copy the cabinet files there, or correct path')
    }
    $family = $script:Families["$($OsVersion.Major).$($OsVersion.Minor)"]
    $word = @{ amd64 = 'x64'; x86 = 'x86' }[$Architecture]
    if (-not $family -or -not $word) {
        $reason = if ($OsVersion -ge [Version]'10.0') { "Windows $OsVersion brings the integration services with it" }
        elseif ($OsVersion -ge [Version]'6.3') { "Windows $OsVersion gets its integration services with the monthly rollups, and has no cabinet file" }
        else { "there is no cabinet file for Windows $OsVersion ($Architecture)" }
        return @{ path = $null; reason = $reason }
    }
    if (Test-Path -LiteralPath $Path -PathType Leaf) {
        return @{ path = $Path; reason = $null }
    }
    $name = "$family-HyperVIntegrationServices-$word.cab"
    foreach ($folder in '', "support\$Architecture\") {
        $file = "$($Path.TrimEnd('\'))\$folder$name"
        if (Test-Path -LiteralPath $file -PathType Leaf) {
            return @{ path = $file; reason = $null }
        }
    }
    $text = "The folder '$Path' has no cabinet file '$name', which Windows $OsVersion ($Architecture) needs"
    throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint 'Copy all four cabinet files there, so that each guest finds its own')
}

Function Assert-AnsibleHyperVChecksum {
    <#
    .SYNOPSIS
    Checks a file against its SHA-256, and returns the sum.

    .PARAMETER Checksum
    The sum, with or without "sha256:", or a map of file names to sums. Null checks nothing.

    .PARAMETER Path
    The file.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        [string]
        $Path,

        [AllowNull()]
        $Checksum
    )

    $found = (Get-FileHash -LiteralPath $Path -Algorithm SHA256 -ErrorAction Stop).Hash.ToLowerInvariant()
    if ($null -eq $Checksum) {
        return $found
    }
    $name = $Path.Split([char[]]@('\', '/'))[-1]
    $wanted = $Checksum
    if ($Checksum -is [System.Collections.IDictionary]) {
        $wanted = $Checksum[$name]
        if (-not $wanted) {
            $text = "checksum has no entry for '$name'"
            throw (New-AnsibleHyperVException -ErrorClass invalid_argument -Message $text -Hint 'Give the SHA-256 of each file by its name')
        }
    }
    $sum = ([string]$wanted).Trim().ToLowerInvariant() -replace '\Asha256:', ''
    if ($sum -notmatch '\A[0-9a-f]{64}\z') {
        $text = "checksum '$wanted' is no SHA-256"
        throw (New-AnsibleHyperVException -ErrorClass invalid_argument -Message $text -Hint 'Give 64 hexadecimal digits')
    }
    if ($sum -ne $found) {
        $text = "The file '$Path' has the SHA-256 $found, but $sum is expected"
        throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint 'Do not install it: get the file from its source again, and compare')
    }
    $found
}

Function Get-AnsibleHyperVDismCode {
    <#
    .SYNOPSIS
    Gets the number of an error of DISM as text, such as 0x800f081e.

    .PARAMETER ErrorRecord
    The error as it was caught.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        [System.Management.Automation.ErrorRecord]
        $ErrorRecord
    )

    $exception = $ErrorRecord.Exception
    while ($exception.InnerException -and $exception -isnot [System.Runtime.InteropServices.ExternalException]) {
        $exception = $exception.InnerException
    }
    $code = if ($exception -is [System.Runtime.InteropServices.ExternalException]) { $exception.ErrorCode } else { $exception.HResult }
    '0x{0:x8}' -f [int]$code
}

Function Read-AnsibleHyperVCab {
    <#
    .SYNOPSIS
    Asks DISM what a cabinet file is, and refuses one that is not what it should be.

    .DESCRIPTION
    Returns the identity, and applicable: whether DISM takes it for this Windows.

    .PARAMETER Identity
    The identity that it must have, with wildcards. Null takes any of the integration services.

    .PARAMETER Path
    The file.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Path,

        [AllowNull()]
        [AllowEmptyString()]
        [string]
        $Identity
    )

    try {
        $package = Read-AnsibleHyperVDismPackage -Path $Path
    }
    catch {
        if ($_.Exception.Data['error_class']) {
            throw
        }
        $code = Get-AnsibleHyperVDismCode -ErrorRecord $_
        $class = if ($script:AccessDenied -contains $code) { 'access_denied' } else { 'blocked' }
        $text = "Failed to read the package in '$Path': $($_.Exception.Message.Trim()) ($code)"
        throw (New-AnsibleHyperVException -ErrorClass $class -Message $text -Hint 'Use an elevated account, and a whole cabinet file with a package')
    }
    $found = ConvertTo-AnsibleHyperVIdentity -Text ([string]$package.PackageName)
    $expected = if ($Identity) { $Identity } else { $script:Pattern }
    if (-not $found -or $found.identity -notlike $script:Pattern -or $found.identity -notlike $expected) {
        $text = "The file '$Path' holds the package '$($package.PackageName)', but '$expected' is expected"
        throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint 'Use the cabinet file of the integration services, or correct identity')
    }
    # Without the property it is DISM that tells, when the package is added.
    $found.applicable = $package.PSObject.Properties.Name -notcontains 'Applicable' -or [bool]$package.Applicable
    $found
}

Function Read-AnsibleHyperVHeldPackage {
    <#
    .SYNOPSIS
    Lists the packages of the integration services that this Windows has, with their states.
    #>
    [CmdletBinding()]
    param ()

    foreach ($package in Read-AnsibleHyperVDismPackage) {
        if ($package.PackageName -like $script:Pattern) {
            @{
                identity = [string]$package.PackageName
                # InstallPending becomes install_pending.
                state = ([string]$package.PackageState -creplace '(?<=[a-z])(?=[A-Z])', '_').ToLowerInvariant()
            }
        }
    }
}

Function Get-AnsibleHyperVPackageOutcome {
    <#
    .SYNOPSIS
    Compares a package with those that are there: installed means that it must be added, anything else that nothing must.

    .PARAMETER Held
    The packages of the integration services that are there: identity and state.

    .PARAMETER Package
    The package.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Package,

        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [object[]]
        $Held
    )

    foreach ($one in $Held) {
        if ($one.identity -eq $Package.identity) {
            switch ($one.state) {
                'installed' { return 'current' }
                'install_pending' { return 'restart_pending' }
                'superseded' { return 'superseded' }
            }
        }
    }
    foreach ($one in $Held) {
        $other = ConvertTo-AnsibleHyperVIdentity -Text $one.identity
        if ($other -and $other.name -eq $Package.name -and $other.architecture -eq $Package.architecture -and $other.version -gt $Package.version) {
            if ($one.state -eq 'install_pending') { return 'restart_pending' }
            if ($one.state -eq 'installed') { return 'superseded' }
        }
    }
    'installed'
}

Function Invoke-AnsibleHyperVDism {
    <#
    .SYNOPSIS
    Adds or removes a package, and turns what DISM says into outcome, restart_required, code and message.

    .PARAMETER Arguments
    The arguments of Invoke-AnsibleHyperVDismChange.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Arguments
    )

    $outcome = ('installed', 'removed')[[int]$Arguments.Contains('PackageName')]
    $result = @{ outcome = $outcome; restart_required = $false; code = '0x00000000'; msg = $null; error_class = $null }
    try {
        $answer = @(Invoke-AnsibleHyperVDismChange -Arguments $Arguments)
        $result.restart_required = @($answer | Where-Object -Property RestartNeeded).Count -gt 0
    }
    catch {
        $result.code = Get-AnsibleHyperVDismCode -ErrorRecord $_
        if ($script:RestartRequired -contains $result.code) {
            $result.restart_required = $true
        }
        elseif ($result.code -eq $script:NotApplicable) {
            $result.outcome = 'not_applicable'
        }
        else {
            $result.outcome = 'failed'
            $result.error_class = if ($script:AccessDenied -contains $result.code) { 'access_denied' } else { 'unexpected' }
            $result.msg = "$($_.Exception.Message.Trim()) ($($result.code))"
        }
    }
    $result
}

Function Get-AnsibleHyperVDismLog {
    <#
    .SYNOPSIS
    Gets the end of the log of DISM, if there is one.
    #>
    [CmdletBinding()]
    param ()

    $path = "$env:SystemRoot\Logs\DISM\dism.log"
    if (Test-Path -LiteralPath $path) {
        @{ path = $path; lines = @(Get-Content -LiteralPath $path -Tail $script:LogLines | ForEach-Object -Process { [string]$_ }) }
    }
}

Export-ModuleMember -Function Find-AnsibleHyperVCab, Assert-AnsibleHyperVChecksum, Read-AnsibleHyperVCab, Read-AnsibleHyperVHeldPackage,
Get-AnsibleHyperVPackageOutcome, Invoke-AnsibleHyperVDism, Get-AnsibleHyperVDismLog
