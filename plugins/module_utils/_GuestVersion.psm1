# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError
#AnsibleRequires -PowerShell ._WindowsGuest

# Private to hyperv.integration: the version of the integration services in a Windows guest, and its verdict against a minimum.

$script:AutoKey = 'HKLM:\SOFTWARE\Microsoft\Virtual Machine\Auto'
$script:ValueName = 'IntegrationServicesVersion'
$script:DataExchange = 'vmickvpexchange'
# A part of a System.Version is an Int32; nine digits always fit into one.
$script:Pattern = '\A[0-9]{1,9}(\.[0-9]{1,9}){1,3}\z'
# The third part of a version of Windows is its build; no kernel comes near.
$script:SmallestBuild = 1000

Function ConvertTo-AnsibleHyperVVersion {
    <#
    .SYNOPSIS
    Reads a version of two to four numbers; nothing for what is no version.

    .DESCRIPTION
    Parts that are not there count as zero. System.Version itself would call 10.0.17763 older than 10.0.17763.0.

    .PARAMETER Text
    The version.
    #>
    [CmdletBinding()]
    [OutputType([Version])]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyString()]
        [string]
        $Text
    )

    if ($Text -match $script:Pattern) {
        $parts = @($Text.Split('.')) + @('0', '0')
        New-Object -TypeName Version -ArgumentList ([int]$parts[0]), ([int]$parts[1]), ([int]$parts[2]), ([int]$parts[3])
    }
}

Function ConvertTo-AnsibleHyperVMinimum {
    <#
    .SYNOPSIS
    Checks the option minimum: version is null where it was meant for Linux guests, as in a play for a mixed group.

    .PARAMETER Value
    The value of the option.
    #>
    [CmdletBinding()]
    param (
        [AllowNull()]
        [AllowEmptyString()]
        $Value
    )

    if ($null -eq $Value) {
        return
    }
    $text = ([string]$Value).Trim()
    if ($text -notmatch '\A[0-9]') {
        $hint = 'Give one such as 6.3.9600.18907'
        throw (New-AnsibleHyperVException -ErrorClass invalid_argument -Message "The minimum '$Value' does not begin with a number" -Hint $hint)
    }
    $version = ConvertTo-AnsibleHyperVVersion -Text $text
    if ($version -and $version.Build -lt $script:SmallestBuild) {
        $version = $null
    }
    @{ text = $text; version = $version }
}

Function Read-AnsibleHyperVGuestVersion {
    <#
    .SYNOPSIS
    Reads the version that the Data Exchange service has written into the registry.

    .DESCRIPTION
    A key or value that is missing is a result with a reason. Data Exchange writes the value when it starts, so the
    value may be old where that service does not run.

    .PARAMETER Virtualization
    What kind of machine this is.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Virtualization
    )

    $evidence = [ordered]@{
        key = $script:AutoKey
        value = $null
        stale = $null
        data_exchange = $null
        vm_id = $null
        vm_name = $null
        host_name = $null
        host_os_version = $null
        virtualization = $Virtualization
    }
    $finding = [ordered]@{ version = $null; source = $null; flavour = $null; reason = 'not_a_guest'; evidence = $evidence }
    if (-not $Virtualization.hyperv) {
        return $finding
    }
    $told = Get-AnsibleHyperVGuestParameter
    foreach ($name in $told.Keys) {
        $evidence[$name] = $told[$name]
    }
    # All services with one call: asking for the one by its name would be an error where it is not there.
    $service = Get-Service -Name 'vmic*' | Where-Object -FilterScript { $_.Name -eq $script:DataExchange }
    $evidence.data_exchange = if (-not $service) { 'absent' }
    elseif ("$($service.StartType)" -eq 'Disabled' -and "$($service.Status)" -ne 'Running') { 'disabled' }
    else { ([string]$service.Status).ToLowerInvariant() }
    $finding.flavour = 'windows'

    $values = Read-AnsibleHyperVRegistryKey -Path $script:AutoKey
    if ($null -eq $values) {
        $finding.reason = 'key_missing'
        return $finding
    }
    if (-not $values.ContainsKey($script:ValueName)) {
        $finding.reason = 'value_missing'
        return $finding
    }
    $evidence.value = [string]$values[$script:ValueName]
    $evidence.stale = $evidence.data_exchange -ne 'running'
    $text = $evidence.value.Trim()
    $version = ConvertTo-AnsibleHyperVVersion -Text $text
    # Windows writes 0.0 or nothing where it does not know the version.
    if (-not $text -or ($version -and $version -eq [Version]'0.0.0.0')) {
        $finding.reason = 'not_reported'
    }
    elseif (-not $version) {
        $finding.reason = 'unreadable'
    }
    else {
        $finding.version = $text
        $finding.source = 'registry'
        $finding.reason = if ($evidence.stale) { 'stale' }
    }
    $finding
}

Function Get-AnsibleHyperVVersionVerdict {
    <#
    .SYNOPSIS
    Judges a version against a minimum: verdict and reason, with a null verdict where no minimum was given.

    .PARAMETER Finding
    The version as it was read.

    .PARAMETER Wanted
    The minimum as it was checked.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Finding,

        [AllowNull()]
        $Wanted
    )

    $verdict = $null
    $reason = $Finding.reason
    if ($Wanted) {
        if ($reason -eq 'not_a_guest') {
            $verdict = 'not_applicable'
        }
        elseif (-not $Wanted.version) {
            $verdict = 'not_applicable'
            $reason = 'minimum_is_for_linux'
        }
        elseif (-not $Finding.version) {
            $verdict = 'not_reported'
        }
        elseif ((ConvertTo-AnsibleHyperVVersion -Text $Finding.version) -lt $Wanted.version) {
            $verdict = 'outdated'
        }
        else {
            $verdict = 'current'
        }
    }
    @{ verdict = $verdict; reason = $reason }
}

Export-ModuleMember -Function ConvertTo-AnsibleHyperVVersion, ConvertTo-AnsibleHyperVMinimum, Get-AnsibleHyperVVersionVerdict, Read-AnsibleHyperVGuestVersion
