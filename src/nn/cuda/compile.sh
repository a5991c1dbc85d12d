#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# compile.sh KERNELS... -- FLAGS...: does nvcc, where there is one, take the
# kernels without a warning?  Also builds that have no CUDA run it.
set -uo pipefail

dir=$(dirname "$0") kernels=() n=0
while [ "$1" != -- ]; do
    kernels+=("$1")
    shift
done
shift
nvcc=$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)
if [ ! -x "$nvcc" ]; then
    echo "1..0 # SKIP no nvcc"
    exit 0
fi
if ! "$nvcc" --list-gpu-arch 2>/dev/null | grep -q '^compute_90$'; then
    echo "1..0 # SKIP $nvcc is older than CUDA 12"
    exit 0
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
for k in "${kernels[@]}"; do
    n=$((n + 1))
    if "$nvcc" "$@" -Werror all-warnings -c "$dir/$k.cu" -o "$tmp/$k.o" \
        >"$tmp/log" 2>&1; then
        echo "ok $n - nvcc compiles $k.cu"
    else
        sed 's/^/# /' "$tmp/log"
        echo "not ok $n - nvcc compiles $k.cu"
    fi
done
echo "1..$n"
