# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# ./meeshy top and ./meeshy ctl: meeshyctl, told where this Meeshy is.

# shellcheck source=tools/up.sh
. tools/up.sh

# ctl_export: addresses and secrets of what runs on DATA, as far as it does
# and unless the user's environment says otherwise.
ctl_export() {
    local host ports

    [ ! -s "$DATA/run/admin-token" ] ||
        export MEESHY_ADMIN_TOKEN_FILE=${MEESHY_ADMIN_TOKEN_FILE:-$DATA/run/admin-token}
    export GATEWAY_DATABASE_URL=${GATEWAY_DATABASE_URL:-sqlite:$DATA/meeshy.db}
    export TRANSLATOR_NEURAL_MODELS=${TRANSLATOR_NEURAL_MODELS:-$DATA/models:$ROOT/models}
    export TRANSLATOR_MEMORY=${TRANSLATOR_MEMORY-$DATA/memory:$ROOT/memory}
    running || return 0
    host=$(connect_host "$(run_value host)")
    ports=$(run_value translator_ports)
    export MEESHY_GATEWAY_URL=${MEESHY_GATEWAY_URL:-$(url_of "$host" "$(run_value port)" "$(run_value scheme)")}
    export MEESHY_TRANSLATOR_URL=${MEESHY_TRANSLATOR_URL:-$(url_of "$(connect_host "${TRANSLATOR_HOST:-}")" "${ports##*,}")}
}

# cmd_ctl [--data DIR] ARGUMENT...
cmd_ctl() {
    take_data "$@" || true
    packages_ensure false build run
    build_ctl
    ctl_export
    exec build/src/ctl/meeshyctl "${ARGS[@]}"
}

cmd_top() {
    cmd_ctl top "$@"
}
