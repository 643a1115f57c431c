# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError

# Private to hyperv.integration: what the options of windows_vmic_service ask for, checked before the guest is read.

$script:States = @('started', 'stopped', 'restarted')
$script:Modes = @('manual', 'auto', 'disabled')

Function ConvertTo-AnsibleHyperVVmicWish {
    <#
    .SYNOPSIS
    Turns the value of one service, a word or a map, into the wish for it.

    .PARAMETER Default
    State and start mode for what the value does not give.

    .PARAMETER Name
    The service, as the user wrote it.

    .PARAMETER Value
    A state, a map of state and start_mode, or nothing.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Name,

        [AllowNull()]
        $Value,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Default
    )

    $wish = @{ name = $Name; state = $Default.state; start_mode = $Default.start_mode }
    if ($Value -is [System.Collections.IDictionary]) {
        foreach ($key in $Value.Keys) {
            if ($key -ne 'state' -and $key -ne 'start_mode') {
                $text = "The map of service '$Name' has the key '$key'"
                throw (New-AnsibleHyperVArgumentException -Message $text -Hint 'Use the keys state and start_mode')
            }
            $wish[$key] = $Value[$key]
        }
    }
    elseif ($null -ne $Value) {
        $wish.state = $Value
    }
    if ($null -ne $wish.state -and -not ($wish.state -is [string] -and $script:States -ccontains $wish.state)) {
        $text = "The state '$($wish.state)' of service '$Name' is none that is known"
        throw (New-AnsibleHyperVArgumentException -Message $text -Hint "Use one of $($script:States -join ', ')")
    }
    if ($null -ne $wish.start_mode -and -not ($wish.start_mode -is [string] -and $script:Modes -ccontains $wish.start_mode)) {
        $text = "The start mode '$($wish.start_mode)' of service '$Name' is none that is known"
        throw (New-AnsibleHyperVArgumentException -Message $text -Hint "Use one of $($script:Modes -join ', ')")
    }
    if ($null -eq $wish.state -and $null -eq $wish.start_mode) {
        $text = "Neither state nor start_mode is given for service '$Name'"
        throw (New-AnsibleHyperVArgumentException -Message $text -Hint 'Give at least one of them')
    }
    if ($wish.start_mode -eq 'disabled' -and $wish.state -and $wish.state -ne 'stopped') {
        $text = "Service '$Name' is to be $($wish.state) and to have the start mode disabled"
        throw (New-AnsibleHyperVArgumentException -Message $text -Hint 'Use state: stopped with start_mode: disabled, or another start mode')
    }
    $wish
}

Function Get-AnsibleHyperVVmicRequest {
    <#
    .SYNOPSIS
    Turns the options of windows_vmic_service into wishes, one a service; a name of null stands for every service that is there.

    .PARAMETER Params
    The options of the module.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Params
    )

    $used = @(
        if ($null -ne $Params.name) { "name '$($Params.name)'" }
        if ($null -ne $Params.services) { 'services' }
        if ($Params.all_services) { 'all_services' }
    )
    $hint = 'Use one of name, services and all_services'
    if ($used.Count -ne 1) {
        $found = if ($used.Count -eq 0) { 'none' } else { $used -join ' and ' }
        throw (New-AnsibleHyperVArgumentException -Message "Expected one way of naming services but found $found" -Hint $hint)
    }
    $default = @{ state = $Params.state; start_mode = $Params.start_mode }
    if ($Params.all_services) {
        $wish = ConvertTo-AnsibleHyperVVmicWish -Name 'all_services' -Value $null -Default $default
        $wish.name = $null
        return $wish
    }
    # Not as the value of an if: that would unroll a list, and an empty one would be gone.
    $services = $Params.services
    if ($null -ne $Params.name) {
        $services = [string[]]@($Params.name)
    }
    if ($services -is [string]) {
        $services = $services.Split(',')
    }
    if ($services -isnot [System.Collections.IDictionary] -and $services -isnot [System.Collections.IList]) {
        $text = "The option services is '$services', which is neither a list nor a map"
        throw (New-AnsibleHyperVArgumentException -Message $text -Hint 'Write services as a list of names, or as a map of name to state')
    }
    if ($services.Count -eq 0) {
        throw (New-AnsibleHyperVArgumentException -Message 'The option services is empty' -Hint 'Name at least one service')
    }
    $names = if ($services -is [System.Collections.IDictionary]) { @($services.Keys) } else { $services }
    foreach ($name in $names) {
        if ($name -isnot [string] -or -not $name.Trim()) {
            $text = "The option services holds '$name', which is no name of a service"
            throw (New-AnsibleHyperVArgumentException -Message $text -Hint 'Write each service as a text, or use a map of name to state')
        }
        $value = if ($services -is [System.Collections.IDictionary]) { $services[$name] }
        ConvertTo-AnsibleHyperVVmicWish -Name $name.Trim() -Value $value -Default $default
    }
}

Export-ModuleMember -Function Get-AnsibleHyperVVmicRequest
