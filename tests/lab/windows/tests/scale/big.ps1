# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Many VMs: time grows with their number and no faster, calls.log stays short, and processes see each other's changes.

function New-Fleet {
    <#
    .SYNOPSIS
    Makes a node beside this one with as many VMs as asked for, and returns its name.

    .PARAMETER Count
    The number.
    #>
    param([int]$Count)
    $vms = 1..$Count | ForEach-Object {
        @{
            id = 'aaaaaaaa-0000-4000-8000-{0:x12}' -f $_
            name = "vm$_"
            state = 'Running'
            kvp = @{ intrinsic = @{ OSName = 'Windows Server 2019'; OSVersion = '10.0.17763'; NetworkAddressIPv4 = '10.0.0.1' } }
        }
    }
    $state = @{ role = 'host'; computerName = "BIG$Count"; os = @{ version = '10.0.17763'; build = 17763 }; vms = $vms }
    $folder = "$env:HV_NODE$Count"
    $null = [System.IO.Directory]::CreateDirectory($folder)
    [System.IO.File]::WriteAllText("$folder/state.json", ($state | ConvertTo-Json -Depth 9))
    "big$Count"
}

function Measure-Cpu {
    <#
    .SYNOPSIS
    Returns the processor time of a block on a node, in milliseconds: the better of two runs.

    .PARAMETER Node
    The node.

    .PARAMETER Body
    The block.
    #>
    param([string]$Node, [scriptblock]$Body)
    $process = [System.Diagnostics.Process]::GetCurrentProcess()
    $times = 1..2 | ForEach-Object {
        $process.Refresh()
        $before = $process.TotalProcessorTime
        $null = Use-Node -Name $Node -Body $Body
        $process.Refresh()
        ($process.TotalProcessorTime - $before).TotalMilliseconds
    }
    ($times | Measure-Object -Minimum).Minimum
}

$small = New-Fleet -Count 200
$large = New-Fleet -Count 2000
$services = { Get-VM | Get-VMIntegrationService | ForEach-Object { "$($_.VMName)$($_.Name)$($_.Enabled)$($_.PrimaryOperationalStatus)$($_.Id)" } }
$pairs = { Get-CimInstance -Namespace root/virtualization/v2 -ClassName Msvm_KvpExchangeComponent }

Assert-Behaviour -Name 'ten times the VMs take about ten times the time' -Fact '9 linear' -Body {
    foreach ($read in $services, $pairs) {
        $null = Measure-Cpu -Node $small -Body $read
        $one = Measure-Cpu -Node $small -Body $read
        $ten = Measure-Cpu -Node $large -Body $read
        Assert-True -Condition ($ten -lt 25 * $one + 200) -Message "200 VMs took $one ms and 2,000 took $ten ms"
    }
    Assert-Equal -Actual @(Use-Node -Name $large -Body $services).Count -Expected 12000
}

Assert-Behaviour -Name 'a call for many VMs is one short line in calls.log' -Fact '9 calls' -Body {
    $line = Use-Node -Name $large -Body {
        $null = Get-VMIntegrationService -VM (Get-VM) -Name VSS
        [System.IO.File]::ReadAllLines("$env:HV_NODE/calls.log")[-1]
    }
    $call = $line | ConvertFrom-Json
    Assert-Equal -Actual @($call.cmdlet, $call.params.Name) -Expected @('Get-VMIntegrationService', 'VSS')
    Assert-True -Condition ($line.Length -lt 1000) -Message "the line has $($line.Length) characters"
}

Assert-Behaviour -Name 'what another process writes is seen by the next call, and unknown keys are kept' -Fact '9 shared' -Body {
    $null = Get-VM
    Set-NodeState -Body { param($state) $state.vms[0].name = 'renamed'; $state | Add-Member -NotePropertyName extra -NotePropertyValue 'kept' }
    Assert-Equal -Actual (Get-VM).Name -Expected 'renamed'
    Disable-VMIntegrationService -VMName renamed -Name VSS
    Assert-Equal -Actual (Get-NodeState).extra -Expected 'kept'
}

Assert-Behaviour -Name 'two processes that write at the same time lose nothing' -Fact '9 shared' -Body {
    $script = '1..15 | ForEach-Object { Set-ItemProperty -LiteralPath HKLM:\SOFTWARE\Lab -Name "$env:LAB_WRITER$_" -Value $_ }'
    $null = New-Item -Path HKLM:\SOFTWARE\Lab -Force
    $writers = foreach ($name in 'a', 'b') {
        $start = [System.Diagnostics.ProcessStartInfo]::new([System.Environment]::ProcessPath)
        '-NoProfile', '-Command', $script | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.Environment['LAB_WRITER'] = $name
        [System.Diagnostics.Process]::Start($start)
    }
    $writers | ForEach-Object { Assert-True -Condition $_.WaitForExit(60000) -Message 'a writer did not end' }
    Assert-Equal -Actual (Get-Item -LiteralPath HKLM:\SOFTWARE\Lab).ValueCount -Expected 30
}

Assert-Behaviour -Name 'switching many VMs is written together, and nothing is lost' -Fact '9 batch' -Body {
    $left = Use-Node -Name $large -Body {
        $services = Get-VM | Get-VMIntegrationService | Where-Object { $_ -is [Microsoft.HyperV.PowerShell.GuestServiceInterfaceComponent] }
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $services | Enable-VMIntegrationService
        Assert-True -Condition ($watch.Elapsed.TotalSeconds -lt 30) -Message "2,000 switches took $($watch.Elapsed)"
        $enabled = (Get-NodeState).vms.Where({ $_.services.GuestServiceInterface.enabled })
        Assert-Equal -Actual @($enabled.Count, @(Get-LabCall -Name 'event:enable').Count) -Expected @(2000, 2000)
        $null = Get-VM | Get-VMIntegrationService
        $null = Get-VM | Get-VMIntegrationService
        (Get-NodeState).vms.Where({ $_.services.GuestServiceInterface.contactIn }).Count
    }
    Assert-Equal -Actual $left -Expected 0
}
