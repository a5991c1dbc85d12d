# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# ./meeshy images: OCI images of the Debian packages, without a registry:
# mmdebstrap makes the Debian below them, buildah the rest.

# shellcheck source=tools/package.sh
. tools/package.sh

IMAGE_DIR=build-images
IMAGES=(gateway translator all-in-one)

# As root and without a daemon; each build has its own store.
image_tool() {
    BUILDAH_ISOLATION=chroot buildah --root "$ROOT/$IMAGE_DIR/store" \
        --runroot "$ROOT/$IMAGE_DIR/run" "$@"
}

# A Debian of what it needs to run, without manuals and other languages.
image_base() {
    local tar=$IMAGE_DIR/debian.tar container

    if [ ! -f "$tar" ]; then
        say "making a small Debian for the images"
        mmdebstrap --quiet --mode=root --variant=minbase \
            --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
            --include=usr-is-merged \
            --dpkgopt='path-exclude=/usr/share/man/*' \
            --dpkgopt='path-exclude=/usr/share/locale/*' \
            --dpkgopt='path-exclude=/usr/share/doc/*' \
            --dpkgopt='path-include=/usr/share/doc/*/copyright' \
            "$(package_host_suite)" "$tar.new" \
            "${MEESHY_MIRROR:-http://deb.debian.org/debian}"
        mv "$tar.new" "$tar"
    fi
    container=$(image_tool from scratch)
    image_tool add --quiet "$container" "$tar" >/dev/null
    image_tool config --cmd bash "$container"
    image_tool commit --quiet --rm "$container" meeshy-debian >/dev/null
}

# image_build NAME: tagged with the version and "latest", and as an archive that
# podman and docker load.
image_build() {
    local name=meeshy-$1 version archive

    version=$(package_version)
    archive=$IMAGE_DIR/$name-$version.tar
    say "building $name"
    image_tool bud --quiet --format docker --build-arg \
        DEBIAN=localhost/meeshy-debian -f container/Containerfile \
        --target "$1" -t "$name:$version" -t "$name:latest" . \
        >"$IMAGE_DIR/$name.log" 2>&1 || {
        tail -n 30 "$IMAGE_DIR/$name.log" >&2
        die "$name did not build" "$IMAGE_DIR/$name.log has all"
    }
    rm -f "$archive"
    image_tool push --quiet "$name:$version" "docker-archive:$archive:$name:$version"
    printf '    %s, %s MB compressed\n' "$archive" \
        $(($(gzip -c "$archive" | wc -c) / 1000000))
}

# image_push REGISTRY
image_push() {
    local name tag

    for name in "${IMAGES[@]}"; do
        for tag in "$(package_version)" latest; do
            image_tool push "meeshy-$name:$tag" \
                "docker://$1/meeshy-$name:$tag" ||
                die "$1 did not take meeshy-$name:$tag" \
                    "buildah login $1 gives it your password"
        done
    done
}

cmd_images() {
    local yes=false try=false registry='' name

    while [ $# -gt 0 ]; do
        case $1 in
        -y | --yes) yes=true ;;
        --try) try=true ;;
        --push)
            option_value "$@"
            registry=$2
            shift
            ;;
        *) die "images has no option '$1'" "./meeshy help lists them" ;;
        esac
        shift
    done
    [ "$(id -u)" -eq 0 ] || die "images are built as root"
    packages_ensure "$yes" build run package images
    ls "$PACKAGE_DIR"/meeshy-*.deb >/dev/null 2>&1 || package_build
    mkdir -p "$IMAGE_DIR"
    image_base
    for name in "${IMAGES[@]}"; do image_build "$name"; done
    if [ "$try" = true ]; then
        npm_ensure test dev
        image_try
    fi
    [ -z "$registry" ] || image_push "$registry"
}

# They run by crun with what container/compose.yaml takes away, and talk.
image_try() {
    local name container mounts=() containers=()

    for name in "${IMAGES[@]}"; do
        container=$(image_tool from "localhost/meeshy-$name:latest")
        containers+=("$container")
        mounts+=("$(image_tool mount "$container")")
        image_tool inspect --type image "localhost/meeshy-$name:latest" \
            >"$IMAGE_DIR/$name.json"
    done
    test/package/images.sh "$IMAGE_DIR" "${mounts[@]}"
    image_tool rm "${containers[@]}" >/dev/null
}
