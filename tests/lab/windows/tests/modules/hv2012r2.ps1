# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Module 1.1, the only one of 2012 and 2012 R2.

Assert-Behaviour -Name 'a host of 2012 R2 has module 1.1 alone' -Fact '3 modules' -Body {
    $versions = Get-Module -ListAvailable -Name Hyper-V | ForEach-Object { "$($_.Version)" }
    Assert-Equal -Actual @($versions) -Expected @('1.1')
    Assert-Equal -Actual (Get-VM).Name -Expected 'web02'
}

Assert-Behaviour -Name 'no cmdlet has CimSession or Credential, all keep ComputerName' -Fact '1.1 remote' -Body {
    foreach ($command in Get-Command -Module Hyper-V -CommandType Cmdlet) {
        $names = @('CimSession', 'Credential').Where({ $command.Parameters.ContainsKey($_) })
        Assert-Equal -Actual @($names) -Expected @()
        Assert-True -Condition $command.Parameters.ContainsKey('ComputerName') -Message "$command has no ComputerName"
    }
}

Assert-Behaviour -Name 'Mount-VHD and Dismount-VHD lack SnapshotId' -Fact '1.1 vhd' -Body {
    foreach ($name in 'Mount-VHD', 'Dismount-VHD') {
        Assert-Equal -Actual (Get-Command -Name $name).Parameters.ContainsKey('SnapshotId') -Expected $false
    }
}
