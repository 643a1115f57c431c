# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError

# Private to hyperv.integration: the services of the integration services inside a Windows guest, by key and never by translated names.

# Exactly these services are touched: vm* also finds vmms and vmcompute, which run the machines of a guest that is itself a host.
# since: the version of Windows that first brings the service; older ones get the rest from the integration services setup disk.
# The component GUIDs and the English names of the host are accepted too, so that one list of services does for host and guest.
$script:Services = @(
    @{
        key = 'guest_service_interface'; name = 'vmicguestinterface'; display_name = 'Hyper-V Guest Service Interface'; since = '6.3'; on_host = $true
        names = @('gsi', 'Guest Service Interface', '6c09bb55-d683-4da0-8931-c9bf705f6480')
    }
    @{
        key = 'heartbeat'; name = 'vmicheartbeat'; display_name = 'Hyper-V Heartbeat Service'; since = '0.0'; on_host = $true
        names = @('84eaae65-2f2e-45f5-9bb5-0e857dc8eb47')
    }
    @{
        key = 'key_value_pair_exchange'; name = 'vmickvpexchange'; display_name = 'Hyper-V Data Exchange Service'; since = '0.0'; on_host = $true
        names = @('kvp', 'data_exchange', 'Data Exchange', 'Key-Value Pair Exchange', '2a34b1c2-fd73-4043-8a5b-dd2159bc743f')
    }
    @{
        key = 'powershell_direct'; name = 'vmicvmsession'; display_name = 'Hyper-V PowerShell Direct Service'; since = '10.0'; on_host = $false
        names = @('vm_session', 'PowerShell Direct', 'Hyper-V VM Session Service')
    }
    @{
        key = 'remote_desktop_virtualization'; name = 'vmicrdv'; display_name = 'Hyper-V Remote Desktop Virtualization Service'; since = '6.2'
        on_host = $false; names = @('rdv', 'Remote Desktop Virtualization')
    }
    @{
        key = 'shutdown'; name = 'vmicshutdown'; display_name = 'Hyper-V Guest Shutdown Service'; since = '0.0'; on_host = $true
        names = @('Guest Shutdown', 'Operating system shutdown', '9f8233ac-be49-4c79-8ee3-e7e1985b2077')
    }
    @{
        key = 'time_synchronization'; name = 'vmictimesync'; display_name = 'Hyper-V Time Synchronization Service'; since = '0.0'; on_host = $true
        names = @('time_sync', 'Time Synchronization', '2497f4de-e9fa-4204-80e4-4b75c46419c0')
    }
    @{
        key = 'vss'; name = 'vmicvss'; display_name = 'Hyper-V Volume Shadow Copy Requestor'; since = '0.0'; on_host = $true
        names = @('backup', 'Backup (volume checkpoint)', '5ced1297-4598-4915-a5fc-ad21bb4d02a4')
    }
)
$script:ByName = @{}
foreach ($service in $script:Services) {
    foreach ($name in @($service.key, $service.name, $service.display_name) + $service.names) {
        $script:ByName[$name] = $service
    }
}
$script:Modes = @{ Automatic = 'auto'; Boot = 'boot'; Disabled = 'disabled'; Manual = 'manual'; System = 'system' }

Function Get-AnsibleHyperVVmicService {
    <#
    .SYNOPSIS
    Gives what is known about the eight services.
    #>
    [CmdletBinding()]
    param ()

    $script:Services
}

Function Read-AnsibleHyperVVmic {
    <#
    .SYNOPSIS
    Reads services of this Windows with one call, by their names; a service that is not there is not in the result.

    .PARAMETER Name
    The names of services that are known to be there. Without it all eight are read.
    #>
    [CmdletBinding()]
    param (
        [string[]]
        $Name
    )

    $found = @{}
    if (-not $Name) {
        $Name = 'vmic*'
    }
    $known = @(foreach ($service in $script:Services) { $service.name })
    foreach ($controller in Get-Service -Name $Name) {
        if ($known -contains $controller.Name) {
            $found[$controller.Name] = $controller
        }
    }
    $found
}

Function Find-AnsibleHyperVVmic {
    <#
    .SYNOPSIS
    Finds the service that a user means: by key, alias, service name, English display name, or the display name of this Windows.

    .PARAMETER Controller
    The services of this Windows by name.

    .PARAMETER Name
    What the user wrote.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Controller,

        [Parameter(Mandatory)]
        [AllowEmptyString()]
        [string]
        $Name
    )

    $guid = [Guid]::Empty
    $wanted = if ([Guid]::TryParse($Name, [ref]$guid)) { $guid.ToString() } else { $Name.Trim() }
    if ($script:ByName.ContainsKey($wanted)) {
        return $script:ByName[$wanted]
    }
    foreach ($one in $Controller.Values) {
        if ($one.DisplayName -eq $wanted) {
            return $script:ByName[$one.Name]
        }
    }
    $keys = @(foreach ($service in $script:Services) { $service.key }) -join ', '
    $text = "There is no integration service '$Name' in a Windows guest"
    throw (New-AnsibleHyperVException -ErrorClass service_not_offered -Message $text -Hint "Use one of $keys, or a service name or display name")
}

Function ConvertTo-AnsibleHyperVVmicState {
    <#
    .SYNOPSIS
    Gives state and start mode of a service in the words of results.

    .PARAMETER Controller
    The service as Get-Service gives it, or nothing for one that is not there.
    #>
    [CmdletBinding()]
    param (
        [AllowNull()]
        $Controller
    )

    if ($null -eq $Controller) {
        return @{ state = 'absent'; start_mode = $null }
    }
    @{
        state = ([string]$Controller.Status -creplace '(?<=[a-z])(?=[A-Z])', '_').ToLowerInvariant()
        start_mode = $script:Modes[[string]$Controller.StartType]
    }
}

Function ConvertTo-AnsibleHyperVVmicRow {
    <#
    .SYNOPSIS
    Gives the row of a service in the snapshot of a guest.

    .PARAMETER Controller
    The service as Get-Service gives it, or nothing for one that is not there.

    .PARAMETER Service
    What is known about the service.
    #>
    [CmdletBinding()]
    param (
        [AllowNull()]
        $Controller,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Service
    )

    $state = ConvertTo-AnsibleHyperVVmicState -Controller $Controller
    $reason = if ($null -eq $Controller) { 'not_installed' } elseif ($state.start_mode -eq 'disabled') { 'start_disabled' }
    [ordered]@{
        key = $Service.key
        name = $Service.name
        display_name = $(if ($Controller) { $Controller.DisplayName } else { $Service.display_name })
        state = $state.state
        start_mode = $state.start_mode
        available = $null -ne $Controller
        running = $state.state -eq 'running'
        reason = $reason
    }
}

Export-ModuleMember -Function ConvertTo-AnsibleHyperVVmicRow, ConvertTo-AnsibleHyperVVmicState, Find-AnsibleHyperVVmic,
Get-AnsibleHyperVVmicService, Read-AnsibleHyperVVmic
