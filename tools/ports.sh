# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# The settings under which ./meeshy starts the programs, above all ports.

PORT_TRIES_MAX=50

# connect_host HOST: how to reach something that listens on HOST from here.
connect_host() {
    case $1 in
    0.0.0.0 | '*' | '') echo 127.0.0.1 ;;
    ::) echo ::1 ;;
    *) echo "$1" ;;
    esac
}

# url_of HOST PORT
url_of() {
    case $1 in
    *:*) printf 'http://[%s]:%s' "$1" "$2" ;;
    *) printf 'http://%s:%s' "$1" "$2" ;;
    esac
}

# port_check PORT: refuse what no page can be opened at.
port_check() {
    if ! [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] || [ "$1" -gt 65535 ]; then
        die "'$1' is no port" "a port is a number from 1 to 65535"
    fi
}

# port_settle VARIABLE DEFAULT: keep the port that the user chose for it; a
# default that somebody else uses moves to the next free one, and says so.
port_settle() {
    local port=${!1:-$2} tries=0

    while port_taken 127.0.0.1 "$port"; do
        [ -z "${!1:-}" ] || die "port $port ($1) is taken by another program" \
            "choose a free one: $1=N ./meeshy up"
        tries=$((tries + 1))
        [ "$tries" -lt "$PORT_TRIES_MAX" ] ||
            die "no free port from $2 on" "set $1 to one"
        port=$((port + 10))
    done
    [ "$port" = "${!1:-$2}" ] ||
        say "port $2 is taken by another program: $1=$port instead"
    printf -v "$1" %s "$port"
    export "${1?}"
}

# settings_export: everything the programs need, under their prefixed names,
# because the plain ones of the one mean something else to the other.
settings_export() {
    export GATEWAY_HOST=${GATEWAY_HOST:-127.0.0.1}
    export GATEWAY_PORT=${GATEWAY_PORT:-3000}
    export TRANSLATOR_HOST=${TRANSLATOR_HOST:-127.0.0.1}
    port_check "$GATEWAY_PORT"
    ! port_taken "$(connect_host "$GATEWAY_HOST")" "$GATEWAY_PORT" ||
        die "port $GATEWAY_PORT is taken by another program" \
            "choose another: ./meeshy up --port N"
    port_settle TRANSLATOR_ZMQ_SUB_PORT 5555
    port_settle TRANSLATOR_ZMQ_PUB_PORT 5556
    port_settle TRANSLATOR_HTTP_PORT 8000
    export GATEWAY_ZMQ_TRANSLATOR_HOST
    GATEWAY_ZMQ_TRANSLATOR_HOST=$(connect_host "$TRANSLATOR_HOST")
    export GATEWAY_ZMQ_PUB_PORT=$TRANSLATOR_ZMQ_SUB_PORT
    export GATEWAY_ZMQ_SUB_PORT=$TRANSLATOR_ZMQ_PUB_PORT
    export GATEWAY_DATABASE_URL=${GATEWAY_DATABASE_URL:-sqlite:$DATA/meeshy.db}
    export TRANSLATOR_NEURAL_MODELS=${TRANSLATOR_NEURAL_MODELS:-$DATA/models:$ROOT/models}
    export GATEWAY_WEB_ROOT=${GATEWAY_WEB_ROOT:-$ROOT/web/dist}
}
