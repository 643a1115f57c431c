# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: what guests report through Key-Value Pair Exchange, and what follows from it.

# Guests up to this count of machines are asked for one by one in the filter; beyond it the whole class is cheaper.
$script:FilterLimit = 40
$script:XmlSettings = New-Object -TypeName System.Xml.XmlReaderSettings -Property @{ DtdProcessing = 'Prohibit'; CheckCharacters = $false }

Function Read-AnsibleHyperVKvpDocument {
    <#
    .SYNOPSIS
    Reads CIM-XML of items into the elements of their names and of their values, in the same order.

    .DESCRIPTION
    Raises an XmlException for text that is no XML. The order of the fields of an item is not fixed, and an empty value comes
    with or without a VALUE element.

    .PARAMETER Items
    The texts, one a pair.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string[]]
        $Items
    )

    $document = New-Object -TypeName System.Xml.XmlDocument
    $document.XmlResolver = $null
    $document.Load([System.Xml.XmlReader]::Create([System.IO.StringReader]"<ITEMS>$($Items -join '')</ITEMS>", $script:XmlSettings))
    # Two queries for all items: looking at each field of each item here would take most of the time of a large host.
    @{
        names = @($document.SelectNodes('/ITEMS/INSTANCE[PROPERTY/@NAME="Data"]/PROPERTY[@NAME="Name"]'))
        data = @($document.SelectNodes('/ITEMS/INSTANCE[PROPERTY/@NAME="Name"]/PROPERTY[@NAME="Data"]'))
    }
}

Function ConvertFrom-AnsibleHyperVKvpItem {
    <#
    .SYNOPSIS
    Reads items of one machine into pairs of name and value, each item by itself.

    .DESCRIPTION
    An item that cannot be read is left out, since guests write what they like.

    .PARAMETER Items
    The texts, one a pair.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [string[]]
        $Items
    )

    $pairs = [ordered]@{}
    foreach ($item in $Items) {
        try {
            $read = Read-AnsibleHyperVKvpDocument -Items $item
        }
        catch {
            Write-Debug -Message "An item of Key-Value Pair Exchange is no XML: $_"
            continue
        }
        if ($read.names.Count -eq 1) {
            $pairs[$read.names[0].InnerText] = $read.data[0].InnerText
        }
    }
    $pairs
}

Function ConvertFrom-AnsibleHyperVKvpComponent {
    <#
    .SYNOPSIS
    Reads the items of many machines into pairs of name and value, by machine id in lower case.

    .PARAMETER Component
    The instances of Msvm_KvpExchangeComponent.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [object[]]
        $Component
    )

    $byId = @{}
    $all = [System.Collections.Generic.List[string]]@()
    foreach ($one in $Component) {
        if ($one.GuestIntrinsicExchangeItems) {
            $all.AddRange([string[]]$one.GuestIntrinsicExchangeItems)
        }
    }
    $read = $null
    if ($all.Count -gt 0) {
        try {
            $read = Read-AnsibleHyperVKvpDocument -Items $all
        }
        catch {
            Write-Debug -Message "Some item of Key-Value Pair Exchange is no XML, so each is read by itself: $_"
        }
    }
    # Only while each item gave one pair is it known which pair is whose.
    $whole = $read -and $read.names.Count -eq $all.Count
    $at = 0
    foreach ($one in $Component) {
        $id = ([string]$one.SystemName).ToLowerInvariant()
        $items = $one.GuestIntrinsicExchangeItems
        if (-not $items) {
            $byId[$id] = [ordered]@{}
        }
        elseif (-not $whole) {
            $byId[$id] = ConvertFrom-AnsibleHyperVKvpItem -Items $items
        }
        else {
            $pairs = [ordered]@{}
            for ($end = $at + $items.Count; $at -lt $end; $at++) {
                $pairs[$read.names[$at].InnerText] = $read.data[$at].InnerText
            }
            $byId[$id] = $pairs
        }
    }
    $byId
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
    ConvertFrom-AnsibleHyperVKvpComponent -Component @(Get-CimInstance @query)
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
