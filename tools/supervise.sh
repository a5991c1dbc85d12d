#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# supervise.sh DATA NAME PROGRAM [NAME PROGRAM]...
# Keeps the programs running until SIGTERM: one that ends is started again,
# at once at first, then with a back-off that doubles.  Every child is either
# a program, a back-off timer or the log timer, so one wait serves all.
# Each program writes to DATA/log/NAME.log, its pid is in DATA/run/NAME.pid.
set -euo pipefail

BACKOFF_SECONDS_MAX=30
STEADY_SECONDS=60 # ran this long: the next failure is a new one
STOP_SECONDS_MAX=10
LOG_CHECK_SECONDS=60
LOOK_SECONDS_MAX=2 # whoever asks "does it run?" has the lock for a moment
: "${LOG_BYTES_MAX:=10485760}"

DATA=$1
shift
declare -A command_of # name -> program
declare -A name_of # pid of a running program -> its name
declare -A due # pid of a back-off timer -> name to start
declare -A delay started # name -> seconds
log_timer=

# Nothing that is written here may fail us: disks fill up.
log() {
    printf '%s %-5s supervisor %s\n' \
        "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)" "$1" "$2" 2>/dev/null || true
}

# Programs get the lock's descriptor closed: the lock says that *we* live.
# Should we be killed, the kernel sends them SIGTERM.
start() {
    local name=$1

    setpriv --pdeathsig TERM "${command_of[$name]}" \
        </dev/null >>"$DATA/log/$name.log" 2>&1 9>&- &
    name_of[$!]=$name
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
    kill "${!due[@]}" "$log_timer" 2>/dev/null || true
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
    elif [ "$ended" = "$log_timer" ]; then
        bound_logs
    fi
done
