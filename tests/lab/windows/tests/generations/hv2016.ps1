# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A host of 2016.

Assert-Behaviour -Name 'from 2016 on there is no setup disk and no version to install' -Fact 'R55 no disk' -Body {
    Assert-Equal -Actual (Test-Path -LiteralPath C:\Windows\System32\vmguest.iso) -Expected $false
    $key = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Virtualization\GuestInstaller\Version'
    Assert-Equal -Actual (Test-Path -LiteralPath $key) -Expected $false
}
