#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# build.sh SUITE: in the folder of a Debian source, do what dpkg-buildpackage -b
# does, in a bare Debian of that suite; what it makes comes to the folder above.
# As root; in a mount namespace of its own, so that nothing stays mounted.
set -euo pipefail

MIRROR=${MEESHY_MIRROR:-http://deb.debian.org/debian}

if [ "${MEESHY_BUILD_INSIDE:-}" != true ]; then
    MEESHY_BUILD_INSIDE=true exec unshare --mount "$0" "$@"
fi

suite=$1 source=$PWD
root=$(mktemp -d /var/tmp/meeshy-build.XXXXXX)

finish() {
    umount "$root/proc" 2>/dev/null || true
    rm -rf --one-file-system "$root"
}
trap finish EXIT

inside() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
        MEESHY_JOBS="${MEESHY_JOBS:-2}" sh -ec "$1"
}

debootstrap --variant=minbase "$suite" "$root" "$MIRROR"
mount -t proc proc "$root/proc"
mkdir "$root/build"
cp -r "$source" "$root/build/source"
inside 'apt-get update -q
apt-get install -q -y --no-install-recommends dpkg-dev
cd /build/source
apt-get build-dep -q -y --no-install-recommends .
dpkg-buildpackage -b -us -uc'
find "$root/build" -maxdepth 1 -type f -exec cp -t "$source/.." {} +
