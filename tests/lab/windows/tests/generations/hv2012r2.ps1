# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What differs between host generations. The modules are those of 2012 R2; the hosts answer for themselves.

$hosts = 'hv2012', 'hv2012r2', 'hv2016', 'hv2019', 'hv2022'

function Get-OnEach {
    <#
    .SYNOPSIS
    Returns the result of a block on each host, as "host: result".

    .PARAMETER Body
    The block.
    #>
    param([scriptblock]$Body)
    foreach ($name in $hosts) {
        "${name}: $(Use-Node -Name $name -Body $Body)"
    }
}

Assert-Behaviour -Name 'the generation of a host is in its build number' -Fact '3 build' -Body {
    $builds = Get-OnEach -Body { (Get-CimInstance -ClassName Win32_OperatingSystem).BuildNumber }
    $expected = 'hv2012: 9200', 'hv2012r2: 9600', 'hv2016: 14393', 'hv2019: 17763', 'hv2022: 20348'
    Assert-Equal -Actual $builds -Expected $expected
}

Assert-Behaviour -Name 'a host of 2012 offers no Guest Service Interface, later ones do, off in a new VM' -Fact '2.1 gsi since' -Body {
    $counts = Get-OnEach -Body { @(Get-VMIntegrationService -VMName old).Count }
    Assert-Equal -Actual $counts -Expected @('hv2012: 5', 'hv2012r2: 6', 'hv2016: 6', 'hv2019: 6', 'hv2022: 6')
    $record = Use-Node -Name hv2012 -Body { Get-ErrorOf -Body { Enable-VMIntegrationService -VMName old -Name 'Guest Service Interface' } }
    Assert-True -Condition ($record.FullyQualifiedErrorId -like 'InvalidParameter,*') -Message '2012 switched what it does not offer'
}

Assert-Behaviour -Name 'in a new VM everything is on but Guest Service Interface' -Fact '2.1 defaults' -Body {
    $off = Get-OnEach -Body { (Get-VMIntegrationService -VMName old | Where-Object { -not $_.Enabled }).Name }
    Assert-Equal -Actual $off[1] -Expected 'hv2012r2: Guest Service Interface'
    Assert-Equal -Actual @($off -like '*: Guest Service Interface').Count -Expected 4
}

Assert-Behaviour -Name 'up to 2012 R2 a host compares the version of its guests and says what it found' -Fact '3 state old' -Body {
    foreach ($name in 'hv2012', 'hv2012r2') {
        $old = Use-Node -Name $name -Body { Get-VM -Name old }
        Assert-Equal -Actual @($old.IntegrationServicesState, "$($old.IntegrationServicesVersion)") -Expected @('Update required', '6.1.7601.17514')
        $new = Use-Node -Name $name -Body { Get-VM -Name new }
        Assert-Equal -Actual @($new.IntegrationServicesState, $new.IntegrationServicesVersion.GetType().Name) -Expected @('Up to date', 'Version')
    }
}

Assert-Behaviour -Name 'from 2016 on the state is empty and the version is 0.0 or empty' -Fact '3 state new' -Body {
    $shown = Get-OnEach -Body { $vm = Get-VM -Name old; "[$($vm.IntegrationServicesState)] [$($vm.IntegrationServicesVersion)]" }
    Assert-Equal -Actual $shown[2..4] -Expected @('hv2016: [] [0.0]', 'hv2019: [] [0.0]', 'hv2022: [] []')
}

Assert-Behaviour -Name 'a VM that is off reports neither state nor version' -Fact '3 state off' -Body {
    $shown = Get-OnEach -Body { $vm = Get-VM -Name off; "[$($vm.IntegrationServicesState)] [$($vm.IntegrationServicesVersion)]" }
    Assert-Equal -Actual @($shown -notlike '*: `[`] `[`]').Count -Expected 0
}

Assert-Behaviour -Name 'WMI says the same with a number that no language changes' -Fact '3 state wmi' -Body {
    $shown = Get-OnEach -Body {
        Get-CimInstance -Namespace root/virtualization/v2 -ClassName Msvm_SummaryInformation |
            ForEach-Object { $_.IntegrationServicesVersionState }
    }
    $expected = 'hv2012: 2 1 0', 'hv2012r2: 2 1 0', 'hv2016: 0 0 0', 'hv2019: 0 0 0', 'hv2022: 0 0 0'
    Assert-Equal -Actual $shown -Expected $expected
}

Assert-Behaviour -Name 'the version of a configuration goes with the generation' -Fact '3 configuration' -Body {
    $expected = 'hv2012: 4.0', 'hv2012r2: 5.0', 'hv2016: 8.0', 'hv2019: 9.0', 'hv2022: 10.0'
    Assert-Equal -Actual (Get-OnEach -Body { (Get-VM -Name new).Version }) -Expected $expected
}

Assert-Behaviour -Name 'this host has the setup disk and the unpacked files' -Fact '6.1 disk' -Body {
    Assert-Equal -Actual (Test-Path -LiteralPath C:\Windows\System32\vmguest.iso) -Expected $true
    Assert-Equal -Actual (Test-Path -LiteralPath C:\Windows\vmguest\support\amd64\setup.exe) -Expected $true
    Assert-Equal -Actual (Test-Path -LiteralPath C:\Windows\vmguest\support\x86\setup.exe) -Expected $true
}

Assert-Behaviour -Name 'the registry holds the version that the disk installs' -Fact '5.3 reference' -Body {
    $key = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Virtualization\GuestInstaller\Version'
    Assert-Equal -Actual (Get-ItemProperty -LiteralPath $key).'Microsoft-Hyper-V-Guest-Installer' -Expected '6.3.9600.16384'
}
