# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# ./meeshy bench: ours as released, the peers beside it.

cmd_bench() {
    packages_ensure false build run apertium bench
    meson_ensure build --buildtype=release
    ninja_build build
    build_web
    npm_ensure bench dev
    exec node bench/run.mjs "$@"
}
