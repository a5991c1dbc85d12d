#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# engine_order.sh ENGINE_BENCH SOURCE TARGET FILE [TEXTS [ORDERS]]
#
# Translates the first TEXTS different lines of FILE in ORDERS orders, one after
# the other through the same programs, and prints how many texts have more than
# one translation: none, unless an engine remembers what it did before.
set -euo pipefail

bench=$1 source=$2 target=$3 file=$4 texts=${5:-5000} orders=${6:-5}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Bytes without end, the same ones for the same word.
bytes() {
    openssl enc -aes-128-ctr -pass "pass:$1" -nosalt -pbkdf2 </dev/zero 2>/dev/null
}

awk -v n="$texts" 'NF && !seen[$0]++ && k < n { print ++k "\t" $0 }' \
    "$file" >"$dir/texts"
for ((i = 1; i <= orders; i++)); do
    shuf --random-source=<(bytes "$i") "$dir/texts"
done >"$dir/all"

begin=$(date +%s.%N)
cut -f2- "$dir/all" | "$bench" "$source" "$target" 0 64 >"$dir/done"
end=$(date +%s.%N)
[ "$(wc -l <"$dir/done")" -eq "$(wc -l <"$dir/all")" ] ||
    { echo "$0: translations are missing" >&2 && exit 1; }

differing=$(paste <(cut -f1 "$dir/all") "$dir/done" | sort -u | cut -f1 |
    uniq -d | wc -l)
awk -v p="$source-$target" -v t="$(wc -l <"$dir/texts")" -v o="$orders" \
    -v d="$differing" -v s="$begin" -v e="$end" 'BEGIN {
    printf "{\"pair\":\"%s\",\"texts\":%d,\"orders\":%d,\"differing\":%d," \
        "\"per_second\":%.0f}\n", p, t, o, d, t * o / (e - s) }'
[ "$differing" -eq 0 ]
