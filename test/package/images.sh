#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# images.sh DIR GATEWAY_ROOT TRANSLATOR_ROOT BOTH_ROOT: the images of these roots,
# described by DIR/NAME.json, under crun as container/compose.yaml has them:
# read-only, as their user, without capabilities; two people chat.  As root; TAP
# on standard output.
# shellcheck disable=SC2317 # functions are called through check
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
HEALTHY_SECONDS_MAX=90
STOP_SECONDS_MAX=45 # compose's stop_grace_period

if [ "${MEESHY_TRY_INSIDE:-}" != true ]; then
    MEESHY_TRY_INSIDE=true exec unshare --mount "$0" "$@"
fi

images=$1
declare -A roots=([gateway]=$2 [translator]=$3 [all-in-one]=$4)
scratch=$(mktemp -d /var/tmp/meeshy-try.XXXXXX)

tool() {
    local command=$1

    shift
    crun --cgroup-manager=disabled --root "$scratch/crun" "$command" "$@"
}

finish() {
    local name

    for name in "${!roots[@]}"; do
        tool delete --force "$name" 2>/dev/null || true
    done
    rm -rf --one-file-system "$scratch"
}
trap finish EXIT

# shellcheck source=test/package/check.sh
. "$HERE/check.sh"

free_port() {
    python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# folder NAME: of the images' user; prints where.
folder() {
    mkdir "$scratch/$1" && chown 990:990 "$scratch/$1" && echo "$scratch/$1"
}

# prepare NAME SOCKETS [NAME=VALUE | /VOLUME=PATH]...
prepare() {
    local name=$1 sockets=$2

    shift 2
    mkdir -p "$scratch/$name" &&
        python3 "$HERE/bundle.py" "$images/$name.json" "${roots[$name]}" \
            "$scratch/$name" /run/meeshy="$sockets" "$@"
}

prepare_both() {
    local sockets

    mkdir "$scratch/crun" && sockets=$(folder sockets) &&
        prepare gateway "$sockets" GATEWAY_PORT="$port" \
            /var/lib/meeshy/db="$(folder db)" &&
        prepare translator "$sockets" TRANSLATOR_HTTP_PORT="$http_port" \
            TRANSLATOR_ZMQ_SUB_PORT=0 TRANSLATOR_ZMQ_PUB_PORT=0 \
            /var/lib/meeshy/models="$(folder models)"
}

prepare_one() {
    prepare all-in-one "$(folder one-sockets)" GATEWAY_PORT="$port" \
        TRANSLATOR_HTTP_PORT="$http_port" \
        TRANSLATOR_ZMQ_SUB_PORT=0 TRANSLATOR_ZMQ_PUB_PORT=0 \
        /var/lib/meeshy/db="$(folder one-db)" \
        /var/lib/meeshy/models="$(folder one-models)"
}

# start NAME...
start() {
    local name

    for name in "$@"; do
        tool run --detach --bundle "$scratch/$name" "$name" \
            >"$scratch/$name.log" 2>&1 </dev/null || return 1
    done
}

# The image's own check of its health.
healthy() {
    local command

    mapfile -d '' command <"$scratch/$1/health"
    tool exec "$1" "${command[@]}"
}

# all_healthy NAME...
all_healthy() {
    local deadline=$((SECONDS + HEALTHY_SECONDS_MAX)) name

    for name in "$@"; do
        until healthy "$name"; do
            if [ "$SECONDS" -ge "$deadline" ]; then
                tail -n 12 "$scratch"/*.log
                return 1
            fi
            sleep 0.5
        done
    done
}

# read_only NAME...
read_only() {
    local name

    for name in "$@"; do
        tool exec "$name" touch /usr/there && return 1
        tool exec "$name" touch /there && return 1
    done
    true
}

talk() {
    MEESHY_URL=http://127.0.0.1:$port node "$HERE/chat.mjs" talk
}

stopped() {
    ! tool state "$1" | grep -q '"status": "running"'
}

# all_stop NAME...: by themselves.
all_stop() {
    local deadline=$((SECONDS + STOP_SECONDS_MAX)) name

    for name in "$@"; do
        until stopped "$name"; do
            [ "$SECONDS" -lt "$deadline" ] || return 1
            sleep 0.2
        done
    done
}

terminate() {
    local name

    for name in "$@"; do tool kill "$name" TERM || return 1; done
    all_stop "$@"
}

# Both daemons of it are one: it does not go on with half of them.
one_ends_with_the_other() {
    # shellcheck disable=SC2016 # expanded inside
    tool exec --user 990:990 all-in-one bash -c 'for of in /proc/[0-9]*; do
        if [ "$(<"$of/comm")" = meeshy-gateway ]; then
            kill -KILL "${of#/proc/}"
        fi
    done' || true # the end of the container is the end of this, too
    all_stop all-in-one && tool delete all-in-one
}

# A machine with both generations of cgroups is nothing that crun starts on.
if ! grep -q '^0::' /proc/self/cgroup || grep -q '^1:' /proc/self/cgroup; then
    umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup
fi
port=$(free_port) http_port=$(free_port)
check "both images say a user that is not root, and their volumes" prepare_both
check "both start" start translator gateway
check "both are well, as they see it themselves" all_healthy translator gateway
check "neither can write outside of its volumes" read_only gateway translator
check "two people chat, each in their own language" talk
check "both stop by themselves" terminate gateway translator
check "the image of both says the same" prepare_one
check "it starts" start all-in-one
check "it is well" all_healthy all-in-one
check "it cannot write outside of its volumes" read_only all-in-one
check "two people chat with it" talk
check "it ends with one of its daemons" one_ends_with_the_other
check "it starts again" start all-in-one
check "it is well again" all_healthy all-in-one
check "it stops by itself" terminate all-in-one
echo "1..$n"
exit "$bad"
