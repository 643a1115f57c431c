# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError

# Private to hyperv.integration: what the options of hyperv_integration_service ask for, checked before the host is read.

$script:Selectors = @('all_vms', 'vm_id', 'vm_name', 'vm_names', 'vm_pattern')
$script:WordsForOn = @('enabled', 'true', 'yes', 'on')
$script:WordsForOff = @('disabled', 'false', 'no', 'off')

Function Get-AnsibleHyperVSelector {
    <#
    .SYNOPSIS
    Gets the one way in which options name virtual machines.

    .PARAMETER Allowed
    The options that may be used here.

    .PARAMETER Options
    The options of the module, or of one entry of vms.

    .PARAMETER Optional
    Nothing named means every machine.

    .PARAMETER Where
    Names the entry in messages.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Options,

        [string[]]
        $Allowed = $script:Selectors,

        [switch]
        $Optional,

        [string]
        $Where = ''
    )

    $used = @(foreach ($option in $Allowed) {
            $value = $Options[$option]
            if ($null -ne $value -and -not ($value -is [bool] -and -not $value)) {
                $option
            }
        })
    if ($used.Count -gt 1) {
        $written = @(foreach ($option in $used) { "$option '$($Options[$option] -join "', '")'" }) -join ' and '
        $text = "Expected one way of naming virtual machines$Where but found $($used.Count): $written"
        throw (New-AnsibleHyperVArgumentException -Message $text -Hint "Use one of $($Allowed -join ', ')")
    }
    if ($used.Count -eq 1) {
        $option = $used[0]
        foreach ($word in $Options[$option]) {
            if ($word -is [string] -and -not $word.Trim()) {
                throw (New-AnsibleHyperVArgumentException -Message "$option$Where holds an empty name" -Hint 'Write the name of a virtual machine')
            }
        }
        $value = $Options[$option]
        if ($option -eq 'vm_id') {
            $guid = [Guid]::Empty
            if (-not [Guid]::TryParse($value, [ref]$guid)) {
                throw (New-AnsibleHyperVArgumentException -Message "vm_id '$value'$Where is not a GUID" -Hint 'Write the id as Get-VM shows it')
            }
            $value = $guid.ToString()
        }
        return @{ $option = $value }
    }
    if ($Optional) {
        return @{ all_vms = $true }
    }
    throw (New-AnsibleHyperVArgumentException -Message "No virtual machine is named$Where" -Hint "Use one of $($Allowed -join ', ')")
}

Function ConvertTo-AnsibleHyperVSwitch {
    <#
    .SYNOPSIS
    Turns the value of a service into true (on) or false (off).

    .PARAMETER Service
    The service's name in messages.

    .PARAMETER Value
    A boolean, or a word such as enabled or disabled.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyString()]
        [string]
        $Service,

        [Parameter(Mandatory)]
        [AllowNull()]
        $Value
    )

    if ($Value -is [bool]) {
        return $Value
    }
    if ($script:WordsForOn -contains "$Value") {
        return $true
    }
    if ($script:WordsForOff -contains "$Value") {
        return $false
    }
    $text = "The state '$Value' of integration service '$Service' is none that is known"
    throw (New-AnsibleHyperVArgumentException -Message $text -Hint "Write enabled or disabled, or a boolean")
}

Function ConvertFrom-AnsibleHyperVServiceOption {
    <#
    .SYNOPSIS
    Turns the option services, a list, a map or a text with commas, into pairs of name and switch.

    .PARAMETER Services
    The value of the option.

    .PARAMETER State
    The state for services that are named without one.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        $Services,

        [Parameter(Mandatory)]
        [string]
        $State
    )

    if ($Services -is [System.Collections.IDictionary]) {
        foreach ($name in $Services.Keys) {
            @{ name = [string]$name; on = ConvertTo-AnsibleHyperVSwitch -Service $name -Value $Services[$name] }
        }
        return
    }
    if ($Services -is [string]) {
        $Services = $Services.Split(',')
    }
    if ($Services -isnot [System.Collections.IList]) {
        $text = "The option services is '$Services', which is neither a list nor a map"
        throw (New-AnsibleHyperVArgumentException -Message $text -Hint 'Write services as a list of names, or as a map of name to state')
    }
    foreach ($name in $Services) {
        if ($name -isnot [string]) {
            $text = "The list services holds '$name', which is no name of an integration service"
            throw (New-AnsibleHyperVArgumentException -Message $text -Hint 'Write each service as a text, or use a map of name to state')
        }
        @{ name = $name; on = $State -eq 'enabled' }
    }
}

Function ConvertTo-AnsibleHyperVRequest {
    <#
    .SYNOPSIS
    Turns options into one request: which machines, which services, and how strictly.

    .PARAMETER Defaults
    What an entry of vms takes from the module's own options.

    .PARAMETER Options
    The options of the module, or of one entry of vms.

    .PARAMETER Where
    Names the entry in messages.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Options,

        [System.Collections.IDictionary]
        $Defaults = @{},

        [string]
        $Where = ''
    )

    $value = @{}
    foreach ($option in 'services', 'state', 'exclusive', 'force') {
        $value[$option] = if ($null -ne $Options[$option]) { $Options[$option] } else { $Defaults[$option] }
    }
    $selector = Get-AnsibleHyperVSelector -Options $Options -Where $Where
    if ($Options.service_name -and $null -ne $Options.services) {
        $text = "Expected service_name or services but found both: '$($Options.service_name)' and services"
        throw (New-AnsibleHyperVArgumentException -Message $text -Hint 'Put every service into services')
    }
    $services = if ($Options.service_name) { , @($Options.service_name) } else { $value.services }
    $wanted = @(if ($null -ne $services) { ConvertFrom-AnsibleHyperVServiceOption -Services $services -State $value.state })
    if ($wanted.Count -eq 0) {
        $hint = 'Name services in service_name or services; there is nothing to do without'
        throw (New-AnsibleHyperVArgumentException -Message "No integration service is named$Where" -Hint $hint)
    }
    @{
        selector = $selector
        wanted = $wanted
        exclusive = [bool]$value.exclusive
        force = [bool]$value.force
    }
}

Function Get-AnsibleHyperVRequest {
    <#
    .SYNOPSIS
    Turns the options of hyperv_integration_service into a list of requests.

    .PARAMETER Params
    The options of the module.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Params
    )

    if ($null -eq $Params.vms) {
        return ConvertTo-AnsibleHyperVRequest -Options $Params
    }
    foreach ($option in $script:Selectors) {
        if ($null -ne $Params[$option] -and -not ($Params[$option] -is [bool] -and -not $Params[$option])) {
            $text = "Expected one way of naming virtual machines but found vms and $option '$($Params[$option] -join "', '")'"
            throw (New-AnsibleHyperVArgumentException -Message $text -Hint 'Put every virtual machine into vms')
        }
    }
    if ($Params.vms.Count -eq 0) {
        throw (New-AnsibleHyperVArgumentException -Message 'The list vms is empty' -Hint 'Name at least one virtual machine')
    }
    $defaults = @{ services = $Params.services; state = $Params.state; exclusive = $Params.exclusive; force = $Params.force }
    if ($Params.service_name) {
        $defaults.services = @($Params.service_name)
    }
    $number = 0
    foreach ($entry in $Params.vms) {
        $number++
        ConvertTo-AnsibleHyperVRequest -Options $entry -Defaults $defaults -Where " in entry $number of vms"
    }
}

Export-ModuleMember -Function Get-AnsibleHyperVSelector, Get-AnsibleHyperVRequest
