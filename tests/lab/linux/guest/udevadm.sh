#!/bin/sh
# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Stands before a guest's udevadm. "trigger" would write into /sys, which is the machine's own, and so start events for
# every device of the machine in every namespace. Here it starts events for this guest's Hyper-V devices alone.

if [ "$1" != trigger ]; then
    exec /usr/lib/hyperv-lab/udevadm "$@"
fi
action=change
settle=
shift
while [ $# -gt 0 ]; do
    case "$1" in
        --action=*) action=${1#--action=} ;;
        -c | --action)
            action=$2
            shift
            ;;
        -w | --settle) settle=1 ;;
        -n | --dry-run) exit 0 ;;
        --type=subsystems) exit 0 ;;
    esac
    shift
done
# shellcheck disable=SC2046 # the list is words on purpose
/usr/bin/python3 /usr/lib/hyperv-lab/uevent.py "$action" $(cat /usr/lib/hyperv-lab/stand-ins) || exit 1
[ -z "$settle" ] || exec /usr/lib/hyperv-lab/udevadm settle --timeout=10
