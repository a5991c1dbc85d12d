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
    url_of "$host" "$(run_value port)" "$(run_value scheme)"
}

# health: what the gateway says of itself and the others, false when silent.
health() {
    local scheme

    scheme=$(run_value scheme)
    "${scheme:-http}_get" "$(connect_host "$(run_value host)")" \
        "$(run_value port)" /health
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

# program_pid NAME: its pid; false when it does not run.
program_pid() {
    local pid

    pid=$(cat "$DATA/run/$1.pid" 2>/dev/null) && [ -n "$pid" ] &&
        [ -d "/proc/$pid" ] && echo "$pid"
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
        if pid=$(program_pid "$program"); then
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

# lock_owner: the supervisor's pid.  Only it has the lock open as its ninth file;
# the pid that somebody wrote into a file may be another's by now.
lock_owner() {
    local fd

    for fd in /proc/[0-9]*/fd/9; do
        if [ "$fd" -ef "$DATA/run/lock" ]; then
            fd=${fd#/proc/}
            echo "${fd%%/*}"
            return
        fi
    done
    return 1
}

all_gone() {
    local pid

    for pid in "$@"; do # one that nobody asks for any more is gone, too
        grep -qs '^State:[[:space:]]*[^XZ]' "/proc/$pid/status" && return 1
    done
    return 0
}

stop_running() {
    local pid
    local -a programs

    pid=$(lock_owner) || die "the Meeshy on $DATA is not yours to stop" \
        "$DATA/run/lock belongs to $(stat -c %U "$DATA/run/lock")"
    read -ra programs <"/proc/$pid/task/$pid/children" || true
    kill -TERM "$pid" 2>/dev/null || true
    kill -CONT "$pid" 2>/dev/null || true # it may have been stopped
    if ! flock -w "$STOP_SECONDS_MAX" "$DATA/run/lock" true; then
        # Its children ask the kernel to be told when it dies.
        kill -KILL "$pid" 2>/dev/null || true
        flock -w 2 "$DATA/run/lock" true || die "pid $pid does not stop"
    fi
    if ! until_true "$STOP_SECONDS_MAX" all_gone "${programs[@]}"; then
        kill -KILL "${programs[@]}" 2>/dev/null || true
        until_true 2 all_gone "${programs[@]}" ||
            die "the programs do not end" "their pids: ${programs[*]}"
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
    running || return 0
    exec {START_LOCK}>&- # or start_settled would wait for this shell
    return 1
}

# start_settled: until an "up" that is starting this Meeshy has come to an end.
start_settled() {
    flock -s -w "$START_SECONDS_MAX" "$DATA/run/start" true 2>/dev/null || true
}

# A secret for meeshyctl, unless the user has one for it.
admin_token_export() {
    local file=$DATA/run/admin-token

    rm -f "$file"
    if [ -n "${TRANSLATOR_ADMIN_TOKEN:-}" ]; then
        export GATEWAY_TRANSLATOR_TOKEN=${GATEWAY_TRANSLATOR_TOKEN-$TRANSLATOR_ADMIN_TOKEN}
        return 0
    fi
    TRANSLATOR_ADMIN_TOKEN=$(od -An -tx1 -N24 /dev/urandom | tr -d ' \n')
    export TRANSLATOR_ADMIN_TOKEN
    export GATEWAY_TRANSLATOR_TOKEN=${GATEWAY_TRANSLATOR_TOKEN-$TRANSLATOR_ADMIN_TOKEN}
    (umask 077 && printf '%s\n' "$TRANSLATOR_ADMIN_TOKEN" >"$file")
}

# supervise [NAME PROGRAM]...: in a session of their own, until stop_running.
supervise() {
    LOG_BYTES_MAX=$LOG_BYTES_MAX setsid tools/supervise.sh "$DATA" "$@" \
        </dev/null >>"$DATA/log/supervisor.log" 2>&1 {START_LOCK}>&- &
    SUPERVISOR=$!
}

# Keep one older log of each program; the supervisor does so while it runs.
start_supervisor() {
    local log=$DATA/log/supervisor.log

    if [ -f "$log" ] && [ "$(stat -c %s "$log")" -gt "$LOG_BYTES_MAX" ]; then
        mv "$log" "$log.1"
    fi
    printf '%s\n' "host=$GATEWAY_HOST" "port=$GATEWAY_PORT" \
        "scheme=http${GATEWAY_TLS_CERT:+s}" \
        "gateway_ports=$GATEWAY_PORT" \
        "translator_ports=$TRANSLATOR_ZMQ_SUB_PORT,$TRANSLATOR_ZMQ_PUB_PORT,$TRANSLATOR_HTTP_PORT" \
        >"$DATA/run/state"
    rm -f "$DATA/run/supervisor.pid"
    LOG_START=$(($(stat -c %s "$log" 2>/dev/null || echo 0) + 1))
    LIVE_gateway=$(connect_host "$GATEWAY_HOST"):$GATEWAY_PORT/live \
        LIVE_translator=$(connect_host "${TRANSLATOR_HOST:-}"):$TRANSLATOR_HTTP_PORT/live \
        supervise translator build/src/translator/meeshy-translator \
        gateway build/src/gateway/meeshy-gateway
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

# models_get LANGUAGES OFFLINE: fetch the neural models between these languages,
# "en,fr,es", that are not here.  Whatever comes of it, Meeshy starts.
models_get() {
    [ -n "$1" ] || return 0
    if [ "$2" = true ]; then
        say "offline: no models were asked for"
        return 0
    fi
    build_ctl
    say "models between $1, from ${TRANSLATOR_MODELS_REGISTRY:-mozilla}"
    TRANSLATOR_NEURAL_MODELS=${TRANSLATOR_NEURAL_MODELS:-$DATA/models:$ROOT/models} \
        build/src/ctl/meeshyctl models pull --among "$1" || true
}

# While a server has no admin, its gateway logs the token of the first one,
# another at each start.
show_claim() {
    local token

    token=$(grep -oE 'listening|admin_claim=[A-Za-z0-9_-]+' \
        "$DATA/log/gateway.log" | tail -n 2 | sed -n 's/^admin_claim=//p') || true
    [ -z "$token" ] || echo "    nobody is admin yet: whoever has an account" \
        "becomes it at $(address)/admin#claim=$token"
}

cmd_up() {
    local yes=false detach=false data=$ROOT/data models='' offline=false

    while [ $# -gt 0 ]; do
        case $1 in
        -y | --yes) yes=true ;;
        --detach) detach=true ;;
        --offline) offline=true ;;
        --port | --host | --data | --models)
            option_value "$@"
            case $1 in
            --port) port_check "$2" && GATEWAY_PORT=$2 ;;
            --host) GATEWAY_HOST=$2 ;;
            --data) data=$2 ;;
            --models) models=$2 ;;
            esac
            shift
            ;;
        *) die "up has no option '$1'" "./meeshy help lists them" ;;
        esac
        shift
    done
    use_data "$data"
    if running || ! start_begin; then
        start_settled
        models_get "$models" "$offline"
        cmd_status --data "$DATA"
        return
    fi
    packages_ensure "$yes" build run apertium
    build_release
    build_web
    models_get "$models" "$offline"
    settings_export
    admin_token_export
    start_supervisor
    wait_healthy
    exec {START_LOCK}>&-
    say "${BOLD}Meeshy is ready: $(address)${PLAIN}"
    show_claim
    if [ "$detach" = true ]; then
        echo "    logs in $DATA/log; stop it with ./meeshy down"
    else
        echo "    Ctrl-C stops it"
        follow_logs
    fi
}

# What "up" would start the programs with; nothing is started.
cmd_check_config() {
    take_data "$@" || true
    [ "${#ARGS[@]}" -eq 0 ] || die "check-config has no option '${ARGS[0]}'"
    use_data "$DATA"
    build_release
    build_ctl
    settings_look
    exec build/src/ctl/meeshyctl check-config
}
