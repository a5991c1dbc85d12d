# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# ./meeshy cluster up, down and status: on one machine what would be on several,
# to try it.  PostgreSQL, Redis, gateways, translators and HAProxy run under the
# same supervisor as ./meeshy up; each is a script in DATA/run/bin.

# shellcheck source=tools/up.sh
. tools/up.sh

CLUSTER_SECONDS_MAX=60
CLUSTER_PROGRAMS_MAX=16     # gateways, and translators
CLUSTER_SOCKET_CHARS_MAX=80 # of $DATA: Linux allows 107 for a socket
CLUSTER_DRAIN_SECONDS=4     # the supervisor kills what has not stopped after 10

# count_check OPTION NUMBER
count_check() {
    if ! [[ ${2:-} =~ ^[1-9][0-9]?$ ]] || [ "$2" -gt "$CLUSTER_PROGRAMS_MAX" ]; then
        die "$1 takes a number from 1 to $CLUSTER_PROGRAMS_MAX"
    fi
}

# port_next: the next free one, in PORT.
port_next() {
    PORT=$((PORT + 1))
    while port_taken 127.0.0.1 "$PORT"; do PORT=$((PORT + 1)); done
}

# program NAME COMMAND...: one more of the cluster, as a script.
program() {
    local name=$1 file=$DATA/run/bin/$1

    shift
    {
        echo '#!/bin/bash'
        printf 'exec'
        printf ' %q' "$@"
        echo
    } >"$file"
    chmod 700 "$file"
    PROGRAMS+=("$name" "$file")
}

cluster_postgres() {
    local bin as=() dir=$DATA/postgres

    bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    [ -x "$bin/postgres" ] || die "there is no PostgreSQL in /usr/lib/postgresql"
    mkdir -p "$dir" && chmod 700 "$dir"
    if [ "$(id -u)" -eq 0 ]; then
        chown postgres:postgres "$dir"
        as=(setpriv --reuid=postgres --regid=postgres --init-groups) # not as root
        "${as[@]}" test -x "$dir" || die "the user postgres cannot reach $dir" \
            "choose another place: --data DIR, as below /var/tmp"
    fi
    [ -f "$dir/data/PG_VERSION" ] ||
        (cd / && "${as[@]}" "$bin/initdb" -D "$dir/data" --auth=trust \
            --username=meeshy --locale=C --encoding=UTF8) \
            >"$DATA/log/initdb.log" 2>&1 ||
        die "initdb failed" "see $DATA/log/initdb.log"
    # A change of user undoes what the supervisor has asked the kernel for.
    program postgres "${as[@]}" setpriv --pdeathsig TERM "$bin/postgres" \
        -D "$dir/data" -k "$dir" -c listen_addresses=
    DATABASE="postgresql://meeshy@/postgres?host=$dir"
}

cluster_translators() {
    local i sub pub

    TRANSLATORS='' TRANSLATOR_URLS=''
    for ((i = 1; i <= $1; i++)); do
        port_next && sub=$PORT
        port_next && pub=$PORT
        port_next
        program "translator$i" env "TRANSLATOR_HTTP_PORT=$PORT" \
            "TRANSLATOR_ZMQ_SUB_PORT=$sub" "TRANSLATOR_ZMQ_PUB_PORT=$pub" \
            "TRANSLATOR_HOST=127.0.0.1" \
            "TRANSLATOR_NEURAL_MODELS=${TRANSLATOR_NEURAL_MODELS-$ROOT/data/models:$ROOT/models}" \
            "TRANSLATOR_MEMORY=${TRANSLATOR_MEMORY-$ROOT/data/memory:$ROOT/memory}" \
            "$ROOT/build/src/translator/meeshy-translator"
        TRANSLATORS+=,127.0.0.1:$sub:$pub
        TRANSLATOR_URLS+=,http://127.0.0.1:$PORT
    done
}

cluster_gateways() {
    local i

    GATEWAYS=()
    for ((i = 1; i <= $1; i++)); do
        port_next
        program "gateway$i" env "GATEWAY_HOST=127.0.0.1" "GATEWAY_PORT=$PORT" \
            "GATEWAY_DATABASE_URL=$DATABASE" "GATEWAY_FILES=$DATA/files" \
            "GATEWAY_BUS_URL=unix:$DATA/run/redis.sock" \
            "GATEWAY_ZMQ_TRANSLATOR_HOST=${TRANSLATORS#,}" \
            "GATEWAY_TRANSLATOR_URLS=${TRANSLATOR_URLS#,}" \
            "GATEWAY_TRUST_PROXY=127.0.0.1" \
            "GATEWAY_DRAIN_SECONDS=$CLUSTER_DRAIN_SECONDS" \
            "GATEWAY_WEB_ROOT=$ROOT/web/dist" \
            "$ROOT/build/src/gateway/meeshy-gateway"
        GATEWAYS+=("$PORT")
    done
}

# The sample's text with our port and our gateways.
cluster_haproxy() {
    local config=$DATA/run/haproxy.cfg i

    {
        sed -e "s/bind 127.0.0.1:3000/bind 127.0.0.1:$1/" \
            -e '/^    server gateway/d' contrib/haproxy-cluster.cfg
        for i in "${!GATEWAYS[@]}"; do
            echo "    server gateway$((i + 1))" \
                "127.0.0.1:${GATEWAYS[i]} cookie $((i + 1))"
        done
    } >"$config"
    program haproxy "$(PATH=$PATH:/usr/sbin command -v haproxy)" -db -f "$config"
}

# cluster_ready: every gateway is, and the proxy has seen it.
cluster_ready() {
    local port

    for port in "${GATEWAYS[@]}"; do
        http_get 127.0.0.1 "$port" /ready | grep -q '"success": *true' ||
            return 1
    done
    healthy
}

cluster_start() {
    local state=(host=127.0.0.1 "port=$1" scheme=http
        "gateways=${GATEWAYS[*]}" "programs=${PROGRAMS[*]}")

    printf '%s\n' "${state[@]}" >"$DATA/run/state"
    supervise "${PROGRAMS[@]}"
    if until_true "$CLUSTER_SECONDS_MAX" cluster_ready; then
        return 0
    fi
    tail -q -n 4 "$DATA"/log/*.log >&2 || true
    ! running || stop_running
    die "not ready after $CLUSTER_SECONDS_MAX s; stopped again" \
        "the logs in $DATA/log say more"
}

cluster_up() {
    local port=${GATEWAY_PORT:-3000}

    [ "${#DATA}" -le "$CLUSTER_SOCKET_CHARS_MAX" ] ||
        die "$DATA is too long a name for sockets in it" "choose a shorter one"
    packages_ensure "$YES" build run apertium cluster
    build_release
    build_web
    port_check "$port"
    ! port_taken 127.0.0.1 "$port" || die "port $port is taken" "--port N"
    mkdir -p "$DATA/run/bin"
    PORT=$port PROGRAMS=()
    cluster_postgres
    program redis redis-server --port 0 --save '' --unixsocketperm 700 \
        --unixsocket "$DATA/run/redis.sock"
    cluster_translators "$N_TRANSLATORS"
    cluster_gateways "$N_GATEWAYS"
    cluster_haproxy "$port"
    cluster_start "$port"
    say "${BOLD}the cluster is ready: $(address)${PLAIN}"
    echo "    logs in $DATA/log; stop it with ./meeshy cluster down"
}

# cluster_status: every program's pid, every gateway's word.
cluster_status() {
    local programs gateways i pid bad=0

    if ! running; then
        say "no cluster runs on $DATA"
        return 3
    fi
    say "the cluster runs at $(address), data in $DATA"
    read -ra programs <<<"$(run_value programs)"
    for ((i = 0; i < ${#programs[@]}; i += 2)); do
        pid=$(program_pid "${programs[i]}") || pid='not running' bad=1
        printf '    %-12s %s\n' "${programs[i]}" "$pid"
    done
    read -ra gateways <<<"$(run_value gateways)"
    for i in "${!gateways[@]}"; do
        if http_get 127.0.0.1 "${gateways[i]}" /ready | grep -q true; then
            printf '    %-12s ready at port %s\n' "gateway$((i + 1))" "${gateways[i]}"
        else
            printf '    %-12s not ready\n' "gateway$((i + 1))"
            bad=1
        fi
    done
    return "$bad"
}

cmd_cluster() {
    local command=${1:-}

    [ $# -eq 0 ] || shift
    YES=false N_GATEWAYS=3 N_TRANSLATORS=2
    take_data "$@" || DATA=$ROOT/data/cluster
    set -- "${ARGS[@]}"
    while [ $# -gt 0 ]; do
        case $command$1 in
        up-y) YES=true && shift && continue ;;
        up--port) option_value "$@" && GATEWAY_PORT=$2 ;;
        up--gateways) count_check "$@" && N_GATEWAYS=$2 ;;
        up--translators) count_check "$@" && N_TRANSLATORS=$2 ;;
        *) die "cluster $command has no option '$1'" "./meeshy help lists them" ;;
        esac
        shift 2
    done
    use_data "$DATA"
    case $command in
    up)
        if running || ! start_begin; then
            start_settled
            cluster_status
            return
        fi
        cluster_up
        ;;
    down) if running; then stop_running && say "stopped"; else say "no cluster runs on $DATA"; fi ;;
    status) cluster_status ;;
    *) die "cluster is up, down or status" ;;
    esac
}
