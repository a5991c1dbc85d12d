# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# The programs by Meson, the page by npm.  Each step knows when it is done.

# meson_ensure DIR OPTION...: configure DIR with exactly these options.
# Asking Meson takes half a second, so the options are noted beside it.
meson_ensure() {
    local dir=$1 note=$1/.meeshy-options
    local flags=()

    shift
    if [ -f "$dir/build.ninja" ]; then
        if [ -f "$note" ] && [ "$(cat "$note")" = "$*" ]; then
            return 0
        fi
        flags=(--reconfigure)
    fi
    say "configuring $dir"
    meson setup "${flags[@]}" "$dir" "$@" >"$dir.log" 2>&1 || {
        tail -n 20 "$dir.log" >&2
        die "meson setup $dir failed" "if it is stale: rm -r $dir"
    }
    rm -f "$dir.log"
    printf '%s\n' "$*" >"$note"
}

NOTHING_TO_DO="ninja: no work to do."

# ninja_build DIR [TARGET...]
ninja_build() {
    local dir=$1 quiet=()

    shift
    [ -t 1 ] || quiet=(--quiet)
    if [ "$(ninja -C "$dir" --quiet -n "$@" 2>&1)" = "$NOTHING_TO_DO" ]; then
        return 0
    fi
    say "building $dir"
    nice ninja -C "$dir" "${quiet[@]}" "$@" || die "the build failed in $dir" \
        "the compiler's messages above say where"
}

# The two daemons with optimisation, in build/.
build_release() {
    meson_ensure build --buildtype=release
    ninja_build build src/gateway/meeshy-gateway \
        src/translator/meeshy-translator src/engine/meeshy-tagger \
        src/picture/meeshy-thumbnail
}

build_ctl() {
    meson_ensure build --buildtype=release
    ninja_build build src/ctl/meeshyctl
}

# The page, when a source is newer than what was built from it.
build_web() {
    local stamp=web/dist/.built

    npm_ensure web
    if [ -f "$stamp" ] && [ -z "$(find web -path web/node_modules -prune \
        -o -path web/dist -prune -o -newer "$stamp" -print -quit)" ]; then
        return 0
    fi
    say "building the page"
    (cd web && npm run --silent build) || die "the page did not build" \
        "if packages are damaged: rm -r web/node_modules, then try again"
    touch "$stamp"
}
