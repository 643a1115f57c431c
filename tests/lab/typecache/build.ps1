# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

<#
.SYNOPSIS
Compiles the start-up hook that keeps compiled types.

.PARAMETER Path
The source.

.PARAMETER OutputPath
The assembly to write.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string]
    $Path,

    [Parameter(Mandatory)]
    [string]
    $OutputPath
)

$ErrorActionPreference = 'Stop'
Add-Type -Path $Path -OutputAssembly $OutputPath
