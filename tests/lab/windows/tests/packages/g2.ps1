# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# CABs through dism.exe, on a Windows without the module Dism.

$folder = "$env:HV_NODE/C/cabs"
$null = [System.IO.Directory]::CreateDirectory($folder)
foreach ($name in 'Windows6.x-HyperVIntegrationServices-x64.cab', 'Windows6.2-HyperVIntegrationServices-x64.cab') {
    [System.IO.File]::WriteAllText("$folder/$name", '6.3.9600.19456')
}
$cab = 'C:\cabs\Windows6.x-HyperVIntegrationServices-x64.cab'
$other = 'C:\cabs\Windows6.2-HyperVIntegrationServices-x64.cab'
$identity = 'Microsoft-Hyper-V-Integration-Services-Package~31bf3856ad364e35~amd64~~6.3.9600.19456'

function Invoke-Program {
    <#
    .SYNOPSIS
    Runs dism.exe and returns its exit code and what it said.

    .PARAMETER Word
    The arguments.
    #>
    param([string[]]$Word)
    $said = "$env:TEMP\said.txt"
    $process = Start-Process -FilePath C:\Windows\System32\dism.exe -ArgumentList $Word -Wait -PassThru -NoNewWindow -RedirectStandardOutput $said
    @{ code = $process.ExitCode; text = (Get-Content -LiteralPath $said -Raw) }
}

Assert-Behaviour -Name 'the module Dism is not there before Windows 8' -Fact '6.2 module' -Body {
    # An error is the answer.
    Assert-Equal -Actual @(Get-Command -Name Get-WindowsPackage -ErrorAction Ignore).Count -Expected 0
}

Assert-Behaviour -Name 'the program tells the identity of a package and whether it fits' -Fact '6.2 program' -Body {
    $answer = Invoke-Program -Word '/online', '/english', '/get-packageinfo', "/packagepath:`"$cab`""
    Assert-Equal -Actual $answer.code -Expected 0
    Assert-True -Condition ($answer.text -match "(?m)^Package Identity : $([regex]::Escape($identity))\r?$") -Message "it says: $($answer.text)"
    Assert-True -Condition ($answer.text -match '(?m)^Applicable : Yes\r?$') -Message "it says: $($answer.text)"
    $answer = Invoke-Program -Word '/online', '/english', '/get-packageinfo', "/packagepath:`"$other`""
    Assert-True -Condition ($answer.text -match '(?m)^Applicable : No\r?$') -Message "it says: $($answer.text)"
}

Assert-Behaviour -Name 'a package that does not fit ends with 0x800f081e' -Fact '6.2 program' -Body {
    $answer = Invoke-Program -Word '/online', '/add-package', "/packagepath:`"$other`"", '/quiet', '/norestart'
    Assert-Equal -Actual $answer.code -Expected (-2146498530)
}

Assert-Behaviour -Name 'one that waits for a restart ends with 3010 and is listed so' -Fact '6.2 program' -Body {
    $answer = Invoke-Program -Word '/online', '/add-package', "/packagepath:`"$cab`"", '/quiet', '/norestart'
    Assert-Equal -Actual $answer.code -Expected 3010
    $answer = Invoke-Program -Word '/online', '/english', '/get-packages', '/format:list'
    Assert-True -Condition ($answer.text -match "(?m)^Package Identity : $([regex]::Escape($identity))\r?\nState : Install Pending\r?$") `
        -Message "it says: $($answer.text)"
    Restart-Computer
    Assert-Equal -Actual (Get-NodeState).icVersion -Expected '6.3.9600.19456'
}

Assert-Behaviour -Name 'a package is removed by its name' -Fact '6.2 program' -Body {
    $answer = Invoke-Program -Word '/online', '/remove-package', "/packagename:$identity", '/quiet', '/norestart'
    Assert-Equal -Actual $answer.code -Expected 3010
    Assert-Equal -Actual @((Get-NodeState).packages).Count -Expected 0
}
