# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# For scripts that print TAP: the number of tests so far, and whether one failed.
# shellcheck disable=SC2034,SC2154 # they read these, and have made scratch
n=0 bad=0

# check NAME COMMAND...: its output, kept in $scratch, only when it fails.
check() {
    local name=$1

    shift
    n=$((n + 1))
    if "$@" >"$scratch/output" 2>&1; then
        echo "ok $n - $name"
    else
        tail -n 30 "$scratch/output" | sed 's/^/# /'
        echo "not ok $n - $name"
        bad=1
    fi
}
