# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Plays dism.exe /online: the commands for packages, on the cmdlets of the module Dism. The last line is the exit code.
Import-Module -Name $env:LAB_DISM_MODULE
$options = @{}
foreach ($found in [regex]::Matches("$env:LAB_ARGUMENTS", '/([A-Za-z-]+)(?::(?:"([^"]*)"|(\S*)))?')) {
    $options[$found.Groups[1].Value.ToLowerInvariant()] = $found.Groups[2].Value + $found.Groups[3].Value
}

# Words of the states as the program writes them: InstallPending is "Install Pending".
function Get-Word {
    param($State)
    "$State" -creplace '(?<=[a-z])(?=[A-Z])', ' '
}

function Write-Package {
    param($Package)
    "Package Identity : $($Package.PackageName)"
    if ($Package.PSObject.Properties.Name -contains 'Applicable') {
        "Applicable : $(('No', 'Yes')[[int]$Package.Applicable])"
    }
    "State : $(Get-Word -State $Package.PackageState)"
    ''
}

$change = @{ Online = $true; NoRestart = $true; ErrorAction = 'Stop'; WarningAction = 'SilentlyContinue' }
$code = 0
"`nDeployment Image Servicing and Management tool`nVersion: 6.1.7600.16385`n"
try {
    if (-not $options.ContainsKey('online')) {
        throw [System.Runtime.InteropServices.COMException]::new('The option is unknown.', 87)
    }
    if ($options.ContainsKey('get-packages')) {
        Get-WindowsPackage -Online -ErrorAction Stop | ForEach-Object { Write-Package -Package $_ }
    }
    elseif ($options.ContainsKey('get-packageinfo')) {
        Write-Package -Package (Get-WindowsPackage -Online -PackagePath $options.packagepath -ErrorAction Stop -WarningAction SilentlyContinue)
    }
    elseif ($options.ContainsKey('add-package')) {
        $code = (0, 3010)[[int](Add-WindowsPackage -PackagePath $options.packagepath @change).RestartNeeded]
    }
    elseif ($options.ContainsKey('remove-package')) {
        $code = (0, 3010)[[int](Remove-WindowsPackage -PackageName $options.packagename @change).RestartNeeded]
    }
    'The operation completed successfully.'
}
catch {
    $code = $_.Exception.ErrorCode
    "`nError: 0x$('{0:x}' -f $code)`n`n$($_.Exception.Message)"
}
"exit $code"
