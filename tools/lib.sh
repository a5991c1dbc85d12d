# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What every part of ./meeshy uses: talking, dying, waiting, small HTTP.

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    BOLD=$'\e[1m' RED=$'\e[31m' PLAIN=$'\e[0m'
else
    BOLD='' RED='' PLAIN=''
fi

say() {
    printf '%s==>%s %s\n' "$BOLD" "$PLAIN" "$*"
}

# die WHAT [WHAT_TO_DO]
die() {
    printf '%smeeshy: %s%s\n' "$RED" "$1" "$PLAIN" >&2
    [ $# -lt 2 ] || printf '        %s\n' "$2" >&2
    exit "${DIE_STATUS:-1}"
}

# option_value OPTION [VALUE]...: refuse an option without a value, also one
# whose variable was empty: DIR/run would be /run.
option_value() {
    [ -n "${2:-}" ] || die "$1 needs a value" "./meeshy help lists the options"
}

# take_data ARGUMENT...: set DATA to the value of --data, false without one,
# and ARGS to the other arguments.
take_data() {
    local given=1

    DATA=$ROOT/data ARGS=()
    while [ $# -gt 0 ]; do
        if [ "$1" = --data ]; then
            option_value "$@"
            # shellcheck disable=SC2034 # of whoever called
            DATA=$2
            given=0
            shift
        else
            ARGS+=("$1")
        fi
        shift
    done
    return "$given"
}

# until_true SECONDS COMMAND...: poll every 100 ms, false when time is up.
until_true() {
    local deadline=$((SECONDS + $1))

    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}

# port_taken HOST PORT: does somebody accept connections there?
port_taken() {
    # The subshell's own descriptor closes with it.
    timeout 2 bash -c ": <>/dev/tcp/$1/$2" 2>/dev/null
}

# http_get HOST PORT PATH: the response's body on stdout, within 3 seconds.
# A base Debian has no curl, and bash speaks enough for one request.
http_get() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    timeout 3 bash -c '
        exec 3<>"/dev/tcp/$1/$2" || exit 1
        case $1 in *:*) host=[$1] ;; *) host=$1 ;; esac
        printf "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" \
            "$3" "$host" >&3
        sed "1,/^\r*$/d" <&3' http "$1" "$2" "$3" 2>/dev/null
}

# https_get HOST PORT PATH: the same of our own port on this machine, whatever
# name its certificate has.
https_get() {
    local host=$1

    case $1 in *:*) host=[$1] ;; esac
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' \
        "$3" "$host" | timeout 3 openssl s_client -quiet -no_ign_eof \
        -connect "$host:$2" 2>/dev/null | sed '1,/^\r*$/d'
}
