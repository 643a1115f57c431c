# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: what went wrong, as a class that a playbook can test and a hint that a person can follow.

# Status texts of Hyper-V are translated, so an error is classed by its id, its category and its numbers alone.
$script:ClassById = @{
    AccessDenied = 'access_denied'
    InvalidState = 'blocked'
    ObjectInUse = 'vm_busy'
    ObjectNotFound = 'vm_not_found'
    Timeout = 'timeout'
}
# 5 = ERROR_ACCESS_DENIED and 740 = ERROR_ELEVATION_REQUIRED as HRESULTs, 0x80041003 = WBEM_E_ACCESS_DENIED.
$script:AccessDeniedCodes = @(-2147024891, -2147024156, -2147217405)

$script:Hints = @{
    access_denied = 'Use an account of the local group Hyper-V Administrators (SID S-1-5-32-578) or Administrators of the host'
    blocked = 'Bring the virtual machine into a state that allows the change, for example start it or shut it down, and run again'
    host_unsupported = 'Run against a Hyper-V host that has the PowerShell module Hyper-V (Windows feature Hyper-V-PowerShell)'
    service_not_offered = 'Leave this service out for this virtual machine, or look at hyperv.integration.hyperv_integration_service_info for what is offered'
    timeout = 'The host did not answer in time; look at the Virtual Machine Management service (vmms) and run again'
    unexpected = 'Look at the message and at the event log Microsoft-Windows-Hyper-V-VMMS-Admin of the host'
    vm_ambiguous = 'Name the virtual machine by vm_id'
    vm_busy = 'Another operation holds the virtual machine; run again when it has ended'
    vm_not_found = 'Look at the spelling, and at which host or cluster node the virtual machine runs; wildcards work in vm_pattern only. ' +
    'Windows Server 2012 says the same to an account without rights'
}

Function New-AnsibleHyperVException {
    <#
    .SYNOPSIS
    Makes an exception that carries its error class and hint.

    .PARAMETER ErrorClass
    The error class, one of those that the modules document.

    .PARAMETER Hint
    What to do next. The default is the hint of the class.

    .PARAMETER Message
    What went wrong, with the name that the user wrote.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $ErrorClass,

        [Parameter(Mandatory)]
        [string]
        $Message,

        [string]
        $Hint
    )

    if (-not $Hint) {
        $Hint = $script:Hints[$ErrorClass]
    }
    $exception = New-Object -TypeName System.InvalidOperationException -ArgumentList $Message
    $exception.Data['error_class'] = $ErrorClass
    $exception.Data['hint'] = $Hint
    $exception
}

Function New-AnsibleHyperVArgumentException {
    <#
    .SYNOPSIS
    Makes the exception for options that do not fit.

    .PARAMETER Hint
    What to write instead.

    .PARAMETER Message
    What does not fit, with the values that the user wrote.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [string]
        $Message,

        [Parameter(Mandatory)]
        [string]
        $Hint
    )

    New-AnsibleHyperVException -ErrorClass invalid_argument -Message $Message -Hint $Hint
}

Function Get-AnsibleHyperVErrorClass {
    <#
    .SYNOPSIS
    Classes an error record by its id, category and codes.

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
    if ($exception.Data['error_class']) {
        return [string]$exception.Data['error_class']
    }
    if ($exception -is [System.Management.Automation.CommandNotFoundException]) {
        return 'host_unsupported'
    }
    $category = $ErrorRecord.CategoryInfo.Category
    if ($category -eq 'PermissionDenied' -or $category -eq 'SecurityError' -or $exception -is [System.UnauthorizedAccessException] -or
        $script:AccessDeniedCodes -contains $exception.HResult -or $ErrorRecord.FullyQualifiedErrorId -like 'HRESULT 0x80041003,*') {
        return 'access_denied'
    }
    $id = $ErrorRecord.FullyQualifiedErrorId.Split(',')[0]
    if ($script:ClassById.ContainsKey($id)) {
        return $script:ClassById[$id]
    }
    switch ($category) {
        'ObjectNotFound' { return 'vm_not_found' }
        'OperationTimeout' { return 'timeout' }
        'ResourceBusy' { return 'vm_busy' }
    }
    'unexpected'
}

Function Get-AnsibleHyperVErrorDetail {
    <#
    .SYNOPSIS
    Describes an error record as error_class, msg and hint.

    .PARAMETER ErrorRecord
    The error as it was caught.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Management.Automation.ErrorRecord]
        $ErrorRecord
    )

    $class = Get-AnsibleHyperVErrorClass -ErrorRecord $ErrorRecord
    $hint = $ErrorRecord.Exception.Data['hint']
    if (-not $hint) {
        $hint = $script:Hints[$class]
    }
    @{
        error_class = $class
        msg = $ErrorRecord.Exception.Message
        hint = [string]$hint
    }
}

Function Set-AnsibleHyperVFailure {
    <#
    .SYNOPSIS
    Puts error_class and hint of an error into a module's result, before the module calls FailJson.

    .PARAMETER ErrorRecord
    The error as it was caught.

    .PARAMETER Result
    The result of the module.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Fills a hash table')]
    param (
        [Parameter(Mandatory)]
        [System.Management.Automation.ErrorRecord]
        $ErrorRecord,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Result
    )

    $detail = Get-AnsibleHyperVErrorDetail -ErrorRecord $ErrorRecord
    $Result['error_class'] = $detail.error_class
    $Result['hint'] = $detail.hint
}

Export-ModuleMember -Function Get-AnsibleHyperVErrorClass, Get-AnsibleHyperVErrorDetail, New-AnsibleHyperVArgumentException,
New-AnsibleHyperVException, Set-AnsibleHyperVFailure
