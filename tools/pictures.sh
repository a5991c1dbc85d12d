# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# ./meeshy pictures [DIR]: every view of the page, from programs of its own.

cmd_pictures() {
    packages_ensure false build run apertium test
    build_release
    npm_ensure test dev
    npm_ensure web dev
    build_web
    MEESHY_BUILD=$ROOT/build node test/browser/pictures.mjs "$@"
}
