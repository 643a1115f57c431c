# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: what guests report through Key-Value Pair Exchange, and what follows from it.

# Guests up to this count of machines are asked for one by one in the filter; beyond it the whole class is cheaper.
$script:FilterLimit = 40

Function ConvertFrom-AnsibleHyperVKvpItem {
    <#
    .SYNOPSIS
    Reads items of CIM-XML into pairs of name and value.

    .DESCRIPTION
    The order of the fields is not fixed, and an empty value comes with or without a VALUE element. An item that cannot be
    read is left out, since guests write what they like.

    .PARAMETER Items
    The texts, one a pair.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowNull()]
        [AllowEmptyCollection()]
        [string[]]
        $Items
    )

    $pairs = [ordered]@{}
    if (-not $Items) {
        return $pairs
    }
    $settings = New-Object -TypeName System.Xml.XmlReaderSettings
    $settings.DtdProcessing = [System.Xml.DtdProcessing]::Prohibit
    $settings.CheckCharacters = $false
    # All items in one document: a reader for each would take most of the time of a large host.
    foreach ($text in @('<ITEMS>' + ($Items -join '') + '</ITEMS>'), $Items) {
        foreach ($xml in $text) {
            $document = New-Object -TypeName System.Xml.XmlDocument
            $document.XmlResolver = $null
            try {
                $reader = [System.Xml.XmlReader]::Create((New-Object -TypeName System.IO.StringReader -ArgumentList $xml), $settings)
                $document.Load($reader)
            }
            catch [System.Xml.XmlException] {
                # One torn item spoils the common document; then each is read by itself, and only the torn one is lost.
                continue
            }
            $instances = if ($document.DocumentElement.Name -eq 'ITEMS') { $document.DocumentElement.ChildNodes } else { @($document.DocumentElement) }
            foreach ($instance in $instances) {
                $name = $null
                $data = ''
                foreach ($property in $instance.ChildNodes) {
                    $field = $property.GetAttribute('NAME')
                    if ($field -eq 'Name') {
                        $name = $property.InnerText
                    }
                    elseif ($field -eq 'Data') {
                        $data = $property.InnerText
                    }
                }
                if ($name) {
                    $pairs[$name] = $data
                }
            }
        }
        if ($pairs.Count -gt 0) {
            break
        }
    }
    $pairs
}

Function Read-AnsibleHyperVKvp {
    <#
    .SYNOPSIS
    Reads the intrinsic items of guests in one query, as pairs by machine id in lower case.

    .PARAMETER VM
    The machines. Without it every machine of the host is read.
    #>
    [CmdletBinding()]
    param (
        [object[]]
        $VM
    )

    $query = @{
        Namespace = 'root/virtualization/v2'
        ClassName = 'Msvm_KvpExchangeComponent'
    }
    if ($VM -and $VM.Count -le $script:FilterLimit) {
        $query.Filter = @(foreach ($machine in $VM) { "SystemName = '$($machine.Id.ToString().ToUpperInvariant())'" }) -join ' OR '
    }
    $byId = @{}
    foreach ($component in Get-CimInstance @query) {
        $byId[([string]$component.SystemName).ToLowerInvariant()] = ConvertFrom-AnsibleHyperVKvpItem -Items $component.GuestIntrinsicExchangeItems
    }
    $byId
}

Function Test-AnsibleHyperVWindowsGuest {
    <#
    .SYNOPSIS
    Tells whether a guest says that it is Windows.

    .PARAMETER Kvp
    The guest's items.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Kvp
    )

    # OSPlatformId 2 is Windows NT; only Windows sends it. The product's name is not translated.
    $Kvp['OSPlatformId'] -eq '2' -or $Kvp['OSName'] -like '*Windows*'
}

Function Test-AnsibleHyperVNeedsDataExchange {
    <#
    .SYNOPSIS
    Tells whether a guest gets its integration components by Windows Update through Data Exchange.

    .DESCRIPTION
    True for Windows before 8.1 and Windows Server 2012 R2 on hosts from Windows 10 and Windows Server 2016 on.

    .PARAMETER HostBuild
    The build number of the host.

    .PARAMETER Kvp
    The guest's items.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param (
        [Parameter(Mandatory)]
        [int]
        $HostBuild,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Kvp
    )

    $version = [Version]'0.0'
    $HostBuild -ge 10240 -and (Test-AnsibleHyperVWindowsGuest -Kvp $Kvp) -and
    [Version]::TryParse([string]$Kvp['OSVersion'], [ref]$version) -and $version -lt [Version]'6.3'
}

Function Test-AnsibleHyperVRestartNeeded {
    <#
    .SYNOPSIS
    Tells whether a Linux guest notices a service that comes or goes only when it starts again.

    .DESCRIPTION
    True for kernels before 3.10.0-514, which do not handle a rescinded channel (LISAv2, KVP-TestRescind).

    .PARAMETER Kvp
    The guest's items.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Kvp
    )

    if ((Test-AnsibleHyperVWindowsGuest -Kvp $Kvp) -or "$($Kvp['OSBuildNumber'])" -notmatch '^(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:-(\d{1,6}))?') {
        return $false
    }
    $release = [Version]('{0}.{1}.{2}.{3}' -f $Matches[1], $Matches[2], $Matches[3], [int]$Matches[4])
    $release -lt [Version]'3.10.0.514'
}

Export-ModuleMember -Function Read-AnsibleHyperVKvp, Test-AnsibleHyperVNeedsDataExchange, Test-AnsibleHyperVRestartNeeded
