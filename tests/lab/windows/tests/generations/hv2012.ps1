# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A host of 2012.

Assert-Behaviour -Name 'the registry of 2012 has the old names for the version of the disk' -Fact '5.3 old names' -Body {
    $key = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Virtualization\GuestInstaller\Version'
    $value = (Get-ItemProperty -LiteralPath $key).'Microsoft-Hyper-V-Guest-Installer-Win6x-Package'
    Assert-Equal -Actual $value -Expected '6.2.9200.16433'
    Assert-Equal -Actual (Test-Path -LiteralPath C:\Windows\System32\vmguest.iso) -Expected $true
}
