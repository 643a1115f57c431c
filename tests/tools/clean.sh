#!/bin/sh
# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Removes what the other verbs made: environments, copies of the checkout, the lab's files, built docs and archives.
set -eu

cd "$(dirname -- "$0")/../.."
cache=${HYPERV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hyperv.integration}

if [ -n "$(ls -A "$cache/labs" 2>/dev/null)" ]; then
    echo "Labs are still there: $(ls "$cache/labs"). Stop them first with make lab-down NAME=..." >&2
    exit 1
fi
# Only names that the project makes: the variable may point into a folder with other things.
for name in venv venv-2.19 venv-2.20 venv-2.21 ansible audit collections lab lab-types labs linux logs pwsh trees winlab setup.lock; do
    rm -rf -- "${cache:?}/$name"
done
rmdir -- "$cache" 2>/dev/null || true
rm -rf docs/build build tests/output
