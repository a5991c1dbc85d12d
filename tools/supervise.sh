#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# supervise.sh DATA NAME PROGRAM [NAME PROGRAM]...
# Keeps the programs running until SIGTERM: one that ends is started again,
# at once at first, then with a back-off that doubles.  Every child is either
# a program, a back-off timer or the log timer, so one wait serves all.
# Each program writes to DATA/log/NAME.log, its pid is in DATA/run/NAME.pid.
# LIVE_NAME=HOST:PORT/PATH: where it answers while it lives.  One that did
# and does no longer is hung: it is killed, and so started again.
set -euo pipefail

BACKOFF_SECONDS_MAX=30
STEADY_SECONDS=60 # ran this long: the next failure is a new one
STOP_SECONDS_MAX=10
LOG_CHECK_SECONDS=60
: "${LIVE_SECONDS:=5}" # between two looks, and for an answer
LIVE_MISSES_MAX=3
LOOK_SECONDS_MAX=2 # whoever asks "does it run?" has the lock for a moment
: "${LOG_BYTES_MAX:=10485760}"

DATA=$1
shift
declare -A command_of # name -> program
declare -A name_of # pid of a running program -> its name
declare -A due # pid of a back-off timer -> name to start
declare -A delay started # name -> seconds
declare -A live # pid of a look -> name whether it lives
declare -A misses # name -> looks in a row that failed; unset: never answered
log_timer=

# Nothing that is written here may fail us: disks fill up.
log() {
    printf '%s %-5s supervisor %s\n' \
        "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)" "$1" "$2" 2>/dev/null || true
}

# run_program NAME: become it.  What concerns the other one, its secrets among
# it, is not in its environment; a cluster has several, with numbers.
run_program() {
    case $1 in
    gateway*) unset "${!TRANSLATOR_@}" ;;
    translator*) unset "${!GATEWAY_@}" ;;
    esac
    exec setpriv --pdeathsig TERM "${command_of[$1]}"
}

# Programs get the lock's descriptor closed: the lock says that *we* live.
# Should we be killed, the kernel sends them SIGTERM.
start() {
    local name=$1

    (run_program "$name") </dev/null >>"$DATA/log/$name.log" 2>&1 9>&- &
    name_of[$!]=$name
    unset "misses[$name]"
    started[$name]=$SECONDS
    printf '%s\n' $! 2>/dev/null >"$DATA/run/$name.pid" ||
        log warn "cannot write $DATA/run/$name.pid"
    log info "started $name pid=$!"
}

start_later() {
    local name=$1 status=$2 wait=${delay[$1]}

    rm -f "$DATA/run/$name.pid"
    if [ $((SECONDS - started[$name])) -ge "$STEADY_SECONDS" ]; then
        wait=0
    fi
    log warn "ended $name status=$status restart_in_s=$wait"
    delay[$name]=$((wait * 2 < 1 ? 1 : wait * 2))
    if [ "${delay[$name]}" -gt "$BACKOFF_SECONDS_MAX" ]; then
        delay[$name]=$BACKOFF_SECONDS_MAX
    fi
    sleep "$wait" 9>&- &
    due[$!]=$name
}

# answers HOST:PORT/PATH: 200, or the 400 of a port that wants HTTPS.
answers() {
    local host=${1%:*} port=${1##*:}

    exec 3<>"/dev/tcp/$host/${port%%/*}" || return 1
    printf 'GET /%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' \
        "${port#*/}" >&3
    [[ $(head -c 12 <&3) =~ ^HTTP/1.1\ (200|400)$ ]]
}

export -f answers

# look_later NAME: in a while, see whether it answers.
look_later() {
    local var=LIVE_$1

    [ -n "${!var:-}" ] || return 0
    # shellcheck disable=SC2016 # the inner shell's
    (
        sleep "$LIVE_SECONDS"
        exec timeout "$LIVE_SECONDS" bash -c 'answers "$1"' look "${!var}"
    ) </dev/null >/dev/null 2>&1 9>&- &
    live[$!]=$1
}

# looked NAME STATUS: what a look found.
looked() {
    local name=$1 pid

    if [ "$2" -eq 0 ]; then
        misses[$name]=0
    elif [ -n "${misses[$name]:-}" ]; then
        misses[$name]=$((misses[$name] + 1))
    fi
    if [ "${misses[$name]:-0}" -ge "$LIVE_MISSES_MAX" ]; then
        for pid in "${!name_of[@]}"; do
            [ "${name_of[$pid]}" = "$name" ] || continue
            log warn "hung $name pid=$pid: no answer, killed"
            kill -KILL "$pid" 2>/dev/null || true
        done
        unset "misses[$name]"
    fi
    look_later "$name"
}

# Programs append, so copying and truncating loses at most a line.  Without
# room for the copy the older lines go: cutting the log makes some.
bound_logs() {
    local log

    for log in "$DATA"/log/*.log; do
        if [ "$(stat -c %s "$log")" -gt "$LOG_BYTES_MAX" ]; then
            cp "$log" "$log.1" 2>/dev/null || rm -f "$log.1"
            : >"$log" || true
        fi
    done
    sleep "$LOG_CHECK_SECONDS" 9>&- &
    log_timer=$!
}

stop() {
    local deadline=$((SECONDS + STOP_SECONDS_MAX)) pid

    trap '' TERM INT HUP
    log info "stopping"
    kill "${!due[@]}" "${!live[@]}" "$log_timer" 2>/dev/null || true
    kill -TERM "${!name_of[@]}" 2>/dev/null || true
    for pid in "${!name_of[@]}"; do
        while kill -0 "$pid" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ]; do
            sleep 0.05 9>&-
        done
        if kill -KILL "$pid" 2>/dev/null; then
            log warn "killed ${name_of[$pid]} after_s=$STOP_SECONDS_MAX"
        fi
        rm -f "$DATA/run/${name_of[$pid]}.pid"
    done
    rm -f "$DATA/run/supervisor.pid"
    log info "stopped"
    exit 0
}

exec 9>"$DATA/run/lock"
flock -w "$LOOK_SECONDS_MAX" 9 || {
    log error "another supervisor runs on $DATA"
    exit 1
}
trap stop TERM INT HUP
printf '%s\n' $$ >"$DATA/run/supervisor.pid"
while [ $# -ge 2 ]; do
    command_of[$1]=$2
    delay[$1]=0
    : >>"$DATA/log/$1.log"
    start "$1"
    look_later "$1"
    shift 2
done
bound_logs

while :; do
    status=0
    ended=
    wait -n -p ended 2>/dev/null || status=$? # bash would say "Killed"
    if [ -z "$ended" ]; then
        continue # a trapped signal, or nothing known
    elif [ -n "${name_of[$ended]:-}" ]; then
        name=${name_of[$ended]}
        unset "name_of[$ended]"
        start_later "$name" "$status"
    elif [ -n "${due[$ended]:-}" ]; then
        name=${due[$ended]}
        unset "due[$ended]"
        start "$name"
    elif [ -n "${live[$ended]:-}" ]; then
        name=${live[$ended]}
        unset "live[$ended]"
        looked "$name" "$status"
    elif [ "$ended" = "$log_timer" ]; then
        bound_logs
    fi
done
