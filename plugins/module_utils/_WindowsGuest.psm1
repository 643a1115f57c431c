# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError

# Private to hyperv.integration: what a Windows guest tells about itself, its virtual machine and its host.

$script:MachineKey = 'HKLM:\SOFTWARE\Microsoft\Virtual Machine'
# Either key means that a restart is pending: the one of Component Based Servicing, and the one of Windows Update.
$script:RestartKeys = @(
    'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending'
    'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired'
)
$script:Hints = @{
    access_denied = 'Use an account of the local group Administrators of the guest'
    not_a_guest = 'Set fail_if_not_guest: false to get a verdict instead, or leave this machine out'
    timeout = 'Look at the event log System of the guest, or raise the timeout'
    unexpected = 'Look at the message and at the event log System of the guest'
}
# The numbers of Windows errors: ERROR_ACCESS_DENIED, ERROR_SERVICE_REQUEST_TIMEOUT, ERROR_SERVICE_DISABLED,
# ERROR_DEPENDENT_SERVICES_RUNNING, ERROR_SERVICE_DEPENDENCY_FAIL, ERROR_INVALID_SERVICE_CONTROL.
$script:ClassByCode = @{
    5 = 'access_denied'
    1053 = 'timeout'
    1058 = 'blocked'
    1051 = 'blocked'
    1068 = 'blocked'
    1052 = 'blocked'
}

Function Get-AnsibleHyperVWindowsErrorCode {
    <#
    .SYNOPSIS
    Finds the number of the Windows error inside an error record, or 0.

    .PARAMETER ErrorRecord
    The error as it was caught.
    #>
    [CmdletBinding()]
    [OutputType([int])]
    param (
        [Parameter(Mandatory)]
        [System.Management.Automation.ErrorRecord]
        $ErrorRecord
    )

    $exception = $ErrorRecord.Exception
    while ($exception) {
        if ($exception -is [System.ComponentModel.Win32Exception]) {
            return $exception.NativeErrorCode
        }
        $exception = $exception.InnerException
    }
    0
}

Function ConvertTo-AnsibleHyperVGuestException {
    <#
    .SYNOPSIS
    Turns an error of a guest into an exception with a class, and with a hint that is for guests.

    .PARAMETER ErrorRecord
    The error as it was caught.

    .PARAMETER Message
    What could not be done; the reason is added.

    .PARAMETER Hint
    What to do next. The default is the hint of the class.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Management.Automation.ErrorRecord]
        $ErrorRecord,

        [Parameter(Mandatory)]
        [string]
        $Message,

        [string]
        $Hint
    )

    $class = Get-AnsibleHyperVErrorClass -ErrorRecord $ErrorRecord
    $code = Get-AnsibleHyperVWindowsErrorCode -ErrorRecord $ErrorRecord
    if ($script:ClassByCode.ContainsKey($code)) {
        $class = $script:ClassByCode[$code]
    }
    $known = [string]$ErrorRecord.Exception.Data['hint']
    $text = foreach ($candidate in $Hint, $known, $script:Hints[$class], $script:Hints.unexpected) { if ($candidate) { $candidate; break } }
    # The innermost reason is Windows's own; what wraps it only repeats the name of the service.
    $reason = $ErrorRecord.Exception
    while ($reason.InnerException) {
        $reason = $reason.InnerException
    }
    New-AnsibleHyperVException -ErrorClass $class -Message "${Message}: $($reason.Message.TrimEnd('.'))" -Hint $text
}

Function New-AnsibleHyperVNotAGuestException {
    <#
    .SYNOPSIS
    Makes the exception for a machine that is no guest of Hyper-V.

    .PARAMETER Hint
    What to do next.

    .PARAMETER Virtualization
    What the machine is.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes an object')]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Virtualization,

        [string]
        $Hint = $script:Hints.not_a_guest
    )

    $text = "This machine is not a Hyper-V guest but a '$($Virtualization.product)' of '$($Virtualization.vendor)'"
    New-AnsibleHyperVException -ErrorClass not_a_guest -Message $text -Hint $Hint
}

Function Read-AnsibleHyperVRegistryKey {
    <#
    .SYNOPSIS
    Reads the values of a key of the 64-bit view by name; nothing for a key that does not exist.

    .PARAMETER Path
    The key, with the drive HKLM.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Path
    )

    # Windows sets this variable in 32-bit processes of a 64-bit system only; they see another key under the same name.
    if ($env:PROCESSOR_ARCHITEW6432) {
        $text = "Failed to read the registry key '$Path': this is a 32-bit process on a 64-bit Windows"
        $hint = 'Connect to the 64-bit PowerShell of the guest, the session configuration Microsoft.PowerShell'
        throw (New-AnsibleHyperVException -ErrorClass blocked -Message $text -Hint $hint)
    }
    try {
        $values = Get-ItemProperty -LiteralPath $Path -ErrorAction Stop
    }
    catch [System.Management.Automation.ItemNotFoundException] {
        return
    }
    catch {
        throw (ConvertTo-AnsibleHyperVGuestException -ErrorRecord $_ -Message "Failed to read the registry key '$Path'")
    }
    $byName = @{}
    if ($values) {
        foreach ($property in $values.PSObject.Properties) {
            $byName[$property.Name] = $property.Value
        }
    }
    $byName
}

Function Get-AnsibleHyperVVirtualization {
    <#
    .SYNOPSIS
    Tells whether this machine is a guest of Hyper-V, by what its firmware says.

    .DESCRIPTION
    The services and the registry do not tell: Windows has the services on every machine, and the keys stay behind on
    a machine that was moved away from Hyper-V.
    #>
    [CmdletBinding()]
    param ()

    try {
        $system = Get-CimInstance -ClassName Win32_ComputerSystem -Property Manufacturer, Model
    }
    catch {
        throw (ConvertTo-AnsibleHyperVGuestException -ErrorRecord $_ -Message 'Failed to read what this machine is')
    }
    # The vendor alone is not enough: Microsoft's own hardware has it too.
    $hyperv = $system.Manufacturer -eq 'Microsoft Corporation' -and $system.Model -eq 'Virtual Machine'
    [ordered]@{
        hyperv = $hyperv
        type = ('other', 'hyperv')[[int]$hyperv]
        container = $null
        confidential = $null
        vendor = $system.Manufacturer
        product = $system.Model
    }
}

Function Get-AnsibleHyperVGuestParameter {
    <#
    .SYNOPSIS
    Reads what the host has written: vm_id, vm_name, host_name and host_os_version, each null where it is not there.
    #>
    [CmdletBinding()]
    param ()

    $values = Read-AnsibleHyperVRegistryKey -Path "$script:MachineKey\Guest\Parameters"
    $found = [ordered]@{ vm_id = $null; vm_name = $null; host_name = $null; host_os_version = $null }
    if ($values) {
        $id = [Guid]::Empty
        if ([Guid]::TryParse([string]$values['VirtualMachineId'], [ref]$id)) {
            $found.vm_id = $id.ToString()
        }
        $found.vm_name = foreach ($name in $values['VirtualMachineName']) { if ($name) { [string]$name; break } }
        $names = $values['PhysicalHostNameFullyQualified'], $values['HostName'], $values['PhysicalHostName']
        $found.host_name = foreach ($name in $names) { if ($name) { [string]$name; break } }
        $version = "$($values['HostingSystemOsMajor']).$($values['HostingSystemOsMinor'])"
        if ($version -match '^[0-9]{1,5}\.[0-9]{1,5}$') {
            $found.host_os_version = $version
        }
    }
    $found
}

Function Get-AnsibleHyperVWindowsFact {
    <#
    .SYNOPSIS
    Reads which Windows the guest runs, and whether it waits for a restart.
    #>
    [CmdletBinding()]
    param ()

    try {
        $os = Get-CimInstance -ClassName Win32_OperatingSystem
    }
    catch {
        throw (ConvertTo-AnsibleHyperVGuestException -ErrorRecord $_ -Message 'Failed to read which Windows this is')
    }
    $cryptography = Read-AnsibleHyperVRegistryKey -Path 'HKLM:\SOFTWARE\Microsoft\Cryptography'
    $pending = @(foreach ($key in $script:RestartKeys) { if (Test-Path -LiteralPath $key) { $key } })
    [ordered]@{
        name = $os.CSName
        machine_id = $(if ($cryptography -and $cryptography['MachineGuid']) { [string]$cryptography['MachineGuid'] })
        family = 'windows'
        os_name = $os.Caption
        os_version = $os.Version
        os_build = [int]$os.BuildNumber
        service_pack = [int]$os.ServicePackMajorVersion
        product_type = [int]$os.ProductType
        restart_pending = $pending.Count -gt 0
    }
}

Export-ModuleMember -Function ConvertTo-AnsibleHyperVGuestException, Get-AnsibleHyperVGuestParameter, Get-AnsibleHyperVVirtualization,
Get-AnsibleHyperVWindowsErrorCode, Get-AnsibleHyperVWindowsFact, New-AnsibleHyperVNotAGuestException, Read-AnsibleHyperVRegistryKey
