#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Runs the whole search test with the NEON kernel on a PC: built by Debian's
# g++-aarch64-linux-gnu, run by qemu-user-static, a few lines.  It needs libyaml,
# libzip and libsentencepiece of arm64: in / where Debian's multiarch has put them,
# else below MEESHY_ARM64_ROOT.  Skipped where one of all these is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

root=${MEESHY_ARM64_ROOT:-}
lib=$root/usr/lib/aarch64-linux-gnu
skip() {
    echo "1..0 # SKIP $1"
    exit 0
}
for need in aarch64-linux-gnu-gcc aarch64-linux-gnu-g++ qemu-aarch64-static; do
    command -v "$need" >/dev/null || skip "$need is not installed"
done
for need in yaml zip sentencepiece sentencepiece_train; do
    [ -e "$lib/lib$need.so" ] || skip "lib$need of arm64 is not installed"
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
flags=(-O1 -D_GNU_SOURCE -I. -idirafter "$root/usr/include" -Wall -Wextra
    -Werror -ffp-contract=off -fno-math-errno -fno-trapping-math)

# compile COMPILER FILE FLAG...
compile() {
    local compiler=$1 file=$2

    shift 2
    "$compiler" "${flags[@]}" "$@" -c "$file" -o "$out/$(basename "$file").o"
}
compile aarch64-linux-gnu-gcc nn/kernel/kernel_neon.c -std=gnu17 \
    -march=armv8.2-a+dotprod
for file in nn/{beam,decoder,device,encoder,guard,search,search_device,search_test,work}.c \
    nn/model{,_dir,_load}.c nn/kernel/{arena,cpu,kernel,kernel_pack,kernel_scalar}.c \
    nn/format/{options,shortlist,yml}.c nn/format/marian{,_npz,_write}.c \
    nn/format/vocab{,_charsmap,_proto}.c nn/tool/{calibrate,quantise}.c \
    nn/tool/synth{,_copy,_npz,_random,_vocab}.c \
    base/{buf,clock,err,log,map,mem,span}.c; do
    compile aarch64-linux-gnu-gcc "$file" -std=gnu17
done
for file in nn/format/vocab_spm.cc nn/tool/synth_train.cc; do
    compile aarch64-linux-gnu-g++ "$file" -std=gnu++17
done
aarch64-linux-gnu-g++ -o "$out/search_test" "$out"/*.o \
    "$lib"/lib{yaml,zip,sentencepiece,sentencepiece_train}.so \
    -Wl,-rpath-link,"$lib:$root/lib/aarch64-linux-gnu" -lm -lpthread
MEESHY_KERNEL=neon qemu-aarch64-static -L "${root:-/}" "$out/search_test" 4
