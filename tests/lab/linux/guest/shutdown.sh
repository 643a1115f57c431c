#!/bin/sh
# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Stands in the place of systemd's shutdown, which hands a time to logind, and a guest of the lab has no logind. Whatever
# the time, it is now.

verb=poweroff
for word; do
    case "$word" in
        -r | --reboot) verb=reboot ;;
        -H | --halt) verb=halt ;;
        -c) exit 0 ;;
    esac
done
exec systemctl start --no-block --job-mode=replace-irreversibly "$verb.target"
