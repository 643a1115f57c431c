# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -PowerShell ._HyperVError

# Private to hyperv.integration: which virtual machines of the host the user means.

Function Invoke-AnsibleHyperVGetVM {
    <#
    .SYNOPSIS
    Calls Get-VM once and keeps what it returned apart from what it complained about.

    .PARAMETER Arguments
    The arguments of Get-VM; none means every machine.
    #>
    [CmdletBinding()]
    param (
        [System.Collections.IDictionary]
        $Arguments = @{}
    )

    $failures = $null
    try {
        # One machine that cannot be read must not hide the others: the caller looks at the errors.
        $found = @(Get-VM @Arguments -ErrorAction SilentlyContinue -ErrorVariable failures)
    }
    catch [System.Management.Automation.CommandNotFoundException] {
        throw (New-AnsibleHyperVException -ErrorClass host_unsupported -Message 'The host has no PowerShell module Hyper-V')
    }
    @{
        vms = $found
        failures = @($failures | Where-Object -FilterScript { $_ -is [System.Management.Automation.ErrorRecord] })
    }
}

Function Get-AnsibleHyperVVM {
    <#
    .SYNOPSIS
    Reads virtual machines of the host in one call: those of a selector where Get-VM can pick them, else all.

    .DESCRIPTION
    Returns the machines, and the errors of those that could not be read. Access that is denied, and a host without the
    Hyper-V module, raise an error.

    .PARAMETER Selector
    One pair: vm_name, vm_id, vm_names, vm_pattern or all_vms, and its value.
    #>
    [CmdletBinding()]
    param (
        [System.Collections.IDictionary]
        $Selector = @{ all_vms = $true }
    )

    $narrow = @{}
    if ($Selector.Contains('vm_id')) {
        $narrow.Id = [Guid]$Selector.vm_id
    }
    foreach ($kind in 'vm_name', 'vm_names') {
        # Get-VM -Name reads wildcards, so names with such characters are compared here.
        if ($Selector.Contains($kind) -and -not (@($Selector[$kind]) -match '[\[\]*?`]')) {
            # A name that is given twice would come twice.
            $narrow.Name = [string[]]@($Selector[$kind] | Sort-Object -Unique)
        }
    }
    if ($narrow.Count -gt 0) {
        $answer = Invoke-AnsibleHyperVGetVM -Arguments $narrow
        # The error of a name that is not there looks like that of any bad parameter: the full list tells them apart.
        if ($answer.failures.Count -eq 0) {
            return $answer
        }
    }

    $answer = Invoke-AnsibleHyperVGetVM
    foreach ($failure in $answer.failures) {
        if ($answer.vms.Count -eq 0 -or (Get-AnsibleHyperVErrorClass -ErrorRecord $failure) -eq 'access_denied') {
            throw $failure
        }
    }
    $answer
}

Function Get-AnsibleHyperVUnreadVM {
    <#
    .SYNOPSIS
    Names the machines that the host knows but Get-VM could not read, so that none of them is silently absent.

    .PARAMETER Failures
    The errors that Get-VM gave.

    .PARAMETER VM
    The machines that could be read.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Management.Automation.ErrorRecord[]]
        $Failures,

        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [object[]]
        $VM
    )

    $read = @{}
    foreach ($machine in $VM) {
        $read[$machine.Id.ToString()] = $true
    }
    $detail = Get-AnsibleHyperVErrorDetail -ErrorRecord $Failures[0]
    foreach ($system in Get-CimInstance -Namespace root/virtualization/v2 -ClassName Msvm_ComputerSystem) {
        $id = [Guid]::Empty
        # The host itself is an instance too, but its name is no GUID.
        if ([Guid]::TryParse($system.Name, [ref]$id) -and -not $read.ContainsKey($id.ToString())) {
            @{
                id = $id.ToString()
                name = $system.ElementName
                error = $detail
            }
        }
    }
}

Function Find-AnsibleHyperVVMByName {
    <#
    .SYNOPSIS
    Finds the one machine of a name, taken literally and without regard to case.

    .PARAMETER Index
    The machines of the host in lists, by name.

    .PARAMETER Name
    The name as the user wrote it.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.Generic.Dictionary[string, object]]
        $Index,

        [Parameter(Mandatory)]
        [string]
        $Name
    )

    if (-not $Index.ContainsKey($Name)) {
        $text = "Failed to find virtual machine '$Name' on host '$env:COMPUTERNAME'"
        throw (New-AnsibleHyperVException -ErrorClass vm_not_found -Message $text)
    }
    $hits = $Index[$Name]
    if ($hits.Count -gt 1) {
        $ids = @(foreach ($machine in $hits) { $machine.Id.ToString() }) -join ', '
        $text = "Expected one virtual machine '$Name' on host '$env:COMPUTERNAME' but found $($hits.Count): $ids"
        throw (New-AnsibleHyperVException -ErrorClass vm_ambiguous -Message $text)
    }
    $hits[0]
}

Function Find-AnsibleHyperVVMById {
    <#
    .SYNOPSIS
    Finds the machine of an id.

    .PARAMETER Id
    The GUID.

    .PARAMETER VM
    The machines of the host.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [Guid]
        $Id,

        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [object[]]
        $VM
    )

    foreach ($machine in $VM) {
        if ($machine.Id -eq $Id) {
            return $machine
        }
    }
    throw (New-AnsibleHyperVException -ErrorClass vm_not_found -Message "Failed to find virtual machine with id '$Id' on host '$env:COMPUTERNAME'")
}

Function Group-AnsibleHyperVVMName {
    <#
    .SYNOPSIS
    Puts machines into lists by their names, without regard to case.

    .PARAMETER VM
    The machines.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [AllowEmptyCollection()]
        [object[]]
        $VM
    )

    $index = New-Object -TypeName 'System.Collections.Generic.Dictionary[string, object]' -ArgumentList ([StringComparer]::OrdinalIgnoreCase)
    foreach ($machine in $VM) {
        if (-not $index.ContainsKey($machine.Name)) {
            $index[$machine.Name] = [System.Collections.Generic.List[object]]@()
        }
        $index[$machine.Name].Add($machine)
    }
    # As one object, also where it is empty.
    Write-Output -InputObject $index -NoEnumerate
}

Function New-AnsibleHyperVUnreadItem {
    <#
    .SYNOPSIS
    Makes the entry of a machine that could not be read.

    .PARAMETER Unread
    Its id, its name and the error of Get-VM.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes an object')]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Unread
    )

    # Hyper-V may say "not found" of a machine that it lists: the class is for those that it does not list.
    $class = if ($Unread.error.error_class -eq 'vm_not_found') { 'unexpected' } else { $Unread.error.error_class }
    $text = "Failed to read virtual machine '$($Unread.name)' of host '$env:COMPUTERNAME': $($Unread.error.msg)"
    $failure = New-AnsibleHyperVException -ErrorClass $class -Message $text
    @{
        word = $Unread.name
        id = $Unread.id
        name = $Unread.name
        error = @{ error_class = $class; msg = $text; hint = [string]$failure.Data['hint'] }
        machine = New-Object -TypeName PSObject -Property @{ Id = [Guid]$Unread.id; Name = $Unread.name }
    }
}

Function Select-AnsibleHyperVVM {
    <#
    .SYNOPSIS
    Picks the machines that a selector means.

    .DESCRIPTION
    Returns the machines, and an entry with its error for each name that means none or several, and for each machine that is meant
    and that Get-VM could not read.

    .PARAMETER Known
    What Get-AnsibleHyperVVM has read.

    .PARAMETER Selector
    One pair: vm_name, vm_id, vm_names, vm_pattern or all_vms, and its value.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Known,

        [Parameter(Mandatory)]
        [System.Collections.IDictionary]
        $Selector
    )

    $picked = [System.Collections.Generic.List[object]]@()
    $missing = [System.Collections.Generic.List[object]]@()
    # A machine that is there and cannot be read is neither absent nor left out.
    $unread = @{}
    if ($Known.failures.Count -gt 0) {
        foreach ($one in Get-AnsibleHyperVUnreadVM -Failures $Known.failures -VM $Known.vms) {
            $unread[[Guid]$one.id] = New-AnsibleHyperVUnreadItem -Unread $one
        }
    }
    $all = @($Known.vms) + @($unread.Values | ForEach-Object -Process { $_.machine })
    if ($Selector.Contains('all_vms')) {
        $meant = $all
    }
    elseif ($Selector.Contains('vm_pattern')) {
        $meant = @(foreach ($machine in $all) { if ($machine.Name -like $Selector.vm_pattern) { $machine } })
    }
    else {
        $kind = @($Selector.Keys)[0]
        $index = Group-AnsibleHyperVVMName -VM $all
        $meant = @(foreach ($word in $Selector[$kind]) {
                try {
                    if ($kind -eq 'vm_id') {
                        Find-AnsibleHyperVVMById -Id $word -VM $all
                    }
                    else {
                        Find-AnsibleHyperVVMByName -Name $word -Index $index
                    }
                }
                catch {
                    $detail = Get-AnsibleHyperVErrorDetail -ErrorRecord $_
                    $missing.Add(@{ word = $word; id = $(if ($kind -eq 'vm_id') { $word }); name = $(if ($kind -ne 'vm_id') { $word }); error = $detail })
                }
            })
    }
    $seen = @{}
    foreach ($machine in $meant) {
        if ($seen.ContainsKey($machine.Id)) {
            continue
        }
        $seen[$machine.Id] = $true
        if ($unread.ContainsKey($machine.Id)) {
            $missing.Add($unread[$machine.Id])
        }
        else {
            $picked.Add($machine)
        }
    }
    @{
        vms = $picked
        missing = $missing
    }
}

Export-ModuleMember -Function Get-AnsibleHyperVVM, Get-AnsibleHyperVUnreadVM, Select-AnsibleHyperVVM
