#!/bin/sh
# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Offers a newer hyperv-daemons in the guest's own package source: the same files under a higher version.
set -eu
cd /srv/lab-repository
old=$(ls hyperv-daemons_*.deb)
version=$(dpkg-deb -f "$old" Version)+lab1
room=$(mktemp -d)
dpkg-deb -R "$old" "$room/package"
sed -i "s/^Version: .*/Version: $version/" "$room/package/DEBIAN/control"
dpkg-deb -Znone -b "$room/package" "./offered_${version}_lab.deb" > /dev/null
rm -r "$room"
for deb in *.deb; do
    dpkg-deb -f "$deb"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d ' ' -f 1)"
done > Packages
gzip -kf Packages
