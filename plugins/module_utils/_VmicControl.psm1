# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError
#AnsibleRequires -PowerShell ._VmicPlan
#AnsibleRequires -PowerShell ._VmicService
#AnsibleRequires -PowerShell ._WindowsGuest

# Private to hyperv.integration: sets, stops and starts services of a Windows guest, and looks whether it lasts.

# Start-Service waits without an end for a service that hangs while it starts, so the controllers are told to start and are watched here.
$script:PollMilliseconds = 250
$script:StartTypes = @{ auto = 'Automatic'; disabled = 'Disabled'; manual = 'Manual' }
# ERROR_SERVICE_DISABLED is also the answer for a service without an enabled device: the host does not offer it.
$script:NoDeviceCode = 1058

Function Update-AnsibleHyperVVmicItem {
    <#
    .SYNOPSIS
    Reads the services of records again.

    .PARAMETER Item
    The records.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Reads')]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary[]]
        $Item
    )

    $found = Read-AnsibleHyperVVmic -Name @(foreach ($one in $Item) { $one.service.name })
    foreach ($one in $Item) {
        $one.controller = $found[$one.service.name]
        $one.now = ConvertTo-AnsibleHyperVVmicState -Controller $one.controller
    }
}

Function Wait-AnsibleHyperVVmic {
    <#
    .SYNOPSIS
    Waits until services have reached a state, for a time; what they have reached is in their records.

    .PARAMETER Item
    The records.

    .PARAMETER State
    The state, running or stopped.

    .PARAMETER Timeout
    The seconds to wait.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [System.Collections.IDictionary[]]
        $Item,

        [Parameter(Mandatory)]
        [string]
        $State,

        [Parameter(Mandatory)]
        [int]
        $Timeout
    )

    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $waiting = $Item
    while ($waiting.Count -gt 0) {
        Update-AnsibleHyperVVmicItem -Item $waiting
        $waiting = @(foreach ($one in $waiting) {
                # A service that was told to start and is stopped has ended: more waiting would not help.
                if ($one.now.state -ne $State -and -not ($State -eq 'running' -and $one.now.state -eq 'stopped')) { $one }
            })
        if ($clock.Elapsed.TotalSeconds -ge $Timeout) {
            break
        }
        if ($waiting.Count -gt 0) {
            Start-Sleep -Milliseconds $script:PollMilliseconds
        }
    }
}

Function Set-AnsibleHyperVVmicStartMode {
    <#
    .SYNOPSIS
    Sets the start modes that differ, and reads them again.

    .PARAMETER Item
    The records.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Called outside check mode only')]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [System.Collections.IDictionary[]]
        $Item
    )

    $set = @(foreach ($one in $Item) {
            if (-not $one.actions.Contains('set_start_mode')) {
                continue
            }
            try {
                # This leaves the triggers of a service alone, so manual brings the trigger start of Windows back.
                Set-Service -Name $one.service.name -StartupType $script:StartTypes[$one.start_mode] -ErrorAction Stop
                $one
            }
            catch {
                $text = "Failed to set the start mode of service '$($one.service.name)'"
                Set-AnsibleHyperVVmicError -Item $one -Exception (ConvertTo-AnsibleHyperVGuestException -ErrorRecord $_ -Message $text)
            }
        })
    if ($set.Count -eq 0) {
        return
    }
    Update-AnsibleHyperVVmicItem -Item $set
    foreach ($one in $set) {
        if ($one.now.start_mode -eq $one.start_mode) {
            $one.done.Add('set_start_mode')
            continue
        }
        $text = "Windows took the start mode '$($one.start_mode)' of service '$($one.service.name)' without an error, but it is '$($one.now.start_mode)'"
        $failure = New-AnsibleHyperVException -ErrorClass unexpected -Message $text -Hint 'Look for a group policy that sets start modes of services'
        Set-AnsibleHyperVVmicError -Item $one -Exception $failure
    }
}

Function Stop-AnsibleHyperVVmic {
    <#
    .SYNOPSIS
    Stops services, with those that depend on them, and looks whether they did.

    .PARAMETER Item
    The records.

    .PARAMETER Timeout
    The seconds to wait.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Called outside check mode only')]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [System.Collections.IDictionary[]]
        $Item,

        [Parameter(Mandatory)]
        [int]
        $Timeout
    )

    $told = @(foreach ($one in $Item) {
            try {
                if ($one.now.state -ne 'stop_pending') {
                    foreach ($other in $one.controller.DependentServices) {
                        if ("$($other.Status)" -ne 'Stopped') {
                            $other.Stop()
                        }
                    }
                    $one.controller.Stop()
                }
                $one
            }
            catch {
                $text = "Failed to stop service '$($one.service.name)'"
                Set-AnsibleHyperVVmicError -Item $one -Exception (ConvertTo-AnsibleHyperVGuestException -ErrorRecord $_ -Message $text)
            }
        })
    Wait-AnsibleHyperVVmic -Item $told -State stopped -Timeout $Timeout
    foreach ($one in $told) {
        if ($one.now.state -eq 'stopped') {
            $one.done.Add('stop')
        }
        elseif ($one.now.state -eq 'running') {
            $text = "Service '$($one.service.name)' runs again after its stop, as it does where the host has the service on"
            $hint = 'Turn the service off at the host with hyperv.integration.hyperv_integration_service'
            Set-AnsibleHyperVVmicError -Item $one -Exception (New-AnsibleHyperVException -ErrorClass host_on -Message $text -Hint $hint) -Reason host_on
        }
        else {
            $text = "Service '$($one.service.name)' is $($one.now.state) $Timeout seconds after it was told to stop"
            $hint = 'Look at the event log System of the guest, or raise the timeout'
            Set-AnsibleHyperVVmicError -Item $one -Exception (New-AnsibleHyperVException -ErrorClass timeout -Message $text -Hint $hint)
        }
    }
}

Function New-AnsibleHyperVHostOffException {
    <#
    .SYNOPSIS
    Makes the exception for a service that does not run because the host has it off.

    .PARAMETER Service
    What is known about the service.

    .PARAMETER What
    What the service did.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes an object')]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Service,

        [Parameter(Mandatory)]
        [string]
        $What
    )

    $hint = if ($Service.on_host) {
        "Turn $($Service.key) on at the host with hyperv.integration.hyperv_integration_service, and the guest's service will start by itself; " +
        'where it is on there, look at the event log System of the guest'
    }
    else {
        'The host has no switch for this service: it runs where the host offers it, as soon as it is used'
    }
    $text = "Service '$($Service.name)' $What, as it does where the host has the service off"
    New-AnsibleHyperVException -ErrorClass host_off -Message $text -Hint $hint
}

Function Start-AnsibleHyperVVmic {
    <#
    .SYNOPSIS
    Starts services, and watches them for a while: one that the host has off stops again.

    .PARAMETER Item
    The records.

    .PARAMETER Settle
    The seconds to watch what was started.

    .PARAMETER Timeout
    The seconds to wait for a start.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Called outside check mode only')]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [System.Collections.IDictionary[]]
        $Item,

        [Parameter(Mandatory)]
        [int]
        $Settle,

        [Parameter(Mandatory)]
        [int]
        $Timeout
    )

    Wait-AnsibleHyperVVmic -Item @(foreach ($one in $Item) { if ($one.now.state -eq 'stop_pending') { $one } }) -State stopped -Timeout $Timeout
    $told = @(foreach ($one in $Item) {
            try {
                if ($one.now.state -ne 'start_pending') {
                    $one.controller.Start()
                }
                $one
            }
            catch {
                if ((Get-AnsibleHyperVWindowsErrorCode -ErrorRecord $_) -eq $script:NoDeviceCode) {
                    $failure = New-AnsibleHyperVHostOffException -Service $one.service -What 'cannot be started without its device'
                    Set-AnsibleHyperVVmicError -Item $one -Exception $failure -Reason host_off
                    continue
                }
                $text = "Failed to start service '$($one.service.name)'"
                Set-AnsibleHyperVVmicError -Item $one -Exception (ConvertTo-AnsibleHyperVGuestException -ErrorRecord $_ -Message $text)
            }
        })
    Wait-AnsibleHyperVVmic -Item $told -State running -Timeout $Timeout
    $running = @(foreach ($one in $told) { if ($one.now.state -eq 'running') { $one } })
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while ($running.Count -gt 0 -and $clock.Elapsed.TotalSeconds -lt $Settle) {
        Start-Sleep -Milliseconds $script:PollMilliseconds
        Update-AnsibleHyperVVmicItem -Item $running
        $running = @(foreach ($one in $running) { if ($one.now.state -eq 'running') { $one } })
    }
    foreach ($one in $told) {
        if ($one.now.state -eq 'running') {
            $one.done.Add('start')
        }
        elseif ($one.now.state -eq 'start_pending') {
            $text = "Service '$($one.service.name)' is start_pending $Timeout seconds after it was told to start"
            $hint = 'Look at the event log System of the guest, or raise the timeout'
            Set-AnsibleHyperVVmicError -Item $one -Exception (New-AnsibleHyperVException -ErrorClass timeout -Message $text -Hint $hint)
        }
        else {
            $failure = New-AnsibleHyperVHostOffException -Service $one.service -What 'stopped again after its start'
            Set-AnsibleHyperVVmicError -Item $one -Exception $failure -Reason host_off
        }
    }
}

Function Invoke-AnsibleHyperVVmicPlan {
    <#
    .SYNOPSIS
    Does what is planned: start modes, then stops, then starts. A service that fails does not hold up the others.

    .PARAMETER Item
    The records.

    .PARAMETER Settle
    The seconds to watch what was started.

    .PARAMETER Timeout
    The seconds to wait for a stop or a start.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [System.Collections.IDictionary[]]
        $Item,

        [Parameter(Mandatory)]
        [int]
        $Settle,

        [Parameter(Mandatory)]
        [int]
        $Timeout
    )

    Set-AnsibleHyperVVmicStartMode -Item $Item
    $stops = @(foreach ($one in $Item) { if (-not $one.error -and $one.actions.Contains('stop')) { $one } })
    Stop-AnsibleHyperVVmic -Item $stops -Timeout $Timeout
    $starts = @(foreach ($one in $Item) { if (-not $one.error -and $one.actions.Contains('start')) { $one } })
    Start-AnsibleHyperVVmic -Item $starts -Settle $Settle -Timeout $Timeout
}

Export-ModuleMember -Function Invoke-AnsibleHyperVVmicPlan
