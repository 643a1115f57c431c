#!/bin/sh
# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Offers a newer hyperv-daemons in the guest's own package source: the same files under a higher version. With a fault as argument:
#   lock      another program holds the lock of dpkg for two minutes
#   broken    the script of the new package that runs after its installation fails
#   nosource  the package source is gone
set -eu
fault=$1
cd /srv/lab-repository
old=$(ls hyperv-daemons_*.deb)
version=$(dpkg-deb -f "$old" Version)+lab1
room=$(mktemp -d)
dpkg-deb -R "$old" "$room/package"
sed -i "s/^Version: .*/Version: $version/" "$room/package/DEBIAN/control"
if [ "$fault" = broken ]; then
    printf '#!/bin/sh\necho "the new daemon is not for this guest" >&2\nexit 1\n' > "$room/package/DEBIAN/postinst"
    chmod 755 "$room/package/DEBIAN/postinst"
fi
dpkg-deb -Znone -b "$room/package" "./offered_${version}_lab.deb" > /dev/null
rm -r "$room"
for deb in *.deb; do
    dpkg-deb -f "$deb"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d ' ' -f 1)"
done > Packages
gzip -kf Packages
case $fault in
    # Check mode fetches no lists, so they have to be there.
    none) apt-get -qq update ;;
    lock)
        program='import fcntl, time; file = open("/var/lib/dpkg/lock-frontend", "w"); fcntl.lockf(file, fcntl.LOCK_EX); time.sleep(120)'
        systemd-run --quiet python3 -c "$program"
        ;;
    nosource) mv /srv/lab-repository /srv/gone ;;
esac
