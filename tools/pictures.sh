# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# ./meeshy pictures [DIR]: every view of the page, from programs of its own.

cmd_pictures() {
    packages_ensure false build run apertium test
    build_release
    npm_ensure test dev
    npm_ensure web dev
    build_web
    # A slow machine takes its time: nothing is tested here.
    MEESHY_PATIENCE_MS=180000 MEESHY_BUILD=$ROOT/build node test/browser/pictures.mjs "$@"
}
