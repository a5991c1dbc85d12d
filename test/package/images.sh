#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# images.sh DIR GATEWAY_ROOT TRANSLATOR_ROOT: the images of these roots, described
# by DIR/NAME.json, under crun as container/compose.yaml has them: read-only, as
# their user, without capabilities; two people chat.  As root; TAP on standard
# output.
# shellcheck disable=SC2317 # functions are called through check
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
HEALTHY_SECONDS_MAX=90
STOP_SECONDS_MAX=45 # compose's stop_grace_period

if [ "${MEESHY_TRY_INSIDE:-}" != true ]; then
    MEESHY_TRY_INSIDE=true exec unshare --mount "$0" "$@"
fi

images=$1
declare -A roots=([gateway]=$2 [translator]=$3)
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

# prepare NAME [NAME=VALUE | /VOLUME=PATH]...
prepare() {
    local name=$1

    shift
    mkdir -p "$scratch/$name" &&
        python3 "$HERE/bundle.py" "$images/$name.json" "${roots[$name]}" \
            "$scratch/$name" /run/meeshy="$scratch/sockets" "$@"
}

prepare_both() {
    mkdir "$scratch/crun" "$scratch/sockets" "$scratch/db" "$scratch/models" &&
        chown 990:990 "$scratch/sockets" "$scratch/db" "$scratch/models" &&
        prepare gateway GATEWAY_PORT="$port" \
            /var/lib/meeshy/db="$scratch/db" &&
        prepare translator TRANSLATOR_HTTP_PORT="$http_port" \
            TRANSLATOR_ZMQ_SUB_PORT=0 TRANSLATOR_ZMQ_PUB_PORT=0 \
            /var/lib/meeshy/models="$scratch/models"
}

start() {
    local name

    for name in translator gateway; do
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

both_healthy() {
    local deadline=$((SECONDS + HEALTHY_SECONDS_MAX))

    until healthy translator && healthy gateway; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            tail -n 12 "$scratch"/*.log
            return 1
        fi
        sleep 0.5
    done
}

read_only() {
    ! tool exec gateway touch /usr/there && ! tool exec translator touch /there
}

talk() {
    MEESHY_URL=http://127.0.0.1:$port node "$HERE/chat.mjs" talk
}

stopped() {
    ! tool state "$1" | grep -q '"status": "running"'
}

stop_both() {
    local deadline=$((SECONDS + STOP_SECONDS_MAX)) name

    for name in gateway translator; do tool kill "$name" TERM || return 1; done
    until stopped gateway && stopped translator; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.2
    done
}

# A machine with both generations of cgroups is nothing that crun starts on.
if ! grep -q '^0::' /proc/self/cgroup || grep -q '^1:' /proc/self/cgroup; then
    umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup
fi
port=$(free_port) http_port=$(free_port)
check "both images say a user that is not root, and their volumes" prepare_both
check "both start" start
check "both are well, as they see it themselves" both_healthy
check "neither can write outside of its volumes" read_only
check "two people chat, each in their own language" talk
check "both stop by themselves" stop_both
echo "1..$n"
exit "$bad"
