#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# try.sh SUITE DEB...: in a fresh Debian of that suite, install the packages,
# start both daemons as their units would, let two people chat, back up and
# rehearse, upgrade over the data, purge.  The upgrade is from the packages in
# the folder MEESHY_PREVIOUS, or from the same.  As root; in a mount namespace of
# its own, so that nothing stays mounted.  TAP on standard output.
# shellcheck disable=SC2317 # functions are called through check
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
MIRROR=${MEESHY_MIRROR:-http://deb.debian.org/debian}
READY_SECONDS_MAX=60

if [ "${MEESHY_TRY_INSIDE:-}" != true ]; then
    MEESHY_TRY_INSIDE=true exec unshare --mount "$0" "$@"
fi

suite=$1
shift
scratch=$(mktemp -d /var/tmp/meeshy-try.XXXXXX)
root=$scratch/root
pids=()

finish() {
    local pid

    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait || true
    umount "$root/proc" 2>/dev/null || true
    rm -rf --one-file-system "$scratch"
}
trap finish EXIT

# shellcheck source=test/package/check.sh
. "$HERE/check.sh"

ENVIRONMENT=(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin
    DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8)

inside() {
    chroot "$root" "${ENVIRONMENT[@]}" "$@"
}

make_root() {
    debootstrap --variant=minbase "$suite" "$root" "$MIRROR" &&
        mount -t proc proc "$root/proc" &&
        # No service is started in a chroot.
        printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" &&
        chmod 755 "$root/usr/sbin/policy-rc.d" &&
        mkdir "$root/debs" "$root/previous" && cp "$@" "$root/debs/" &&
        previous "$@" | xargs cp -t "$root/previous"
}

# previous DEB...: what is there before the upgrade.
previous() {
    if [ -n "${MEESHY_PREVIOUS:-}" ]; then
        find "$MEESHY_PREVIOUS" -name 'meeshy*.deb' -not -name '*-dbgsym_*'
    else
        printf '%s\n' "$@"
    fi
}

install_all() {
    inside apt-get update -q &&
        inside sh -c 'apt-get install -q -y --no-install-recommends /previous/*.deb'
}

free_port() {
    python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# The unit's own command, as its user, without privileges.
start() {
    local name=$1 unit command

    unit=$(find "$root/lib/systemd/system/" "$root/usr/lib/systemd/system/" \
        -name "meeshy-$name.service" -print -quit)
    command=$(sed -n 's/^ExecStart=//p' "$unit")
    # shellcheck disable=SC2086 # words of a command
    chroot "$root" "${ENVIRONMENT[@]}" setpriv --reuid=meeshy --regid=meeshy --clear-groups \
        --no-new-privs --bounding-set=-all --inh-caps=-all \
        env NOTIFY_SOCKET=/run/meeshy-try.sock GATEWAY_PORT="$port" \
        TRANSLATOR_HTTP_PORT="$http_port" TRANSLATOR_ZMQ_SUB_PORT=0 \
        TRANSLATOR_ZMQ_PUB_PORT=0 $command >>"$scratch/$name.log" 2>&1 &
    pids+=($!)
}

# Hear READY=1 of both, as systemd would.
await_ready() {
    rm -f "$root/run/meeshy-try.sock"
    timeout "$READY_SECONDS_MAX" python3 - "$root/run/meeshy-try.sock" <<'END' &
import os, socket, sys
path = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
if os.path.exists(path):
    os.unlink(path)
s.bind(path)
os.chmod(path, 0o666)
ready = 0
while ready < 2:
    ready += s.recv(4096).startswith(b"READY=1")
END
    local listener=$!

    until [ -S "$root/run/meeshy-try.sock" ]; do sleep 0.1; done
    pids=()
    start translator
    start gateway
    wait "$listener" || {
        tail -n 15 "$scratch"/*.log
        return 1
    }
}

stop_all() {
    local pid

    for pid in "${pids[@]}"; do kill -TERM "$pid"; done
    for pid in "${pids[@]}"; do wait "$pid" || return 1; done
    pids=()
}

chat() {
    MEESHY_URL=http://127.0.0.1:$port node "$HERE/chat.mjs" "$@"
}

has_page() {
    chat page
}

backup_and_rehearse() {
    inside meeshyctl backup /root/a.backup &&
        inside meeshyctl rehearse /root/a.backup
}

restore() {
    inside meeshyctl restore /root/a.backup &&
        [ "$(inside stat -c %U /var/lib/meeshy/db/meeshy.db)" = meeshy ]
}

upgrade() {
    inside sh -c 'apt-get install -q -y --no-install-recommends --reinstall /debs/*.deb'
}

purge() {
    inside sh -c "dpkg-query -W -f '\${Package}\n' 'meeshy*' | xargs apt-get purge -q -y"
}

# Nothing of ours is left, also no user.
nothing_left() {
    local found

    found=$(find "$root/etc" "$root/usr" "$root/var/lib" "$root/run" \
        -iname '*meeshy*' -not -path '*/apt/*' -not -name '*-try.sock' \
        -not -path '*/deb-systemd-helper-*' -print)
    [ -z "$found" ] || {
        echo "$found"
        return 1
    }
    ! grep -q '^meeshy:' "$root/etc/passwd"
}

port=$(free_port) http_port=$(free_port)
check "debootstrap makes a bare $suite" make_root "$@"
check "the packages and what they need are installed" install_all
check "the settings of the packages are right" \
    inside meeshyctl check-config
check "both daemons start as their user and say that they are ready" await_ready
check "the page is there" has_page
check "two people chat, each in their own language" chat talk
check "a backup is made and proves that it restores" backup_and_rehearse
check "both stop by themselves" stop_all
check "the backup is restored for the daemons' user" restore
check "they are upgraded over the data" upgrade
check "a backup from before still proves that it restores" \
    inside meeshyctl rehearse /root/a.backup
check "both start again" await_ready
check "what was said is still there" chat remember
check "two people chat as before" chat talk
check "both stop by themselves" stop_all
check "the packages are purged" purge
check "nothing is left" nothing_left
echo "1..$n"
exit "$bad"
