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

# url_of HOST PORT [SCHEME]
url_of() {
    case $1 in
    *:*) printf '%s://[%s]:%s' "${3:-http}" "$1" "$2" ;;
    *) printf '%s://%s:%s' "${3:-http}" "$1" "$2" ;;
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

ZMQ_DATA_CHARS_MAX=70 # of $DATA: Linux allows 107 for a socket

# setting PROGRAM NAME: what the user set: PROGRAM_NAME, else NAME, else the
# line of the file that PROGRAM_CONFIG names; empty when nothing.
setting() {
    local prefixed=$1_$2 file=$1_CONFIG

    if [ -n "${!prefixed:-}" ]; then
        echo "${!prefixed}"
    elif [ -n "${!2:-}" ]; then
        echo "${!2}"
    elif [ -n "${!file:-}" ]; then
        sed -nE "s/^[[:space:]]*$2[[:space:]]*=[[:space:]]*(.*[^[:space:]])[[:space:]]*$/\1/p" \
            "${!file}" 2>/dev/null | tail -n 1
    fi
}

# setting_take PROGRAM NAME [DEFAULT]: export it under its prefixed name.
setting_take() {
    local value

    value=$(setting "$1" "$2")
    value=${value:-${3:-}}
    [ -z "$value" ] || export "$1_$2=$value"
}

# settings_choose: everything the programs need, under their prefixed names,
# because the plain ones of the one mean something else to the other:
# ZMQ_SUB_PORT and ZMQ_PUB_PORT are the translator's here.
settings_choose() {
    setting_take GATEWAY HOST 127.0.0.1
    setting_take GATEWAY PORT 3000
    setting_take GATEWAY TLS_CERT
    setting_take TRANSLATOR HOST 127.0.0.1
    setting_take TRANSLATOR ZMQ_SUB_PORT
    setting_take TRANSLATOR ZMQ_PUB_PORT
    setting_take TRANSLATOR HTTP_PORT
    setting_take GATEWAY DATABASE_URL "sqlite:$DATA/meeshy.db"
    setting_take TRANSLATOR NEURAL_MODELS "$DATA/models:$ROOT/models"
    setting_take GATEWAY WEB_ROOT "$ROOT/web/dist"
}

# settings_join: where each finds the other, when the ports are known.
settings_join() {
    # Sockets that only this user may open, where their paths are not too long.
    [ "${#DATA}" -gt "$ZMQ_DATA_CHARS_MAX" ] ||
        export TRANSLATOR_ZMQ_DIR=${TRANSLATOR_ZMQ_DIR-$DATA/run/zmq}
    # Translators elsewhere, when the user names them; else the one here.
    setting_take GATEWAY ZMQ_TRANSLATOR_HOST \
        "${TRANSLATOR_ZMQ_DIR:-${TRANSLATOR_ZMQ_HOST:-127.0.0.1}}"
    export GATEWAY_ZMQ_PUB_PORT=${GATEWAY_ZMQ_PUB_PORT:-$TRANSLATOR_ZMQ_SUB_PORT}
    export GATEWAY_ZMQ_SUB_PORT=${GATEWAY_ZMQ_SUB_PORT:-$TRANSLATOR_ZMQ_PUB_PORT}
    # What the dashboard tells of the one here, unless others are named.
    setting_take GATEWAY TRANSLATOR_URLS \
        "http://$(connect_host "$TRANSLATOR_HOST"):${TRANSLATOR_HTTP_PORT:-8000}"
    export TRANSLATOR_MEMORY=${TRANSLATOR_MEMORY-$DATA/memory:$ROOT/memory}
}

# key_pair NAME: a key of CURVE in $DATA/keys, made once; says the public one.
key_pair() {
    local file=$DATA/keys/$1.key

    mkdir -p "$DATA/keys"
    if [ -f "$file" ]; then
        build/src/ctl/meeshyctl keys public "$file"
    else
        build/src/ctl/meeshyctl keys pair "$file" 2>/dev/null
    fi
}

# keys_settle: where other machines reach the translator's ports, they ask for
# keys, unless the user has some or wants none.
keys_settle() {
    local own

    case $(setting TRANSLATOR ZMQ_HOST) in
    '' | localhost | 127.* | ::1) return 0 ;;
    esac
    [ -z "$(setting TRANSLATOR INSECURE)" ] || return 0
    [ -z "$(setting TRANSLATOR ZMQ_SECRET_KEY)$(setting TRANSLATOR ZMQ_SECRET_KEY_FILE)" ] ||
        return 0
    build_ctl
    GATEWAY_ZMQ_TRANSLATOR_KEY=$(key_pair translator)
    own=$(key_pair gateway)
    export GATEWAY_ZMQ_TRANSLATOR_KEY
    export TRANSLATOR_ZMQ_SECRET_KEY_FILE=$DATA/keys/translator.key
    export GATEWAY_ZMQ_SECRET_KEY_FILE=$DATA/keys/gateway.key
    TRANSLATOR_ZMQ_GATEWAY_KEYS=$(setting TRANSLATOR ZMQ_GATEWAY_KEYS)
    export TRANSLATOR_ZMQ_GATEWAY_KEYS=${TRANSLATOR_ZMQ_GATEWAY_KEYS:+$TRANSLATOR_ZMQ_GATEWAY_KEYS,}$own
    say "other machines' gateways need a key in TRANSLATOR_ZMQ_GATEWAY_KEYS, and ZMQ_TRANSLATOR_KEY=$GATEWAY_ZMQ_TRANSLATOR_KEY"
}

# settings_export: all of these, with free ports.
settings_export() {
    settings_choose
    port_check "$GATEWAY_PORT"
    ! port_taken "$(connect_host "$GATEWAY_HOST")" "$GATEWAY_PORT" ||
        die "port $GATEWAY_PORT is taken by another program" \
            "choose another: ./meeshy up --port N"
    port_settle TRANSLATOR_ZMQ_SUB_PORT 5555
    port_settle TRANSLATOR_ZMQ_PUB_PORT 5556
    port_settle TRANSLATOR_HTTP_PORT 8000
    keys_settle
    settings_join
}

# settings_look: the same without a look at what is free.
settings_look() {
    settings_choose
    setting_take TRANSLATOR ZMQ_SUB_PORT 5555
    setting_take TRANSLATOR ZMQ_PUB_PORT 5556
    settings_join
}
