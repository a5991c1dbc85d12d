#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Runs one test (kernel_test, kernel_rows_test) with the NEON kernel on a PC: built
# by Debian's gcc-aarch64-linux-gnu, run by qemu-user-static.  Skipped where one of
# them is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."

for need in aarch64-linux-gnu-gcc qemu-aarch64-static; do
    if ! command -v "$need" >/dev/null; then
        echo "1..0 # SKIP $need is not installed"
        exit 0
    fi
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
build() {
    aarch64-linux-gnu-gcc -std=gnu17 -O1 -D_GNU_SOURCE -I. -ffp-contract=off \
        -fno-math-errno -fno-trapping-math -Wall -Wextra -Werror "$@"
}
build -march=armv8.2-a+dotprod -c nn/kernel/kernel_neon.c -o "$out/neon.o"
build -static -o "$out/$1" "$out/neon.o" \
    "nn/kernel/$1.c" nn/kernel/{arena,cpu,kernel,kernel_pack,kernel_scalar}.c \
    base/clock.c base/err.c base/log.c base/mem.c -lm -lpthread
qemu-aarch64-static "$out/$1"
