#!/bin/sh
# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Makes the virtual environments of the checkout: setup.sh [run] [test] [cores]
#   run    the newest ansible-core that the newest Python here can run: what playbooks need
#   test   the tools of the checks on top of it
#   cores  what tests run playbooks with: an environment for each other supported ansible-core that a Python here can run,
#          and the collections ansible.windows and community.general, without which the tests that use them are skipped
# Needs sh, git and a Python with its venv module; does nothing, at once, when all is there already.
set -eu

tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cache=${HYPERV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hyperv.integration}

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# The lowest and highest minor version of Python 3 that an ansible-core runs on.
limits() {
    case $1 in
        2.19) echo '11 13' ;;
        *) echo '12 14' ;;
    esac
}

# The shims of pyenv answer for one version only, so its folders are looked into as well.
candidates() {
    for minor in $1; do
        for path in "python3.$minor" "${PYENV_ROOT:-$HOME/.pyenv}/versions/3.$minor."*"/bin/python3.$minor" "/usr/bin/python3.$minor"; do
            [ "$("$path" -c 'import sys; print(sys.version_info[1])' 2>/dev/null)" = "$minor" ] && command -v "$path"
        done
    done
    return 0
}

# find_python MINORS: the first Python of these versions that can make an environment, else the first that can't yet.
find_python() {
    found=$(candidates "$1")
    for path in $found; do
        "$path" -c 'import ensurepip, venv' 2>/dev/null && echo "$path" && return
    done
    echo "$found" | head -n 1
}

# Debian keeps ensurepip in a package of its own.
need_venv_module() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    package=$("$1" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
    sh "$tests/tools/packages.sh" "$package" || exit 1
    "$1" -c 'import ensurepip, venv' 2>/dev/null || fail "$1 still has no module ensurepip although $package is installed."
}

# try_logged TITLE LOG COMMAND...: one line of progress, the output into a log, three tries.
try_logged() {
    title=$1 log=$2 started=$(date +%s)
    shift 2
    printf '%s ... ' "$title" >&2
    for pause in 5 20 0; do
        if "$@" >"$log" 2>&1; then
            say "$(($(date +%s) - started)) s"
            return
        fi
        [ "$pause" -gt 0 ] && printf 'failed, once more in %s s ... ' "$pause" >&2 && sleep "$pause"
    done
    say "failed"
    grep -v '^WARNING: Location' "$log" | tail -n 15 >&2
    say "The whole output is in $log"
    return 1
}

# run_logged TITLE LOG COMMAND...: the same, and nothing goes on without it.
run_logged() {
    try_logged "$@" || exit 1
}

# install VENV STAGE FILE TITLE: the requirements of a file, unless the stamp says that they are in.
install() {
    venv=$1
    stamp=$venv/.installed-$2
    wanted=$(cat "$tests/requirements-run.txt" "$tests/constraints.txt" "$tests/$3" | cksum)
    [ -x "$venv/bin/pip" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    run_logged "$4" "$cache/logs/pip-$(basename "$venv")-$2.log" \
        "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --prefer-binary -r "$tests/$3"
    echo "$wanted" >"$stamp"
}

# make_venv CORE MINORS
make_venv() {
    venv=$cache/venv-$1
    [ -x "$venv/bin/pip" ] && "$venv/bin/python" -c '' 2>/dev/null && return
    python=$(find_python "$2")
    [ -n "$python" ] || return 1
    need_venv_module "$python"
    rm -rf "$venv"
    run_logged "Making a virtual environment with $("$python" --version)" "$cache/logs/venv-$1.log" "$python" -m venv "$venv"
}

# range LOW HIGH
range() { seq "$1" "$2" | tr '\n' ' '; }

stage_run() {
    [ -x "$cache/venv/bin/pip" ] || rm -f "$cache/venv"
    if [ ! -e "$cache/venv" ]; then
        # Newest first: the main environment is the newest pair of Python and ansible-core.
        python=$(find_python '14 13 12 11')
        [ -n "$python" ] || fail "Python 3.11 or later is needed, and none was found. On Debian: apt-get install python3 python3-venv"
        case $("$python" -c 'import sys; print(sys.version_info[1])') in
            11) core=2.19 ;;
            *) core=2.21 ;;
        esac
        make_venv "$core" '14 13 12 11'
        ln -sfn "venv-$core" "$cache/venv"
    fi
    core=$(readlink "$cache/venv")
    core=${core#venv-}
    install "$cache/venv-$core" run "requirements-$core.txt" "Installing ansible-core $core and what the playbooks need"
}

stage_test() {
    stage_run
    install "$cache/venv-$core" test requirements-test.txt "Installing the tools of the checks (about 90 packages)"
}

stage_cores() {
    main=$(readlink "$cache/venv")
    for core in 2.19 2.20 2.21; do
        [ "venv-$core" = "$main" ] && continue
        # Oldest first here: together with the main environment both ends of the supported range are tried.
        # shellcheck disable=SC2046
        make_venv "$core" "$(range $(limits "$core"))" || continue
        install "$cache/venv-$core" run "requirements-$core.txt" "Installing ansible-core $core"
    done
    stage_collections
}

# What playbooks use where it is there.
collections='ansible.windows community.general'

# fetch_collections FOLDER: the archive of many collections into a folder, and those that are wanted out of it.
fetch_collections() {
    rm -rf "$1"
    "$cache/venv/bin/python" -m pip download --disable-pip-version-check --no-input --no-deps --only-binary :all: \
        --require-hashes --dest "$1" -r "$tests/requirements-collections.txt" || return
    for name in $collections; do
        "$cache/venv/bin/python" "$tests/tools/unpack_collection.py" "$1"/ansible-*.whl "$name" "$cache/collections" || return
    done
}

stage_collections() {
    [ "${HYPERV_OTHER_COLLECTIONS:-}" != none ] || return 0
    inside=$cache/collections/ansible_collections
    stamp=$cache/collections/.fetched
    wanted=$(printf '%s\n' "$collections" | cat - "$tests/requirements-collections.txt" "$tests/tools/unpack_collection.py" | cksum)
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        rm -rf "$inside/ansible/windows" "$inside/community/general"
        try_logged "Fetching $collections for the tests (50 MB)" "$cache/logs/collections.log" \
            fetch_collections "$cache/collections/archive" || say "What needs them will be skipped."
        rm -rf "$cache/collections/archive"
        [ -e "$inside/community/general/MANIFEST.json" ] || return 0
        echo "$wanted" >"$stamp"
    fi
    # Guests of the lab have no COM, so that the collection's own module for Windows Update cannot run on them.
    stand_in=$tests/lab/update_agent/win_updates.ps1
    folder=$inside/ansible/windows/plugins/modules
    cmp -s "$stand_in" "$folder/win_updates.ps1" || cp "$stand_in" "$folder/win_updates.ps1"
}

mkdir -p "$cache/logs"
# Two runs at once must not build the same environment.
exec 9>"$cache/setup.lock"
flock -n 9 || { say "Waiting for another run that is setting up ..." && flock -w 900 9; } || fail "Gave up after 15 minutes: $cache/setup.lock is held."
[ $# -gt 0 ] || set -- run
for stage in "$@"; do
    case $stage in
        run | test | cores) "stage_$stage" ;;
        *) fail "setup.sh knows run, test and cores, not $stage" ;;
    esac
done
