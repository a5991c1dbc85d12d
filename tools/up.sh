# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# ./meeshy up, down and status.  A started Meeshy is its supervisor, which
# holds a lock on DATA/run/lock as long as it lives; all else is read from there.

# shellcheck source=tools/ports.sh
. tools/ports.sh

HEALTHY_SECONDS_MAX=30
START_SECONDS_MAX=600 # for another "up" on the same data, which may compile
START_FAILURES_MAX=4 # ends of a program before it was ever healthy
STOP_SECONDS_MAX=12 # the supervisor kills what has not stopped after 10
LOG_BYTES_MAX=$((10 * 1024 * 1024))
# "2026-01-31T10:11:12.123Z info  meeshy-gateway text" in fewer words (sed).
LOG_LINE='s/^[0-9-]+T([0-9:]+)[.0-9]*Z ([a-z]+) +(meeshy-)?([a-z]+) /\1 \4 | \2 /'

# use_data DIR: where everything of one Meeshy lives.
use_data() {
    mkdir -p "$1/run" "$1/log" || die "cannot write to $1" \
        "choose another place: --data DIR"
    DATA=$(cd "$1" && pwd)
}

running() {
    [ -f "$DATA/run/lock" ] && ! flock -sn "$DATA/run/lock" true
}

# run_value NAME: a line of what the running Meeshy was started with.
run_value() {
    sed -n "s/^$1=//p" "$DATA/run/state"
}

address() {
    local host

    host=$(run_value host)
    case $host in
    0.0.0.0 | ::) host=$(hostname) ;;
    esac
    url_of "$host" "$(run_value port)"
}

# health: what the gateway says of itself and the others, false when silent.
health() {
    http_get "$(connect_host "$(run_value host)")" "$(run_value port)" /health
}

# healthy: every status in that answer is a good one, and there are some.
healthy() {
    local states

    states=$(health | grep -oE '"status": *"[a-z]+"') || return 1
    ! grep -qvE '"(healthy|up|ok)"$' <<<"$states"
}

# services: "database healthy, translator degraded" out of the health answer.
services() {
    grep -oE '"[a-zA-Z]+": *\{ *"status": *"[a-z]+"' |
        sed -E 's/"([a-zA-Z]+)".*"([a-z]+)"$/\1 \2/' | grep -v '^services ' |
        paste -sd, | sed 's/,/, /g'
}

cmd_status() {
    local program pid answer

    DATA=$ROOT/data
    while [ $# -gt 0 ]; do
        option_value "$@"
        case $1 in
        --data) DATA=$2 ;;
        *) die "status has no option '$1'" ;;
        esac
        shift 2
    done
    if ! running; then
        say "Meeshy is not running on $DATA"
        return 3
    fi
    say "Meeshy runs at $(address), data in $DATA"
    for program in translator gateway; do
        pid=$(cat "$DATA/run/$program.pid" 2>/dev/null) || pid=
        if [ -n "$pid" ] && [ -d "/proc/$pid" ]; then
            printf '    %-11s pid %-8s since %s  ports %s\n' "$program" \
                "$pid" "$(date -r "$DATA/run/$program.pid" '+%F %T')" \
                "$(run_value "${program}_ports")"
        else
            printf '    %-11s not running; see %s\n' "$program" \
                "$DATA/log/$program.log"
        fi
    done
    if answer=$(health) && [ -n "$answer" ]; then
        printf '    %-11s %s\n' health "$(services <<<"$answer")"
        healthy || return 1
    else
        printf '    %-11s the gateway does not answer\n' health
        return 1
    fi
}

stop_running() {
    local pid

    pid=$(cat "$DATA/run/supervisor.pid")
    kill -TERM "$pid" 2>/dev/null || [ ! -d "/proc/$pid" ] ||
        die "pid $pid is not yours to stop" \
            "it belongs to $(stat -c %U "/proc/$pid")"
    if ! flock -w "$STOP_SECONDS_MAX" "$DATA/run/lock" true; then
        # Its children ask the kernel to be told when it dies.
        kill -KILL "$pid" 2>/dev/null || true
        flock -w 2 "$DATA/run/lock" true || die "pid $pid does not stop"
    fi
}

cmd_down() {
    DATA=$ROOT/data
    while [ $# -gt 0 ]; do
        option_value "$@"
        case $1 in
        --data) DATA=$2 ;;
        *) die "down has no option '$1'" ;;
        esac
        shift 2
    done
    if ! running; then
        say "Meeshy is not running on $DATA"
        return 0
    fi
    stop_running
    say "stopped"
}

# start_begin: from here to the end of the start there is one "up" on this
# data.  False when another one has just started it.
start_begin() {
    exec {START_LOCK}>"$DATA/run/start" ||
        die "cannot write to $DATA/run" "whose is it?"
    flock -w "$START_SECONDS_MAX" "$START_LOCK" ||
        die "another ./meeshy up on $DATA does not come to an end"
    ! running
}

# A secret for meeshyctl, unless the user has one for it.
admin_token_export() {
    local file=$DATA/run/admin-token

    rm -f "$file"
    [ -z "${TRANSLATOR_ADMIN_TOKEN:-}" ] || return 0
    TRANSLATOR_ADMIN_TOKEN=$(od -An -tx1 -N24 /dev/urandom | tr -d ' \n')
    export TRANSLATOR_ADMIN_TOKEN
    (umask 077 && printf '%s\n' "$TRANSLATOR_ADMIN_TOKEN" >"$file")
}

# Keep one older log of each program; the supervisor does so while it runs.
start_supervisor() {
    local log=$DATA/log/supervisor.log

    if [ -f "$log" ] && [ "$(stat -c %s "$log")" -gt "$LOG_BYTES_MAX" ]; then
        mv "$log" "$log.1"
    fi
    printf '%s\n' "host=$GATEWAY_HOST" "port=$GATEWAY_PORT" \
        "gateway_ports=$GATEWAY_PORT" \
        "translator_ports=$TRANSLATOR_ZMQ_SUB_PORT,$TRANSLATOR_ZMQ_PUB_PORT,$TRANSLATOR_HTTP_PORT" \
        >"$DATA/run/state"
    rm -f "$DATA/run/supervisor.pid"
    LOG_START=$(($(stat -c %s "$log" 2>/dev/null || echo 0) + 1))
    LOG_BYTES_MAX=$LOG_BYTES_MAX setsid tools/supervise.sh "$DATA" \
        translator build/src/translator/meeshy-translator \
        gateway build/src/gateway/meeshy-gateway \
        </dev/null >>"$log" 2>&1 {START_LOCK}>&- &
    SUPERVISOR=$!
}

# hopeless: a program that ends again and again, its name in HOPELESS.
hopeless() {
    local name

    for name in translator gateway; do
        HOPELESS=$name
        [ "$(tail -c +"$LOG_START" "$DATA/log/supervisor.log" |
            grep -c " ended $name ")" -lt "$START_FAILURES_MAX" ] || return 0
    done
    HOPELESS=
    return 1
}

started_or_dead() {
    healthy || hopeless || ! kill -0 "$SUPERVISOR" 2>/dev/null
}

# Wait until both programs are well; otherwise stop them and say what is wrong.
wait_healthy() {
    local program

    until_true "$HEALTHY_SECONDS_MAX" started_or_dead || true
    if healthy; then
        return 0
    fi
    printf '%s\n' "the last lines of the logs:" >&2
    for program in supervisor translator gateway; do
        tail -n 6 "$DATA/log/$program.log" 2>/dev/null |
            sed "s/^/    $program: /" >&2
    done
    printf 'health: %s\n' "$(health || echo 'no answer')" >&2
    running || die "nothing runs any more" \
        "the lines above may say why, and the logs in $DATA/log"
    stop_running
    [ -z "$HOPELESS" ] || die "the $HOPELESS does not start" \
        "its last lines above say why; $DATA/log/$HOPELESS.log has all"
    die "not healthy after $HEALTHY_SECONDS_MAX s; stopped again" \
        "the logs in $DATA/log say more"
}

# Show the logs until Ctrl-C: the time of day, the program, the event.
follow_logs() {
    local tail_pid

    tail -q -n 0 -F --pid=$$ "$DATA/log/translator.log" \
        "$DATA/log/gateway.log" "$DATA/log/supervisor.log" 2>/dev/null \
        > >(trap '' INT && exec sed -uE "$LOG_LINE") &
    tail_pid=$!
    # shellcheck disable=SC2064 # the pid as it is now
    trap "trap '' INT TERM HUP; say stopping; stop_running
        sleep 0.2; kill $tail_pid 2>/dev/null; exit 0" INT TERM HUP
    while running; do
        sleep 1 &
        wait $! || true
    done
    kill "$tail_pid" 2>/dev/null || true
    say "Meeshy was stopped from elsewhere"
}

cmd_up() {
    local yes=false detach=false data=$ROOT/data

    while [ $# -gt 0 ]; do
        case $1 in
        -y | --yes) yes=true ;;
        --detach) detach=true ;;
        --port | --host | --data)
            option_value "$@"
            case $1 in
            --port) port_check "$2" && GATEWAY_PORT=$2 ;;
            --host) GATEWAY_HOST=$2 ;;
            --data) data=$2 ;;
            esac
            shift
            ;;
        *) die "up has no option '$1'" "./meeshy help lists them" ;;
        esac
        shift
    done
    use_data "$data"
    if running || ! start_begin; then
        cmd_status --data "$DATA"
        return
    fi
    packages_ensure "$yes" build run apertium
    build_release
    build_web
    settings_export
    admin_token_export
    start_supervisor
    wait_healthy
    exec {START_LOCK}>&-
    say "${BOLD}Meeshy is ready: $(address)${PLAIN}"
    if [ "$detach" = true ]; then
        echo "    logs in $DATA/log; stop it with ./meeshy down"
    else
        echo "    Ctrl-C stops it"
        follow_logs
    fi
}
