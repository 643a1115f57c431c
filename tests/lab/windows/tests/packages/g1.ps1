# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# CABs through DISM, online.

$folder = "$env:HV_NODE/C/cabs"
$null = [System.IO.Directory]::CreateDirectory($folder)
$files = @{
    'Windows6.x-HyperVIntegrationServices-x64.cab' = '6.3.9600.19456'
    'Windows6.2-HyperVIntegrationServices-x64.cab' = '6.3.9600.19456'
    'Windows6.x-HyperVIntegrationServices-x86.cab' = '6.3.9600.19456'
    'broken.cab' = ''
    'tool.cab' = ''
    'text.cab' = 'hello'
}
foreach ($name in $files.Keys) {
    [System.IO.File]::WriteAllText("$folder/$name", $files[$name])
}
$other = 'C:\cabs\Windows6.2-HyperVIntegrationServices-x64.cab'
$small = 'C:\cabs\Windows6.x-HyperVIntegrationServices-x86.cab'
$cab = 'C:\cabs\Windows6.x-HyperVIntegrationServices-x64.cab'
$identity = 'Microsoft-Hyper-V-Integration-Services-Package~31bf3856ad364e35~amd64~~6.3.9600.19456'

function Get-Code {
    <#
    .SYNOPSIS
    Returns the error number of a block as DISM writes it.

    .PARAMETER Body
    The block.
    #>
    param([scriptblock]$Body)
    '0x{0:x8}' -f (Get-ErrorOf -Body $Body)[0].Exception.ErrorCode
}

Assert-Behaviour -Name 'a CAB tells its identity and whether it fits before it is installed' -Fact '6.3 identity' -Body {
    $package = Get-WindowsPackage -Online -PackagePath $cab
    Assert-Equal -Actual @($package.PackageName, "$($package.PackageState)", $package.Applicable) -Expected @($identity, 'NotPresent', $true)
    Assert-Equal -Actual (Get-WindowsPackage -Online -PackagePath $other).Applicable -Expected $false
}

Assert-Behaviour -Name 'a CAB for another Windows fails with 0x800f081e, a warning and an error, without harm' -Fact '6.2 not applicable' -Body {
    $before = Get-NodeState | ConvertTo-Json -Depth 9
    foreach ($wrong in $other, $small) {
        $code = Get-Code -Body { Add-WindowsPackage -Online -NoRestart -PackagePath $wrong -WarningAction SilentlyContinue }
        Assert-Equal -Actual $code -Expected '0x800f081e'
    }
    $warned = Get-ErrorOf -Body { Add-WindowsPackage -Online -NoRestart -PackagePath $other -WarningAction Stop }
    Assert-True -Condition ("$warned" -like '*Add-WindowsPackage failed. Error code = 0x800f081e*') -Message "it warns: $warned"
    Assert-Equal -Actual (Get-NodeState | ConvertTo-Json -Depth 9) -Expected $before
}

Assert-Behaviour -Name 'installed, the package waits for the restart and the version with it' -Fact '6.2 online' -Body {
    $answer = Add-WindowsPackage -Online -NoRestart -PackagePath $cab
    Assert-Equal -Actual @($answer.RestartNeeded, $answer.Online) -Expected @($true, $true)
    Assert-Equal -Actual "$((Get-WindowsPackage -Online -PackageName $identity).PackageState)" -Expected 'InstallPending'
    Assert-Equal -Actual (Get-NodeState).icVersion -Expected '6.1.7601.17514'
    Restart-Computer
    Assert-Equal -Actual "$((Get-WindowsPackage -Online -PackageName $identity).PackageState)" -Expected 'Installed'
    Assert-Equal -Actual (Get-NodeState).icVersion -Expected '6.3.9600.19456'
}

Assert-Behaviour -Name 'installed again it changes nothing and needs no restart' -Fact '6.2 again' -Body {
    Assert-Equal -Actual (Add-WindowsPackage -Online -NoRestart -PackagePath $cab).RestartNeeded -Expected $false
    Assert-Equal -Actual @(Get-WindowsPackage -Online).Count -Expected 1
}

Assert-Behaviour -Name 'an older package beside a newer one is superseded' -Fact '6.2 superseded' -Body {
    [System.IO.File]::WriteAllText("$folder/Windows6.x-HyperVIntegrationServices-x64.cab", '6.3.9600.18080')
    Assert-Equal -Actual (Add-WindowsPackage -Online -NoRestart -PackagePath $cab).RestartNeeded -Expected $false
    $old = Get-WindowsPackage -Online | Where-Object { $_.PackageName -like '*18080' }
    Assert-Equal -Actual @("$($old.PackageState)", (Get-NodeState).icVersion) -Expected @('Superseded', '6.3.9600.19456')
}

Assert-Behaviour -Name 'a package that needs no restart is there at once' -Fact '6.2 no restart' -Body {
    $answer = Add-WindowsPackage -Online -NoRestart -PackagePath C:\cabs\tool.cab
    Assert-Equal -Actual $answer.RestartNeeded -Expected $false
    Assert-Equal -Actual "$((Get-WindowsPackage -Online -PackageName 'Contoso-Tool~1~amd64~~1.0.0.0').PackageState)" -Expected 'Installed'
}

Assert-Behaviour -Name 'an installed package leaves a manifest that tells its version' -Fact '6.3 manifest' -Body {
    $names = (Get-ChildItem -Path 'C:\Windows\servicing\Packages' -Filter '*Hyper-V-Integration-Services*.mum').BaseName
    Assert-True -Condition ($names -contains $identity) -Message "the manifests are: $names"
}

Assert-Behaviour -Name 'a missing file, a file that is no CAB and a broken package have numbers of their own' -Fact '9 faults' -Body {
    $codes = foreach ($file in 'nosuch.cab', 'text.cab', 'broken.cab') {
        Get-Code -Body { Add-WindowsPackage -Online -NoRestart -PackagePath "C:\cabs\$file" -WarningAction SilentlyContinue }
    }
    Assert-Equal -Actual $codes -Expected @('0x80070003', '0x8007000d', '0x800f0922')
}
