#!/bin/sh
# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Installs the Debian packages that are missing, or says how: packages.sh PACKAGE...
set -eu

missing=
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
missing=${missing# }
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    printf 'These Debian packages are needed: %s\nInstall them with: sudo apt-get install %s\n' "$missing" "$missing" >&2
    exit 1
fi

printf 'Installing Debian packages: %s ... ' "$missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
install() {
    # shellcheck disable=SC2086
    apt-get -o DPkg::Lock::Timeout=120 install --yes --no-install-recommends $missing >"$log" 2>&1
}
# The lists of a fresh machine are empty, so a failure is tried again with new ones.
if install || { apt-get update >"$log" 2>&1 && install; }; then
    echo 'done' >&2
else
    echo 'failed' >&2
    tail -n 15 "$log" >&2
    printf 'Install them with: apt-get update && apt-get install %s\n' "$missing" >&2
    exit 1
fi
