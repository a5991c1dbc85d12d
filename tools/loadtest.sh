# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# ./meeshy loadtest: on the Meeshy that runs, or on one of its own.

# shellcheck source=tools/up.sh
. tools/up.sh

# cmd_loadtest [--data DIR] OPTION...
cmd_loadtest() {
    local where=() ports name pid
    # shellcheck disable=SC2034 # die's: could not run
    local DIE_STATUS=2

    if take_data "$@"; then
        running || die "Meeshy is not running on $DATA"
    fi
    packages_ensure false build run apertium
    build_release
    npm_ensure web # its socket.io-client
    if running; then
        ports=$(run_value translator_ports)
        where=(--gateway "$(url_of "$(connect_host "$(run_value host)")" "$(run_value port)" "$(run_value scheme)")"
            --translator "$(url_of "$(connect_host "${TRANSLATOR_HOST:-}")" "${ports##*,}")")
        for name in gateway translator; do
            pid=$(cat "$DATA/run/$name.pid" 2>/dev/null) || continue
            where+=("--$name-pid" "$pid")
        done
    fi
    exec node bench/loadtest/main.mjs "${where[@]}" "${ARGS[@]}"
}
