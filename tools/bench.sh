# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# ./meeshy bench: ours as released, the peers beside it; ./meeshy bench neural:
# the neural engine inside the translator.

cmd_bench() {
    packages_ensure false build run apertium bench
    meson_ensure build --buildtype=release
    ninja_build build
    if [ "${1:-}" = neural ]; then
        shift
        exec node bench/neural.mjs "$@"
    fi
    build_web
    # The peers are guests: where they cannot be installed, ours runs alone.
    # What they compile finds node's headers where Debian keeps them.
    (export npm_config_nodedir=/usr && npm_ensure bench) || say "the peers are missing, measuring ours alone"
    (npm_ensure test/nn) || say "the WebAssembly engine is missing, measuring our neural one alone"
    exec node bench/run.mjs "$@"
}
