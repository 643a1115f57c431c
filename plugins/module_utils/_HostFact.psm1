# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: the facts of a Hyper-V host that decide how its guests are updated.

# First build of each generation of the update tables, newest first.
$script:Generations = @(
    @{ build = 20348; key = 'ws2022_plus' }
    @{ build = 10240; key = 'win10_ws2016_ws2019' }
    @{ build = 9600; key = 'win81_ws2012r2' }
    @{ build = 9200; key = 'win8_ws2012' }
)
$script:ReferenceKey = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Virtualization\GuestInstaller\Version'

Function Get-AnsibleHyperVGeneration {
    <#
    .SYNOPSIS
    Gives the generation key of a host by its build number, or null for a build before Windows Server 2012.

    .PARAMETER Build
    The build number.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory)]
        [int]
        $Build
    )

    foreach ($generation in $script:Generations) {
        if ($Build -ge $generation.build) {
            return $generation.key
        }
    }
}

Function Get-AnsibleHyperVReferenceVersion {
    <#
    .SYNOPSIS
    Reads the version of the integration components that this host would install in guests.

    .DESCRIPTION
    Hosts name the values Microsoft-Hyper-V-Guest-Installer-Win6x-Package or Microsoft-Hyper-V-Guest-Installer. The newest
    counts; a host without the key, as from Windows Server 2016 on, has none.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param ()

    if (-not (Test-Path -LiteralPath $script:ReferenceKey)) {
        return
    }
    $newest = $null
    $values = Get-ItemProperty -LiteralPath $script:ReferenceKey
    foreach ($value in $values.PSObject.Properties) {
        $version = [Version]'0.0'
        if ($value.Name -like '*Guest-Installer*' -and [Version]::TryParse([string]$value.Value, [ref]$version) -and $version -gt [Version]'0.0' -and
            ($null -eq $newest -or $version -gt $newest)) {
            $newest = $version
        }
    }
    if ($newest) {
        $newest.ToString()
    }
}

Function Get-AnsibleHyperVClusterName {
    <#
    .SYNOPSIS
    Gives the name of the failover cluster that the host is a node of, or nothing.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param ()

    $failures = $null
    # A host without failover clustering answers with an error, which is no exception worth the time of one.
    $cluster = @(Get-CimInstance -Namespace root/mscluster -ClassName MSCluster_Cluster -ErrorAction SilentlyContinue -ErrorVariable failures)
    foreach ($failure in $failures) {
        # 0x8004100e WBEM_E_INVALID_NAMESPACE and 0x80041010 WBEM_E_INVALID_CLASS: there is no failover clustering.
        if ($failure.FullyQualifiedErrorId -notmatch '^HRESULT 0x(8004100e|80041010)') {
            throw $failure
        }
    }
    if ($cluster.Count -gt 0) {
        $cluster[0].Name
    }
}

Function Get-AnsibleHyperVHostFact {
    <#
    .SYNOPSIS
    Reads the facts of the host, and the reasons where one could not be read.
    #>
    [CmdletBinding()]
    param ()

    $warnings = [System.Collections.Generic.List[string]]@()
    $system = Get-CimInstance -ClassName Win32_OperatingSystem
    $build = [int]$system.BuildNumber
    $iso = "$env:SystemRoot\System32\vmguest.iso"
    $facts = [ordered]@{
        name = $env:COMPUTERNAME
        fqdn = $null
        os_caption = $system.Caption
        os_version = $system.Version
        os_build = $build
        generation = Get-AnsibleHyperVGeneration -Build $build
        cluster = $null
        module_version = $null
        vmguest_iso = $(if (Test-Path -LiteralPath $iso) { $iso })
        reference_version = $null
        reference_source = $null
        language = @($system.MUILanguages)[0]
    }
    $module = (Get-Command -Name Get-VM).Module
    if ($module) {
        $facts.module_version = $module.Version.ToString()
    }
    $readers = [ordered]@{
        fqdn = { (Get-VMHost).FullyQualifiedDomainName }
        cluster = { Get-AnsibleHyperVClusterName }
        reference_version = { Get-AnsibleHyperVReferenceVersion }
    }
    foreach ($fact in $readers.Keys) {
        try {
            $facts[$fact] = & $readers[$fact]
        }
        catch {
            # An audit is worth having without one of these facts, but the reader must know that it is missing.
            $warnings.Add("Failed to read $fact of host '$env:COMPUTERNAME': $_")
        }
    }
    if ($facts.reference_version) {
        $facts.reference_source = 'registry'
    }
    @{
        facts = $facts
        warnings = $warnings
    }
}

Export-ModuleMember -Function Get-AnsibleHyperVHostFact
